/**
 * The form of a call on the started product: who has not filled it in is not ready; what was answered with 200 is
 * kept, although the database is away and the app falls; and an after-sale caller goes on to after-sales (A07).
 */
import type { AgentView } from '../../src/domain/notices';
import { CALLER_HZ, hearEachOther } from '../support/desk-talk';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { PASSWORD, type TestPlan } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

/** `agent0` sells, from a desktop; `agent1` is of after-sales, and has a queue of his own. */
function withAfterSales(plan: TestPlan): TestPlan {
  const [sales] = plan.queues;
  if (!sales) throw new Error('the plan is empty');
  return {
    ...plan,
    queues: [
      { ...sales, wrapUpSeconds: 300 },
      ...plan.queues.slice(1),
      { ...sales, id: 'service' },
    ],
    people: plan.people.map((one) =>
      one.id === 'agent1' ? { ...one, post: 'after-sales', queues: ['service'] } : one,
    ),
    phones: plan.phones.map((one) =>
      one.person === 'agent0' ? { ...one, autoReady: false } : one,
    ),
  };
}

let dealership: Dealership;
let desk: PushClient;

beforeAll(async () => {
  dealership = await Dealership.open({}, withAfterSales);
  desk = await deskOf('agent0');
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
}, 90_000);

afterAll(async () => {
  process.kill(dealership.product.pid, 'SIGCONT');
  desk.close();
  await dealership.close();
}, 30_000);

const deskOf = (user: string): Promise<PushClient> =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

interface Talk {
  caller: Party;
  agent: Party;
  toTag: string;
  callId: string;
}

async function talk(number: string, hotline = '400'): Promise<Talk> {
  const caller = await dealership.caller(CALLER_HZ);
  const since = dealership.heardSoFar();
  dealership.calls(caller, number, { hotline });
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  await hearEachOther(caller, agent);
  return { caller, agent, toTag, callId: invite.get('x-call-id') ?? '' };
}

async function hangsUp({ caller, toTag }: Talk, agent: Party): Promise<void> {
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
}

async function says(what: string, body?: object): Promise<unknown[]> {
  const answer = await desk.post(what, body);
  return [answer.status, await answer.json()];
}

async function getting(what: string): Promise<unknown[]> {
  const answer = await desk.get(what);
  return [answer.status, await answer.json()];
}

test('A07: an after-sale caller goes on to after-sales, with call and recordings still linked', async () => {
  const one = await talk('13800000071');
  const { callId } = one;
  const form = { kind: 'after-sale', disposition: 'handed-over', note: 'the brakes' };
  expect(await says(`/api/calls/${callId}/form`, form)).toMatchObject([
    200,
    { state: 'complete', followUp: { department: 'after-sales', state: 'open' } },
  ]);
  const [since, from] = [dealership.heardSoFar(), one.agent.sip.got.length];
  const to = { post: 'after-sales' };
  expect(await says(`/api/calls/${callId}/transfer`, { to })).toMatchObject([200, { id: callId }]);
  one.agent.sip.answer(await one.agent.sip.request('BYE', from), 200);
  one.agent.ear.hush();
  // He has told what it was: nothing keeps him.
  expect(await says('/api/agents/me/wrap-up')).toMatchObject([200, { activity: 'idle' }]);
  const { agent, invite } = await dealership.rung(since);
  expect(agent).toBe(dealership.agents[1]);
  picksUp(agent, invite);
  await hearEachOther(one.caller, agent);
  await hangsUp(one, agent);
  await dealership.allIsClosed();
  const supervisor = await deskOf('chen');
  const detail = await waitFor('both recordings', async () => {
    const found = (await (await supervisor.get(`/api/calls/${callId}`)).json()) as {
      recordings: object[];
    };
    return found.recordings.length === 2 ? found : undefined;
  });
  supervisor.close();
  expect(detail).toMatchObject({
    call: { id: callId, agentId: 'agent1', form: 'complete' },
    form: { ...form, agentId: 'agent1', earlier: ['agent0'] },
    recordings: [{ agentId: 'agent0' }, { agentId: 'agent1' }],
  });
  expect(detail).toMatchObject({ form: { followUp: { state: 'done', doneBy: 'agent1' } } });
}, 60_000);

