import { Talk } from '../../../../../sip/media/talk';
import { ticks } from '../../../../../sip/media/worker/clock';
import { Mix, type MixMember } from '../../../../../sip/media/worker/mix';
import type { PacketSink } from '../../../../../sip/media/worker/receiver';
import { Sender } from '../../../../../sip/media/worker/sender';
import { encodeAlaw } from '../../../../../sip/rtp/g711';
import { linearLevel } from '../../../../../sip/rtp/level';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { decode, decodeWide, loudness, tonePayload, type Voice } from '../../../../support/tone';
import { largestStep, share } from '../../rtp/sound';

/** One who says the numbers of his packets as levels, and notes what he hears as such. */
class Counter implements MixMember {
  /** The level of each sample that was heard, in order. */
  readonly heard: number[] = [];
  readonly sender = new Sender((packet) =>
    this.heard.push(...decode('PCMA', packet.subarray(12)).map((level) => Math.floor(level / 256))),
  );
  private sink: PacketSink | null = null;
  private said = 0;

  constructor(readonly ssrc: number) {
    this.sender.agree({
      ...{ codec: 'PCMA', payloadType: 8 },
      ...{ telephoneEvent: null, direction: 'sendrecv' },
    });
  }

  speakTo(sink: PacketSink | null): void {
    this.sink = sink;
  }

  engage(): void {
    this.sender.changeSource();
  }

  nextPrompt(): boolean {
    return false;
  }

  say(now: number): void {
    this.said += 1;
    const packet = Buffer.alloc(172, encodeAlaw(this.said * 256));
    const numbers = { sequence: this.said, timestamp: this.said * 160, ssrc: this.ssrc };
    writeHeader(packet, 0, { marker: false, payloadType: 8, ...numbers });
    this.sink?.audio(packet, 12, 172, 'PCMA', now);
  }
}

test('from bridge to mix and back nothing is lost, and nothing heard again but what is made up', () => {
  const [a, b] = [new Counter(1), new Counter(2)];
  const mix = new Mix(new Talk<MixMember>([a, b]));
  let now = ticks();
  const frame = (): void => {
    a.say(now);
    mix.tick(now + 40, false);
    now += 160;
  };
  for (let i = 0; i < 20; i++) frame();
  mix.end(now + 40);
  a.speakTo(b.sender);
  for (let i = 0; i < 4; i++) {
    a.say(now);
    now += 160;
  }
  const times = (level: number) => b.heard.filter((one) => one === level).length;
  // Three packets passed directly; while the delay builds up the last of them is repeated.
  expect(b.heard.slice(320, 640)).toEqual(Array(320).fill(3));
  for (let level = 5; level <= 18; level++) expect(times(level)).toBe(160);
  // The rest is sent in whole frames, for which a piece is heard twice.
  expect(times(19)).toBeGreaterThanOrEqual(160);
  expect(times(19)).toBeLessThan(320);
  for (let level = 20; level <= 24; level++) expect(times(level)).toBe(160);
});

/** One who says a tone, and hears in his own codec. */
class Speaker implements MixMember {
  readonly heard: Buffer[] = [];
  readonly sender = new Sender((packet) => this.heard.push(Buffer.from(packet.subarray(12))));
  private sink: PacketSink | null = null;
  private said = 0;

  constructor(
    private readonly ssrc: number,
    readonly voice: Voice,
    private readonly tone: number,
  ) {
    const payloadType = voice === 'G722' ? 9 : 8;
    const agreed = { telephoneEvent: null, direction: 'sendrecv' } as const;
    this.sender.agree({ codec: voice, payloadType, ...agreed });
  }

  speakTo(sink: PacketSink | null): void {
    this.sink = sink;
  }

  engage(): void {
    this.sender.changeSource();
  }

  nextPrompt(): boolean {
    return false;
  }

  say(now: number): void {
    const packet = Buffer.alloc(172);
    const numbers = { sequence: this.said, timestamp: this.said * 160, ssrc: this.ssrc };
    writeHeader(packet, 0, { marker: false, payloadType: 8, ...numbers });
    tonePayload(this.voice, this.tone, this.said * 160).copy(packet, 12);
    this.said += 1;
    this.sink?.audio(packet, 12, 172, this.voice, now);
  }

