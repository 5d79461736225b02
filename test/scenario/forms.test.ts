/** The form of a call: who owes it, what it keeps him from, and what comes of it. */
import type { RawAnswers } from '../../src/domain/form/reading';
import type { FormSnapshot } from '../../src/domain/form/form';
import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import type { PlanOptions } from '../support/centre/plan';
import { appFalls, appReturns } from '../support/centre/fall';

let centre: TestCentre;
let bob: Agent;

function start(options: PlanOptions = { agents: ['bob'] }): void {
  centre = startCentre({ hotline: { notice: 'none' }, ...options });
  bob = centre.agent('bob').atWork();
}

afterEach(() => expect(centre.bugs).toEqual([]));

const SALE = { kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' };
const SERVICE = { kind: 'after-sale', disposition: 'handed-over' };
const OVERDUE = { is: 'not-ready', reason: 'wrap-up overdue' };
const READY = { is: 'ready' };

function talk(agent = bob): Caller {
  const caller = centre.call();
  if (agent.phone === 'silent') agent.receivesOffer();
  agent.picksUp();
  return caller;
}

function answers(callId: string, raw: RawAnswers, by = 'bob'): FormSnapshot {
  const { forms } = centre.engine;
  const filled = forms.fill(by, raw, forms.form(callId)!);
  if (typeof filled === 'string') throw new Error(filled);
  return filled.form;
}

const saved = (): FormSnapshot[] => centre.journal.of('form.saved').map(({ form }) => form);

test('A06: wrap-up does not end, nor is he ready, before the form says pre-sale or after-sale', () => {
  start();
  const { callId } = talk().hangsUp();
  expect([bob.does, bob.view.openForms]).toEqual(['wrap-up', [callId]]);
  expect(centre.engine.unclassified()).toMatchObject([{ callId, agentId: 'bob' }]);
  const refused = () => [centre.engine.wrapUp('bob'), centre.engine.ready('bob')];
  expect(refused()).toEqual(['FORM_OPEN', 'FORM_OPEN']);
  expect(answers(callId, { disposition: 'answered' }).state).toBe('unclassified');
  expect(refused()).toEqual(['FORM_OPEN', 'FORM_OPEN']);
  expect(answers(callId, SERVICE).state).toBe('complete');
  expect(centre.engine.unclassified()).toEqual([]);
  expect(refused()).toEqual([null, null]);
  expect([bob.does, bob.view.intent, bob.view.openForms]).toEqual(['idle', READY, undefined]);
  centre.call();
  expect(bob.offer).toBeDefined();
});

test('A08: a pre-sale call needs its level and its source as well', () => {
  start();
  const { callId } = talk().hangsUp();
  for (const [field, value] of Object.entries(SALE)) {
    expect(centre.engine.wrapUp('bob')).toBe('FORM_OPEN');
    answers(callId, { [field]: value });
  }
  expect(centre.engine.wrapUp('bob')).toBeNull();
});

test('a form that is complete ends no wrap-up: it goes on to its limit, and then he is rung', () => {
  start();
  const { callId } = talk().hangsUp();
  answers(callId, SERVICE);
  expect([bob.does, bob.view.intent, bob.view.openForms]).toEqual(['wrap-up', READY, undefined]);
  const carol = centre.call();
  centre.clock.advance(29_999);
  expect([bob.does, bob.offer]).toEqual(['wrap-up', undefined]);
  centre.clock.advance(1);
  expect(bob.offer?.callId).toBe(carol.callId);
});

test('past the limit he is not ready, sees why, takes no call, and with the form done says ready', () => {
  start();
  const { callId } = talk().hangsUp();
  centre.clock.advance(29_999);
  expect([bob.does, bob.view.intent]).toEqual(['wrap-up', READY]);
  centre.clock.advance(1);
  expect([bob.does, bob.view.intent]).toEqual(['idle', OVERDUE]);
  expect(centre.journal.of('agent.saved').at(-1)?.agent.intent).toEqual(OVERDUE);
  const carol = centre.call();
  expect([bob.offer, carol.state]).toEqual([undefined, 'queued']);
  expect(centre.engine.ready('bob')).toBe('FORM_OPEN');
  answers(callId, SERVICE);
  expect(bob.view.intent).toEqual(OVERDUE);
  expect(centre.engine.ready('bob')).toBeNull();
  expect(bob.offer?.callId).toBe(carol.callId);
});

test('filled in during the talk it is nothing to wait for', () => {
  start();
  const alice = talk();
  expect(answers(alice.callId, SERVICE)).toMatchObject({ state: 'complete', endedAt: null });
  alice.hangsUp();
  expect(centre.engine.wrapUp('bob')).toBeNull();
  expect(saved().at(-1)).toMatchObject({ state: 'complete', endedAt: centre.now() });
});

test('he may go home with an open form, and owes it the next morning', () => {
  start();
  talk().hangsUp();
  expect(centre.engine.signOut('bob')).toBeNull();
  centre.clock.advance(40_000);
  expect(bob.view.intent).toEqual({ is: 'logged-out' });
  centre.engine.signIn('bob');
  expect(centre.engine.ready('bob')).toBe('FORM_OPEN');
});

test('a phone without a desktop goes on, and its form falls to others', () => {
  start({ autoReady: ['bob'] });
  talk().hangsUp();
  expect(saved()).toMatchObject([{ state: 'unclassified', falls: true, agentId: 'bob' }]);
  centre.clock.advance(30_000);
  expect([bob.does, bob.view.intent, bob.view.openForms]).toEqual(['idle', READY, undefined]);
});

test.each([
  ['only lists it', { form: 'optional' as const }, 1],
  ['has none', { form: 'none' as const }, 0],
  ['without wrap-up only lists it', { wrapUpSeconds: 0 }, 1],
])('a queue that %s keeps nobody from being ready', (_what, queue, forms) => {
  start({ agents: ['bob'], queue });
  talk().hangsUp();
  expect(saved()).toHaveLength(forms);
  centre.clock.advance(30_000);
  expect(bob.view.intent).toEqual(READY);
});

test('a queue without wrap-up that demands it: who has not filled it in during the talk is not ready', () => {
  start({ agents: ['bob'], queue: { wrapUpSeconds: 0, form: 'required' } });
  talk().hangsUp();
  expect([bob.does, bob.view.intent]).toEqual(['idle', OVERDUE]);
});

test('of two talks of a call the last one owes it; who sent the caller on says what he knows', () => {
  start({ agents: ['bob', 'dan'] });
  const dan = centre.agent('dan');
  const alice = talk();
  dan.atWork();
  answers(alice.callId, { note: 'wants a red one' });
  expect(centre.engine.transfer('bob', alice.callId, { agent: 'dan' })).toBeNull();
  expect(centre.engine.wrapUp('bob')).toBeNull();
  dan.receivesOffer().picksUp();
  answers(alice.callId, { level: 'H' });
  alice.hangsUp();
  expect([bob.view.openForms, dan.view.openForms]).toEqual([undefined, [alice.callId]]);
  expect(saved().at(-1)).toMatchObject({
    ...{ agentId: 'dan', earlier: ['bob'], note: 'wants a red one', level: 'H' },
  });
});

test('a caller who was sent on and left is owed by who had him, who is not pulled out of his readiness', () => {
  start({ agents: ['bob', 'dan'] });
  const alice = talk();
  centre.agent('dan').atWork();
  centre.engine.transfer('bob', alice.callId, { queue: 'sales' });
  centre.engine.wrapUp('bob');
  alice.hangsUp();
  expect([bob.view.intent, bob.view.openForms]).toEqual([READY, [alice.callId]]);
});

test('A07: an after-sale call goes on to after-sales: the same call, its form, its record', () => {
  start({ agents: ['bob'], afterSales: ['wu'] });
  const wu = centre.agent('wu').atWork();
  const alice = talk();
  const { followUp } = answers(alice.callId, SERVICE);
  expect(followUp).toMatchObject({ department: 'after-sales', state: 'open', agentId: null });
  expect(centre.engine.transfer('bob', alice.callId, { post: 'after-sales' })).toBeNull();
  expect(centre.engine.wrapUp('bob')).toBeNull();
  wu.receivesOffer().picksUp();
  expect(alice.hears).toBe('wu');
  expect(saved().at(-1)).toMatchObject({ agentId: 'wu', followUp: { state: 'done' } });
  alice.hangsUp();
  const form = saved().at(-1);
  expect(form).toMatchObject({ callId: alice.callId, state: 'complete', kind: 'after-sale' });
  expect(form?.followUp).toMatchObject({ id: followUp?.id, state: 'done', doneBy: 'wu' });
  expect(wu.view.openForms).toBeUndefined();
  const files = centre.journal.of('recording.saved').map(({ recording }) => recording);
  expect(files.map(({ callId, agentId }) => [callId, agentId])).toEqual([
    [alice.callId, 'bob'],
    [alice.callId, 'wu'],
  ]);
});

test('a telemarketer who called somebody owes a form as well; of an attempt, and among colleagues, there is none', () => {
  start({ agents: ['bob', 'dan'] });
  const dan = centre.agent('dan').atWork();
  const placed = centre.engine.call('bob', { number: '13800000001' });
  if (typeof placed === 'string') throw new Error(placed);
  bob.picksUp();
  centre.telephony.answered(centre.telephony.dials.at(-1)!.legId);
  bob.hangsUp();
  expect(bob.view.openForms).toEqual([placed.id]);
  expect(answers(placed.id, SALE).direction).toBe('outbound');
  centre.engine.wrapUp('bob');
  const forms = saved().length;
  centre.engine.call('bob', { number: '13800000002' });
  bob.picksUp();
  bob.hangsUp();
  expect(centre.engine.call('bob', { number: 'dan' })).toMatchObject({ direction: 'internal' });
  bob.picksUp();
  dan.picksUp();
  bob.hangsUp();
  expect([saved().length, bob.view.openForms, bob.does]).toEqual([forms, undefined, 'idle']);
});

test('who sent his caller to an outside number owes the form while those two talk', () => {
  start();
  const alice = talk();
  expect(centre.engine.transfer('bob', alice.callId, { number: '13800000009' })).toBeNull();
  expect(bob.view.openForms).toBeUndefined();
  centre.telephony.answered(centre.telephony.dials.at(-1)!.legId);
  expect([alice.state, bob.view.openForms]).toEqual(['forwarded', [alice.callId]]);
});

test.each([
  ['for help', 'bob', '110'],
  ['by who is no telemarketer', 'wu', '13800000001'],
])('a call %s has no form', (_what, who, number) => {
  start({ agents: ['bob'], afterSales: ['wu'] });
  const agent = centre.agent(who).atWork();
  expect(centre.engine.call(who, { number })).toMatchObject({ direction: 'outbound' });
  agent.picksUp();
  centre.telephony.answered(centre.telephony.dials.at(-1)!.legId);
  agent.hangsUp();
  expect([saved(), agent.view.openForms]).toEqual([[], undefined]);
});

test('desktops are told of a form that is owed, and of one that is filled in', () => {
  start();
  const { callId } = talk().hangsUp();
  answers(callId, { kind: 'pre-sale' });
  expect(centre.push.of('form.updated').map(({ form }) => [form.state, form.missing])).toEqual([
    ['unclassified', ['kind', 'disposition']],
    ['unclassified', ['level', 'source', 'disposition']],
  ]);
});

describe('a fall of the app', () => {
  test('takes no answer that was written, and lets nobody out of his form', () => {
    start();
    const { callId } = talk().hangsUp();
    answers(callId, { kind: 'pre-sale', note: 'red' });
    appFalls(centre);
    appReturns(centre);
    expect([bob.does, centre.engine.wrapUp('bob')]).toEqual(['wrap-up', 'FORM_OPEN']);
    centre.clock.advance(60_000);
    expect([bob.view.openForms, bob.view.intent]).toEqual([[callId], OVERDUE]);
    expect(centre.engine.forms.form(callId)).toMatchObject({ kind: 'pre-sale', note: 'red' });
    answers(callId, SALE);
    expect(centre.engine.ready('bob')).toBeNull();
  });

  test('in the talk changes nothing: the form is there before and after', () => {
    start();
    const alice = talk();
    answers(alice.callId, { note: 'red' });
    appFalls(centre);
    appReturns(centre);
    answers(alice.callId, { kind: 'pre-sale' });
    alice.hangsUp();
    expect(bob.view.openForms).toEqual([alice.callId]);
    expect(saved().at(-1)).toMatchObject({ note: 'red', kind: 'pre-sale', agentId: 'bob' });
  });

  test('in the talk before anything was said of it as well', () => {
    start();
    const alice = talk();
    appFalls(centre);
    appReturns(centre);
    alice.hangsUp();
    expect([bob.does, bob.view.openForms]).toEqual(['wrap-up', [alice.callId]]);
  });
});

test.each([
  [15 * 60_000, 'sent on', 9 * 60_000],
  [15 * 60_000, 'in one talk', 0],
])('A09: a call counts from its first talk: %i ms %s', (length, _how, firstMs) => {
  start({ agents: ['bob', 'dan'] });
  const began = centre.now();
  const alice = talk();
  if (firstMs > 0) {
    centre.agent('dan').atWork();
    centre.clock.advance(firstMs);
    centre.engine.transfer('bob', alice.callId, { agent: 'dan' });
    centre.agent('dan').receivesOffer().picksUp();
    appFalls(centre);
    appReturns(centre);
  }
  centre.clock.advance(length - firstMs);
  alice.hangsUp();
  const { firstTalkAt, endedAt } = alice.record;
  expect([firstTalkAt, endedAt]).toEqual([began, began + length]);
});
