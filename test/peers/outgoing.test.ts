/**
 * A telemarketer calls from his desk: what each side hears on the way, what the carrier is told, and what is in
 * the records, also when the carrier refuses or the app is killed in the talk.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther, hearsMusic } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { PASSWORD } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { readWav, toneShare } from '../support/tone';
import { waitFor } from '../support/wait';

/** China's ringing tone. */
const RINGING_HZ = 450;
const OURS = '+861062345678';

let dealership: Dealership;
let carrier: Party;
let desk: PushClient;

beforeAll(async () => {
  carrier = await party(CALLER_HZ, '127.0.0.1');
  const to = [`sip:127.0.0.1:${carrier.sip.port}`];
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    trunks: plan.trunks.map((trunk) => ({ ...trunk, to, numbers: ['01062345678'] })),
  }));
}, 90_000);

beforeEach(async () => {
  const { http } = dealership.product;
  desk = await startPushClient({ http, user: 'agent0', password: PASSWORD });
});

afterEach(() => desk.close());

afterAll(async () => {
  await dealership.close();
  carrier.sip.close();
  carrier.ear.close();
}, 30_000);

const agent = () => dealership.agents[0];

interface Calling {
  callId: string;
  /** The carrier's INVITE. */
  invite: SipMessage;
}

/** His phone rings, he picks up, and the number is dialled. */
async function calls(number: string): Promise<Calling> {
  const [since, dialled] = [dealership.heardSoFar(), carrier.sip.got.length];
  const answer = await desk.post('/api/calls', { number });
  const call = (await answer.json()) as { id: string };
  expect([answer.status, call]).toMatchObject([200, { direction: 'outbound', state: 'calling' }]);
  const rung = await dealership.rung(since);
  expect(rung.agent).toBe(agent());
  picksUp(rung.agent, rung.invite);
  return { callId: call.id, invite: await carrier.sip.request('INVITE', dialled) };
}

async function answers({ invite }: Calling): Promise<SipMessage> {
  const from = carrier.sip.got.length;
  picksUp(carrier, invite);
  const ack = await carrier.sip.request('ACK', from);
  await hearEachOther(carrier, agent());
  return ack;
}

/** The customer hangs up. */
async function ends(ack: SipMessage): Promise<void> {
  const from = agent().sip.got.length;
  carrier.sip.bye(dealership.port, ack);
  agent().sip.answer(await agent().sip.request('BYE', from), 200);
  agent().ear.hush();
  carrier.ear.hush();
  await dealership.allIsClosed();
}

/** Once it is closed. */
const rowOf = (callId: string) =>
  waitFor('the call in the records', async () => {
    const rows = await dealership.rows(
      `select * from call where id = '${callId}' and state = 'closed'`,
    );
    return rows[0];
  });

test('a customer: he hears our tone, then him; both are recorded, and he is a lead (A12)', async () => {
  const calling = await calls('138 0000 0031');
  expect(calling.invite.uri).toContain('sip:13800000031@');
  expect(calling.invite.get('from')).toContain('01062345678');
  carrier.sip.answer(calling.invite, 180);
  await agent().ear.hears(RINGING_HZ);
  const ack = await answers(calling);
  expect((await desk.post(`/api/calls/${calling.callId}/hold`, {})).status).toBe(200);
  await hearsMusic(carrier.ear);
  expect((await desk.post(`/api/calls/${calling.callId}/resume`, {})).status).toBe(200);
  await hearEachOther(carrier, agent());
  await ends(ack);
  expect(await rowOf(calling.callId)).toMatchObject({
    ...{ direction: 'outbound', outcome: 'talk', end_cause: 'hangup', agent_id: 'agent0' },
    ...{ from_number: OURS, to_number: '+8613800000031', trunk_id: 'carrier' },
  });
  const [recording] = await waitFor('its recording', async () => {
    const rows = await dealership.rows(
      `select r.path, l.number, l.source from recording r join lead l on l.id = r.lead_id
         where r.call_id = '${calling.callId}'`,
    );
    return rows.length > 0 ? rows : null;
  });
  expect(recording).toMatchObject({ number: '+8613800000031', source: 'outbound' });
  const file = readFileSync(join(dealership.product.recordingsDir, String(recording?.['path'])));
  const shares = readWav(file).channels.map((channel, side) =>
    toneShare(channel.subarray(-2000, -400), side === 0 ? CALLER_HZ : agent().ear.tone),
  );
  expect(Math.min(...shares)).toBeGreaterThan(0.9);
}, 60_000);

