import { ALAW_SILENCE, ULAW_SILENCE, encodeAlaw, encodeUlaw } from '../../../../sip/rtp/g711';
import {
  DBM0_SINE_DBOV,
  SILENCE_DBOV,
  alawLevel,
  amplitudeOf,
  linearLevel,
  ulawLevel,
} from '../../../../sip/rtp/level';
import { sine } from './sound';

const FULL_SINE = sine(1000, 32_767, 8000, 160);

test('a square wave of full scale is 0 dBov, a sine 3 below, digital silence the floor', () => {
  expect(linearLevel(new Int16Array(160).fill(-32_768), 0, 160)).toBe(0);
  expect(linearLevel(FULL_SINE, 0, 160)).toBeCloseTo(-3.01, 1);
  expect(linearLevel(new Int16Array(160), 0, 160)).toBe(SILENCE_DBOV);
  expect(linearLevel(FULL_SINE, 80, 80)).toBe(SILENCE_DBOV);
});

test.each([-10, -20, -40])('a sine at %i dB is measured in all three forms', (gain) => {
  const samples = sine(500, 32_767 * 10 ** (gain / 20), 8000, 160);
  const expected = gain - 3.01;
  expect(linearLevel(samples, 0, 160)).toBeCloseTo(expected, 1);
  const alaw = alawLevel(Uint8Array.from(samples, encodeAlaw), 0, 160);
  const ulaw = ulawLevel(Uint8Array.from(samples, encodeUlaw), 0, 160);
  expect(Math.abs(alaw - expected)).toBeLessThan(0.3);
  expect(Math.abs(ulaw - expected)).toBeLessThan(0.3);
});

test('only the range that is named counts', () => {
  const bytes = new Uint8Array(200).fill(ULAW_SILENCE);
  bytes.fill(0x80, 20, 180);
  expect(ulawLevel(bytes, 20, 180)).toBeGreaterThan(-0.3);
  expect(ulawLevel(bytes, 0, 20)).toBe(SILENCE_DBOV);
});

test('silence of A-law is faint, not loud', () => {
  expect(alawLevel(new Uint8Array(160).fill(ALAW_SILENCE), 0, 160)).toBeCloseTo(-72.2, 1);
});

test('a level and its amplitude are the same thing', () => {
  const amplitude = amplitudeOf(-30);
  expect(linearLevel(new Int16Array(160).fill(amplitude), 0, 160)).toBeCloseTo(-30, 1);
  expect(amplitudeOf(SILENCE_DBOV)).toBe(0);
});

test('the largest sine of A-law is at +3.14 dBm0', () => {
  const bytes = Uint8Array.from(FULL_SINE, encodeAlaw);
  expect(Math.abs(alawLevel(bytes, 0, 160) - (DBM0_SINE_DBOV + 3.14))).toBeLessThan(0.2);
});
