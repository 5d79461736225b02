/**
 * A caller is sent on from one telemarketer to the other: what he hears on the way, and the two talks of
 * the one call in its records, each with its own sound.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dealership, isLetGo, picksUp, type Party } from '../support/dealership';
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

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

interface Detail {
  call: Record<string, unknown>;
  legs: Record<string, unknown>[];
  recordings: { agentId: string; path: string; state: string }[];
}

/** What the supervisor sees of the call, once both of its files are there. */
async function detailOf(callId: string): Promise<Detail> {
  const desk = await startPushClient({
    ...{ http: dealership.product.http, user: 'chen', password: PASSWORD },
  });
  const detail = await waitFor('two recordings', async () => {
    const found = (await (await desk.get(`/api/calls/${callId}`)).json()) as Detail;
    return found.recordings?.length === 2 && found.call['state'] === 'closed' ? found : null;
  });
  desk.close();
  return detail;
}

const nameOf = (agent: Party): string => `agent${dealership.agents.indexOf(agent)}`;
const otherThan = (agent: Party): Party => dealership.agents.find((one) => one !== agent) ?? agent;

/** Sent on, and the agent's phone told that it is over; the caller hears music. */
async function isSentOn(talk: DeskTalk, to: object): Promise<void> {
  const from = talk.agent.sip.got.length;
  const answer = await talk.desk.post(`/api/calls/${talk.callId}/transfer`, { to });
  expect([answer.status, await answer.json()]).toMatchObject([200, { id: talk.callId }]);
  talk.agent.sip.answer(await talk.agent.sip.request('BYE', from), 200);
  talk.agent.ear.hush();
  await hearsMusic(talk.caller.ear);
}

async function ends({ caller, toTag, desk }: DeskTalk, agent: Party): Promise<void> {
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
  desk.close();
  await dealership.allIsClosed();
}

test('to the other one: two talks of one call, each with its own leg and sound', async () => {
  const talk = await talkAtDesk(dealership, '13800000021');
  const first = talk.agent;
  const since = dealership.heardSoFar();
  await isSentOn(talk, { agent: nameOf(otherThan(first)) });
  const { agent: second, invite } = await dealership.rung(since);
  expect(second).toBe(otherThan(first));
  picksUp(second, invite);
  await hearEachOther(talk.caller, second);
  await ends(talk, second);
  const { call, legs, recordings } = await detailOf(talk.callId);
  expect(call).toMatchObject({ outcome: 'talk', agentId: nameOf(second) });
  const agents = legs.filter(({ role }) => role === 'agent');
  expect(agents).toMatchObject([
    { agentId: nameOf(first), endCause: 'transferred' },
    { agentId: nameOf(second), endCause: 'partner-left' },
  ]);
  expect(recordings.map(({ agentId }) => agentId)).toEqual([nameOf(first), nameOf(second)]);
  for (const [i, agent] of [first, second].entries()) {
    const file = join(dealership.product.recordingsDir, recordings[i]?.path ?? '');
    // 200 ms shortly before its end, when both talked.
    const shares = readWav(readFileSync(file)).channels.map((channel, side) =>
      toneShare(channel.subarray(-2000, -400), side === 0 ? CALLER_HZ : agent.ear.tone),
    );
    expect(Math.min(...shares)).toBeGreaterThan(0.9);
  }
}, 60_000);

/** Sent on by the phone's own key: it is told, by NOTIFY, and its leg is kept; the caller hears music. */
async function isReferred({ agent, ack, caller }: DeskTalk, to: string): Promise<void> {
  const headers = [`Refer-To: <sip:${to}@openline>`];
  agent.sip.askBack(dealership.port, ack, { method: 'REFER', cseq: 1, headers });
  await agent.sip.response(202, 'REFER');
  await isTold(agent, 100);
  await hearsMusic(caller.ear);
}

const isTold = async ({ sip }: Party, status: number): Promise<void> => {
  const brings = `SIP/2.0 ${status} `;
  sip.answer(await sip.got.next(`NOTIFY ${status}`, (m) => m.body.startsWith(brings)), 200);
};

