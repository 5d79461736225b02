import { STRATEGY_NAMES, type StrategyName } from '../../../../src/domain/plan';
import { demandsOf, suits } from '../../../../src/domain/queue/demands';
import { joinQueue, type Entry } from '../../../../src/domain/queue/entry';
import { pair, type Choice } from '../../../../src/domain/queue/pairing';
import { STRATEGIES } from '../../../../src/domain/queue/strategies';
import { seeded } from '../../../simulation/random';
import { SAMPLES } from '../events';
import { candidate, NOBODY_ELSE } from './candidate';

const NOW = 1_000_000;

function entry(id: string, waited: number, owner?: string): Entry {
  const caller = owner === undefined ? {} : { caller: { ownerId: owner } };
  const joinedAt = NOW - waited * 1000;
  return joinQueue({ ...SAMPLES['entry.joined'], entryId: id, joinedAt, ...caller }).next;
}

const choice = (facts: Partial<Choice>): Choice => ({
  ...{ now: NOW, strategy: 'longest-idle', stepMs: 10_000, random: () => 0 },
  ...{ demands: demandsOf({}), ownerMs: 0, awaits: () => false, engaged: NOBODY_ELSE },
  ...{ waiting: [], ringing: [], free: [] },
  ...facts,
});

const decided = (facts: Partial<Choice>) => {
  const { offers, again } = pair(choice(facts));
  const inSeconds = again === null ? null : (again - NOW) / 1000;
  return [...offers.map(({ entry: { id }, agentId }) => `${id} ${agentId}`), inSeconds];
};

const bob = candidate('bob', { idleSince: 1, skills: { volvo: 2 } });
const dan = candidate('dan', { idleSince: 2, skills: { volvo: 5 } });

describe('whoever suits', () => {
  const demands = demandsOf({
    wants: { volvo: 5 },
    widen: [
      { after: 20, wants: { volvo: 2 } },
      { after: 60, wants: {} },
    ],
  });
  const eve = candidate('eve', { idleSince: 0 });

  test.each<[string, Partial<Choice>, (string | number | null)[]]>([
    [
      'not who has been idle longest',
      { waiting: [entry('1', 0)], free: [bob, dan] },
      ['1 dan', null],
    ],
    ['nobody yet, in a while', { waiting: [entry('1', 5)], free: [bob] }, [15]],
    ['the next step', { waiting: [entry('1', 20)], free: [bob, dan] }, ['1 bob', null]],
    ['not yet everybody', { waiting: [entry('1', 20)], free: [eve] }, [40]],
    ['at last everybody', { waiting: [entry('1', 60)], free: [eve] }, ['1 eve', null]],
    [
      'whom the first cannot have the second can',
      { waiting: [entry('1', 30), entry('2', 5)], free: [eve, dan] },
      ['1 dan', 15],
    ],
    [
      'who suits nobody holds up nobody',
      { waiting: [entry('1', 70), entry('2', 5), entry('3', 4)], free: [eve, dan] },
      ['1 eve', '2 dan', null],
    ],
  ])('%s', (_, facts, expected) => expect(decided({ demands, ...facts })).toEqual(expected));

  test('who joins a ringing call must suit it, too; widening lets more join', () => {
    const rings: Entry = {
      ...entry('rings', 10),
      state: 'offered',
      offers: ['o'],
      asked: ['dan'],
      named: false,
      since: NOW,
    };
    const facts = { strategy: 'ring-all' as const, demands, ringing: [rings] };
    expect(decided({ ...facts, free: [bob] })).toEqual([10]);
    expect(decided({ ...facts, free: [bob, candidate('cui', { skills: { volvo: 9 } })] })).toEqual([
      'rings cui',
      10,
    ]);
  });
});

describe('the owner of the lead', () => {
  const awaits = (id: string) => id === 'dan';
  test.each<[string, Partial<Choice>, (string | number | null)[]]>([
    [
      'is first when he is free',
      { waiting: [entry('1', 0, 'dan')], free: [bob, dan] },
      ['1 dan', null],
    ],
    [
      'is not waited for',
      { waiting: [entry('1', 0, 'dan')], free: [bob], awaits },
      ['1 bob', null],
    ],
    [
      'is waited for, if the queue does',
      { waiting: [entry('1', 4, 'dan')], free: [bob], awaits, ownerMs: 15_000 },
      [11],
    ],
    [
      'not longer',
      { waiting: [entry('1', 15, 'dan')], free: [bob], awaits, ownerMs: 15_000 },
      ['1 bob', null],
    ],
    [
      'not if he does not work',
      { waiting: [entry('1', 4, 'eve')], free: [bob], awaits, ownerMs: 15_000 },
      ['1 bob', null],
    ],
    [
      'holds up nobody else',
      { waiting: [entry('1', 4, 'dan'), entry('2', 0)], free: [bob], awaits, ownerMs: 15_000 },
      ['2 bob', null],
    ],
    [
      'need not suit',
      {
        waiting: [entry('1', 0, 'dan')],
        free: [bob, dan],
        demands: demandsOf({ wants: { volvo: 9 } }),
      },
      ['1 dan', null],
    ],
    [
      'rings alone first',
      { strategy: 'ring-all', waiting: [entry('1', 0, 'dan')], free: [bob, dan], ownerMs: 15_000 },
      ['1 dan', 15],
    ],
    [
      'of several that ring is one',
      { strategy: 'ring-all', waiting: [entry('1', 0, 'dan')], free: [bob, dan] },
      ['1 bob', '1 dan', null],
    ],
  ])('%s', (_, facts, expected) => expect(decided(facts)).toEqual(expected));
});

