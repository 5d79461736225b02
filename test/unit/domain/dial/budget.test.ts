import {
  attempted,
  breakFor,
  limitsOf,
  overrun,
  settled,
  UNUSED,
  type DialBudget,
} from '../../../../src/domain/dial/budget';

/** Noon in China. */
const NOON = Date.UTC(2026, 2, 1, 4);
const MINUTE = 60_000;
const BOB = { agentId: 'bob', storeId: 'bj01' };
const DAN = { agentId: 'dan', storeId: 'bj01' };
const LIMITS = limitsOf({
  person: { perMinute: 2, perHour: 3, spendPerDay: 100 },
  store: { perMinute: 3, perHour: 100, spendPerDay: 150 },
});

const dialledBy = (who: typeof BOB, ats: number[], cost = 0, budget = UNUSED): DialBudget =>
  ats.reduce((all, at) => attempted(all, who, cost, at), budget);
const why = (budget: DialBudget, who = BOB, at = NOON) => {
  const over = overrun(budget, who, LIMITS, at);
  return over && `${over.subject}: ${over.limit}`;
};

test.each<[string, number[], number, string | null]>([
  ['one in this minute', [NOON - 1], NOON, null],
  ['two', [NOON - 2, NOON - 1], NOON, 'person bob: rate'],
  ['two, the first a minute ago', [NOON - MINUTE, NOON - 1], NOON, null],
  ['three in an hour', [50, 40, 30].map((n) => NOON - n * MINUTE), NOON, 'person bob: rate'],
  ['the first an hour ago', [60, 40, 30].map((n) => NOON - n * MINUTE), NOON, null],
])('%s: %#', (_what, ats, at, expected) => {
  expect(why(dialledBy(BOB, ats), BOB, at)).toBe(expected);
});

test('those of one store dial together no more often than it may', () => {
  const budget = dialledBy(DAN, [NOON - 2], 0, dialledBy(BOB, [NOON - 3]));
  expect(why(budget, { ...DAN, agentId: 'eve' })).toBeNull();
  const full = dialledBy({ ...DAN, agentId: 'eve' }, [NOON - 1], 0, budget);
  expect(why(full)).toBe('store bj01: rate');
  expect(why(full, { agentId: 'bob', storeId: 'sh01' })).toBeNull();
});

test('money: the first minute is paid at once, the rest at the end, and tomorrow it is there again', () => {
  const first = attempted(UNUSED, BOB, 40, NOON - MINUTE * 50);
  expect(why(first)).toBeNull();
  const talked = settled(first, BOB, { rate: 40, talkMs: 61_000 }, NOON - MINUTE * 40);
  expect(talked.spent.get('person bob')).toBe(80);
  const vain = settled(attempted(talked, BOB, 40, NOON - 2), BOB, { rate: 40, talkMs: 0 }, NOON);
  expect(vain.spent.get('person bob')).toBe(80);
  const spent = settled(vain, BOB, { rate: 40, talkMs: 121_000 }, NOON);
  expect(why(spent)).toBe('person bob: spend');
  const midnight = Date.UTC(2026, 2, 1, 16);
  expect(overrun(spent, BOB, LIMITS, NOON)?.until).toBe(midnight);
  expect(why(spent, BOB, midnight - 1)).toBe('person bob: spend');
  expect(why(spent, BOB, midnight)).toBeNull();
});

test('a breaker stays open for its time, and is told of once', () => {
  const full = dialledBy(BOB, [NOON - 2, NOON - 1]);
  const over = overrun(full, BOB, LIMITS, NOON);
  const open = over && breakFor(full, over, NOON);
  if (!over || !open) throw new Error('no breaker');
  expect(over.until).toBe(NOON + 10 * MINUTE);
  expect(why(open, BOB, over.until - 1)).toBe('person bob: rate');
  expect(breakFor(open, over, over.until - 1)).toBeNull();
  expect(why(open, BOB, over.until)).toBeNull();
});