test('what the operator plays before he answers is heard', async () => {
  const calling = await calls('13800000032');
  carrier.sip.answer(calling.invite, 183, { body: carrier.ear.sdp() });
  carrier.ear.talkTo(calling.invite.body);
  await agent().ear.hears(CALLER_HZ);
  await ends(await answers(calling));
  expect(await rowOf(calling.callId)).toMatchObject({ outcome: 'talk' });
}, 60_000);

test('who is busy: his phone is hung up, and the operator’s cause is kept', async () => {
  const calling = await calls('13800000033');
  const from = agent().sip.got.length;
  carrier.sip.answer(calling.invite, 486, { headers: ['Reason: Q.850;cause=17'] });
  agent().sip.answer(await agent().sip.request('BYE', from), 200);
  agent().ear.hush();
  await dealership.allIsClosed();
  expect(await rowOf(calling.callId)).toMatchObject({ outcome: 'unanswered', end_cause: 'busy' });
}, 60_000);

test('from a phone: he hears what the operator plays, then the customer; both are recorded (A12)', async () => {
  const { sip, ear } = agent();
  const dialled = carrier.sip.got.length;
  const uri = `sip:13800000035@127.0.0.1:${dealership.port}`;
  const callId = 'from-a-phone';
  sip.ask(dealership.port, { method: 'INVITE', uri, callId, body: ear.sdp() });
  const invite = await carrier.sip.request('INVITE', dialled);
  carrier.sip.answer(invite, 183, { body: carrier.ear.sdp() });
  carrier.ear.talkTo(invite.body);
  const early = await sip.got.next('183', (m) => m.callId === callId && m.status === 183);
  ear.talkTo(early.body);
  await ear.hears(CALLER_HZ);
  picksUp(carrier, invite);
  const ok = await sip.got.next('200', (m) => m.callId === callId && m.status === 200);
  const toTag = ok.toTag as string;
  sip.ask(dealership.port, { method: 'ACK', uri, callId, toTag });
  await hearEachOther(carrier, agent());
  const from = carrier.sip.got.length;
  sip.ask(dealership.port, { method: 'BYE', uri, callId, toTag, cseq: 2 });
  carrier.sip.answer(await carrier.sip.request('BYE', from), 200);
  ear.hush();
  carrier.ear.hush();
  await dealership.allIsClosed();
  const rows = await waitFor('its recording', async () => {
    const found = await dealership.rows(
      `select c.direction, c.outcome, c.agent_id, r.state from call c join recording r on r.call_id = c.id
         where c.to_number = '+8613800000035'`,
    );
    return found.length > 0 ? found : null;
  });
  expect(rows).toEqual([
    { direction: 'outbound', outcome: 'talk', agent_id: 'agent0', state: 'stored' },
  ]);
}, 60_000);

