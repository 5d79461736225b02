/**
 * A consultation in every state, and every one of its legs that ends first, by its far side or by our fault: what
 * comes of it, and what must hold in any case.
 */
import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns, edgeFalls } from '../support/centre/fall';
import { numberDialled } from '../support/centre/world';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;

const NUMBER = '+8613900000009';
const order = (what: 'swap' | 'conference' | 'complete') =>
  centre.engine.orderConsult('bob', alice.callId, what);

/** Bob talks to Alice; eve takes no calls, so that nobody takes Alice who waits again. */
function begin(): void {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  bob = centre.agent('bob');
  dan = centre.agent('dan');
  alice = centre.call();
  bob.picksUp();
  centre.clock.advance(1000);
}

const WHOM = { dan: { agent: 'dan' }, outside: { number: '13900000009' } } as const;
type Whom = keyof typeof WHOM;

const thirdLeg = (): string | undefined =>
  [...centre.telephony.legs].find(
    ([, leg]) =>
      numberDialled(leg) === NUMBER ||
      (leg.dial?.to.kind === 'phone' && leg.dial.to.agentId === 'dan'),
  )?.[0];

/** How each state is reached. */
const STATES: Record<string, (whom: Whom) => void> = {
  rings: (whom) => void centre.engine.consult('bob', alice.callId, WHOM[whom]),
  'handing over': (whom) => {
    STATES['rings']?.(whom);
    order('complete');
  },
  alone: (whom) => {
    STATES['rings']?.(whom);
    bob.hangsUp();
  },
  third: (whom) => {
    STATES['rings']?.(whom);
    centre.telephony.answered(thirdLeg() ?? '');
  },
  customer: (whom) => {
    STATES['third']?.(whom);
    order('swap');
  },
  all: (whom) => {
    STATES['third']?.(whom);
    order('conference');
  },
  'handed over': (whom) => {
    STATES['third']?.(whom);
    order('complete');
  },
};

type Ends = 'alice' | 'bob' | 'third';
type Cause = 'hangup' | 'broken';

