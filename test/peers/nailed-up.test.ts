/**
 * A telemarketer whose phone is nailed up, on the started product: one INVITE when he comes to work, and then calls over
 * that one leg, while the app is killed in one of them and between them. What each side hears is measured at the
 * phones and in the files.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { heardIn, recordingsOf } from '../support/consulting';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { hearEachOther } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { outsideServer } from '../support/outside';
import { PASSWORD } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { loudness } from '../support/tone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 850;
/** Of the tone before a call (media/prompts, `beep`). */
const BEEP_HZ = 1000;

let dealership: Dealership;
let desk: PushClient;
let agent: Party;
let colleague: Party;

beforeAll(async () => {
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    phones: plan.phones.map((phone, n) => ({
      ...phone,
      autoReady: false,
      ...(n === 0 ? { mode: 'nailed-up' as const } : {}),
    })),
  }));
  [agent, colleague] = dealership.agents;
  desk = await signedIn('agent0');
}, 90_000);

afterAll(async () => {
  desk.close();
  await dealership.close();
}, 30_000);

const signedIn = (user: string) =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

/** He, as his supervisor sees him. */
async function view() {
  const supervisor = await signedIn('chen');
  const { data } = await supervisor.next('snapshot');
  supervisor.close();
  return data.agents.find(({ id }) => id === 'agent0');
}

const invites = () => agent.sip.got.all.filter(({ method }) => method === 'INVITE');
/** Those that make a phone ring. */
const rings = () => new Set(invites().flatMap((m) => (m.toTag === undefined ? [m.callId] : [])));
const pickedUp = new Set<string>();
let last = 0;

/** The phone is moved to another stream, as any phone follows a re-INVITE (RFC 3264 §8.3.1). */
async function isMoved(): Promise<SipMessage> {
  const invite = await agent.sip.got.next(
    'a re-INVITE',
    (m) => m.method === 'INVITE' && m.toTag !== undefined && m.cseq > last,
  );
  last = invite.cseq;
  picksUp(agent, invite);
  return invite;
}

async function isNailedUp(): Promise<void> {
  await desk.post('/api/agents/me/ready');
  const invite = await agent.sip.got.next(
    'an INVITE',
    (m) => m.method === 'INVITE' && m.toTag === undefined && !pickedUp.has(m.callId),
  );
  last = invite.cseq;
  pickedUp.add(invite.callId);
  picksUp(agent, invite);
  await waitFor('it to be up', async () => (await view())?.nailed?.state === 'up');
}

/** From the INVITE to two who hear each other; the agent heard the tone before. */
async function talk(number: string) {
  const caller = await dealership.caller(CALLER_HZ);
  const from = agent.sip.got.length;
  agent.ear.forget();
  dealership.calls(caller, number);
  await isMoved();
  await agent.ear.hears(BEEP_HZ);
  const toTag = await dealership.isAnswered(caller);
  await hearEachOther(caller, agent);
  const [row] = await dealership.rows(`select id from call where from_number = '+86${number}'`);
  expect(agent.sip.got.all.slice(from).some(({ toTag }) => toTag === undefined)).toBe(false);
  return { caller, toTag, callId: String(row?.['id']) };
}

/** Silence, and packets of it: the phone does not take the line for a dead one. */
async function hearsSilence(): Promise<void> {
  agent.ear.forget();
  await agent.ear.until(
    () => agent.ear.heard.length > 15 && loudness(agent.ear.lastSamples()) < 20,
    5000,
    () => `${agent.ear.heard.length} packets, ${loudness(agent.ear.lastSamples())} loud`,
  );
}

/** At a server that is not ours a leg ends with its app. */
const outlives = !outsideServer();

async function isKilled(): Promise<void> {
  const { product } = dealership;
  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  await product.restarted('app', app);
}

