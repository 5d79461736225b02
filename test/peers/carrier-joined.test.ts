/**
 * A trunk that may keep transfers (`refer: allow`): a telemarketer's phone sends its caller to an outside number, and
 * the carrier joins the two at its side. What each hears, and what our records and files say of it.
 */
import { heardIn, isHungUp, recordingsOf } from '../support/consulting';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import {
  CALLER_HZ,
  hearEachOther,
  hearsMusic,
  talkAtDesk,
  type DeskTalk,
} from '../support/desk-talk';

const NUMBER = '13900000009';

/** Whom the number reaches, by the carrier's gateway. */
let factory: Party;
let dealership: Dealership;

beforeAll(async () => {
  factory = await party(500, '127.0.0.1');
  const to = [`sip:127.0.0.1:${factory.sip.port}`];
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    trunks: plan.trunks.map((trunk) => ({ ...trunk, to, refer: 'allow' })),
  }));
}, 90_000);

afterAll(async () => {
  factory.sip.close();
  factory.ear.close();
  await dealership.close();
}, 30_000);

let cseq = 1;

/** By the phone's transfer key, to the number, which picks up. Resolves with our REFER to the carrier. */
async function sentThere({ agent, ack, caller }: DeskTalk) {
  const [heard, from] = [factory.sip.got.length, agent.sip.got.length];
  const asked = caller.sip.got.length;
  const headers = [`Refer-To: <sip:${NUMBER}@openline>`];
  agent.sip.askBack(dealership.port, ack, { method: 'REFER', cseq: 1, headers });
  await agent.sip.response(202, 'REFER');
  const invite = await factory.sip.request('INVITE', heard);
  await hearsMusic(caller.ear);
  picksUp(factory, invite);
  const theirs = await factory.sip.request('ACK', heard);
  const told = await agent.sip.got.next('NOTIFY of 200', (m) => m.body.startsWith('SIP/2.0 200'));
  agent.sip.answer(told, 200);
  await isHungUp(agent, from);
  const refer = await caller.sip.request('REFER', asked);
  expect(refer.get('refer-to')).toContain(encodeURIComponent(theirs.callId ?? ''));
  return { theirs, refer };
}

const says = ({ caller, toTag }: DeskTalk, status: string): void => {
  const headers = ['Event: refer', 'Subscription-State: terminated;reason=noresource'];
  const sipfrag = { type: 'message/sipfrag', body: `SIP/2.0 ${status}\r\n` };
  caller.sip.ask(dealership.port, { method: 'NOTIFY', toTag, cseq: ++cseq, headers, ...sipfrag });
};

test('the carrier joins the two: they talk on without us, and the record says so', async () => {
  const talk = await talkAtDesk(dealership, '13800000071');
  const { caller, agent, callId, desk } = talk;
  const { theirs, refer } = await sentThere(talk);
  await hearEachOther(caller, factory);
  const from = caller.sip.got.length;
  caller.sip.answer(refer, 202);
  // From here on the sound of the two goes by the carrier alone.
  caller.ear.talkTo(factory.ear.sdp());
  factory.ear.talkTo(caller.ear.sdp());
  factory.sip.bye(dealership.port, theirs);
  says(talk, '200 OK');
  caller.sip.answer(await caller.sip.request('BYE', from), 200);
  await dealership.allIsClosed();
  await hearEachOther(caller, factory);
  for (const { ear } of [caller, factory]) ear.hush();
  desk.close();
  const calls = await dealership.rows(
    `select outcome, end_cause, agent_id from call where id = '${callId}'`,
  );
  const agentId = `agent${dealership.agents.indexOf(agent)}`;
  expect(calls).toEqual([{ outcome: 'talk', end_cause: 'carrier-joined', agent_id: agentId }]);
  const files = await recordingsOf(dealership, callId, 2);
  for (const tones of [
    [CALLER_HZ, agent.ear.tone],
    [CALLER_HZ, factory.ear.tone],
  ] as const)
    expect(files.some((file) => Math.min(...heardIn(dealership, file, [...tones])) > 0.9)).toBe(
      true,
    );
}, 90_000);

test('the carrier could not: they talk on through us, recorded to the end', async () => {
  const talk = await talkAtDesk(dealership, '13800000072');
  const { caller, callId, desk } = talk;
  const { theirs, refer } = await sentThere(talk);
  caller.sip.answer(refer, 202);
  says(talk, '503 Service Unavailable');
  await hearEachOther(caller, factory);
  const from = caller.sip.got.length;
  factory.sip.bye(dealership.port, theirs);
  await isHungUp(caller, from);
  factory.ear.hush();
  desk.close();
  await dealership.allIsClosed();
  const calls = await dealership.rows(`select outcome, end_cause from call where id = '${callId}'`);
  expect(calls).toEqual([{ outcome: 'talk', end_cause: 'hangup' }]);
  await recordingsOf(dealership, callId, 2);
}, 60_000);