/** State, who ends, how -> the call's state, and whom Alice hears. */
const TABLE: [state: string, ends: Ends, cause: Cause, becomes: string, aliceHears: string][] = [
  ['rings', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['rings', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['rings', 'bob', 'hangup', 'transferring', 'music'],
  ['rings', 'bob', 'broken', 'waits', 'music'],
  ['rings', 'third', 'hangup', 'held', 'music'],
  ['rings', 'third', 'broken', 'held', 'music'],
  ['handing over', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['handing over', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['handing over', 'bob', 'hangup', 'transferring', 'music'],
  ['handing over', 'bob', 'broken', 'waits', 'music'],
  ['handing over', 'third', 'hangup', 'talking', 'bob'],
  ['handing over', 'third', 'broken', 'talking', 'bob'],
  ['alone', 'alice', 'hangup', 'closed left', 'gone: hangup'],
  ['alone', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['alone', 'third', 'hangup', 'waits', 'music'],
  ['alone', 'third', 'broken', 'waits', 'music'],
  ['third', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['third', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['third', 'bob', 'hangup', 'theirs', 'third'],
  ['third', 'bob', 'broken', 'waits', 'music'],
  ['third', 'third', 'hangup', 'held', 'music'],
  ['third', 'third', 'broken', 'held', 'music'],
  ['customer', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['customer', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['customer', 'bob', 'hangup', 'theirs', 'third'],
  ['customer', 'bob', 'broken', 'waits', 'music'],
  ['customer', 'third', 'hangup', 'talking', 'bob'],
  ['customer', 'third', 'broken', 'talking', 'bob'],
  ['all', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['all', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['all', 'bob', 'hangup', 'theirs', 'third'],
  ['all', 'bob', 'broken', 'waits', 'music'],
  ['all', 'third', 'hangup', 'talking', 'bob'],
  ['all', 'third', 'broken', 'talking', 'bob'],
  ['handed over', 'alice', 'hangup', 'closed talk', 'gone: hangup'],
  ['handed over', 'alice', 'broken', 'closed broken', 'gone: broken'],
  ['handed over', 'third', 'hangup', 'closed talk', 'gone: partner-left'],
  ['handed over', 'third', 'broken', 'waits', 'music'],
];

const ROWS = (['dan', 'outside'] as const).flatMap((whom) =>
  TABLE.map((row) => [whom, ...row] as const),
);

describe.each(ROWS)('%s, %s: %s ends, %s', (whom, state, ends, cause, becomes, aliceHears) => {
  beforeEach(() => {
    begin();
    STATES[state]?.(whom);
    const legs = { alice: alice.legId, bob: bob.leg, third: thirdLeg() };
    centre.telephony.end(legs[ends] ?? '', cause);
    expect(centre.bugs).toEqual([]);
  });

  test(`${becomes}; Alice hears ${aliceHears}; whoever is in a talk is busy, and nobody else`, () => {
    const theirs = whom === 'dan' ? 'talking' : 'forwarded';
    const outcome = alice.record.outcome;
    const is = alice.state === 'closed' ? `closed ${outcome}` : alice.state;
    if (becomes === 'waits') expect(['queued', 'offered']).toContain(is);
    else expect(is).toBe(becomes === 'theirs' ? theirs : becomes);
    expect(alice.hears).toBe(
      aliceHears === 'third' ? (whom === 'dan' ? 'dan' : NUMBER) : aliceHears,
    );
    nobodyIsStuck();
  });

  test('and when all have hung up and rested, nothing is left, and each file is filed once', () => {
    for (let i = 0; i < 5 && centre.telephony.legs.size > 0; i += 1) {
      for (const legId of [...centre.telephony.legs.keys()].reverse())
        centre.telephony.end(legId, 'hangup');
      centre.clock.advance(20_000);
    }
    if (centre.engine.calls().length > 0) {
      centre.engine.signOut('bob');
      centre.engine.signOut('dan');
    }
    centre.clock.advance(120_000);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
    expect(centre.bugs).toEqual([]);
    const filed = centre.journal.of('recording.saved').map(({ recording }) => recording.id);
    expect(new Set(filed)).toEqual(new Set(centre.media.recorded.map((one) => one.recordingId)));
    const owners = centre.journal.of('recording.saved').map(({ recording }) => recording.agentId);
    expect(owners).not.toContain(null);
    expect([bob.does, dan.does]).toEqual(['idle', 'idle']);
    const ends = centre.journal.of('call.saved').filter(({ call }) => call.outcome !== null);
    expect(ends).toHaveLength(1);
  });
});

const FALLS = Object.keys(STATES).flatMap((state) =>
  (['dan', 'outside'] as const).flatMap((whom) =>
    (['first', 'last'] as const).map((alices) => [whom, state, alices] as const),
  ),
);

test.each(FALLS)("%s, %s: the edge falls, Alice's leg %s: each file has its agent", (...row) => {
  const [whom, state, alices] = row;
  begin();
  STATES[state]?.(whom);
  centre.media.holdFiles = true;
  const legs = [...centre.telephony.legs.keys()];
  edgeFalls(centre, alices === 'first' ? legs : legs.reverse());
  // Whoever is written first stays; what is found out later changes nothing about it.
  const owners = new Map(
    centre.journal
      .of('recording.saved')
      .toReversed()
      .map(({ recording }) => [recording.id, recording.agentId]),
  );
  expect(
    centre.media.recorded.map(({ recordingId }) => owners.get(recordingId) ?? null),
  ).not.toContain(null);
  expect(centre.bugs).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 6])(
  'Bob takes Alice back, and the app falls at the command %i: what he asked is filed with him',
  (commands) => {
    begin();
    STATES['third']?.('outside');
    const consult = centre.media.recorded.at(-1)?.recordingId;
    centre.life.endAfter(commands);
    centre.engine.orderConsult('bob', alice.callId, 'end');
    appFalls(centre);
    appReturns(centre);
    alice.hangsUp();
    const filed = centre.journal.of('recording.saved').map(({ recording }) => recording);
    expect(filed.find(({ id }) => id === consult)?.agentId).toBe('bob');
  },
);

/** Whoever has a leg that is answered talks; who hears nothing but music has somebody who will come. */
function nobodyIsStuck(): void {
  for (const agent of [bob, dan]) {
    const isInTalk = agent.phone === 'answered';
    expect([agent.id, agent.does === 'talking']).toEqual([agent.id, isInTalk]);
    if (agent.phone === 'rings') expect(agent.does).toBe('reserved');
  }
  // A file runs of those who are in the call, and of nobody else.
  for (const { left, right } of centre.media.recordings.values())
    for (const legId of [left, right]) expect(centre.telephony.legs.has(legId)).toBe(true);
  // Legs belong to a call that lives.
  if (centre.engine.calls().length === 0) expect([...centre.telephony.legs.keys()]).toEqual([]);
  const partners = [...centre.media.bridges].filter(([a]) => centre.telephony.legs.has(a));
  for (const [a, b] of partners)
    if (centre.telephony.legs.has(b)) expect(centre.media.bridges.get(b)).toBe(a);
}
