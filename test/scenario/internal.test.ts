import type { Plan } from '../../src/domain/plan';
import { ALICE, startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { planWith } from '../support/centre/plan';
import { numberDialled } from '../support/centre/world';

const NUMBER = '+8613900000009';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let eve: Agent;
let callId: string;

/** Bob of sales has called Dan of service, and they talk; Eve of service is free. */
beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan', 'eve'] });
  [bob, dan, eve] = [centre.agent('bob'), centre.agent('dan'), centre.agent('eve')];
  const answer = centre.engine.call('bob', { number: 'dan' });
  if (typeof answer === 'string') throw new Error(answer);
  callId = answer.id;
  bob.picksUp();
  dan.picksUp();
  centre.clock.advance(5000);
});

afterEach(() => {
  expect(centre.bugs).toEqual([]);
  centre.clock.advance(120_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

const state = () => centre.engine.calls().find(({ id }) => id === callId)?.state ?? 'closed';
const restarts = () => {
  appFalls(centre);
  appReturns(centre);
};
const does = () => [bob.does, dan.does, eve.does];
/** Who has the call in hand, and the other one. */
const SIDES = [
  ['bob', 'dan'],
  ['dan', 'bob'],
] as const;
const one = (id: string) => ({ bob, dan, eve })[id] as Agent;

describe.each(SIDES)('what %s does with %s', (who, other) => {
  test('hold: the other hears music, and may do nothing himself until he is taken back', () => {
    expect(centre.engine.hold(who, callId)).toBeNull();
    expect([one(other).hears, one(who).hears, state()]).toEqual(['music', 'silence', 'held']);
    expect([
      centre.engine.hold(other, callId),
      centre.engine.transfer(other, callId, { agent: 'eve' }),
      centre.engine.pressKeys(other, callId, '1'),
    ]).toEqual(Array.from({ length: 3 }, () => 'HELD_BY_COLLEAGUE'));
    restarts();
    expect([one(other).hears, state(), ...does()]).toEqual([
      ...['music', 'held', 'talking', 'talking', 'idle'],
    ]);
    expect(centre.engine.resume(who, callId)).toBeNull();
    expect(one(who).talksWith).toBe(other);
    expect(centre.engine.hold(other, callId)).toBeNull();
    expect(one(who).hears).toBe('music');
    bob.hangsUp();
    expect(does()).toEqual(['idle', 'idle', 'idle']);
  });

  test('keys and mute are his own', () => {
    expect(centre.engine.pressKeys(who, callId, '5')).toBeNull();
    expect(centre.media.pressed).toEqual([[one(other).leg, '5']]);
    expect(centre.engine.mute(who, callId)).toBeNull();
    restarts();
    expect([...centre.media.muted]).toEqual([one(who).leg]);
    dan.hangsUp();
  });

  test('consultation, to and fro, and the other is the third’s', () => {
    expect(centre.engine.consult(who, callId, { agent: 'eve' })).toBeNull();
    expect(eve.offer).toMatchObject({ from: other, askedBy: { agentId: who } });
    expect(centre.telephony.dials.at(-1)).toMatchObject({ from: other });
    expect([one(other).hears, centre.engine.hold(other, callId)]).toEqual([
      ...['music', 'HELD_BY_COLLEAGUE'],
    ]);
    eve.picksUp();
    expect(eve.talksWith).toBe(who);
    centre.engine.orderConsult(who, callId, 'swap');
    expect(one(who).talksWith).toBe(other);
    restarts();
    expect(does()).toEqual(['talking', 'talking', 'talking']);
    centre.engine.orderConsult(who, callId, 'complete');
    expect([eve.talksWith, one(who).does, one(other).does]).toEqual([other, 'idle', 'talking']);
    one(other).hangsUp();
    expect([...does(), state()]).toEqual(['idle', 'idle', 'idle', 'closed']);
    expect(centre.journal.of('recording.saved')).toHaveLength(3);
  });

  test('blind transfer to a colleague, who takes him', () => {
    expect(centre.engine.transfer(who, callId, { agent: 'eve' })).toBeNull();
    expect([one(other).hears, one(other).does, one(who).does]).toEqual([
      'music',
      'talking',
      'idle',
    ]);
    eve.picksUp();
    expect(eve.talksWith).toBe(other);
    eve.hangsUp();
    expect(does()).toEqual(['idle', 'idle', 'idle']);
  });

  test('blind transfer to a number: he talks on with it, also over a restart, and is free afterwards', () => {
    expect(centre.engine.transfer(who, callId, { number: NUMBER })).toBeNull();
    const [outside = ''] =
      [...centre.telephony.legs].find(([, leg]) => numberDialled(leg) === NUMBER) ?? [];
    centre.telephony.answered(outside);
    restarts();
    expect([one(other).talksWith, one(other).does, state()]).toEqual([
      ...[NUMBER, 'talking', 'forwarded'],
    ]);
    centre.telephony.end(outside, 'hangup');
    expect(does()).toEqual(['idle', 'idle', 'idle']);
  });

  test('blind transfer to a queue: he waits there, also over a restart, and can give up', () => {
    for (const id of ['dan', 'eve']) centre.engine.notReady(id, 'paperwork');
    expect(centre.engine.transfer(who, callId, { queue: 'service' })).toBeNull();
    restarts();
    expect([one(other).hears, one(other).does, one(who).does]).toEqual([
      'music',
      'talking',
      'idle',
    ]);
    one(other).hangsUp();
    expect(does()).toEqual(['idle', 'idle', 'idle']);
    expect(centre.engine.promises()).toEqual([]);
  });
});

test('both see the call, whoever of them has it in hand', () => {
  const seen = centre.push.of('call.updated').at(-1)?.call;
  expect(seen).toMatchObject({ agentId: 'bob', colleagueId: 'dan' });
  centre.engine.hold('dan', callId);
  const held = centre.push.of('call.updated').at(-1)?.call;
  expect(held).toMatchObject({ agentId: 'dan', colleagueId: 'bob', from: 'phone-bob' });
  bob.hangsUp();
});

test('nobody takes him: he stands in the line of the queue, and is told when nobody is there', () => {
  expect(centre.engine.transfer('dan', callId, { agent: 'eve' })).toBeNull();
  for (const id of ['bob', 'dan', 'eve']) centre.engine.signOut(id);
  expect(eve.phone).toBe('silent');
  expect(bob.hears).toBe('no-agents+no-number');
  bob.hearsToTheEnd();
  expect(does()).toEqual(['idle', 'idle', 'idle']);
});

describe('a call of a person who serves no queue', () => {
  const ofNoQueue = (): Plan => {
    const plan = planWith({
      autoReady: ['bob'],
      service: ['dan', 'eve'],
      hotline: { notice: 'none' },
    });
    const chief = { ...plan.people[0], id: 'chief', name: 'chief', post: 'supervisor', queues: [] };
    const phone = { ...plan.phones[0], id: 'phone-chief', person: 'chief' };
    return {
      ...plan,
      people: [...plan.people, chief as unknown as Plan['people'][number]],
      phones: [...plan.phones, phone as Plan['phones'][number]],
    };
  };
  let customer: string;

  beforeEach(() => {
    dan.hangsUp();
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: ofNoQueue() });
    const answer = centre.engine.call('chief', { number: ALICE });
    if (typeof answer === 'string') throw new Error(answer);
    callId = answer.id;
    expect(answer.queueId).toBe('');
    const own = centre.telephony.dials.at(-1)?.legId ?? '';
    centre.telephony.answered(own);
    customer = centre.telephony.dials.at(-1)?.legId ?? '';
    centre.telephony.answered(customer);
  });

  test.each([
    { agent: 'eve' },
    { phone: 'phone-eve' },
    { post: 'telemarketer' },
    { queue: 'service' },
  ] as const)('is sent on to %j', (to) => {
    for (const id of ['bob', 'dan']) centre.engine.notReady(id, 'paperwork');
    expect(centre.engine.transfer('chief', callId, to)).toBeNull();
    eve.picksUp();
    expect(eve.talksWith).toBe(ALICE);
    centre.telephony.end(customer, 'hangup');
  });

  test('nobody takes her: she waits in the line of the store’s first hotline', () => {
    expect(centre.engine.transfer('chief', callId, { agent: 'eve' })).toBeNull();
    eve.refuses();
    expect(centre.journal.of('entry.saved').at(-1)?.entry.queueId).toBe('sales');
    bob.picksUp();
    expect(bob.talksWith).toBe(ALICE);
    centre.telephony.end(customer, 'hangup');
  });

  test('asks a number, is given her back, and sends her there', () => {
    expect(centre.engine.consult('chief', callId, { number: NUMBER })).toBeNull();
    centre.telephony.end(centre.telephony.dials.at(-1)?.legId ?? '', 'busy');
    expect([state(), centre.engine.resume('chief', callId)]).toEqual(['held', null]);
    expect(centre.engine.transfer('chief', callId, { number: NUMBER })).toBeNull();
    centre.telephony.answered(centre.telephony.dials.at(-1)?.legId ?? '');
    expect(state()).toBe('forwarded');
    centre.telephony.end(customer, 'hangup');
  });
});
