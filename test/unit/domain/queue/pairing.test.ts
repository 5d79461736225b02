import { STRATEGY_NAMES, type StrategyName } from '../../../../src/domain/plan';
import { demandsOf, suits, type Demand } from '../../../../src/domain/queue/demands';
import { NO_FLOORS, type Floors } from '../../../../src/domain/queue/floor';
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
  ...{ waiting: [], ringing: [], free: [], floors: NO_FLOORS },
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

describe('who speaks another language', () => {
  const carl = candidate('carl', { idleSince: 9, skills: { en: 2 } });
  const english = (id: string, waited: number): Entry => ({
    ...entry(id, waited),
    language: { is: 'en', since: NOW - waited * 1000 },
  });
  const kept = (is = true) => ({ language: { ms: 30_000, isSpoken: () => is } });
  const widen = [{ after: 20, wants: { volvo: 2 } }];
  const called = { back: 'claimed' as const };
  test.each<[string, Partial<Choice>, (string | number | null)[]]>([
    ['has whoever speaks it', { waiting: [english('1', 0)], free: [bob, carl] }, ['1 carl', null]],
    ['waits a while for that one', { waiting: [english('1', 10)], free: [bob] }, [20]],
    ['not at the cost of others', { waiting: [english('1', 9)], free: [bob, dan] }, [21]],
    ['not longer', { waiting: [english('1', 30)], free: [bob, carl] }, ['1 bob', null]],
    [
      'waits for nobody while nobody speaks it',
      { waiting: [english('1', 0)], free: [bob, dan], ...kept(false) },
      ['1 bob', null],
    ],
    [
      'holds up nobody',
      { waiting: [english('1', 9), entry('2', 8), entry('3', 7)], free: [bob, dan] },
      ['2 bob', '3 dan', null],
    ],
    [
      'has whoever can what is wanted besides, when that is the first to speak it',
      {
        ...{ waiting: [english('1', 21)], demands: demandsOf({ wants: { volvo: 3 }, widen }) },
        free: [bob, carl, candidate('fay', { idleSince: 99, skills: { volvo: 2, en: 1 } })],
      },
      ['1 fay', null],
    ],
    [
      'has his owner, whatever that one speaks',
      { waiting: [{ ...english('1', 0), owner: 'dan' }], free: [carl, dan] },
      ['1 dan', null],
    ],
    [
      'is called back by anybody',
      { waiting: [{ ...english('1', 0), ...called }], free: [bob, carl], lent: new Set(['bob']) },
      ['1 bob', null],
    ],
  ])('%s', (_, facts, expected) => expect(decided({ ...kept(), ...facts })).toEqual(expected));

  test('whoever speaks it is his though another queue keeps that one, while none of his has such a caller', () => {
    const others = [{ need: 1, free: new Set(['carl']) }];
    const floors = { keep: 1, own: [{ skills: {} }], others };
    const facts = { waiting: [english('1', 0)], free: [bob, carl], ...kept(), floors };
    expect(decided(facts)).toEqual(['1 carl', null]);
    const own = [{ skills: { en: 1 } }];
    expect(decided({ ...facts, floors: { keep: 1, own, others } })).toEqual([30]);
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

describe('the floors of other queues', () => {
  const cui = candidate('cui', { idleSince: 3 });
  /** Somebody of the queue has a caller already, so that nobody is owed. */
  const own = [{ skills: { volvo: 9 } }];
  const floor = (need: number, ...ids: string[]) => ({ need, free: new Set(ids) });
  const three = [entry('1', 9), entry('2', 8), entry('3', 7)];
  const rings: Entry = {
    ...entry('rings', 10),
    ...{ state: 'offered', offers: ['o'], asked: ['eve'], named: false, since: NOW },
  };

  test.each<[string, Floors, Partial<Choice>, (string | number | null)[]]>([
    [
      'are left as many as they need',
      { keep: 0, own, others: [floor(1, 'bob', 'dan', 'cui')] },
      { waiting: three, free: [bob, dan, cui] },
      ['1 bob', '2 dan', null],
    ],
    [
      'each its own: one agent stands for one of them',
      { keep: 0, own, others: [floor(1, 'bob', 'dan', 'cui'), floor(1, 'bob', 'dan', 'cui')] },
      { waiting: three, free: [bob, dan, cui] },
      ['1 bob', null],
    ],
    [
      'are met by agents of theirs who are none of ours',
      { keep: 0, own, others: [floor(2, 'x', 'y', 'bob', 'dan')] },
      { waiting: three, free: [bob, dan] },
      ['1 bob', '2 dan', null],
    ],
    [
      'take nobody whom they cannot use',
      { keep: 0, own, others: [floor(3, 'bob')] },
      { waiting: three, free: [bob, dan] },
      ['1 dan', null],
    ],
    [
      'let an agent go from one to the other',
      { keep: 0, own, others: [floor(1, 'bob', 'dan'), floor(1, 'dan', 'cui')] },
      { waiting: three, free: [bob, dan, cui] },
      ['1 bob', null],
    ],
    [
      'wait for the first caller, of whom nobody has care',
      { keep: 0, own: [], others: [floor(9, 'bob', 'dan')] },
      { waiting: three, free: [bob, dan] },
      ['1 bob', null],
    ],
    [
      '… who gets who is nobody else’s, if there is one',
      { keep: 0, own: [], others: [floor(9, 'bob')] },
      { waiting: three, free: [bob, dan] },
      ['1 dan', null],
    ],
    [
      'wait for as many as the queue keeps itself',
      { keep: 2, own, others: [floor(9, 'bob', 'dan', 'cui')] },
      { waiting: three, free: [bob, dan, cui] },
      ['1 bob', null],
    ],
    [
      'wait for a caller whom nobody suits who has one',
      {
        keep: 0,
        own: [{ skills: { volvo: 1 } }],
        others: [floor(9, 'bob', 'dan')],
      },
      { waiting: three, free: [bob, dan], demands: demandsOf({ wants: { volvo: 5 } }) },
      ['1 dan', null],
    ],
    [
      'hold for the owner, too, and not longer than he is waited for',
      { keep: 0, own, others: [floor(1, 'bob')] },
      { waiting: [entry('1', 4, 'bob')], free: [bob, dan], ownerMs: 15_000 },
      [11],
    ],
    [
      'let one phone ring, where all would',
      { keep: 0, own: [], others: [floor(9, 'bob', 'dan')] },
      { strategy: 'ring-all', waiting: three, free: [bob, dan] },
      ['1 bob', null],
    ],
    [
      'let those ring who are spare',
      { keep: 0, own, others: [floor(1, 'bob', 'dan', 'cui')] },
      { strategy: 'ring-all', waiting: three, free: [bob, dan, cui] },
      ['1 bob', '1 cui', null],
    ],
    [
      'hold for who would join',
      { keep: 0, own, others: [floor(1, 'bob')] },
      { strategy: 'ring-all', ringing: [rings], free: [bob, dan] },
      ['rings dan', null],
    ],
    [
      '… but for those whom the queue keeps',
      { keep: 2, own, others: [floor(2, 'bob', 'dan')] },
      { strategy: 'ring-all', ringing: [rings], free: [bob, dan] },
      ['rings bob', null],
    ],
  ])('%s', (_, floors, facts, expected) => expect(decided({ floors, ...facts })).toEqual(expected));

  test('it is told whether somebody was kept, so that it is looked at again when he is free', () => {
    const held = (floors: Floors) =>
      pair(choice({ waiting: three.slice(0, 1), free: [bob, dan], floors })).heldBack;
    expect(held({ keep: 0, own, others: [floor(1, 'bob')] })).toBe(true);
    expect(held({ keep: 0, own, others: [floor(1, 'x')] })).toBe(false);
    expect(held(NO_FLOORS)).toBe(false);
  });
});

/**
 * The most needs that who is left can meet, each one of them: by König and Ore the least, over every set of floors, of
 * who stands ready for that set and what the others need.
 */
function covered({ others }: Floors, gone: ReadonlySet<string>): number {
  const sets = Array.from({ length: 2 ** others.length }, (_, set) => {
    const isIn = (at: number) => (set >> at) % 2 === 1;
    const ready = others.flatMap(({ free }, at) => (isIn(at) ? [...free.keys()] : []));
    const unmet = others.reduce((sum, { need }, at) => sum + (isIn(at) ? 0 : need), 0);
    return unmet + new Set(ready.filter((id) => !gone.has(id))).size;
  });
  return Math.min(...sets);
}

/** The same by the book: each in his turn looks at everybody. */
function byTheBook(queue: Choice): string[] {
  const taken = new Set<string>();
  const { keep, own } = queue.floors;
  const skills = (id: string) => queue.free.find((one) => one.id === id)!.skills;
  const isKept = (id: string) =>
    covered(queue.floors, new Set([...taken, id])) < covered(queue.floors, taken);
  const isOwed = (demand: Demand) =>
    own.length + taken.size < keep ||
    ![...own, ...[...taken].map((id) => ({ skills: skills(id) }))].some((one) =>
      suits(one.skills, demand),
    );
  const take = (id: string) => taken.add(id);
  const groups = STRATEGIES[queue.strategy].groups(queue.free, queue.random);
  const isFree = (id: string) => !taken.has(id) && queue.free.some((one) => one.id === id);
  return queue.waiting.flatMap((one) => {
    const waited = NOW - one.joinedAt;
    const owner = one.owner ?? '';
    const isHis =
      waited < queue.ownerMs &&
      (isFree(owner) || queue.free.some(({ id }) => id === owner) || queue.awaits(owner));
    const demand = [...queue.demands].reverse().find(({ after }) => after <= waited)!;
    const mayHave = (id: string) => isFree(id) && (!isKept(id) || isOwed(demand));
    const prefers = STRATEGIES[queue.strategy].joinsAfter === undefined && mayHave(owner);
    const firstOf = (may: (id: string) => boolean): string[] => {
      for (const ids of groups) {
        const some = ids.filter(
          (id) => isFree(id) && suits(skills(id), demand) && may(id) && take(id),
        );
        if (some.length > 0) return some;
      }
      return [];
    };
    const spares = () => firstOf((id) => !isKept(id));
    const group = () => {
      const some = spares();
      return some.length > 0 ? some : firstOf(() => isOwed(demand));
    };
    const taking = isHis || prefers ? [owner].filter((id) => mayHave(id) && take(id)) : group();
    return taking.map((id) => `${one.id} ${id}`);
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
      // Of other queues' agents some are none of this one's.
      const strangers = [...free.map(({ id }) => id), 's0', 's1', 's2'];
      const floors: Floors = {
        keep: random.below(3),
        own: Array.from({ length: random.below(3) }, () => ({ skills: level() })),
        others: Array.from({ length: random.below(4) }, () => ({
          need: 1 + random.below(3),
          free: new Set(strangers.filter(() => random.chance(0.5))),
        })),
      };
      const queue = choice({
        ...{ floors, strategy },
        ...{
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
  const looksAt = (facts: Partial<Choice>) => {
    let looks = 0;
    const counted = <T extends object>(those: readonly T[]): T[] =>
      those.map((one) => new Proxy(one, { get: (...of) => (looks++, Reflect.get(...of)) }));
    const asked = choice({
      ...{ free, waiting, demands: demandsOf({ wants: { volvo: 1 } }), ...facts },
    });
    pair({ ...asked, free: counted(asked.free), waiting: counted(asked.waiting) });
    return looks;
  };
  const nobody = demandsOf({
    wants: { volvo: 9 },
    widen: [{ after: 5, wants: { volvo: 8 } }],
  });
  expect(looksAt({ free: free.slice(0, 1) })).toBeLessThan(100);
  expect(looksAt({ waiting: waiting.slice(0, 1) })).toBeLessThan(10_000);
  expect(looksAt({ demands: nobody })).toBeLessThan(20_000);
  const others = Array.from({ length: 20 }, () => ({
    need: 10,
    free: new Set(free.map(({ id }) => id)),
  }));
  expect(looksAt({ floors: { keep: 0, own: [], others } })).toBeLessThan(50_000);
  const kept = free.slice(0, 200);
  expect(looksAt({ free: kept, floors: { keep: 0, own: kept, others } })).toBeLessThan(20_000);
  // A thousand offers at once.
  expect(looksAt({})).toBeLessThan(50_000);
});

describe('who is called back', () => {
  const back = (id: string, waited: number, owner?: string): Entry => {
    const caller = owner === undefined ? {} : { caller: { ownerId: owner } };
    const place = { back: NOW - waited * 1000, joinedAt: NOW };
    return joinQueue({ ...SAMPLES['entry.joined'], entryId: id, ...place, ...caller }).next;
  };
  const lent = (...ids: string[]) => ({ lent: new Set(ids) });
  const floor = { need: 1, free: new Set(['bob']) };

  test.each<[string, Partial<Choice>, (string | number | null)[]]>([
    [
      'has only whom the store does not reserve',
      { waiting: [back('1', 9)], free: [bob, dan], ...lent('dan') },
      ['1 dan', null],
    ],
    ['or nobody', { waiting: [back('1', 9)], free: [bob, dan], ...lent() }, [null]],
    [
      'whom a caller behind him has',
      { waiting: [back('1', 9), entry('2', 5)], free: [bob], ...lent() },
      ['2 bob', null],
    ],
    [
      'and comes before him where he may have him',
      { waiting: [back('1', 9), entry('2', 5)], free: [bob, dan], ...lent('bob') },
      ['1 bob', '2 dan', null],
    ],
    [
      'his owner, too, only when he is not reserved',
      { waiting: [back('1', 9, 'bob')], free: [dan, bob], ...lent('dan') },
      ['1 dan', null],
    ],
    [
      'his owner first',
      { waiting: [back('1', 9, 'dan')], free: [bob, dan], ...lent('bob', 'dan') },
      ['1 dan', null],
    ],
    [
      'nobody who is kept for another queue, also when his own has not what it keeps',
      {
        waiting: [back('1', 9)],
        free: [bob],
        floors: { keep: 1, own: [], others: [floor] },
        ...lent('bob'),
      },
      [null],
    ],
    [
      'what is wanted of an agent is wanted for him',
      {
        demands: demandsOf({ wants: { volvo: 5 } }),
        waiting: [back('1', 9)],
        free: [bob, dan],
        ...lent('bob', 'dan'),
      },
      ['1 dan', null],
    ],
    [
      'all who are not reserved ring',
      {
        strategy: 'ring-all',
        waiting: [back('1', 9)],
        free: [bob, dan],
        ...lent('dan'),
      },
      ['1 dan', null],
    ],
  ])('%s', (_, facts, expected) => expect(decided(facts)).toEqual(expected));
});

describe('a consultation', () => {
  const asked = joinQueue({
    ...{ ...SAMPLES['entry.joined'], entryId: '1', joinedAt: NOW - 9000, askedBy: 'eve' },
  }).next;

  test.each(['ring-all', 'progressive'] as const)(
    'rings at one, whom the strategy has first (%s), and nobody joins it',
    (strategy) => {
      const waiting = [asked];
      expect(decided({ strategy, waiting, free: [bob, dan] })).toEqual(['1 bob', null]);
      const { offers } = pair(
        choice({ strategy, waiting: [asked, entry('2', 5)], free: [bob, dan] }),
      );
      expect(offers.map(({ entry: { id }, agentId }) => [id, agentId])).toEqual([
        ['1', 'bob'],
        ['2', 'dan'],
      ]);
    },
  );

  test('goes behind who waits longer', () => {
    expect(decided({ waiting: [entry('0', 10), asked], free: [dan] })).toEqual(['0 dan', null]);
  });
});
