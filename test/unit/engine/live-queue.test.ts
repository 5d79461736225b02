import type { Agent } from '../../../src/domain/agent/agent';
import { NOTHING_YET } from '../../../src/domain/agent/workday';
import { dispatch } from '../../../src/domain/queue/dispatch';
import { joinQueue, stepEntry, type Entry } from '../../../src/domain/queue/entry';
import { LiveQueue } from '../../../src/engine/live-queue';
import { NOW, SAMPLES } from '../domain/events';

const entry = (id: string, joinedAt: number): Entry =>
  joinQueue({ ...SAMPLES['entry.joined'], entryId: id, joinedAt }).next;
const order = (queue: LiveQueue) => queue.takeSituation(NOW).waiting.map(({ id }) => id);

test('entries stand in the order of their places, in whatever order they come', () => {
  const queue = new LiveQueue('sales', 'bj01');
  for (const [id, at] of [
    ['c', 3],
    ['a', 1],
    ['d', 3],
    ['b', 2],
  ] as const)
    queue.setEntry(undefined, entry(id, at));
  expect(order(queue)).toEqual(['a', 'b', 'c', 'd']);
});

test('an entry that was offered in vain stands where it stood', () => {
  const queue = new LiveQueue('sales', 'bj01');
  const [first, second] = [entry('a', 1), entry('b', 2)];
  queue.setEntry(undefined, first);
  queue.setEntry(undefined, second);
  const offered = stepEntry(first, SAMPLES['offer.made'], NOW).next;
  queue.setEntry(first, offered);
  expect(order(queue)).toEqual(['b']);
  expect(queue.view()).toMatchObject({ waiting: 1, offered: 1, longestWaitSince: 2 });
  queue.setEntry(offered, stepEntry(offered, SAMPLES['offer.ended'], NOW).next);
  expect(order(queue)).toEqual(['a', 'b']);
  expect(queue.view()).toMatchObject({ waiting: 2, offered: 0, longestWaitSince: 1 });
});

test('a consultation stands in the line, and is no caller: the counts of callers leave it out', () => {
  const queue = new LiveQueue('sales', 'bj01');
  const fact = { ...SAMPLES['entry.joined'], entryId: 'a', joinedAt: 1, askedBy: 'bob' };
  const consultation = joinQueue(fact).next;
  queue.setEntry(undefined, entry('b', 2));
  queue.setEntry(undefined, consultation);
  expect(order(queue)).toEqual(['a', 'b']);
  expect(queue.ahead(entry('b', 2))).toBe(1);
  expect(queue.line.waiting).toBe(1);
  const counts = { waiting: 1, longestWaitSince: 2, consultations: 1, offered: 0 };
  expect(queue.view()).toMatchObject(counts);
  const made = { ...SAMPLES['offer.made'], entryId: 'a' };
  const offered = stepEntry(consultation, made, NOW).next;
  queue.setEntry(consultation, offered);
  expect(queue.view()).toMatchObject(counts);
  queue.setEntry(offered, stepEntry(offered, SAMPLES['talk.started'], NOW).next);
  expect(queue.view()).toMatchObject({ ...counts, consultations: 0 });
});

test('without a change there is nothing to dispatch again', () => {
  const queue = new LiveQueue('sales', 'bj01');
  queue.setEntry(undefined, entry('a', 1));
  expect(queue.needsDispatch).toBe(true);
  queue.takeSituation(NOW);
  expect(queue.needsDispatch).toBe(false);
});

test('an entry is fresh once', () => {
  const queue = new LiveQueue('sales', 'bj01');
  queue.setEntry(undefined, entry('a', 1));
  expect(queue.takeSituation(NOW).fresh).toHaveLength(1);
  expect(queue.takeSituation(NOW).fresh).toHaveLength(0);
});

test('entries leave from any place', () => {
  const queue = new LiveQueue('sales', 'bj01');
  const entries = Array.from({ length: 1000 }, (_, n) => entry(`e${n}`, (n * 7919) % 101));
  for (const waiting of entries) queue.setEntry(undefined, waiting);
  for (const waiting of entries)
    queue.setEntry(waiting, stepEntry(waiting, SAMPLES['entry.left'], NOW).next);
  expect(order(queue)).toEqual([]);
});

const agent = (id: string, isFree: boolean): Agent =>
  ({
    ...{ id, storeId: 'bj01', queues: ['sales'], intent: { is: 'ready' }, pending: null },
    ...{ phones: [{ id: `phone of ${id}`, lost: null }], seat: null, nailed: { is: 'down' } },
    ...{ line: null, skills: {}, today: NOTHING_YET },
    activity: isFree
      ? { is: 'idle', since: NOW, resting: false }
      : { is: 'talking', since: NOW, callId: `call of ${id}` },
  }) as unknown as Agent;

/** Of so many who wait and so many agents: what is looked at from the moment at which one is free until he has a caller. */
function looksFor(count: number): number {
  let looks = 0;
  const watched = <T extends object>(thing: T): T =>
    new Proxy(thing, { get: (of, key) => ((looks += 1), Reflect.get(of, key) as unknown) });
  const queue = new LiveQueue('sales', 'bj01');
  const decide = () =>
    dispatch({ ...queue.takeSituation(NOW), random: () => 0, recalls: new Map() });
  for (let n = 0; n < count; n++) {
    queue.setEntry(undefined, watched(entry(`e${String(n).padStart(6, '0')}`, n)));
    queue.setAgent(watched(agent(`a${n}`, false)), true, 'sales');
  }
  decide();
  looks = 0;
  queue.setAgent(watched(agent('a0', true)), true, null);
  const [offer] = decide().offers;
  expect(offer).toMatchObject({ agentId: 'a0', entry: { id: 'e000000' } });
  if (!offer) return looks;
  queue.setEntry(offer.entry, stepEntry(offer.entry, SAMPLES['offer.made'], NOW).next);
  queue.setAgent(watched(agent('a0', false)), true, 'sales');
  expect(queue.view()).toMatchObject({ waiting: count - 1, offered: 1, longestWaitSince: 1 });
  return looks;
}

test('who is free has the first caller without a look at all who wait, or at all agents', () => {
  // A place is found by halving: a hundred times as many are seven looks at two more.
  expect(looksFor(10_000)).toBeLessThan(looksFor(100) + 50);
});