test('A06: what is answered with 200 is kept without a database and over a killed app, and is owed by who owed it', async () => {
  const one = await talk('13800000072');
  const path = `/api/calls/${one.callId}/form`;
  await hangsUp(one, one.agent);
  await desk.frames.next('his wrap-up', ({ type, data }) => {
    return type === 'agent.updated' && 'activity' in data && data.activity === 'wrap-up';
  });
  const refused = [409, { code: 'FORM_OPEN' }];
  expect(await says('/api/agents/me/wrap-up')).toMatchObject(refused);
  const { product } = dealership;
  const { app, postgres } = product.listening.pids;
  // The launcher would bring both back at once.
  process.kill(product.pid, 'SIGSTOP');
  process.kill(postgres ?? 0, 'SIGKILL');
  await waitFor('the database to be away', async () =>
    dealership.db.query('select 1').then(
      () => undefined,
      () => true,
    ),
  );
  const sale = { kind: 'pre-sale', level: 'H', source: 'web', note: 'a red one' };
  expect(await says(path, sale)).toMatchObject([
    200,
    { missing: ['disposition'], note: 'a red one' },
  ]);
  expect(await getting('/api/calls')).toMatchObject([503, { code: 'DATABASE_AWAY' }]);
  process.kill(app, 'SIGKILL');
  process.kill(product.pid, 'SIGCONT');
  await product.restarted('app', app, 40_000);
  // After a kill PostgreSQL reads its log first: as long as the disk takes.
  const db = await waitFor('the database', () => product.db().catch(() => undefined), 30_000);
  const rows = await waitFor('the form in the database', async () => {
    const found = await db.query('select * from call_form where call_id = $1', [one.callId]);
    return found.rows.length > 0 ? found.rows : undefined;
  });
  expect(rows).toMatchObject([{ ...sale, state: 'unclassified', agent_id: 'agent0' }]);
  desk.close();
  // An app that came before its database did goes once more.
  const again = () => deskOf('agent0').catch(() => undefined);
  desk = await waitFor('his desk', again, 30_000);
  expect(await says('/api/agents/me/ready')).toMatchObject(refused);
  expect(await says(path, { disposition: 'invited' })).toMatchObject([200, { state: 'complete' }]);
  expect(await says('/api/agents/me/ready')).toMatchObject([200, { intent: { is: 'ready' } }]);
  const [lead] = await waitFor('the level of the lead', async () => {
    const sql = `select level, channel from lead where number = '+8613800000072' and level is not null`;
    const found = await db.query<object>(sql);
    return found.rows.length > 0 ? found.rows : undefined;
  });
  expect(lead).toEqual({ level: 'H', channel: 'web' });
}, 90_000);

test('past the limit of his wrap-up he is not ready before his form is filled in', async () => {
  await dealership.product.apply(withShortWrapUps(dealership.plan));
  // The long one of the talk before.
  expect(await says('/api/agents/me/wrap-up')).toMatchObject([200, { activity: 'idle' }]);
  const one = await talk('13800000073');
  const from = desk.frames.length;
  await hangsUp(one, one.agent);
  const isOverdue = ({ data: { id, intent } }: { data: AgentView }) =>
    id === 'agent0' && intent.is === 'not-ready' && intent.reason === 'wrap-up overdue';
  await desk.next('agent.updated', isOverdue, { from });
  expect(await says('/api/agents/me/ready')).toMatchObject([409, { code: 'FORM_OPEN' }]);
  await leftOpen(desk, one.callId);
  const chen = await deskOf('chen');
  await leftOpen(chen, one.callId);
  const sale = { kind: 'pre-sale', level: 'A', source: 'web', disposition: 'invited' };
  expect(await says(`/api/calls/${one.callId}/form`, sale)).toMatchObject([
    200,
    { state: 'complete' },
  ]);
  for (const list of [desk, chen]) await leftOpen(list);
  expect(await says('/api/agents/me/ready')).toMatchObject([200, { intent: { is: 'ready' } }]);
  chen.close();
}, 60_000);

test('who is ready by his phone alone goes on, and what he leaves open is the supervisor’s', async () => {
  const chen = await deskOf('chen');
  const before = await deskOf('agent1');
  expect((await before.post('/api/agents/me/wrap-up')).status).toBe(200);
  before.close();
  const one = await talk('13800000074', '402');
  await hangsUp(one, one.agent);
  const next = await talk('13800000075', '402');
  expect([one.agent, next.agent]).toEqual([dealership.agents[1], dealership.agents[1]]);
  await hangsUp(next, next.agent);
  await leftOpen(chen, next.callId, one.callId);
  const reported = await (await chen.get('/api/reports/unclassified')).json();
  expect(reported).toMatchObject({
    unclassified: 2,
    agents: [
      { agentId: 'agent1', unclassified: 2 },
      { agentId: 'agent0', unclassified: 0 },
    ],
  });
  const path = `/api/calls/${one.callId}/form`;
  expect(await (await chen.get(path)).json()).toMatchObject({ falls: true, agentId: 'agent1' });
  const what = { kind: 'after-sale', disposition: 'answered' };
  expect(await (await chen.post(path, what)).json()).toMatchObject({ state: 'complete' });
  await leftOpen(chen, next.callId);
  chen.close();
}, 60_000);

/** Until these are left open, the newest first: an agent's own, or all of the store. */
async function leftOpen(of: PushClient, ...callIds: string[]): Promise<void> {
  const list = async (): Promise<string[]> => {
    const answer = await of.get('/api/calls?unclassified=true');
    return ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  const isSo = async () => (await list()).join() === callIds.join();
  await waitFor('the list', isSo).catch(async () => expect(await list()).toEqual(callIds));
}

/** Of two seconds; and callers of 402 are after-sales'. */
function withShortWrapUps(plan: TestPlan): TestPlan {
  const [hotline] = plan.hotlines;
  if (!hotline) throw new Error('the plan is empty');
  return {
    ...plan,
    queues: plan.queues.map((queue) => ({ ...queue, wrapUpSeconds: 2 })),
    hotlines: [...plan.hotlines, { ...hotline, number: '402', queue: 'service' }],
  };
}