  silent(level: number, now: number): void {
    const packet = Buffer.concat([Buffer.alloc(12), Buffer.of(-level)]);
    const numbers = { sequence: this.said, timestamp: this.said * 160, ssrc: this.ssrc };
    writeHeader(packet, 0, { marker: false, payloadType: 13, ...numbers });
    this.sink?.noise(packet, 12, 13, now);
  }

  /** From one frame to another, at the rate of his codec. */
  sound(from: number, to: number): Int16Array {
    const bytes = Buffer.concat(this.heard);
    return this.voice === 'G722'
      ? decodeWide(bytes).subarray(from * 320, to * 320)
      : decode('PCMA', bytes).subarray(from * 160, to * 160);
  }
}

/** Two who talk; a mix of so many frames is begun and ended again and again. */
function joinedAndLeft(voices: [Voice, Voice], tone: number, frames: number[]) {
  const [a, b] = [new Speaker(1, voices[0], tone), new Speaker(2, voices[1], 1000)];
  let now = ticks();
  const direct = (count: number): void => {
    a.speakTo(b.sender);
    b.speakTo(a.sender);
    for (let i = 0; i < count; i++, now += 160) for (const one of [a, b]) one.say(now);
  };
  direct(20);
  for (const count of frames) {
    const mix = new Mix(new Talk<MixMember>([a, b]));
    for (let i = 0; i < count; i++, now += 160) {
      for (const one of [a, b]) one.say(now);
      mix.tick(now + 40, false);
    }
    mix.end(now + 40);
    direct(20);
  }
  return { a, b };
}

test.each([200, 230, 313, 440])('joining and leaving: no click in a tone of %i Hz', (tone) => {
  const { b } = joinedAndLeft(['PCMA', 'PCMA'], tone, [10, 17, 30, 41]);
  // A click is a larger step than any of the tone's own, and of A-law at this loudness: 256.
  const own = 8000 * 2 * Math.sin((Math.PI * tone) / 8000);
  expect(largestStep(b.sound(0, b.heard.length))).toBeLessThan(own + 256);
  // Nor does the tone sink while the wait of the mix builds up.
  const levels = b.heard.map((_, at) => loudness(b.sound(at, at + 1)));
  expect(Math.min(...levels)).toBeGreaterThan(0.7 * Math.max(...levels));
});

const pairs: [Voice, Voice][] = [
  ['G722', 'PCMA'],
  ['PCMA', 'G722'],
  ['G722', 'G722'],
];
test.each(pairs)('a mix of %s and %s: both hear each other as loud as they speak', (one, other) => {
  const { a, b } = joinedAndLeft([one, other], 600, [100]);
  for (const [listener, tone] of [
    [a, 1000],
    [b, 600],
  ] as const) {
    const rate = listener.voice === 'G722' ? 16_000 : 8000;
    // Half a second amid the mix, and after it.
    for (const from of [70, 125]) {
      const sound = listener.sound(from, from + (from === 70 ? 25 : 10));
      expect(share(sound, tone, rate)).toBeGreaterThan(0.99);
      expect(Math.abs(20 * Math.log10(loudness(sound) / (8000 / Math.SQRT2)))).toBeLessThan(0.5);
    }
  }
});

test('who suppresses his silence is heard in the mix as the noise that he tells', () => {
  const [a, b] = [new Speaker(1, 'PCMA', 600), new Speaker(2, 'PCMA', 1000)];
  const mix = new Mix(new Talk<MixMember>([a, b]));
  let now = ticks();
  for (let i = 0; i < 100; i++, now += 160) {
    if (i < 30) a.say(now);
    if (i === 30) a.silent(-45, now);
    mix.tick(now + 40, false);
  }
  const noise = b.sound(40, b.heard.length);
  expect(noise.length).toBeGreaterThan(55 * 160);
  expect(Math.abs(linearLevel(noise, 0, noise.length) + 45)).toBeLessThan(1);
});
