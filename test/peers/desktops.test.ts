/**
 * Desktops that are lost while their people are ready, on the started product: the phone still rings, without a pop; then
 * its agent is not ready. An app that is killed waits for all of them anew. Many at once are our fault.
 */
import { Dealership, picksUp } from '../support/dealership';
import { closedCall } from '../support/facts';
import { onlyOurs } from '../support/needs';
import { PASSWORD, type TestPlan } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const GRACE_MS = 20_000;
/** What the machine may take on top of it. */
const LATE_MS = 5000;
const CROWD = Array.from({ length: 10 }, (_, n) => `t${n}`);

/** People with phones that ring for who is ready at a desktop; the crowd's phones are nowhere. */
function atDesks(plan: TestPlan): TestPlan {
  const [one] = plan.people.filter(({ id }) => id === 'agent0');
  const nowhere = { kind: 'static' as const, autoReady: false, watch: false };
  return {
    ...plan,
    people: [...plan.people, ...CROWD.map((id) => ({ ...one!, id, queues: ['nobody'] }))],
    phones: [
      ...plan.phones.map((phone) => ({ ...phone, autoReady: false })),
      ...CROWD.map((id) => ({
        ...{ ...nowhere, id: `8${id}`, person: id },
        contact: `sip:${id}@127.0.0.9:9`,
      })),
    ],
  };
}

let dealership: Dealership;
const desks: PushClient[] = [];

async function deskOf(user: string): Promise<PushClient> {
  const desk = await startPushClient({ http: dealership.product.http, user, password: PASSWORD });
  desks.push(desk);
  return desk;
}

async function readyAt(user: string): Promise<PushClient> {
  const desk = await deskOf(user);
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
  return desk;
}

beforeAll(async () => {
  dealership = await Dealership.open({}, atDesks);
}, 90_000);

afterEach(() => {
  for (const desk of desks.splice(0)) desk.close();
});

afterAll(() => dealership.close(), 30_000);

/** Until the supervisor sees the agent so. */
const sees = (
  chen: PushClient,
  id: string,
  what: { desktop?: string; reason?: string },
  from = 0,
) =>
  chen.next(
    'agent.updated',
    ({ data: { id: who, desktop, intent } }) =>
      who === id &&
      (what.desktop === undefined || desktop.state === what.desktop) &&
      (what.reason === undefined || (intent.is === 'not-ready' && intent.reason === what.reason)),
    { from, deadlineMs: GRACE_MS + LATE_MS },
  );

/** Somebody calls, the agent's phone rings at once, and they talk for a moment. */
async function talks(number: string): Promise<void> {
  const caller = await dealership.caller(1000);
  const since = dealership.heardSoFar();
  dealership.calls(caller, number);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  const from = agent.sip.got.length;
  await caller.ear.hears(agent.ear.tone);
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 9 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
}

test('the phone still rings, and 20 s after the loss its agent is not ready', async () => {
  const chen = await deskOf('chen');
  const desk = await readyAt('agent0');
  await talks('13800000001');
  expect((await closedCall(dealership.db, '+8613800000001'))['no_pop']).toBe(false);

  const from = chen.frames.length;
  desk.close();
  const lost = await sees(chen, 'agent0', { desktop: 'lost' }, from);
  await talks('13800000002');
  const call = await closedCall(dealership.db, '+8613800000002');
  expect(call).toMatchObject({ outcome: 'talk', agent_id: 'agent0', no_pop: true });
  const rows = await dealership.rows(
    `select no_pop from offer where call_id = '${String(call['id'])}'`,
  );
  expect(rows).toEqual([{ no_pop: true }]);
  await chen.next('call.updated', ({ data }) => data.noPop === true, { from });

  const away = await sees(chen, 'agent0', { reason: 'desktop-lost' }, from);
  expect(away.at - lost.at).toBeGreaterThanOrEqual(GRACE_MS);
  expect(away.data.reasonText?.zh).toMatch(/工作台/);
}, 90_000);

