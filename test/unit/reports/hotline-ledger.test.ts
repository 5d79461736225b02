import type { CallOutcome } from '../../../src/domain/records';
import { balance, type OutcomeCount } from '../../../src/reports/hotline-ledger';

const filter = { from: 1, to: 2 };

test('no calls balance', () => {
  expect(balance(filter, [])).toEqual({
    hotline: null,
    from: 1,
    to: 2,
    arrived: 0,
    inProgress: 0,
    talks: 0,
    promises: 0,
    left: 0,
    noNumber: 0,
    blocked: 0,
    refused: 0,
    overCapacity: 0,
    broken: 0,
    balanced: true,
  });
});

test.each<[CallOutcome | null, string]>([
  [null, 'inProgress'],
  ['talk', 'talks'],
  ['promise', 'promises'],
  ['left', 'left'],
  ['no-number', 'noNumber'],
  ['blocked', 'blocked'],
  ['refused', 'refused'],
  ['over-capacity', 'overCapacity'],
  ['broken', 'broken'],
])('a call that ended by %p counts once, as %s', (outcome, key) => {
  const ledger = balance({ hotline: '400', ...filter }, [{ outcome, calls: 3 }]);
  expect(ledger).toMatchObject({ hotline: '400', arrived: 3, [key]: 3, balanced: true });
  const { hotline: _h, from: _f, to: _t, arrived: _a, balanced: _b, ...parts } = ledger;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(3);
});

test('an outcome that no column counts shows as a ledger out of balance', () => {
  const counts = [
    { outcome: 'talk', calls: 2 },
    { outcome: 'vanished', calls: 1 },
  ] as OutcomeCount[];
  expect(balance(filter, counts)).toMatchObject({ arrived: 3, talks: 2, balanced: false });
});
