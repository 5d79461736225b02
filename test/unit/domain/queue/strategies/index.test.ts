import { STRATEGIES } from '../../../../../src/domain/queue/strategies';

const agent = (id: string, idleSince: number) => ({ id, idleSince });

/** Strategy, who is free, groups to ring in turn. */
const ROWS = [
  ['longest-idle', [], []],
  ['longest-idle', [agent('a', 30), agent('b', 10), agent('c', 20)], [['b'], ['c'], ['a']]],
  ['longest-idle', [agent('b', 10), agent('a', 10)], [['a'], ['b']]],
  ['ring-all', [], []],
  ['ring-all', [agent('c', 30), agent('b', 10), agent('a', 20)], [['a', 'b', 'c']]],
] as const;

test.each(ROWS)('%s of %j rings %j', (name, free, groups) => {
  expect(STRATEGIES[name].groups(free)).toEqual(groups);
});

test('every strategy leaves its input as it was', () => {
  const free = [agent('a', 30), agent('b', 10)];
  for (const { groups } of Object.values(STRATEGIES)) groups(free);
  expect(free.map(({ id }) => id)).toEqual(['a', 'b']);
});
