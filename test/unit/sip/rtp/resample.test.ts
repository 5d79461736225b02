import { Downsampler, Upsampler } from '../../../../sip/rtp/resample';
import { seeded } from '../../../simulation/random';
import { loudness } from '../../../support/tone';
import { share, signalToNoise, sine } from './sound';

const SECOND = 16_000;

function down(samples: Int16Array): Int16Array {
  const out = new Int16Array(samples.length / 2);
  expect(new Downsampler().process(samples, out)).toBe(out.length);
  return out;
}

function up(samples: Int16Array): Int16Array {
  const out = new Int16Array(samples.length * 2);
  expect(new Upsampler().process(samples, out)).toBe(out.length);
  return out;
}

/** Level change in dB, once the filter has settled. */
const gain = (heard: Int16Array, said: Int16Array): number =>
  20 * Math.log10(loudness(heard.subarray(800)) / loudness(said.subarray(800)));

test.each([100, 300, 1000, 2000, 3000, 3400])('%i Hz passes both ways unchanged', (frequency) => {
  const wide = sine(frequency, 16_000, 16_000, SECOND);
  const narrow = sine(frequency, 16_000, 8000, SECOND / 2);
  expect(Math.abs(gain(down(wide), wide))).toBeLessThan(0.1);
  expect(share(down(wide).subarray(800), frequency, 8000)).toBeGreaterThan(0.999);
  expect(Math.abs(gain(up(narrow), narrow))).toBeLessThan(0.1);
  // The rest is the image: -50 dB.
  expect(1 - share(up(narrow).subarray(1600), frequency, 16_000)).toBeLessThan(1e-5);
});

test.each([4600, 5000, 6000, 7000, 7900])('%i Hz leaves no alias at 8 kHz', (frequency) => {
  const wide = sine(frequency, 30_000, 16_000, SECOND);
  expect(gain(down(wide), wide)).toBeLessThan(-50);
});

test('frames of a stream give what one piece gives', () => {
  const random = seeded(16);
  const samples = Int16Array.from({ length: 1600 }, () => random.below(20_000) - 10_000);
  const [whole, wide] = [down(samples), up(samples)];
  const [downsampler, upsampler] = [new Downsampler(), new Upsampler()];
  const [half, twice] = [new Int16Array(160), new Int16Array(640)];
  for (let at = 0; at < samples.length; at += 320) {
    expect(downsampler.process(samples.subarray(at), half, 320)).toBe(160);
    expect(half).toEqual(whole.subarray(at / 2, at / 2 + 160));
    expect(upsampler.process(samples.subarray(at), twice, 320)).toBe(640);
    expect(twice).toEqual(wide.subarray(2 * at, 2 * at + 640));
  }
});

test('there and back is the same sound, 27 samples of 8 kHz later', () => {
  const random = seeded(5);
  const said = sine(700, 8000, 8000, 8000).map((sample) => sample + random.below(9));
  const heard = down(up(said));
  expect(signalToNoise(said.subarray(1000, 7000), heard.subarray(1027, 7027))).toBeGreaterThan(50);
});

test('full scale saturates instead of wrapping', () => {
  const square = Int16Array.from({ length: 1600 }, (_, at) => (at % 40 < 20 ? 32_767 : -32_768));
  for (const heard of [up(square), down(square)]) {
    heard.forEach((sample, at) => {
      if (at > 0) expect(Math.abs(sample - (heard[at - 1] as number))).toBeLessThan(50_000);
    });
  }
});