test('by his phone, to the other one: its leg is kept until that one has answered', async () => {
  const talk = await talkAtDesk(dealership, '13800000025');
  const first = talk.agent;
  const since = dealership.heardSoFar();
  const from = first.sip.got.length;
  await isReferred(talk, nameOf(otherThan(first)));
  const { agent: second, invite } = await dealership.rung(since);
  expect(second).toBe(otherThan(first));
  expect(first.sip.got.all.slice(from).some(({ method }) => method === 'BYE')).toBe(false);
  picksUp(second, invite);
  await isTold(first, 200);
  first.sip.answer(await first.sip.request('BYE', from), 200);
  first.ear.hush();
  await hearEachOther(talk.caller, second);
  await ends(talk, second);
  const { legs, recordings } = await detailOf(talk.callId);
  expect(legs.filter(({ role }) => role === 'agent')).toMatchObject([
    { agentId: nameOf(first), endCause: 'transferred' },
    { agentId: nameOf(second), endCause: 'partner-left' },
  ]);
  expect(recordings.map(({ agentId }) => agentId)).toEqual([nameOf(first), nameOf(second)]);
}, 60_000);

onlyOurs(
  'by his phone, and the app is killed on the way: nothing is left of it but the caller',
  async () => {
    const talk = await talkAtDesk(dealership, '13800000026');
    const { product } = dealership;
    const from = talk.agent.sip.got.length;
    let since = dealership.heardSoFar();
    await isReferred(talk, nameOf(otherThan(talk.agent)));
    const rung = await dealership.rung(since);
    since = dealership.heardSoFar();
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await isLetGo(rung.agent, rung.invite);
    await product.restarted('app', killed);
    talk.agent.sip.answer(await talk.agent.sip.request('BYE', from), 200);
    talk.agent.ear.hush();
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    await hearEachOther(talk.caller, agent);
    await ends(talk, agent);
  },
  60_000,
);

test('to the other one, who refuses: back in the line, and taken by who is free', async () => {
  const talk = await talkAtDesk(dealership, '13800000022');
  const first = talk.agent;
  const since = dealership.heardSoFar();
  await isSentOn(talk, { agent: nameOf(otherThan(first)) });
  const { agent: second, invite } = await dealership.rung(since);
  const again = dealership.heardSoFar();
  second.sip.answer(invite, 486);
  const { agent: taker, invite: anew } = await dealership.rung(again);
  expect(taker).toBe(first);
  picksUp(taker, anew);
  await hearEachOther(talk.caller, taker);
  await ends(talk, taker);
  const { call, recordings } = await detailOf(talk.callId);
  expect(call).toMatchObject({ outcome: 'talk', agentId: nameOf(first) });
  expect(recordings.map(({ state }) => state)).toEqual(['stored', 'stored']);
}, 60_000);

test('to the queue, and he gives up on the way: the phone stops ringing, and he is called back', async () => {
  const talk = await talkAtDesk(dealership, '13800000023');
  const since = dealership.heardSoFar();
  await isSentOn(talk, { queue: 'sales' });
  const { agent, invite } = await dealership.rung(since);
  talk.caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await isLetGo(agent, invite);
  talk.desk.close();
  await dealership.allIsClosed();
  const calls = await dealership.rows(`select outcome from call where id = '${talk.callId}'`);
  expect(calls).toEqual([{ outcome: 'left' }]);
  const promises = await dealership.rows(
    "select state from promise where number = '+8613800000023'",
  );
  expect(promises).toEqual([{ state: 'open' }]);
}, 60_000);

onlyOurs(
  'the app is killed while the other phone rings: he hears music on, and is offered again',
  async () => {
    const talk = await talkAtDesk(dealership, '13800000024');
    const { product } = dealership;
    let since = dealership.heardSoFar();
    await isSentOn(talk, { queue: 'sales' });
    const rung = await dealership.rung(since);
    since = dealership.heardSoFar();
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await isLetGo(rung.agent, rung.invite);
    await hearsMusic(talk.caller.ear);
    await product.restarted('app', killed);
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    await hearEachOther(talk.caller, agent);
    await ends(talk, agent);
    const { call, recordings } = await detailOf(talk.callId);
    expect(call).toMatchObject({ outcome: 'talk', agentId: nameOf(agent) });
    expect(recordings.map(({ state }) => state)).toEqual(['stored', 'stored']);
  },
  60_000,
);
