import { DEFAULT_RATE, SourceLimits } from '../../../../sip/guard/source-limits';

const RATE = { perSecond: 10, burst: 3 };

function allowed(limits: SourceLimits, times: readonly number[], address = '192.0.2.1'): boolean[] {
  return times.map((now) => limits.allows(address, now));
}

test.each([
  ['a burst passes, what exceeds it does not', [0, 0, 0, 0], [true, true, true, false]],
  ['time brings tokens back', [0, 0, 0, 0, 100], [true, true, true, false, true]],
  ['half a token is none', [0, 0, 0, 50], [true, true, true, false]],
  ['refused messages cost nothing', [0, 0, 0, 50, 100], [true, true, true, false, true]],
  [
    'a long pause brings no more than the burst',
    [0, 9e6, 9e6, 9e6, 9e6],
    [true, true, true, true, false],
  ],
  ['a clock that steps back takes nothing away', [100, 0, 0, 0], [true, true, true, false]],
])('%s', (_what, times, expected) => {
  expect(allowed(new SourceLimits(RATE), times)).toEqual(expected);
});

test('each address has a bucket of its own', () => {
  const limits = new SourceLimits(RATE);
  allowed(limits, [0, 0, 0, 0]);
  expect(limits.allows('192.0.2.2', 0)).toBe(true);
});

test('a trusted address has no limit', () => {
  const limits = new SourceLimits(RATE);
  allowed(limits, [0, 0, 0, 0]);
  limits.trust('192.0.2.1');
  expect(allowed(limits, Array<number>(50).fill(0))).not.toContain(false);
});

test('ten thousand addresses are remembered, the oldest is forgotten first', () => {
  const limits = new SourceLimits({ perSecond: 0, burst: 1 });
  limits.allows('first', 0);
  for (let i = 0; i < 9999; i++) limits.allows(`other ${i}`, 0);
  expect(limits.allows('first', 0)).toBe(false);
  limits.allows('one more', 0);
  expect(limits.allows('first', 0)).toBe(true);
});

test('a hundred calls a second of ten messages each never meet the default', () => {
  const limits = new SourceLimits();
  for (let ms = 0; ms < 20_000; ms++) expect(limits.allows('127.0.0.1', ms)).toBe(true);
  expect(DEFAULT_RATE.perSecond).toBeGreaterThanOrEqual(1000);
});
