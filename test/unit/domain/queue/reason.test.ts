import type { PlanQueue } from '../../../../src/domain/plan';
import { demandsOf } from '../../../../src/domain/queue/demands';
import { NO_FLOORS } from '../../../../src/domain/queue/floor';
import { joinQueue, type Entry } from '../../../../src/domain/queue/entry';
import { pair, type Choice } from '../../../../src/domain/queue/pairing';
import type { Engaged, PassedOver } from '../../../../src/domain/queue/reason';
import { SAMPLES } from '../events';
import { candidate, NOBODY_ELSE } from './candidate';

const NOW = 1_000_000;

const entry = (id: string, waitedMs: number, ownerId?: string): Entry =>
  joinQueue({
    ...SAMPLES['entry.joined'],
    ...{ entryId: id, joinedAt: NOW - waitedMs },
    ...(ownerId === undefined ? {} : { caller: { ownerId } }),
  }).next;

const engaged = (others: PassedOver[]): Engaged => ({
  size: others.length,
  first: (count) => others.slice(0, count),
  of: (agentId) => others.find((one) => one.agentId === agentId),
});

/** The reason of each offer. */
function reasons(facts: Partial<Choice>, rules: Pick<PlanQueue, 'wants' | 'widen'> = {}) {
  const { offers } = pair({
    ...{ now: NOW, strategy: 'longest-idle', stepMs: 10_000, random: () => 0 },
    ...{ demands: demandsOf(rules), ownerMs: 0, awaits: () => false, engaged: NOBODY_ELSE },
    ...{ waiting: [], ringing: [], free: [], floors: NO_FLOORS },
    ...facts,
  });
  return offers.map(({ agentId, why }) => ({ agentId, why }));
}

const bob = candidate('bob', { idleSince: 10, skills: { volvo: 1 } });
const dan = candidate('dan', { idleSince: 20, skills: { volvo: 3 } });
const eve = candidate('eve', { idleSince: 30, skills: { volvo: 5 } });

test('whose turn it was: who could have been asked, by what, and who was passed over and why', () => {
  const others: PassedOver[] = [
    { agentId: 'cui', why: 'busy' },
    { agentId: 'fan', why: 'wrap-up' },
  ];
  const widen = [{ after: 20, wants: { volvo: 1 } }];
  const facts = { waiting: [entry('1', 5000)], free: [eve, dan, bob], engaged: engaged(others) };
  expect(reasons(facts, { wants: { volvo: 3 }, widen })).toEqual([
    {
      agentId: 'dan',
      why: {
        ...{ by: 'turn', strategy: 'longest-idle', waitedMs: 5000, wanted: { volvo: 3 }, free: 3 },
        candidates: [
          { agentId: 'dan', score: 20 },
          { agentId: 'eve', score: 30 },
        ],
        passedOver: [{ agentId: 'bob', why: 'not-suited', until: NOW + 15_000 }, ...others],
        more: 0,
      },
    },
  ]);
});

test('the language that he speaks is wanted, and till when', () => {
  const carl = candidate('carl', { idleSince: 40, skills: { volvo: 3, en: 1 } });
  const english: Entry = { ...entry('1', 5000), language: { is: 'en', since: NOW - 4000 } };
  const language = { ms: 30_000, isSpoken: () => true };
  const facts = { waiting: [english], free: [bob, eve, carl], language };
  const widen = [{ after: 60, wants: {} }];
  expect(reasons(facts, { wants: { volvo: 3 }, widen })).toMatchObject([
    {
      agentId: 'carl',
      why: {
        wanted: { en: 1, volvo: 3 },
        passedOver: [
          { agentId: 'bob', why: 'not-suited', until: NOW + 55_000 },
          { agentId: 'eve', why: 'not-suited', until: NOW + 26_000 },
        ],
      },
    },
  ]);
});

test('of the second caller those who were left, and the same who did not suit', () => {
  const facts = { waiting: [entry('1', 5000), entry('2', 4000)], free: [eve, dan, bob] };
  const [, second] = reasons(facts, { wants: { volvo: 3 } });
  expect(second).toMatchObject({
    agentId: 'eve',
    why: { candidates: [{ agentId: 'eve' }], passedOver: [{ agentId: 'bob', why: 'not-suited' }] },
  });
});

test('the owner, and of another whom he was not to be', () => {
  const [his] = reasons({ waiting: [entry('1', 0, 'eve')], free: [bob, eve] });
  expect(his).toMatchObject({
    agentId: 'eve',
    why: { by: 'owner', candidates: [{ agentId: 'eve', score: 30 }] },
  });
  const others: PassedOver[] = Array.from({ length: 9 }, (_, n) => ({
    agentId: `x${n}`,
    why: 'busy',
  }));
  const owner: PassedOver = { agentId: 'fan', why: 'wrap-up' };
  const facts = {
    waiting: [entry('1', 0, 'fan')],
    free: [bob],
    engaged: engaged([...others, owner]),
  };
  const [anybodys] = reasons(facts);
  expect(anybodys).toMatchObject({
    why: { by: 'turn', passedOver: [owner, ...others.slice(0, 4)], more: 5 },
  });
});

test.each(['longest-idle', 'ring-all'] as const)(
  '%s: it stays small, however many there are',
  (strategy) => {
    const id = (n: number) => `${'w'.repeat(60)}${n}`;
    const free = Array.from({ length: 300 }, (_, n) =>
      candidate(id(n), { idleSince: NOW, skills: { volvo: n % 2 } }),
    );
    const others = Array.from({ length: 300 }, (_, n) => ({
      agentId: id(n + 1000),
      why: 'busy' as const,
    }));
    const facts = { strategy, waiting: [entry('1', 5000)], free, engaged: engaged(others) };
    const [first] = reasons(facts, { wants: { volvo: 1 } });
    expect(JSON.stringify(first?.why).length).toBeLessThan(1500);
  },
);

test('free, and kept for another queue', () => {
  const floors = { keep: 0, own: [], others: [{ need: 1, free: new Set(['bob']) }] };
  const [his] = reasons({ waiting: [entry('1', 0)], free: [bob, dan, eve], floors });
  expect(his).toMatchObject({
    agentId: 'dan',
    why: {
      candidates: [{ agentId: 'dan' }, { agentId: 'eve' }],
      passedOver: [{ agentId: 'bob', why: 'kept' }],
      more: 0,
    },
  });
});

test('who joins a ringing call has a reason, too', () => {
  const rings: Entry = {
    ...entry('1', 9000),
    ...{ state: 'offered', offers: ['o'], asked: ['dan'], named: false, since: NOW },
  };
  expect(reasons({ strategy: 'ring-all', ringing: [rings], free: [bob] })).toMatchObject([
    { agentId: 'bob', why: { by: 'turn', strategy: 'ring-all', waitedMs: 9000 } },
  ]);
});
