import { dispatch, type QueueSituation } from '../../../../src/domain/queue/dispatch';
import { demandsOf } from '../../../../src/domain/queue/demands';
import { NO_FLOORS } from '../../../../src/domain/queue/floor';
import { joinQueue, type Entry } from '../../../../src/domain/queue/entry';
import { SAMPLES } from '../events';
import { candidate, NOBODY_ELSE } from './candidate';

const entry = (id: string, joinedAt: number) =>
  joinQueue({ ...SAMPLES['entry.joined'], entryId: id, callId: `call-${id}`, joinedAt }).next;

const [first, second, third] = [entry('1', 1), entry('2', 2), entry('3', 3)];
const agent = (id: string, idleSince: number) => candidate(id, { idleSince });

const NOTHING = { offers: [], held: [], deserted: [], again: null, heldBack: false };

const situation = (facts: Partial<QueueSituation>): QueueSituation => ({
  now: 100_000,
  strategy: 'longest-idle',
  stepMs: 10_000,
  demands: demandsOf({}),
  ownerMs: 0,
  awaits: () => false,
  engaged: NOBODY_ELSE,
  random: () => 0,
  floors: NO_FLOORS,
  waiting: [],
  fresh: [],
  ringing: [],
  recalls: new Map(),
  free: [],
  staffed: true,
  alone: [],
  ...facts,
});

test('the first in the queue goes to the first of the strategy, the second to the next', () => {
  const { offers, held } = dispatch(
    situation({
      waiting: [first, second, third],
      fresh: [third],
      free: [agent('bob', 20), agent('dan', 10)],
    }),
  );
  expect(offers.map(({ entry: { id }, agentId }) => [id, agentId])).toEqual([
    ['1', 'dan'],
    ['2', 'bob'],
  ]);
  expect(held).toEqual(['call-3']);
});

test('more agents than callers: the rest stays free', () => {
  const free = [agent('bob', 20), agent('dan', 10)];
  expect(dispatch(situation({ waiting: [first], fresh: [first], free })).offers).toHaveLength(1);
});

test('who was held before is not held again', () => {
  const { held } = dispatch(situation({ waiting: [first, second], fresh: [second] }));
  expect(held).toEqual(['call-2']);
});

test('with nobody signed in everybody who waits is deserted', () => {
  const result = dispatch(situation({ waiting: [first, second], fresh: [second], staffed: false }));
  expect(result).toEqual({ ...NOTHING, deserted: ['call-1', 'call-2'] });
});

const rung = (
  asked: string[],
  {
    id = 'rings',
    named = false,
    since = 90_000,
  }: { id?: string; named?: boolean; since?: number } = {},
): Entry => ({
  ...entry(id, 1),
  ...{ state: 'offered', offers: ['offer'], asked, named, since },
});

describe('ring-all', () => {
  const pairs = (facts: Partial<QueueSituation>) =>
    dispatch(situation({ strategy: 'ring-all', ...facts })).offers.map(
      ({ entry: { id }, agentId }) => `${id} ${agentId}`,
    );
  const [bob, dan, eve] = [agent('bob', 20), agent('dan', 10), agent('eve', 5)];

  test('the first in the queue goes to everybody, the second to nobody', () => {
    const queue = { waiting: [first, second], fresh: [second], free: [bob, dan] };
    expect(pairs(queue)).toEqual(['1 bob', '1 dan']);
    expect(dispatch(situation({ strategy: 'ring-all', ...queue })).held).toEqual(['call-2']);
  });

  test('who becomes free joins; who has let it pass takes the next one', () => {
    const queue = { ringing: [rung(['bob'])], waiting: [second], free: [bob, dan] };
    expect(pairs(queue)).toEqual(['rings dan', '2 bob']);
    expect(pairs({ ...queue, waiting: [] })).toEqual(['rings dan']);
    expect(pairs({ ...queue, free: [bob], waiting: [] })).toEqual([]);
  });

  test('he joins the first that rings, and none that was offered to somebody by name', () => {
    const ringing = [rung(['eve'], { named: true }), rung([], { id: 'a' }), rung([], { id: 'b' })];
    expect(pairs({ ringing, free: [dan, eve] })).toEqual(['a dan', 'a eve']);
  });

  test('no other strategy rings anybody in addition', () => {
    const queue = { ringing: [rung([])], free: [bob] };
    expect(dispatch(situation(queue)).offers).toEqual([]);
  });
});

test('who parked a caller gets him back first, and nobody else in the same moment', () => {
  const { offers, held } = dispatch(
    situation({
      ...{ waiting: [first, second], fresh: [first, second], free: [agent('bob', 1)] },
      recalls: new Map([[second.id, 'bob']]),
    }),
  );
  expect(offers).toEqual([{ entry: second, agentId: 'bob', by: 'recall' }]);
  expect(held).toEqual(['call-1']);
});

test('whom a recall takes stands for no floor any more, and has a caller of the queue', () => {
  const bob = agent('bob', 1);
  const dan = agent('dan', 2);
  const queue = situation({
    ...{ waiting: [first, second], fresh: [first, second], free: [bob, dan] },
    recalls: new Map([[first.id, 'bob']]),
    floors: { keep: 0, own: [], others: [{ need: 1, free: new Set(['bob', 'dan']) }] },
  });
  const { offers, held, heldBack } = dispatch(queue);
  expect(offers.map(({ agentId }) => agentId)).toEqual(['bob']);
  expect([held, heldBack]).toEqual([['call-2'], true]);
});

test('an empty queue has nothing to decide', () => {
  expect(dispatch(situation({ free: [agent('bob', 1)] }))).toEqual(NOTHING);
});

describe('progressive', () => {
  const decided = (facts: Partial<QueueSituation>) => {
    const { offers, again } = dispatch(situation({ strategy: 'progressive', ...facts }));
    return [...offers.map(({ entry: { id }, agentId }) => `${id} ${agentId}`), again];
  };
  const [bob, dan] = [agent('bob', 20), agent('dan', 10)];

  test.each<[string, Partial<QueueSituation>, (string | null | number)[]]>([
    ['one is rung, the next in a step', { waiting: [first], free: [bob, dan] }, ['1 dan', 110_000]],
    [
      'nobody is left for a step',
      { waiting: [first, second], free: [bob, dan] },
      ['1 dan', '2 bob', null],
    ],
    ['too early', { ringing: [rung(['eve'], { since: 95_000 })], free: [bob, dan] }, [105_000]],
    ['in time', { ringing: [rung(['eve'])], free: [bob, dan] }, ['rings dan', 110_000]],
    ['the second step', { ringing: [rung(['eve', 'dan'])], free: [bob] }, [110_000]],
    [
      'late, because nobody was free',
      { ringing: [rung(['eve'], { since: 0 })], free: [bob, dan] },
      ['rings dan', 'rings bob', null],
    ],
    ['who let it pass does not count', { ringing: [rung(['bob'])], free: [bob] }, [null]],
    ['rung by name', { ringing: [rung(['eve'], { named: true })], free: [bob] }, [null]],
    [
      'whom one rings for the next cannot ring',
      { ringing: [rung(['eve'])], waiting: [second], free: [bob, dan] },
      ['rings dan', '2 bob', null],
    ],
    ['nobody is free', { ringing: [rung(['eve'])], free: [] }, [null]],
  ])('%s', (_, facts, expected) => expect(decided(facts)).toEqual(expected));
});
