import {
  ComfortNoise,
  comfortNoiseLevel,
  writeComfortNoise,
} from '../../../../sip/rtp/comfort-noise';
import { linearLevel } from '../../../../sip/rtp/level';
import { seeded } from '../../../simulation/random';
import { largestStep, sine } from './sound';

/** A second of the noise that `payload` asks for. */
function noise(payload: number[], seed = 1): Int16Array {
  const generator = new ComfortNoise(seed);
  generator.update(Uint8Array.from(payload), 0, payload.length);
  const samples = new Int16Array(8000);
  for (let at = 0; at < samples.length; at += 160) generator.fill(samples, at, 160);
  return samples;
}

/** How alike neighbours are: near 1 for a low rumble, near -1 for a hiss, 0 for white noise. */
function likeness(samples: Int16Array): number {
  let [product, energy] = [0, 0];
  for (let i = 1; i < samples.length; i++) {
    product += (samples[i] as number) * (samples[i - 1] as number);
    energy += (samples[i] as number) ** 2;
  }
  return product / energy;
}

test.each([10, 40, 60, 72])('noise asked for at -%i dBov has that level', (level) => {
  expect(Math.abs(linearLevel(noise([level]), 0, 8000) + level)).toBeLessThan(0.7);
});

test('a frame’s level makes a payload, and the payload noise as loud as the frame', () => {
  const frame = sine(300, 400, 8000, 160);
  const payload = new Uint8Array(4).fill(9);
  expect(writeComfortNoise(linearLevel(frame, 0, 160), payload, 2)).toBe(1);
  expect([...payload]).toEqual([9, 9, 41, 9]);
  expect(comfortNoiseLevel(payload, 2, 3)).toBe(-41);
});

test.each([
  [-127, 127],
  [-400, 127],
  [0, 0],
  [3, 0],
])('a level of %i dBov is written as %i', (level, octet) => {
  const payload = new Uint8Array(1);
  writeComfortNoise(level, payload, 0);
  expect(payload[0]).toBe(octet);
});

test.each([
  ['white', [40], 0],
  ['white', [40, 127], 0],
  // k1 = -r1/r0: N = 127 -+ 102 is -+0.8.
  ['low', [40, 25], 0.8],
  ['high', [40, 229], -0.8],
  ['of two poles', [40, 25, 178], 0.8],
])('coefficients colour the noise (%s) and keep its level', (_name, payload, expected) => {
  const samples = noise(payload);
  expect(Math.abs(likeness(samples) - expected)).toBeLessThan(0.05);
  expect(Math.abs(linearLevel(samples, 0, 8000) + 40)).toBeLessThan(1);
});

test('payloads of any length and content are bounded', () => {
  const random = seeded(13);
  const generator = new ComfortNoise(3);
  const samples = new Int16Array(800);
  for (let round = 0; round < 300; round++) {
    const payload = Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    if (payload.length > 0) payload[0] = 60;
    generator.update(payload, 0, payload.length);
    generator.fill(samples, 0, 800);
    expect(linearLevel(samples, 0, 800)).toBeLessThan(-20);
  }
});

test('it is silent before the first payload and after an empty one', () => {
  const generator = new ComfortNoise(4);
  const samples = new Int16Array(4000).fill(5);
  generator.fill(samples, 0, 160);
  expect(linearLevel(samples, 0, 160)).toBe(-127);
  generator.update(Uint8Array.of(30), 0, 1);
  generator.update(Uint8Array.of(30), 1, 1);
  generator.fill(samples, 0, 4000);
  expect(linearLevel(samples, 2000, 4000)).toBe(-127);
});

test('a change of level glides', () => {
  const generator = new ComfortNoise(5);
  const samples = new Int16Array(320);
  generator.update(Uint8Array.of(70), 0, 1);
  generator.fill(samples, 0, 160);
  generator.update(Uint8Array.of(20), 0, 1);
  generator.fill(samples, 160, 160);
  expect(linearLevel(samples, 160, 170)).toBeLessThan(-30);
  expect(linearLevel(samples, 280, 320)).toBeGreaterThan(-23);
  expect(largestStep(samples.subarray(150, 165))).toBeLessThan(600);
});

test('the level’s highest bit is no part of it', () => {
  expect(comfortNoiseLevel(Uint8Array.of(0x80 | 50), 0, 1)).toBe(-50);
});
