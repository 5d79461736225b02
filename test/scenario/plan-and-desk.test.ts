import { CAROL, startCentre, YOUR_NUMBER } from '../support/centre/centre';
import type { Plan } from '../../src/domain/plan';
import { NOTICE } from '../../src/domain/sign-in/acknowledgement';
import { planWith } from '../support/centre/plan';

describe('a plan is applied while calls live', () => {
  test('talks and waiting callers stay; new agents serve them', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hearsToTheEnd();
    const carol = centre.call({ from: CAROL });
    const plan = planWith({ autoReady: ['bob', 'dan'] });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(alice.hears).toBe('bob');
    expect(centre.agent('dan').offer?.callId).toBe(carol.callId);
  });

  test('an agent who leaves the plan finishes his talk and is forgotten', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hearsToTheEnd();
    const plan = planWith({ autoReady: ['dan'] });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(alice.hears).toBe('bob');
    expect(centre.engine.agents().map(({ id }) => id)).toEqual(['dan']);
    alice.hangsUp();
    expect(alice.record.outcome).toBe('talk');
    centre.clock.advance(30_000);
    expect(centre.engine.ready('bob')).toBe('NOT_AN_AGENT');
    expect(centre.bugs).toEqual([]);
  });

  test('who comes back to the plan begins anew', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const apply = (...autoReady: string[]) =>
      centre.submit({ type: 'plan.applied', at: centre.now(), plan: planWith({ autoReady }) });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    apply('dan');
    alice.hangsUp();
    centre.clock.advance(30_000);
    apply('bob', 'dan');
    expect(centre.agent('bob').view).toMatchObject({ intent: { is: 'ready' }, activity: 'idle' });
  });

  test('an agent who leaves the plan in mid-offer gives the call to the next', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    const plan = planWith({ autoReady: ['dan'] });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(centre.agent('dan').offer?.callId).toBe(alice.callId);
  });

  test('who loses his autoReady phone is signed out, so that callers do not wait for him', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: planWith({ agents: ['bob'] }) });
    expect(centre.agent('bob').view.intent).toEqual({ is: 'logged-out' });
    expect(centre.call().hearsToTheEnd().heard).toEqual([`no-agents+${YOUR_NUMBER}`]);
  });

  test('a queue that leaves the plan promises its callers a call', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const alice = centre.call();
    alice.hearsToTheEnd();
    const plan = { ...planWith({}), queues: [], hotlines: [], people: [], phones: [] };
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(alice.hears).toBe(`no-agents+${YOUR_NUMBER}`);
    expect(centre.call({ from: CAROL }).hears).toBe('gone: unknown-number');
  });

  test('the board is told of every agent as the plan has him now', () => {
    const centre = startCentre({ agents: ['bob'] });
    const plan = planWith({ agents: ['bob', 'dan'] });
    centre.push.notices.length = 0;
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    const told = centre.push.of('agent.updated').map(({ agent }) => agent.id);
    expect(told).toEqual(['bob', 'dan']);
  });

  test('applying the same plan again changes nobody', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.engine.notReady('bob', 'lunch');
    const plan = planWith({ autoReady: ['bob'] });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(centre.agent('bob').view.intent).toEqual({ is: 'not-ready', reason: 'lunch' });
  });
});

describe('what an agent asked for outlives a restart', () => {
  test('his intent is restored, an autoReady phone notwithstanding', () => {
    const intent = { is: 'not-ready', reason: 'lunch' } as const;
    const known = { agents: [{ id: 'bob', intent, since: 5 }] };
    const centre = startCentre({ autoReady: ['bob'], known });
    expect(centre.agent('bob').view).toMatchObject({ intent, since: 5 });
  });

  test('also when it was pending as the app fell', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.call();
    centre.agent('bob').picksUp();
    centre.engine.notReady('bob', 'lunch');
    expect(centre.journal.of('agent.saved').at(-1)?.agent).toMatchObject({
      id: 'bob',
      intent: { is: 'not-ready', reason: 'lunch' },
    });
  });
});

describe('who has not acknowledged that he is recorded, where the plan wants it', () => {
  const wants = (plan: Plan): Plan => ({ ...plan, signIn: { acknowledge: true } });

  test('is not ready at his desk before; signing in, and not ready, he may', async () => {
    const centre = startCentre({ plan: wants(planWith({ agents: ['bob'] })) });
    const { engine } = centre;
    expect([engine.signIn('bob'), engine.ready('bob')]).toEqual([null, 'NOTICE_UNREAD']);
    expect(engine.notReady('bob', 'reading')).toBeNull();
    await centre.acknowledged.add('bob', 'an older text');
    expect(engine.ready('bob')).toBe('NOTICE_UNREAD');
    await centre.acknowledged.add('bob', NOTICE.version);
    expect([engine.ready('bob'), centre.agent('bob').view.intent]).toEqual([null, { is: 'ready' }]);
  });

  test('stays ready if he is, and with an autoReady phone is so unasked: no hotline falls silent by a plan', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.agent('bob').atWork();
    const plan = wants(planWith({ agents: ['bob'], autoReady: ['dan'] }));
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    const intents = ['bob', 'dan'].map((id) => centre.agent(id).view.intent);
    expect(intents).toEqual([{ is: 'ready' }, { is: 'ready' }]);
  });
});

describe('the desk', () => {
  test('refuses what cannot be, with the code that says why', () => {
    const centre = startCentre({ agents: ['bob'] });
    const { engine } = centre;
    expect(engine.signIn('nobody')).toBe('NOT_AN_AGENT');
    expect(engine.ready('bob')).toBe('NOT_SIGNED_IN');
    expect(engine.signIn('bob')).toBeNull();
    expect(centre.agent('bob').view.intent).toEqual({ is: 'not-ready', reason: 'signed-in' });
    expect(engine.wrapUp('bob')).toBe('NOT_IN_WRAP_UP');
    expect(engine.ready('bob')).toBeNull();
    expect(centre.agent('bob').view.intent).toEqual({ is: 'ready' });
    expect(engine.signOut('bob')).toBeNull();
    expect(engine.notReady('bob', 'lunch')).toBe('NOT_SIGNED_IN');
  });

  test('refuses "ready" without a phone', () => {
    const centre = startCentre({ agents: ['bob'] });
    const plan = { ...planWith({ agents: ['bob'] }), phones: [] };
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    centre.engine.signIn('bob');
    expect(centre.engine.ready('bob')).toBe('NO_PHONE');
  });
});