test('two calls over one leg, the app killed in the first and between them: one INVITE, every tone, two files', async () => {
  await isNailedUp();
  await hearsSilence();
  const first = await talk('13800000051');
  if (outlives) await isKilled();
  await hearEachOther(first.caller, agent);
  const byes = first.caller.sip.request('BYE');
  expect((await desk.post(`/api/calls/${first.callId}/hang-up`)).status).toBe(204);
  first.caller.sip.answer(await byes, 200);
  first.caller.ear.hush();
  await isMoved();
  await hearsSilence();
  if (outlives) {
    await isKilled();
    await isMoved();
    await hearsSilence();
  }
  await waitFor('him to be ready', async () => (await view())?.intent.is === 'ready');
  const second = await talk('13800000052');
  second.caller.sip.ask(dealership.port, { method: 'BYE', toTag: second.toTag, cseq: 2 });
  second.caller.ear.hush();
  await isMoved();
  await hearsSilence();
  await dealership.allIsClosed();
  expect([rings().size, agent.sip.count(({ method }) => method === 'BYE')]).toEqual([1, 0]);
  for (const { callId } of [first, second]) {
    const [file] = await recordingsOf(dealership, callId, 1);
    if (!file) throw new Error('no file');
    expect([file.agentId, file.state]).toEqual(['agent0', 'stored']);
    expect(Math.min(...heardIn(dealership, file, [CALLER_HZ, agent.ear.tone]))).toBeGreaterThan(
      0.9,
    );
  }
}, 90_000);

test('asked by nobody and asking: consultation, three, and the caller handed over; his leg is free again', async () => {
  const other = await signedIn('agent1');
  const { caller, callId, toTag } = await talk('13800000053');
  const since = dealership.heardSoFar();
  const does = (what: string, body?: object) =>
    desk.post(`/api/calls/${callId}/consult${what}`, body);
  expect((await does('', { agent: 'agent1' })).status).toBe(200);
  const { invite } = await dealership.rung(since);
  picksUp(colleague, invite);
  await hearEachOther(agent, colleague);
  expect((await does('/swap')).status).toBe(200);
  await hearEachOther(agent, caller);
  expect((await does('/complete')).status).toBe(200);
  await isMoved();
  await hearEachOther(caller, colleague);
  await hearsSilence();
  const from = colleague.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  colleague.sip.answer(await colleague.sip.request('BYE', from), 200);
  colleague.ear.hush();
  caller.ear.hush();
  other.close();
  await dealership.allIsClosed();
  expect(rings().size).toBe(1);
}, 60_000);

test('the phone hangs up in a talk: so has he, he is not ready, and is called again when he is', async () => {
  const { caller } = await talk('13800000054');
  agent.sip.bye(dealership.port, await agent.sip.request('ACK'));
  agent.ear.hush();
  caller.sip.answer(await caller.sip.request('BYE'), 200);
  caller.ear.hush();
  await dealership.allIsClosed();
  expect(await view()).toMatchObject({
    ...{ intent: { is: 'not-ready', reason: 'phone-hung-up' }, nailed: { state: 'down' } },
  });
  expect(rings().size).toBe(1);
  await isNailedUp();
  expect(rings().size).toBe(2);
}, 60_000);

onlyOurs(
  'the edge is killed: he is not ready and sees why; goes home, and the phone is hung up',
  async () => {
    const { product } = dealership;
    const { edge } = product.listening.pids;
    process.kill(edge, 'SIGKILL');
    await product.restarted('edge', edge);
    await waitFor('him to see it', async () => (await view())?.nailed?.state === 'down');
    expect((await view())?.intent).toEqual({ is: 'not-ready', reason: 'phone-line-lost' });
    await isNailedUp();
    const from = agent.sip.got.length;
    await desk.delete('/api/session');
    agent.sip.answer(await agent.sip.request('BYE', from), 200);
    expect(await view()).toMatchObject({ intent: { is: 'logged-out' }, nailed: { state: 'down' } });
  },
  90_000,
);
