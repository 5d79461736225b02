import {
  G711_CONCEALED,
  G711_PLAIN,
  delayOf,
  mosOf,
  ratingOf,
  type Conditions,
} from '../../../../sip/rtp/call-quality';

const GOOD: Conditions = { loss: 0, burstRatio: 1, delayMs: 0, codec: G711_CONCEALED };

test.each([
  // ITU-T G.107 Annex B (its table B.1 says 4.03 for 80, a hundredth above its own formula).
  [-5, 1],
  [0, 1],
  [50, 2.58],
  [60, 3.1],
  [70, 3.6],
  [80, 4.02],
  [90, 4.34],
  [93.2, 4.41],
  [100, 4.5],
  [120, 4.5],
])('a rating of %d is a mean opinion score of %d', (rating, mos) => {
  expect(mosOf(rating)).toBeCloseTo(mos, 2);
});

test('the score never falls as the rating rises, and never below 1', () => {
  let before = 1;
  for (let rating = 0; rating <= 100; rating += 0.5) {
    const mos = mosOf(rating);
    expect(mos).toBeGreaterThanOrEqual(before);
    before = mos;
  }
});

test.each([
  // Ie,eff = 95 x Ppl / (Ppl + Bpl): G.107 (7-29), G.113 Appendix I.
  [0, 93.2, 4.41, 93.2, 4.41],
  [0.01, 89.56, 4.33, 75.28, 3.83],
  [0.03, 83.06, 4.13, 54.16, 2.79],
  [0.05, 77.42, 3.92, 42.12, 2.17],
  [0.1, 66.13, 3.41, 26.77, 1.48],
])('random loss of %d', (loss, concealed, mos, plain, plainMos) => {
  const rating = ratingOf({ ...GOOD, loss });
  const without = ratingOf({ ...GOOD, loss, codec: G711_PLAIN });
  expect(rating).toBeCloseTo(concealed, 2);
  expect(mosOf(rating)).toBeCloseTo(mos, 2);
  expect(without).toBeCloseTo(plain, 2);
  expect(mosOf(without)).toBeCloseTo(plainMos, 2);
});

test('losses in a row are worse than as many single ones', () => {
  const single = ratingOf({ ...GOOD, loss: 0.05 });
  const inARow = ratingOf({ ...GOOD, loss: 0.05, burstRatio: 4 });
  expect(inARow).toBeLessThan(single);
  expect(inARow).toBeCloseTo(93.2 - (95 * 5) / (5 / 4 + 25.1), 6);
});

test.each([
  // Cole and Rosenbluth, "Voice over IP performance monitoring".
  [100, 90.8],
  [150, 89.6],
  [200, 85.903],
  [400, 59.103],
])('a delay of %d ms', (delayMs, rating) => {
  expect(ratingOf({ ...GOOD, delayMs })).toBeCloseTo(rating, 6);
});

test('the rating does not fall below nothing', () => {
  expect(ratingOf({ ...GOOD, delayMs: 2000, loss: 1 })).toBe(0);
});

test('delay is half the round trip, a packet, and the buffer that jitter asks for', () => {
  expect(delayOf(80, 5, 20)).toBe(70);
  expect(delayOf(null, 0, 20)).toBe(20);
});
