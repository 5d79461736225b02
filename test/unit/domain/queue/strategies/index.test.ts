import { STRATEGY_NAMES, type StrategyName } from '../../../../../src/domain/plan';
import { STRATEGIES } from '../../../../../src/domain/queue/strategies';
import type { Candidate } from '../../../../../src/domain/queue/strategies/strategy';
import { seeded } from '../../../../simulation/random';
import { candidate } from '../candidate';

const idle = (id: string, idleSince: number) => candidate(id, { idleSince });
const placed = (id: string, position: number, askedAt: number | null = null) =>
  candidate(id, { position, askedAt });

/** Strategy, who is free, groups to ring in turn. */
const ROWS: [StrategyName, Candidate[], string[][]][] = [
  ['longest-idle', [], []],
  ['longest-idle', [idle('a', 30), idle('b', 10), idle('c', 20)], [['b'], ['c'], ['a']]],
  ['longest-idle', [idle('b', 10), idle('a', 10)], [['a'], ['b']]],
  ['ring-all', [], []],
  ['ring-all', [idle('c', 30), idle('b', 10), idle('a', 20)], [['a', 'b', 'c']]],
  ['progressive', [idle('a', 30), idle('b', 10)], [['b'], ['a']]],
  ['top-down', [placed('a', 2), placed('b', 0, 9), placed('c', 1)], [['b'], ['c'], ['a']]],
  ['round-robin', [placed('a', 2), placed('b', 0, 9), placed('c', 1)], [['c'], ['a'], ['b']]],
  ['round-robin', [placed('a', 0, 9), placed('b', 1, 7), placed('c', 2, 8)], [['b'], ['c'], ['a']]],
  [
    'least-calls-today',
    [
      candidate('a', { callsToday: 2, idleSince: 1 }),
      candidate('b', { callsToday: 1, idleSince: 9 }),
      candidate('c', { callsToday: 1, idleSince: 8 }),
    ],
    [['c'], ['b'], ['a']],
  ],
  [
    'least-talk',
    [
      candidate('a', { talkTodayMs: 60_000, callsToday: 1 }),
      candidate('b', { talkTodayMs: 30_000, callsToday: 3, idleSince: 9 }),
      candidate('c', { talkTodayMs: 30_000, callsToday: 4, idleSince: 8 }),
    ],
    [['c'], ['b'], ['a']],
  ],
  ['random', [idle('a', 1), idle('b', 2), idle('c', 3)], [['b'], ['a'], ['c']]],
];

test.each(ROWS)('%s of %j rings %j', (name, free, groups) => {
  const draws = [0.5, 0, 0.9];
  expect(STRATEGIES[name].groups(free, () => draws.shift() ?? 0)).toEqual(groups);
});

/** People who have done whatever they have. */
function crowd(seed: number): Candidate[] {
  const random = seeded(seed);
  return Array.from({ length: random.below(20) }, (_, n) =>
    candidate(`agent-${random.below(1000)}-${n}`, {
      idleSince: random.below(5),
      position: random.below(20),
      callsToday: random.below(3),
      talkTodayMs: random.below(3),
      askedAt: random.chance(0.5) ? random.below(5) : null,
    }),
  );
}

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

describe.each(STRATEGY_NAMES)('%s', (name) => {
  const { groups } = STRATEGIES[name];

  test('every free agent is asked exactly once a round', () => {
    for (const seed of SEEDS) {
      const free = crowd(seed);
      const asked = groups(free, seeded(seed).next).flat();
      expect([...asked].sort()).toEqual(free.map(({ id }) => id).sort());
    }
  });

  test('it decides by what agents are, not by the order in which they come', () => {
    for (const seed of SEEDS) {
      const free = crowd(seed);
      const before = [...free];
      const turned = groups([...free].reverse(), seeded(seed).next);
      expect(groups(free, seeded(seed).next)).toEqual(turned);
      expect(free).toEqual(before);
    }
  });
});

/** A day on which who is asked takes the call and is free again for the next; answers who was asked. */
function day(name: StrategyName, agents: number, calls: number, seed: number): string[] {
  const random = seeded(seed);
  const people = Array.from({ length: agents }, (_, n) => candidate(`a${n}`, { position: n }));
  return Array.from({ length: calls }, (_, n) => {
    const [[id = ''] = []] = STRATEGIES[name].groups(people, random.next);
    const taker = people.find((one) => one.id === id)!;
    taker.callsToday += 1;
    taker.talkTodayMs += 60_000;
    taker.askedAt = n + 1;
    taker.idleSince = n + 1;
    return id;
  });
}

test.each<StrategyName>(['longest-idle', 'round-robin', 'least-calls-today', 'least-talk'])(
  '%s: with equal calls nobody is ever more than one ahead',
  (name) => {
    const asked = day(name, 7, 500, 1);
    const counts = new Map(asked.map((id) => [id, 0]));
    for (const id of asked) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      const all = [...counts.values()];
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    }
  },
);

test('round-robin goes through the order of the queue again and again', () => {
  expect(day('round-robin', 3, 7, 1).join(' ')).toBe('a0 a1 a2 a0 a1 a2 a0');
});

test('top-down asks the first as long as he is free', () => {
  expect(new Set(day('top-down', 3, 7, 1))).toEqual(new Set(['a0']));
});

test('random gives each his share, by the seed', () => {
  const counts = new Map<string, number>();
  for (const id of day('random', 5, 5000, 42)) counts.set(id, (counts.get(id) ?? 0) + 1);
  // Five times the standard deviation of a fair draw, sqrt(5000 * 0.2 * 0.8).
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(142);
  expect(day('random', 5, 50, 7)).toEqual(day('random', 5, 50, 7));
});
