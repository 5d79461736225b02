import {
  ANSWER_ALLOWANCE,
  DEFAULT_RATE,
  MAX_SOURCES,
  SourceLimits,
} from '../../../../sip/guard/source-limits';

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

describe('the list', () => {
  test('names who is limited, since when, how long still, and what was dropped', () => {
    const limits = new SourceLimits(RATE);
    allowed(limits, [0, 0, 0, 10, 20]);
    limits.allows('192.0.2.2', 20);
    // 0.2 of three tokens are there: the other 2.8 take 280 ms.
    expect(limits.held(40)).toEqual([
      { address: '192.0.2.1', why: 'flood', forMs: 30, leftMs: 260, dropped: 2 },
    ]);
    expect(limits.held(300)).toEqual([]);
  });

  test('who comes again after he had rest starts afresh', () => {
    const limits = new SourceLimits(RATE);
    allowed(limits, [0, 0, 0, 0, 0]);
    allowed(limits, [1000, 1000, 1000, 1000]);
    expect(limits.held(1000)).toMatchObject([{ forMs: 0, dropped: 1 }]);
  });

  test('whom somebody releases may send at once', () => {
    const limits = new SourceLimits(RATE);
    allowed(limits, [0, 0, 0, 0]);
    expect(limits.release('192.0.2.2', 0)).toBe(false);
    expect(limits.release('192.0.2.1', 0)).toBe(true);
    expect(limits.held(0)).toEqual([]);
    expect(allowed(limits, [0, 0, 0, 0])).toEqual([true, true, true, false]);
    expect(limits.release('192.0.2.1', 1e6)).toBe(false);
  });
});

test('a million borrowed addresses fill no memory, and push nobody out who is trusted', () => {
  const limits = new SourceLimits(RATE);
  limits.trust('phone');
  for (let i = 0; i < 1_000_000; i++) limits.allows(`10.${i}`, i);
  expect(limits.size).toBe(MAX_SOURCES + 1);
  expect(limits.isTrusted('phone')).toBe(true);
});

describe('answers', () => {
  const from = '192.0.2.1';
  const { bytes: allowance, perSecond } = ANSWER_ALLOWANCE;

  test('are paid for by what came, beyond a small allowance', () => {
    const limits = new SourceLimits();
    limits.allows(from, 0, 500);
    expect(limits.mayAnswer(from, allowance)).toBe(true);
    expect(limits.mayAnswer(from, 501)).toBe(false);
    expect(limits.mayAnswer(from, 500)).toBe(true);
    expect(limits.mayAnswer(from, 1)).toBe(false);
  });

  test('time brings the allowance back, and not more', () => {
    const limits = new SourceLimits();
    limits.allows(from, 0, 0);
    limits.mayAnswer(from, allowance);
    limits.allows(from, 2000, 0);
    expect(limits.mayAnswer(from, 2 * perSecond + 1)).toBe(false);
    limits.allows(from, 1e9, 0);
    expect(limits.mayAnswer(from, allowance + 1)).toBe(false);
    expect(limits.mayAnswer(from, allowance)).toBe(true);
  });

  test('messages that are dropped pay for nothing', () => {
    const limits = new SourceLimits({ perSecond: 1, burst: 1 });
    for (let i = 0; i < 100; i++) limits.allows(from, 0, 1000);
    expect(limits.mayAnswer(from, allowance + 1001)).toBe(false);
  });

  test('to whom was accepted have no bound', () => {
    const limits = new SourceLimits();
    limits.allows(from, 0, 0);
    limits.trust(from);
    expect(limits.mayAnswer(from, 1e9)).toBe(true);
  });
});
