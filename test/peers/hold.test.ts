/**
 * Hold by desk and by phone, with the sound that either party then hears, also when the app is killed
 * meanwhile.
 */
import { Dealership } from '../support/dealership';
import { hearEachOther, hearsMusic, talkAtDesk, type DeskTalk } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { toneShare } from '../support/tone';
import { waitFor } from '../support/wait';

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

const ask = (talk: DeskTalk, what: 'hold' | 'resume') =>
  talk.desk.post(`/api/calls/${talk.callId}/${what}`);

async function ends(talk: DeskTalk): Promise<Record<string, number>> {
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
    const held = await talkAtDesk(dealership, '13800000011');
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
    await hearEachOther(held.caller, held.agent);
    sip.askBack(dealership.port, held.ack, { method: 'ACK', cseq: 2 });
    expect((await ends(held))['hold']).toBeGreaterThan(500);
  },
  60_000,
);

test("the caller's phone holds: the agent hears music, and him again", async () => {
  const held = await talkAtDesk(dealership, '13800000012');
  const { caller, toTag } = held;
  const described = (line: string): string => caller.ear.sdp(undefined, [line]);
  for (const [cseq, line] of [
    [2, 'a=sendonly'],
    [3, 'a=sendrecv'],
  ] as const) {
    caller.sip.ask(dealership.port, { method: 'INVITE', toTag, cseq, body: described(line) });
    if (cseq === 2) await hearsMusic(held.agent.ear);
    else await hearEachOther(held.caller, held.agent);
    caller.sip.ask(dealership.port, { method: 'ACK', toTag, cseq });
  }
  await ends(held);
}, 60_000);

test('keys pressed at the desk reach the caller as tones', async () => {
  const keyed = await talkAtDesk(dealership, '13800000014');
  const { ear } = keyed.caller;
  ear.forget();
  expect((await keyed.desk.post(`/api/calls/${keyed.callId}/keys`, { keys: '5' })).status).toBe(
    200,
  );
  // Half of a pair is each of its tones: 770 and 1336 Hz (ITU-T Q.23).
  const isFive = (): boolean => {
    const heard = ear.lastSamples(3);
    return Math.min(toneShare(heard, 770), toneShare(heard, 1336)) > 0.3;
  };
  await ear.until(isFive, 5000, () => 'no key is heard');
  await hearEachOther(keyed.caller, keyed.agent);
  await ends(keyed);
}, 60_000);

onlyOurs(
  'held at the desk: music, also when the app is killed; the next one resumes',
  async () => {
    const held = await talkAtDesk(dealership, '13800000013');
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
    await hearEachOther(held.caller, held.agent);
    const gaps = await ends(held);
    expect(gaps['hold']).toBeGreaterThan(500);
  },
  60_000,
);
