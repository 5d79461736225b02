/**
 * INVITE with Replaces (RFC 3891): the phone that a telemarketer carries takes over his own talk, or a call that rings at
 * a colleague's; whoever else names a talk of ours gets none of it. What each side hears, is told, and is in the files.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { heardIn, isHungUp, recordingsOf } from '../support/consulting';
import { Dealership, isLetGo, party, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther } from '../support/desk-talk';
import { Handset } from '../support/handset';
import { onlyOurs } from '../support/needs';
import { outsideServer } from '../support/outside';
import type { TestPlan } from '../support/plan';
import { waitFor } from '../support/wait';

const CARRIED_HZ = 850;
const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';

let dealership: Dealership;
/** Of agent0, beside the phone at his desk: it rings when that rings, and nobody picks it up. */
let carried: Party;
let ringer: Handset;

/** 400 rings at agent0 alone, 401 at agent1. */
const adapt = (plan: TestPlan): TestPlan => ({
  ...plan,
  people: plan.people.map((one) => (one.id === 'agent1' ? { ...one, queues: ['nobody'] } : one)),
  phones: [
    ...plan.phones,
    {
      ...{ id: '909', kind: 'static', person: 'agent0', autoReady: false, watch: false },
      contact: `sip:carried@127.0.0.8:${carried.sip.port}`,
    },
  ],
});

beforeAll(async () => {
  carried = await party(CARRIED_HZ, '127.0.0.8');
  dealership = await Dealership.open({}, adapt);
  const place = { port: () => dealership.port, sdp: carried.ear.sdp(), host: '127.0.0.8' };
  ringer = new Handset(carried.sip, place);
}, 90_000);

afterAll(async () => {
  ringer?.close();
  for (const { sip, ear } of [carried]) {
    sip.close();
    ear.close();
  }
  await dealership?.close();
}, 30_000);

interface Talk {
  caller: Party;
  toTag: string;
  agent: Party;
  invite: SipMessage;
}

async function talk(number: string): Promise<Talk> {
  const since = dealership.heardSoFar();
  const caller = await dealership.caller(CALLER_HZ);
  dealership.calls(caller, number);
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  await hearEachOther(caller, agent);
  return { caller, toTag, agent, invite };
}

let takings = 0;

/** An INVITE in the place of the dialog that a phone has by that INVITE of ours. */
function takes(by: Party, { callId, fromTag = '' }: SipMessage, theirs: Party, more = '') {
  const own = `taking-${(takings += 1)}`;
  const headers = [`Replaces: ${callId};to-tag=${fromTag};from-tag=${theirs.sip.tag}${more}`];
  by.sip.ask(dealership.port, { method: 'INVITE', callId: own, headers, body: by.ear.sdp() });
  return by.sip.got.next(
    'an answer',
    ({ status, callId: id }) => id === own && (status ?? 0) >= 200,
  );
}

/** The phone that took the call is heard, and hears. */
async function has(by: Party, ok: SipMessage, caller: Party): Promise<void> {
  const { status, callId, toTag = '', body } = ok;
  expect(status).toBe(200);
  by.sip.ask(dealership.port, { method: 'ACK', callId, toTag });
  by.ear.talkTo(body);
  await hearEachOther(caller, by);
}

const hangsUp = ({ sip, ear }: Party, toTag: string): void => {
  sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  ear.hush();
};

const idOf = (invite: SipMessage): string => invite.get('x-call-id') ?? '';

/** Each file of the call: whose it is, and that both were heard in it. */
async function files(invite: SipMessage, ...voices: number[]): Promise<string[]> {
  await dealership.allIsClosed();
  const found = await recordingsOf(dealership, idOf(invite), voices.length);
  for (const [i, hz] of voices.entries())
    expect([i, Math.min(...heardIn(dealership, found[i]!, [CALLER_HZ, hz])) > 0.9]).toEqual([
      i,
      true,
    ]);
  return found.map(({ agentId, state }) => `${agentId} ${state}`);
}

async function appIsKilled(): Promise<void> {
  const { product } = dealership;
  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  await product.restarted('app', app);
}

