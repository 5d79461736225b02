/**
 * A caller is laid aside: what he hears in his slot, who takes him out of it, and each of his talks as a file
 * of its own. The app falls meanwhile.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dealership, picksUp, type Party } from '../support/dealership';
import {
  CALLER_HZ,
  hearEachOther,
  hearsMusic,
  talkAtDesk,
  type DeskTalk,
} from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { PASSWORD } from '../support/plan';
import { startPushClient } from '../support/push-client';
import { readWav, toneShare } from '../support/tone';
import { waitFor } from '../support/wait';

const PARK_SECONDS = 15;

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
  const { plan, product } = dealership;
  await product.apply({
    ...plan,
    stores: plan.stores.map((store) => ({ ...store, parkSeconds: PARK_SECONDS })),
  });
}, 90_000);

afterAll(() => dealership.close(), 30_000);

const deskOf = (agent: Party) =>
  startPushClient({
    http: dealership.product.http,
    user: `agent${dealership.agents.indexOf(agent)}`,
    password: PASSWORD,
  });

/** In slot 701, his agent's phone told that it is over, and music. */
async function isParked(talk: DeskTalk): Promise<void> {
  const from = talk.agent.sip.got.length;
  const answer = await talk.desk.post(`/api/calls/${talk.callId}/park`, {});
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { slot: '701', callId: talk.callId },
  ]);
  talk.agent.sip.answer(await talk.agent.sip.request('BYE', from), 200);
  talk.agent.ear.hush();
  await hearsMusic(talk.caller.ear);
}

async function ends({ caller, toTag }: DeskTalk, agent: Party): Promise<void> {
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
  await dealership.allIsClosed();
}

/** Two files of the call, each with the voices of those who talked in it, shortly before its end. */
async function hasTalks(callId: string, agents: Party[]): Promise<void> {
  const rows = await waitFor('the recordings', async () => {
    const found = await dealership.rows(
      `select path, agent_id from recording where call_id = '${callId}' order by started_at`,
    );
    return found.length === agents.length ? found : undefined;
  });
  for (const [i, agent] of agents.entries()) {
    expect(rows[i]?.['agent_id']).toBe(`agent${dealership.agents.indexOf(agent)}`);
    const path = join(dealership.product.recordingsDir, String(rows[i]?.['path']));
    const shares = readWav(readFileSync(path)).channels.map((channel, side) =>
      toneShare(channel.subarray(-2000, -400), side === 0 ? CALLER_HZ : agent.ear.tone),
    );
    expect(Math.min(...shares)).toBeGreaterThan(0.9);
  }
}

test('taken out by the other agent, whose desk had seen him there', async () => {
  const talk = await talkAtDesk(dealership, '13800000041');
  const other = dealership.agents.find((one) => one !== talk.agent) ?? talk.agent;
  const desk = await deskOf(other);
  await isParked(talk);
  const { data } = await desk.next('call.parked');
  expect(data).toMatchObject({ slot: '701', callId: talk.callId, from: '+8613800000041' });
  const from = other.sip.got.length;
  const answer = await desk.post('/api/parked/701/retrieve', {});
  expect([answer.status, await answer.json()]).toMatchObject([200, { state: 'offered' }]);
  expect((await desk.next('call.unparked')).data).toMatchObject({ reason: 'retrieved' });
  picksUp(other, await other.sip.request('INVITE', from));
  await hearEachOther(talk.caller, other);
  desk.close();
  talk.desk.close();
  await ends(talk, other);
  await hasTalks(talk.callId, [talk.agent, other]);
}, 60_000);

onlyOurs(
  'the app is killed: he stands in his slot as before, and at the limit his agent is rung',
  async () => {
    const talk = await talkAtDesk(dealership, '13800000042');
    const { product } = dealership;
    await isParked(talk);
    talk.desk.close();
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await hearsMusic(talk.caller.ear);
    const from = talk.agent.sip.got.length;
    await product.restarted('app', killed);
    const desk = await deskOf(talk.agent);
    const { items } = (await (await desk.get('/api/parked')).json()) as { items: object[] };
    expect(items).toMatchObject([{ slot: '701', callId: talk.callId }]);
    desk.close();
    await hearsMusic(talk.caller.ear);
    const invite = await waitFor(
      'his agent to be rung',
      () => talk.agent.sip.got.all.slice(from).find(({ method }) => method === 'INVITE'),
      (PARK_SECONDS + 5) * 1000,
    );
    picksUp(talk.agent, invite);
    await hearEachOther(talk.caller, talk.agent);
    await ends(talk, talk.agent);
    await hasTalks(talk.callId, [talk.agent, talk.agent]);
  },
  90_000,
);

test('he hangs up in his slot: the call was a talk, and he is not called back', async () => {
  const talk = await talkAtDesk(dealership, '13800000043');
  await isParked(talk);
  talk.desk.close();
  talk.caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await dealership.allIsClosed();
  const calls = await dealership.rows(`select outcome from call where id = '${talk.callId}'`);
  expect(calls).toEqual([{ outcome: 'talk' }]);
  const promises = await dealership.rows(
    "select state from promise where number = '+8613800000043'",
  );
  expect(promises).toEqual([]);
}, 60_000);
