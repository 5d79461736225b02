import { distribute, distributeAll, type Taker } from '../../../../src/domain/lead/distribution';
import { DEFAULT_LEAD_RULES as RULES, withSaid } from '../../../../src/domain/lead/rules';
import { seeded } from '../../../simulation/random';

const taker = (id: string, openFollowUps: number, lastNewLeadAt: number | null = 0): Taker => ({
  ...{ id, openFollowUps, lastNewLeadAt },
});

test.each<[string, string | null, Taker[], string | null]>([
  ['the owner first, though he has most to do', 'wang', [taker('wang', 9), taker('li', 0)], 'wang'],
  ['the owner, also one who takes no others', 'wang', [taker('li', 0)], 'wang'],
  ['who has the fewest open follow-ups', null, [taker('li', 3), taker('wang', 2)], 'wang'],
  ['of equals who waited longest', null, [taker('li', 2, 50), taker('wang', 2, 40)], 'wang'],
  ['never is longer than any time', null, [taker('li', 2, 0), taker('wang', 2, null)], 'wang'],
  ['of equals in all by id', null, [taker('wang', 2, 5), taker('li', 2, 5)], 'li'],
  ['nobody is there', null, [], null],
])('Q15: %s', (_what, owner, takers, to) => {
  expect(distribute(owner, takers, RULES)?.to ?? null).toBe(to);
});

test('Q15: it says by which way, and gives none where a supervisor gives them by hand', () => {
  expect(distribute('wang', [], RULES)).toEqual({ to: 'wang', way: 'own' });
  expect(distribute(null, [taker('li', 0)], RULES)).toEqual({ to: 'li', way: 'distributed' });
  const byHand = withSaid(RULES, { distribution: 'by-hand' });
  expect(distribute(null, [taker('li', 0)], byHand)).toBeNull();
  expect(distribute('wang', [], byHand)).toEqual({ to: 'wang', way: 'own' });
});

test('Q15: of many at once each counts for the next, so that nobody has two more than another', () => {
  const random = seeded(11);
  for (let round = 0; round < 50; round += 1) {
    const before = Array.from({ length: 1 + random.below(5) }, (_, n) =>
      taker(`t${n}`, random.below(6), random.chance(0.3) ? null : random.below(100)),
    );
    const count = 40;
    const given = distributeAll(Array<null>(count).fill(null), before, RULES, 1000);
    const after = before.map(
      ({ id, openFollowUps }) => openFollowUps + given.filter((one) => one?.to === id).length,
    );
    expect(given.every((one) => one?.way === 'distributed')).toBe(true);
    expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(1);
  }
});

test('Q15: of many at once the turn goes round', () => {
  const takers = [taker('a', 0, 30), taker('b', 0, 10), taker('c', 0, 20)];
  const given = distributeAll(Array<null>(6).fill(null), takers, RULES, 1000);
  expect(given.map((one) => one?.to)).toEqual(['b', 'c', 'a', 'b', 'c', 'a']);
  const owned = distributeAll(['a', null, null], takers, RULES, 1000);
  expect(owned.map((one) => one?.to)).toEqual(['a', 'b', 'c']);
});