test('his talk goes on at the phone that he carries, and over a kill of the app: a segment of each', async () => {
  const { caller, toTag, agent, invite } = await talk('13800000801');
  const from = agent.sip.got.length;
  const ok = await takes(carried, invite, agent);
  const bye = await agent.sip.request('BYE', from);
  expect(bye.get('reason')).toBe(ELSEWHERE);
  await isHungUp(agent, from);
  await has(carried, ok, caller);
  // What is gone with the app at a server that is not ours.
  if (!outsideServer()) await appIsKilled();
  await hearEachOther(caller, carried);
  const until = carried.sip.got.length;
  hangsUp(caller, toTag);
  await isHungUp(carried, until);
  expect(await files(invite, agent.ear.tone, CARRIED_HZ)).toEqual([
    'agent0 stored',
    'agent0 stored',
  ]);
  expect(
    await dealership.rows(
      `select outcome, end_cause, agent_id from call where id = '${idOf(invite)}'`,
    ),
  ).toEqual([{ outcome: 'talk', end_cause: 'hangup', agent_id: 'agent0' }]);
}, 60_000);

test('a call that rings at a colleague’s is his: that phone is told where it went', async () => {
  const since = dealership.heardSoFar();
  const caller = await dealership.caller(CALLER_HZ);
  dealership.calls(caller, '13800000802', { hotline: '401' });
  const { agent, invite } = await dealership.rung(since);
  agent.sip.answer(invite, 180);
  await caller.sip.response(180);
  const letGo = isLetGo(agent, invite);
  const ok = await takes(carried, invite, agent, ';early-only');
  const toTag = await dealership.isAnswered(caller);
  await has(carried, ok, caller);
  await letGo;
  const cancel = await agent.sip.request('CANCEL', since[1]);
  expect(cancel.get('reason')).toBe(ELSEWHERE);
  const until = carried.sip.got.length;
  hangsUp(caller, toTag);
  await isHungUp(carried, until);
  expect(await files(invite, CARRIED_HZ)).toEqual(['agent0 stored']);
}, 30_000);

test('the caller hangs up as the phone takes his talk: it is let go, too, and nothing is left', async () => {
  const { caller, toTag, agent, invite } = await talk('13800000803');
  const [from, until] = [agent.sip.got.length, carried.sip.got.length];
  const taken = takes(carried, invite, agent);
  hangsUp(caller, toTag);
  const { status, callId, toTag: ours = '' } = await taken;
  await isHungUp(agent, from);
  if (status === 200) {
    carried.sip.ask(dealership.port, { method: 'ACK', callId, toTag: ours });
    await isHungUp(carried, until);
  } else expect([403, 480, 481, 487]).toContain(status);
  expect(await files(invite, agent.ear.tone)).toEqual(['agent0 stored']);
}, 30_000);

onlyOurs(
  'a carrier, a colleague and a stranger who name his talk, and he who names it wrongly, get none of it',
  async () => {
    const { caller, toTag, agent, invite } = await talk('13800000804');
    const colleague = dealership.agents.find((one) => one !== agent) as Party;
    const carrier = await dealership.caller(1100);
    const stranger = await party(1200, '127.0.0.9');
    const answers = [
      await takes(carrier, invite, agent),
      await takes(colleague, invite, agent),
      await takes(stranger, invite, agent),
      await takes(carried, invite, colleague),
      await takes(carried, invite, agent, ';early-only'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 481, 486]);
    await hearEachOther(caller, agent);
    const audits = () =>
      dealership.rows(
        `select who, subject from audit where what = 'dial.refused' order by who, subject`,
      );
    await waitFor('three to be audited', async () => (await audits()).length === 3);
    expect((await audits()).map(({ who, subject }) => `${who} ${subject}`)).toEqual([
      expect.stringMatching(/^127\.0\.0\.1 .*STRANGER$/),
      expect.stringMatching(/^127\.0\.0\.9 .*STRANGER$/),
      '901 400 NOT_YOUR_TALK',
    ]);
    const from = agent.sip.got.length;
    hangsUp(caller, toTag);
    await isHungUp(agent, from);
    expect(await files(invite, agent.ear.tone)).toEqual(['agent0 stored']);
    stranger.sip.close();
    stranger.ear.close();
  },
  60_000,
);
