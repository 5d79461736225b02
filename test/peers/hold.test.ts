/**
 * Hold by desk and by phone, with the sound that either party then hears, also when the app is killed
 * meanwhile.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { PASSWORD } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { loudness, toneShare } from '../support/tone';
import type { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 1000;

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

interface Talk {
  caller: Party;
  toTag: string;
  agent: Party;
  /** The agent's side of the dialog. */
  ack: SipMessage;
  desk: PushClient;
  callId: string;
}

async function talk(number: string): Promise<Talk> {
  const caller = await dealership.caller(CALLER_HZ);
  const since = dealership.heardSoFar();
  dealership.calls(caller, number);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  const index = dealership.agents.indexOf(agent);
  const ack = await agent.sip.request('ACK', since[index]);
  const desk = await startPushClient({
    ...{ http: dealership.product.http, user: `agent${index}`, password: PASSWORD },
  });
  const made: Talk = { caller, toTag, agent, ack, desk, callId: invite.get('x-call-id') ?? '' };
  await hearEachOther(made);
  return made;
}

async function hearEachOther({ caller, agent }: Talk): Promise<void> {
  await Promise.all([agent.ear.hears(CALLER_HZ), caller.ear.hears(agent.ear.tone)]);
}

/** Sound, and nobody's voice. */
async function hearsMusic(ear: TonePhone): Promise<void> {
  ear.forget();
  const isMusic = (): boolean => {
    const heard = ear.lastSamples(40);
    const voices = [CALLER_HZ, 600, 700].map((hz) => toneShare(heard, hz));
    return loudness(heard) > 100 && Math.max(...voices) < 0.3;
  };
  await ear.until(isMusic, 5000, () => 'no music is heard');
}

const ask = (talk: Talk, what: 'hold' | 'resume') =>
  talk.desk.post(`/api/calls/${talk.callId}/${what}`);

async function ends(talk: Talk): Promise<Record<string, number>> {
  const { caller, toTag, agent, desk, callId } = talk;
  const from = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 9 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
  agent.ear.forget();
  desk.close();
  const rows = await waitFor('the recording to be filed', async () => {
    const found = await dealership.rows(
      `select state, gaps_ms from recording where call_id = '${callId}'`,
    );
    return found.length > 0 ? found : null;
  });
  await dealership.allIsClosed();
  expect(rows).toMatchObject([{ state: 'stored' }]);
  return rows[0]?.['gaps_ms'] as Record<string, number>;
}

test.each([
  ['sendonly', ['a=sendonly'], ''],
  ['inactive', ['a=inactive'], ''],
  ['0.0.0.0', [], '0.0.0.0'],
])(
  "the agent's phone holds by %s: the caller hears our music, and him again",
  async (...how) => {
    const [, direction, address] = how;
    const held = await talk('13800000011');
    const { sip, ear } = held.agent;
    const described = (lines: string[]): string => ear.sdp(undefined, lines);
    const own = described(direction);
    const body = address === '' ? own : own.replace(/c=IN IP4 .*/, `c=IN IP4 ${address}`);
    sip.askBack(dealership.port, held.ack, { method: 'INVITE', cseq: 1, body });
    await hearsMusic(held.caller.ear);
    sip.askBack(dealership.port, held.ack, { method: 'ACK', cseq: 1 });
    const refused = await ask(held, 'resume');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'HELD_AT_PHONE' });
    const back = described(['a=sendrecv']);
    sip.askBack(dealership.port, held.ack, { method: 'INVITE', cseq: 2, body: back });
    await hearEachOther(held);
    sip.askBack(dealership.port, held.ack, { method: 'ACK', cseq: 2 });
    expect((await ends(held))['hold']).toBeGreaterThan(500);
  },
  60_000,
);

test("the caller's phone holds: the agent hears music, and him again", async () => {
  const held = await talk('13800000012');
  const { caller, toTag } = held;
  const described = (line: string): string => caller.ear.sdp(undefined, [line]);
  for (const [cseq, line] of [
    [2, 'a=sendonly'],
    [3, 'a=sendrecv'],
  ] as const) {
    caller.sip.ask(dealership.port, { method: 'INVITE', toTag, cseq, body: described(line) });
    if (cseq === 2) await hearsMusic(held.agent.ear);
    else await hearEachOther(held);
    caller.sip.ask(dealership.port, { method: 'ACK', toTag, cseq });
  }
  await ends(held);
}, 60_000);

test('held at the desk: music, also when the app is killed; the next one resumes', async () => {
  const held = await talk('13800000013');
  const { product } = dealership;
  const answer = await ask(held, 'hold');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ id: held.callId, state: 'held' });
  await hearsMusic(held.caller.ear);
  const killed = product.listening.pids.app;
  process.kill(killed, 'SIGKILL');
  await product.restarted('app', killed);
  await hearsMusic(held.caller.ear);
  const resumed = await waitFor('the next app to know the call', async () => {
    const response = await ask(held, 'resume').catch(() => null);
    return response?.status === 200 ? response : null;
  });
  expect(await resumed.json()).toMatchObject({ id: held.callId, state: 'talking' });
  await hearEachOther(held);
  const gaps = await ends(held);
  expect(gaps['hold']).toBeGreaterThan(500);
}, 60_000);
