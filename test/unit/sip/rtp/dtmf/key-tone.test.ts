import { KeyTone } from '../../../../../sip/rtp/dtmf/key-tone';
import { KEYS, highOf, lowOf } from '../../../../../sip/rtp/dtmf/keys';
import { DBM0_SINE_DBOV, linearLevel } from '../../../../../sip/rtp/level';
import { largestStep, share } from '../sound';

/** A key of 100 ms and 20 ms of silence, made frame by frame. */
function tone(key: string, rate: 8000 | 16_000): Int16Array {
  const out = new Int16Array(rate * 0.12);
  const generator = new KeyTone(rate);
  generator.press(key, rate * 0.1);
  for (let at = 0; at < out.length; at += rate / 100) generator.fill(out, at, rate / 100);
  expect(generator.sounds).toBe(false);
  return out;
}

test.each([
  ['1', 697, 1209],
  ['5', 770, 1336],
  ['9', 852, 1477],
  ['0', 941, 1336],
  ['*', 941, 1209],
  ['#', 941, 1477],
  ['A', 697, 1633],
  ['D', 941, 1633],
])('%s is %i and %i Hz', (key, low, high) => {
  expect([lowOf(key), highOf(key)]).toEqual([low, high]);
});

test.each([8000, 16_000] as const)('at %i Hz: two tones at -8 and -6 dBm0', (rate) => {
  for (const key of KEYS) {
    const middle = tone(key, rate).subarray(rate * 0.01, rate * 0.09);
    const level = linearLevel(middle, 0, middle.length) - DBM0_SINE_DBOV;
    const part = (frequency: number): number =>
      level + 10 * Math.log10(share(middle, frequency, rate));
    expect(Math.abs(part(lowOf(key)) + 8)).toBeLessThan(0.3);
    expect(Math.abs(part(highOf(key)) + 6)).toBeLessThan(0.3);
  }
});

test('begin and end are soft, and silence follows', () => {
  const samples = tone('D', 8000);
  const loudest = Math.max(...samples.map(Math.abs));
  expect(loudest).toBeLessThan(32_767);
  expect(Math.max(...samples.subarray(0, 8).map(Math.abs))).toBeLessThan(0.2 * loudest);
  expect(Math.max(...samples.subarray(792, 800).map(Math.abs))).toBeLessThan(0.2 * loudest);
  expect(samples.subarray(800)).toEqual(new Int16Array(160));
});

test('without a length it sounds until it is released, and then falls without a click', () => {
  const generator = new KeyTone(8000);
  const out = new Int16Array(16_000);
  expect(generator.sounds).toBe(false);
  generator.press('7');
  generator.fill(out, 0, 8003);
  expect(generator.sounds).toBe(true);
  generator.release();
  generator.fill(out, 8003, 7997);
  expect(generator.sounds).toBe(false);
  expect(out.subarray(8043)).toEqual(new Int16Array(7957));
  expect(largestStep(out.subarray(7900))).toBeLessThanOrEqual(largestStep(out.subarray(0, 7900)));
});

test('what is no key makes no tone', () => {
  expect(() => new KeyTone(8000).press('x')).toThrow(RangeError);
});