test('from a phone to a colleague’s: no customer, no trunk, recorded all the same', async () => {
  const [{ sip, ear }, other] = dealership.agents;
  const [dialled, rung] = [carrier.sip.got.length, other.sip.got.length];
  const uri = `sip:901@127.0.0.1:${dealership.port}`;
  const callId = 'to-a-colleague';
  sip.ask(dealership.port, { method: 'INVITE', uri, callId, body: ear.sdp() });
  const invite = await other.sip.request('INVITE', rung);
  expect(invite.get('from')).toContain('sip:900@');
  other.sip.answer(invite, 180);
  await sip.got.next('180', (m) => m.callId === callId && m.status === 180);
  picksUp(other, invite);
  const ok = await sip.got.next('200', (m) => m.callId === callId && m.status === 200);
  const toTag = ok.toTag as string;
  sip.ask(dealership.port, { method: 'ACK', uri, callId, toTag });
  ear.talkTo(ok.body);
  await hearEachOther(agent(), other);
  const from = other.sip.got.length;
  sip.ask(dealership.port, { method: 'BYE', uri, callId, toTag, cseq: 2 });
  other.sip.answer(await other.sip.request('BYE', from), 200);
  ear.hush();
  other.ear.hush();
  await dealership.allIsClosed();
  const rows = await waitFor('its recording', async () => {
    const found = await dealership.rows(
      `select c.direction, c.outcome, c.lead_id, r.state from call c join recording r on r.call_id = c.id
         where c.to_number = '901'`,
    );
    return found.length > 0 ? found : null;
  });
  expect(rows).toEqual([
    { direction: 'internal', outcome: 'talk', lead_id: null, state: 'stored' },
  ]);
  expect(carrier.sip.got.length).toBe(dialled);
}, 60_000);

test('who was called by a colleague asks an outside number, hears its operator, and sends him there', async () => {
  const [one, other] = dealership.agents;
  const since = dealership.heardSoFar();
  const placed = await desk.post('/api/calls', { number: 'agent1' });
  const { id: callId } = (await placed.json()) as { id: string };
  picksUp(one, (await dealership.rung(since)).invite);
  picksUp(other, await other.sip.request('INVITE', since[1]));
  await hearEachOther(one, other);
  const { http } = dealership.product;
  const his = await startPushClient({ http, user: 'agent1', password: PASSWORD });
  const dialled = carrier.sip.got.length;
  const asked = await his.post(`/api/calls/${callId}/consult`, { number: '13800000036' });
  expect([asked.status, await asked.json()]).toMatchObject([200, { agentId: 'agent1' }]);
  await hearsMusic(one.ear);
  const invite = await carrier.sip.request('INVITE', dialled);
  carrier.sip.answer(invite, 180);
  await other.ear.hears(RINGING_HZ);
  carrier.sip.answer(invite, 183, { body: carrier.ear.sdp() });
  carrier.ear.talkTo(invite.body);
  await other.ear.hears(CALLER_HZ);
  picksUp(carrier, invite);
  await hearEachOther(other, carrier);
  const [leaves, bye] = [other.sip.got.length, carrier.sip.got.length];
  expect((await his.post(`/api/calls/${callId}/consult/complete`)).status).toBe(200);
  other.sip.answer(await other.sip.request('BYE', leaves), 200);
  other.ear.hush();
  await hearEachOther(one, carrier);
  his.close();
  one.sip.bye(dealership.port, await one.sip.request('ACK', since[0]));
  carrier.sip.answer(await carrier.sip.request('BYE', bye), 200);
  one.ear.hush();
  carrier.ear.hush();
  await dealership.allIsClosed();
  expect(await rowOf(callId)).toMatchObject({ direction: 'internal', outcome: 'talk' });
  await waitFor('its three recordings', async () => {
    const files = await dealership.rows(
      `select state from recording where call_id = '${callId}' and state = 'stored'`,
    );
    return files.length === 3;
  });
}, 60_000);

onlyOurs(
  'the app is killed in the talk: it goes on, is held and ended as before',
  async () => {
    const calling = await calls('13800000034');
    const ack = await answers(calling);
    const { product } = dealership;
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    await hearEachOther(carrier, agent());
    const again = await startPushClient({ http: product.http, user: 'agent0', password: PASSWORD });
    await waitFor('the talk to be known again', async () => {
      const answer = await again.post(`/api/calls/${calling.callId}/hold`, {});
      return answer.status === 200;
    });
    await hearsMusic(carrier.ear);
    expect((await again.post(`/api/calls/${calling.callId}/resume`, {})).status).toBe(200);
    await hearEachOther(carrier, agent());
    again.close();
    await ends(ack);
    expect(await rowOf(calling.callId)).toMatchObject({
      ...{ direction: 'outbound', outcome: 'talk', end_cause: 'hangup', agent_id: 'agent0' },
    });
  },
  60_000,
);