test('a desktop that confirms nothing holds up two rings, and no third', async () => {
  const { http } = dealership.product;
  const silent = { http, user: 'agent1', password: PASSWORD, receiptAfterMs: 'never' } as const;
  const desk = await startPushClient(silent);
  desks.push(desk);
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
  // By its own clock the product cannot have told it later; by ours, we not have heard of it sooner.
  const sinceTold: number[] = [];
  const sinceHeard: number[] = [];
  for (const number of ['13800000011', '13800000012', '13800000013']) {
    const [, agent] = dealership.agents;
    const [from, pops] = [agent.sip.got.length, desk.frames.length];
    const rings = agent.sip
      .request('INVITE', from)
      .then(() => ({ at: Date.now(), now: performance.now() }));
    const talk = talks(number);
    const { at, receivedAt } = await desk.next('offer.created', undefined, { from: pops });
    const ring = await rings;
    sinceTold.push(ring.at - at);
    sinceHeard.push(ring.now - receivedAt);
    await talk;
    await dealership.allIsClosed();
  }
  const [first = 0, second = 0] = sinceTold;
  expect(Math.min(first, second)).toBeGreaterThanOrEqual(148);
  expect(sinceHeard[2]).toBeLessThan(120);
  expect((await desk.post('/api/agents/me/not-ready', { reason: 'lunch' })).status).toBe(200);
}, 60_000);

onlyOurs(
  'an app that is killed gives those who were ready 20 s again, and takes callers meanwhile',
  async () => {
    await Promise.all(['t0', 't1', 't2', 'agent0'].map(readyAt));
    const { product } = dealership;
    await waitFor('what they want to be on disk', async () => {
      const ready = await dealership.rows(
        "select agent_id from agent_state where intent = 'ready' and desktop",
      );
      return ready.length === 4;
    });
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    const chen = await deskOf('chen');
    const { at, data } = await chen.next('snapshot');
    expect(data.agents.find(({ id }) => id === 'agent0')).toMatchObject({
      ...{ intent: { is: 'ready' }, desktop: { state: 'lost' } },
    });
    // They look for the next app, all but one of them.
    const back = await Promise.all(['t0', 't1', 't2'].map(deskOf));
    await talks('13800000003');
    expect(await closedCall(dealership.db, '+8613800000003')).toMatchObject({
      ...{ outcome: 'talk', agent_id: 'agent0', no_pop: true },
    });
    const away = await sees(chen, 'agent0', { reason: 'desktop-lost' });
    // The app had begun before the supervisor was let in.
    expect(away.at - at).toBeGreaterThan(GRACE_MS - LATE_MS);
    for (const desk of back) await desk.post('/api/agents/me/not-ready', { reason: 'lunch' });
  },
  120_000,
);

test('ten that go at once raise an alarm; when seven are back, the others have 20 s', async () => {
  const chen = await deskOf('chen');
  const crowd = await Promise.all(CROWD.map(readyAt));
  const from = chen.frames.length;
  for (const desk of crowd) desk.close();
  const gone = await chen.next('alarm.raised', undefined, { from });
  expect(gone.data).toMatchObject({ code: 'DESKTOPS_GONE', storeId: 'bj01' });
  await waitFor('all to be lost', () => {
    const lost = chen.frames.all
      .slice(from)
      .flatMap((frame) => (frame.type === 'agent.updated' ? [frame.data] : []))
      .filter(({ desktop }) => desktop.state === 'lost');
    return new Set(lost.map(({ id }) => id)).size === CROWD.length;
  });
  await Promise.all(CROWD.slice(3).map(deskOf));
  const over = await chen.next('alarm.raised', ({ data }) => data.code === 'DESKTOPS_BACK', {
    from,
  });
  for (const id of CROWD.slice(0, 3)) {
    const away = await sees(chen, id, { reason: 'desktop-lost' }, from);
    expect(away.at - over.at).toBeGreaterThanOrEqual(GRACE_MS);
  }
  const alarms = chen.frames.all.filter(({ type }) => type === 'alarm.raised');
  expect(alarms).toHaveLength(2);
}, 90_000);
