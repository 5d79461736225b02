import { Clip } from '../../../../../sip/media/worker/clip';
import { Music, Playlist, SILENCE, type Sound } from '../../../../../sip/media/worker/sounds';
import { decode, loudness, type Law } from '../../../../support/tone';
import { share, sine } from '../../rtp/sound';

/** A clip whose frames have the levels 1000, 2000, …; G.711 keeps them apart. */
const clip = (frames: number, from = 1): Clip =>
  new Clip({
    rate: 8000,
    samples: Int16Array.from(
      { length: frames * 160 },
      (_, i) => (Math.floor(i / 160) + from) * 1000,
    ),
  });

/** The levels of the next frames, in thousands; null when the sound has ended. */
function levels(sound: Sound, count: number, law: Law = 'PCMA'): (number | null)[] {
  return Array.from({ length: count }, () => {
    const target = Buffer.alloc(172);
    if (!sound.fill(law, target, 12)) return null;
    const samples = decode(law, target.subarray(12));
    expect(samples.every((sample) => sample === samples[0])).toBe(true);
    return Math.round((samples[0] ?? 0) / 1000);
  });
}

test.each(['PCMA', 'PCMU'] as const)('clips are played in order and once, in %s', (law) => {
  const list = new Playlist([clip(2), clip(1, 5)]);
  expect(levels(list, 5, law)).toEqual([1, 2, 5, null, null]);
});

test('an empty clip and an empty list end at once', () => {
  expect(levels(new Playlist([clip(0), clip(1)]), 2)).toEqual([1, null]);
  expect(levels(new Playlist([]), 1)).toEqual([null]);
});

test('a clip’s last frame is filled up with silence', () => {
  const target = Buffer.alloc(160);
  new Clip({ rate: 8000, samples: new Int16Array(161).fill(1000) }).copy(1, 'PCMA', target, 0);
  expect([...decode('PCMA', target)].slice(0, 3).map(Math.abs)).toEqual([1008, 8, 8]);
});

test('all listeners of the music hear the same frame until it advances, round and round', () => {
  const music = new Music(clip(2));
  expect(levels(music, 2)).toEqual([1, 1]);
  music.advance();
  expect(levels(music, 1, 'PCMU')).toEqual([2]);
  music.advance();
  expect(levels(music, 1)).toEqual([1]);
});

test('other music is heard by all from the next frame on, wherever the first was', () => {
  const music = new Music(clip(3));
  music.advance();
  music.advance();
  music.change(clip(2, 5));
  expect(levels(music, 1)).toEqual([5]);
  music.advance();
  expect(levels(music, 1)).toEqual([6]);
});

test('what one thread encoded another plays', () => {
  const { shared } = clip(2);
  expect(shared.PCMA.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(levels(new Playlist([new Clip(structuredClone(shared))]), 3, 'PCMU')).toEqual([
    1,
    2,
    null,
  ]);
});

test('silence is silence in both laws, without end', () => {
  expect(levels(SILENCE, 2)).toEqual([0, 0]);
  expect(levels(SILENCE, 2, 'PCMU')).toEqual([0, 0]);
});

test.each(['PCMA', 'PCMU'] as const)(
  'a clip of 16 kHz is heard in %s without what is above',
  (law) => {
    const samples = sine(600, 4000, 16_000, 16_000).map(
      (sample, i) => sample + (sine(5000, 4000, 16_000, 16)[i % 16] as number),
    );
    const wide = new Clip({ rate: 16_000, samples });
    expect(wide.frames).toBe(50);
    const heard = Buffer.alloc(50 * 160);
    for (let i = 0; i < 50; i++) wide.copy(i, law, heard, i * 160);
    const narrow = decode(law, heard.subarray(160));
    expect(share(narrow, 600, 8000)).toBeGreaterThan(0.99);
    expect(share(narrow, 3000, 8000)).toBeLessThan(0.001);
    expect(Math.abs(loudness(narrow) / (4000 / Math.SQRT2) - 1)).toBeLessThan(0.03);
    const out = new Int16Array(320);
    expect(wide.samples(3, out)).toBe(320);
    expect([...out]).toEqual([...samples.subarray(960, 1280)]);
  },
);
