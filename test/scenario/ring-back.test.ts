import type { PlanRingBack } from '../../src/domain/plan';
import type { PromiseSnapshot } from '../../src/domain/records';
import { startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { planWith, type PlanOptions } from '../support/centre/plan';

/** What the plan says of calling people back: after what, how often, how long, and when of the day. */
let centre: TestCentre;
let bob: Agent;

const options = (ringBack: PlanRingBack, more: Partial<PlanOptions> = {}): PlanOptions => ({
  ...{ agents: ['bob'], queue: { form: 'none' }, hotline: { number: '4008001234', ringBack } },
  ...more,
});
const start = (ringBack: PlanRingBack, more: Partial<PlanOptions> = {}): void => {
  centre = startCentre({ ...options(ringBack, more), callsBack: true });
  bob = centre.agent('bob');
};
afterEach(() => expect(centre.bugs).toEqual([]));

const after = async (ms: number) => {
  centre.clock.advance(ms);
  await new Promise(setImmediate);
};
const dialled = () => centre.telephony.dials.filter(({ to }) => to.kind === 'number');
const promise = (): PromiseSnapshot => centre.journal.of('promise.saved').at(-1)!.promise;
const rings = () => centre.call({ to: '4008001234' });
const told = async () => {
  bob.receivesOffer().picksUp();
  bob.hearsToTheEnd();
  await after(0);
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('after a reason that is switched off a person sees to it, and whoever asks is called', async () => {
  start({ after: ['asked'] });
  rings().hangsUp();
  bob.atWork();
  await after(HOUR);
  expect(bob.offer).toBeUndefined();
  expect(promise()).toMatchObject({ state: 'open', task: 'by-hand', reason: 'nobody-signed-in' });
  centre.engine.notReady('bob', 'break');
  const alice = rings();
  alice.hearsToTheEnd();
  alice.presses('1').presses('1');
  expect(promise()).toMatchObject({ reason: 'asked', state: 'open' });
  expect(promise().task).toBeUndefined();
  alice.hangsUp();
  bob.atWork();
  await after(10_000);
  expect(bob.offer?.callBack).toMatchObject({ reason: 'asked' });
});

test('a plan that switches it on again has her called', async () => {
  start({ after: [] });
  rings().hangsUp();
  bob.atWork();
  await after(MINUTE);
  expect([promise().task, bob.offer]).toEqual(['by-hand', undefined]);
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: planWith(options({})) });
  await after(MINUTE);
  expect(bob.offer?.callBack).toMatchObject({ reason: 'nobody-signed-in' });
});

test('two tries of forty seconds, five minutes apart, and due in ten', async () => {
  start({ tries: 2, againMinutes: 5, dueMinutes: 10, ringSeconds: 40 });
  const at = centre.now();
  rings().hangsUp();
  expect(promise().dueAt).toBe(at + 10 * MINUTE);
  bob.atWork();
  await after(10_000);
  for (const tries of [1, 2]) {
    await told();
    expect(dialled()).toHaveLength(tries);
    await after(39_999);
    expect(promise().state).toBe('claimed');
    await after(1);
    expect(promise()).toMatchObject({ state: 'open', tries });
    if (tries === 2) break;
    await after(5 * MINUTE - 1);
    expect(bob.offer).toBeUndefined();
    await after(1);
  }
  expect(promise().task).toBe('tried');
});

describe('not at night', () => {
  /** It is nine in the morning; people are called from ten to noon. */
  const hours = [{ id: 'calls', week: Array.from({ length: 7 }, () => [[600, 720] as const]) }];

  test('within the hours that the plan names', async () => {
    start({ hours: 'calls' }, { hours });
    rings().hangsUp();
    bob.atWork();
    await after(HOUR - 1);
    expect(bob.offer).toBeUndefined();
    await after(1);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('an agent who comes only after them rings nobody until the next morning', async () => {
    start({ hours: 'calls' }, { hours });
    rings().hangsUp();
    await after(2 * HOUR);
    expect(centre.engine.queues()[0]?.callBacks).toBe(1);
    await after(HOUR);
    bob.atWork();
    await after(22 * HOUR - 1);
    expect([bob.offer, dialled()]).toEqual([undefined, []]);
    await after(1);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('a hotline that is always open: who rang at half past ten is called before eleven, or from eight', async () => {
    start({});
    await after(13 * HOUR + 30 * MINUTE);
    rings().hangsUp();
    bob.atWork();
    await after(10_000);
    await told();
    await after(25_000);
    expect(promise().tries).toBe(1);
    await after(15 * MINUTE);
    await told();
    await after(25_000);
    expect(promise().tries).toBe(2);
    await after(9 * HOUR - 8 * MINUTE);
    expect(bob.offer).toBeUndefined();
    await after(24 * MINUTE);
    expect(bob.offer?.callBack).toMatchObject({ tries: 2 });
  });
});
