import { LossConcealment } from '../../../../sip/rtp/loss-concealment';
import { seeded } from '../../../simulation/random';
import { loudness } from '../../../support/tone';
import { largestStep, share, sine } from './sound';

type Rate = 8000 | 16_000;

const RATES: Rate[] = [8000, 16_000];

/** What is heard when the frames named in `lost` do not arrive. */
function hear(said: Int16Array, rate: Rate, frameMs: number, lost: number[]): Int16Array {
  const concealment = new LossConcealment(rate);
  const heard = said.slice();
  const size = (frameMs * rate) / 1000;
  for (let frame = 0; (frame + 1) * size <= heard.length; frame++) {
    const part = heard.subarray(frame * size, (frame + 1) * size);
    if (lost.includes(frame)) concealment.conceal(part.fill(-1));
    else concealment.received(part);
  }
  return heard;
}

/** A voice of sorts: harmonics of a pitch that glides, under a slow envelope. */
function voice(rate: Rate, samples: number): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: samples }, (_, at) => {
    phase += (2 * Math.PI * (120 + (20 * at) / samples)) / rate;
    const harmonics = [1, 2, 3, 4, 5].reduce((sum, n) => sum + Math.sin(n * phase) / n, 0);
    return Math.round(6000 * harmonics);
  });
}

function noise(samples: number): Int16Array {
  const random = seeded(77);
  return Int16Array.from({ length: samples }, () => random.below(8000) - 4000);
}

describe.each(RATES)('at %i Hz', (rate) => {
  const ms = rate / 1000;

  test('without loss nothing is changed', () => {
    const said = noise(2000 * ms);
    expect(hear(said, rate, 20, [])).toEqual(said);
  });

  test.each([10, 20, 30, 60])('a lost frame of %i ms makes no click', (frameMs) => {
    for (const said of [sine(400, 9000, rate, 480 * ms), voice(rate, 480 * ms)]) {
      const heard = hear(said, rate, frameMs, [240 / frameMs]);
      expect(largestStep(heard)).toBeLessThan(1.3 * largestStep(said));
    }
  });

  test.each([137, 350, 1000, 1633])(
    'a tone of %i Hz goes on through 10 ms of loss',
    (frequency) => {
      const said = sine(frequency, 9000, rate, 400 * ms);
      const heard = hear(said, rate, 10, [20]);
      const gap = heard.subarray(200 * ms, 210 * ms);
      expect(loudness(gap)).toBeGreaterThan(0.85 * 9000 * Math.SQRT1_2);
      expect(share(heard.subarray(150 * ms, 250 * ms), frequency, rate)).toBeGreaterThan(0.9);
    },
  );

  test('a voice is repeated closely enough that a lost 10 ms are hardly missed', () => {
    const said = voice(rate, 400 * ms);
    const heard = hear(said, rate, 10, [20]);
    const difference = said.map((sample, at) => sample - (heard[at] as number));
    const [from, to] = [200 * ms, 210 * ms];
    expect(loudness(difference.subarray(from, to))).toBeLessThan(
      0.35 * loudness(said.subarray(from, to)),
    );
  });

  test.each([
    ['a tone', sine(300, 9000, rate, 480 * ms)],
    ['noise', noise(480 * ms)],
  ])('%s fades from 10 ms on and is silence after 60', (_name, said) => {
    const heard = hear(said, rate, 20, [12, 13, 14, 15]);
    const at = (from: number): number =>
      loudness(heard.subarray((240 + from) * ms, (250 + from) * ms)) / loudness(said);
    expect(at(0)).toBeGreaterThan(0.8);
    expect([at(10), at(30), at(50)].map((level) => level < 1)).toEqual([true, true, true]);
    expect(at(20)).toBeLessThan(0.9);
    expect(at(40)).toBeLessThan(0.5);
    expect(at(50)).toBeLessThan(0.2);
    expect(at(60)).toBe(0);
    expect(at(70)).toBe(0);
    expect(at(80)).toBeLessThan(0.9);
    expect(at(90)).toBeGreaterThan(0.8);
  });

  test('noise has no larger step or peak than it had', () => {
    const said = noise(480 * ms);
    const heard = hear(said, rate, 20, [12, 13, 17, 19]);
    expect(largestStep(heard)).toBeLessThanOrEqual(largestStep(said));
    expect(Math.max(...heard.map(Math.abs))).toBeLessThanOrEqual(4000);
  });

  test('after at most 10 ms of return the sound is the real one again', () => {
    const said = voice(rate, 480 * ms);
    const heard = hear(said, rate, 20, [12, 13]);
    expect(heard.subarray(290 * ms)).toEqual(said.subarray(290 * ms));
    expect(heard.subarray(280 * ms, 281 * ms)).not.toEqual(said.subarray(280 * ms, 281 * ms));
  });

  test('loss before anything was heard is silence', () => {
    const heard = new Int16Array(160).fill(9);
    new LossConcealment(rate).conceal(heard);
    expect(heard).toEqual(new Int16Array(160));
  });
});

test('every pattern of loss keeps a loud voice within its range', () => {
  const random = seeded(2);
  const said = voice(8000, 16_000).map((sample) => 2 * sample);
  for (let round = 0; round < 50; round++) {
    const lost = Array.from({ length: 50 }, () => random.below(100));
    const heard = hear(said, 8000, 20, lost);
    expect(largestStep(heard)).toBeLessThan(1.6 * largestStep(said));
  }
});

test('a buffer larger than the frame is left alone behind it', () => {
  const concealment = new LossConcealment(8000);
  const buffer = new Int16Array(480).fill(5);
  concealment.received(buffer, 160);
  concealment.conceal(buffer, 160);
  expect([...buffer.subarray(160)]).toEqual(Array(320).fill(5));
});