/** The same by the book: each in his turn looks at everybody. */
function byTheBook(queue: Choice): string[] {
  const taken = new Set<string>();
  const groups = STRATEGIES[queue.strategy].groups(queue.free, queue.random);
  const isFree = (id: string) => !taken.has(id) && queue.free.some((one) => one.id === id);
  return queue.waiting.flatMap((one) => {
    const waited = NOW - one.joinedAt;
    const owner = one.owner ?? '';
    const isHis =
      waited < queue.ownerMs &&
      (isFree(owner) || queue.free.some(({ id }) => id === owner) || queue.awaits(owner));
    const demand = [...queue.demands].reverse().find(({ after }) => after <= waited)!;
    const prefers = STRATEGIES[queue.strategy].joinsAfter === undefined && isFree(owner);
    const group =
      isHis || prefers
        ? [owner].filter(isFree)
        : (groups
            .map((ids) =>
              ids.filter(
                (id) => isFree(id) && suits(queue.free.find((f) => f.id === id)!.skills, demand),
              ),
            )
            .find((ids) => ids.length > 0) ?? []);
    for (const id of group) taken.add(id);
    return group.map((id) => `${one.id} ${id}`);
  });
}

test.each(STRATEGY_NAMES)(
  '%s: everybody gets whom he would get if each looked at all, by seed',
  (strategy: StrategyName) => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = seeded(seed);
      const words = ['volvo', 'english', 'bj01'];
      const level = () => ({ [random.pick(words)!]: 1 + random.below(3) });
      const free = Array.from({ length: random.below(12) }, (_, n) =>
        candidate(`a${n}`, {
          idleSince: random.below(9),
          position: n,
          skills: { ...level(), ...level() },
        }),
      );
      const waiting = Array.from({ length: random.below(15) }, (_, n) =>
        entry(
          `e${String(n).padStart(2, '0')}`,
          random.below(100),
          random.chance(0.3) ? `a${random.below(14)}` : undefined,
        ),
      ).sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
      const queue = choice({
        ...{
          strategy,
          free,
          waiting,
          ownerMs: random.pick([0, 20_000])!,
          awaits: (id) => id === 'a13',
        },
        demands: demandsOf({
          wants: level(),
          widen: [
            { after: 30, wants: level() },
            { after: 60, wants: {} },
          ],
        }),
      });
      const made = pair({ ...queue, random: seeded(seed).next });
      expect(made.offers.map(({ entry: { id }, agentId }) => `${id} ${agentId}`)).toEqual(
        byTheBook({ ...queue, random: seeded(seed).next }),
      );
      // Whoever is free and waited for by somebody is found in time: nobody is forgotten.
      if (made.again !== null) expect(made.again).toBeGreaterThan(NOW);
    }
  },
);

test('a thousand who wait and a thousand agents: in proportion to what is decided', () => {
  const free = Array.from({ length: 1000 }, (_, n) =>
    candidate(`a${n}`, { idleSince: n, skills: { volvo: 1 } }),
  );
  const waiting = Array.from({ length: 1000 }, (_, n) =>
    entry(`e${String(n).padStart(4, '0')}`, 10),
  );
  const msOf = (facts: Partial<Choice>) => {
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      pair(choice({ free, waiting, demands: demandsOf({ wants: { volvo: 1 } }), ...facts }));
      return performance.now() - start;
    });
    return Math.min(...times);
  };
  const nobody = demandsOf({
    wants: { volvo: 9 },
    widen: [{ after: 5, wants: { volvo: 8 } }],
  });
  expect(msOf({ free: free.slice(0, 1) })).toBeLessThan(2);
  expect(msOf({ waiting: waiting.slice(0, 1) })).toBeLessThan(2);
  expect(msOf({ demands: nobody })).toBeLessThan(10);
  // A thousand offers at once.
  expect(msOf({})).toBeLessThan(50);
});
