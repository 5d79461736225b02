/**
 * A telemarketer's desk phone puts its caller on hold, asks a colleague on its second line, and joins the two: what
 * each side hears on the way, what the phone is told, and what is in the records of the two calls.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SipMessage } from '../../sip/message/sip-message';
import { heardIn as mostIn } from '../support/consulting';
import { Dealership, picksUp, type Party } from '../support/dealership';
import {
  CALLER_HZ,
  hearEachOther,
  hearsMusic,
  talkAtDesk,
  type DeskTalk,
} from '../support/desk-talk';
import { outsideServer } from '../support/outside';
import { withSecondStore } from '../support/plan';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

/** What the phone says on its second line. */
const SECOND_LINE_HZ = 850;

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(() => dealership.close(), 30_000);

interface SecondLine {
  callId: string;
  toTag: string;
  /** The phone's second line: one device, and a stream of its own. */
  line: Party;
  colleague: Party;
  /** The colleague's side of the dialog. */
  theirs: SipMessage;
}

const nameOf = (agent: Party): string => `agent${dealership.agents.indexOf(agent)}`;
const numberOf = (agent: Party): string => `90${dealership.agents.indexOf(agent)}`;
const otherThan = (agent: Party): Party => dealership.agents.find((one) => one !== agent) ?? agent;

/** The phone says that it listens no more: the caller hears music. */
async function holds({ agent, ack, caller }: DeskTalk): Promise<void> {
  const from = agent.sip.got.length;
  const body = agent.ear.sdp(['PCMA'], ['a=sendonly']);
  agent.sip.askBack(dealership.port, ack, { method: 'INVITE', cseq: 1, body });
  await agent.sip.response(200, 'INVITE', from);
  agent.sip.askBack(dealership.port, ack, { method: 'ACK', cseq: 1 });
  await hearsMusic(caller.ear);
}

async function asksOnSecondLine({ agent }: DeskTalk, callId: string): Promise<SecondLine> {
  const colleague = otherThan(agent);
  const ear = await TonePhone.open({ tone: SECOND_LINE_HZ });
  const line = { sip: agent.sip, ear };
  const [from, rung] = [agent.sip.got.length, colleague.sip.got.length];
  const uri = `sip:${numberOf(colleague)}@127.0.0.1:${dealership.port}`;
  agent.sip.ask(dealership.port, { method: 'INVITE', uri, callId, body: ear.sdp() });
  picksUp(colleague, await colleague.sip.request('INVITE', rung));
  const theirs = await colleague.sip.request('ACK', rung);
  const ok = await agent.sip.response(200, 'INVITE', from);
  const toTag = ok.toTag as string;
  agent.sip.ask(dealership.port, { method: 'ACK', uri, callId, toTag });
  ear.talkTo(ok.body);
  await hearEachOther(line, colleague);
  return { callId, toTag, line, colleague, theirs };
}

const refers = ({ agent, ack }: DeskTalk, { callId, toTag, colleague }: SecondLine): void => {
  const dialog = encodeURIComponent(`${callId};to-tag=${toTag};from-tag=${agent.sip.tag}`);
  const headers = [`Refer-To: <sip:${numberOf(colleague)}@openline?Replaces=${dialog}>`];
  agent.sip.askBack(dealership.port, ack, { method: 'REFER', cseq: 2, headers });
};

const isTold = async ({ sip }: Party, status: number, from = 0): Promise<void> => {
  const isIt = ({ body }: SipMessage) => body.startsWith(`SIP/2.0 ${status} `);
  sip.answer(await sip.got.next(`NOTIFY ${status}`, isIt, { from }), 200);
};

async function bothLinesEnd({ agent }: DeskTalk, { line }: SecondLine, from: number) {
  const byes = await waitFor('BYE to both lines', () => {
    const got = agent.sip.got.all.slice(from).filter(({ method }) => method === 'BYE');
    return new Set(got.map(({ callId }) => callId)).size === 2 ? got : null;
  });
  for (const bye of byes) agent.sip.answer(bye, 200);
  for (const { ear } of [agent, line]) ear.hush();
}

interface Filed extends Record<string, unknown> {
  call_id: string;
  agent_id: string;
  path: string;
}

/** Share of a tone in each channel of a file, from 200 ms shortly before its end. */
const heardIn = ({ path }: Filed, left: number, right: number): number => {
  const wav = readWav(readFileSync(join(dealership.product.recordingsDir, path)));
  const shares = wav.channels.map((channel, side) =>
    toneShare(channel.subarray(-2000, -400), side === 0 ? left : right),
  );
  return Math.min(...shares);
};

async function outlivesTheApp(caller: Party, colleague: Party, callId: string): Promise<void> {
  const { product } = dealership;
  const killed = product.listening.pids.app;
  process.kill(killed, 'SIGKILL');
  await hearEachOther(caller, colleague);
  await product.restarted('app', killed);
  await waitFor('the talk to be known again', async () => {
    const found = await dealership.rows(`select id from call where id = '${callId}'`);
    return found.length === 1;
  });
}

test('the caller and the colleague are joined, and go on over a kill of the app: three segments in two calls', async () => {
  const talk = await talkAtDesk(dealership, '13800000061');
  const { agent, caller, callId } = talk;
  await holds(talk);
  const asked = await asksOnSecondLine(talk, 'second-line-1');
  const { colleague, line } = asked;
  await hearsMusic(caller.ear);
  const from = agent.sip.got.length;
  refers(talk, asked);
  await agent.sip.response(202, 'REFER');
  await isTold(agent, 100);
  await isTold(agent, 200);
  await bothLinesEnd(talk, asked, from);
  await hearEachOther(caller, colleague);

  // What is gone with the app at a server that is not ours.
  if (!outsideServer()) await outlivesTheApp(caller, colleague, callId);
  const before = colleague.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  colleague.sip.answer(await colleague.sip.request('BYE', before), 200);
  colleague.ear.hush();
  talk.desk.close();
  await dealership.allIsClosed();

  const calls = await dealership.rows(
    `select id, direction, outcome, end_cause, agent_id from call order by arrived_at`,
  );
  expect(calls).toMatchObject([
    { id: callId, direction: 'inbound', outcome: 'talk', agent_id: nameOf(colleague) },
    { direction: 'internal', outcome: 'talk', end_cause: 'transferred', agent_id: nameOf(agent) },
  ]);
  const legs = await dealership.rows(
    `select call_id, agent_id, end_cause from leg where agent_id = '${nameOf(colleague)}'`,
  );
  expect(legs).toEqual([
    { call_id: callId, agent_id: nameOf(colleague), end_cause: 'partner-left' },
  ]);
  const files = await waitFor('three recordings', async () => {
    const rows = await dealership.rows(
      `select call_id, agent_id, path from recording where state = 'stored' order by started_at`,
    );
    return rows.length === 3 ? (rows as Filed[]) : null;
  });
  const other = calls[1]?.['id'];
  expect(files.map(({ call_id, agent_id }) => [call_id, agent_id])).toEqual([
    [callId, nameOf(agent)],
    [other, nameOf(agent)],
    [callId, nameOf(colleague)],
  ]);
  const [, consulted, joined] = files as [Filed, Filed, Filed];
  expect(heardIn(consulted, colleague.ear.tone, SECOND_LINE_HZ)).toBeGreaterThan(0.9);
  expect(heardIn(joined, CALLER_HZ, colleague.ear.tone)).toBeGreaterThan(0.9);
  line.ear.close();
}, 90_000);

test('the colleague hangs up as the phone joins them: 481 or the truth, and the caller is the agent’s again', async () => {
  const talk = await talkAtDesk(dealership, '13800000062');
  const { agent, caller } = talk;
  await holds(talk);
  const asked = await asksOnSecondLine(talk, 'second-line-2');
  const from = agent.sip.got.length;
  asked.colleague.sip.bye(dealership.port, asked.theirs);
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  asked.colleague.ear.hush();
  refers(talk, asked);
  await agent.sip.response(481, 'REFER', from);
  await hearsMusic(caller.ear);
  const body = agent.ear.sdp();
  agent.sip.askBack(dealership.port, talk.ack, { method: 'INVITE', cseq: 3, body });
  await agent.sip.got.next('200', (m) => m.get('cseq') === '3 INVITE' && m.status === 200);
  agent.sip.askBack(dealership.port, talk.ack, { method: 'ACK', cseq: 3 });
  await hearEachOther(caller, agent);
  const before = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', before), 200);
  agent.ear.hush();
  asked.line.ear.close();
  talk.desk.close();
  await dealership.allIsClosed();
}, 60_000);

test('the colleague is of another store: the call and what is said from then on are that one’s', async () => {
  await dealership.product.apply(withSecondStore(dealership.plan, 'agent1'));
  const talk = await talkAtDesk(dealership, '13800000063');
  const { agent, caller } = talk;
  await holds(talk);
  const asked = await asksOnSecondLine(talk, 'second-line-3');
  const { colleague, line } = asked;
  const from = agent.sip.got.length;
  refers(talk, asked);
  await agent.sip.response(202, 'REFER', from);
  await isTold(agent, 100, from);
  await isTold(agent, 200, from);
  await bothLinesEnd(talk, asked, from);
  await hearEachOther(caller, colleague);
  const before = colleague.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  colleague.sip.answer(await colleague.sip.request('BYE', before), 200);
  colleague.ear.hush();
  talk.desk.close();
  await dealership.allIsClosed();

  const since = `(select arrived_at from call where id = '${talk.callId}')`;
  const calls = await dealership.rows(
    `select direction, store_id, agent_id from call where arrived_at >= ${since} order by arrived_at`,
  );
  expect(calls).toEqual([
    { direction: 'inbound', store_id: 'sh01', agent_id: 'agent1' },
    { direction: 'internal', store_id: 'bj01', agent_id: 'agent0' },
  ]);
  const files = await waitFor('three recordings', async () => {
    const rows = await dealership.rows(
      `select store_id, agent_id, path from recording
         where state = 'stored' and started_at >= ${since} order by started_at`,
    );
    return rows.length === 3 ? rows : null;
  });
  expect(files.map(({ store_id, agent_id }) => [store_id, agent_id])).toEqual([
    ['bj01', 'agent0'],
    ['bj01', 'agent0'],
    ['sh01', 'agent1'],
  ]);
  const voices: [number, number][] = [
    [CALLER_HZ, agent.ear.tone],
    [colleague.ear.tone, SECOND_LINE_HZ],
    [CALLER_HZ, colleague.ear.tone],
  ];
  for (const [i, tones] of voices.entries()) {
    const shares = mostIn(dealership, { path: String(files[i]?.['path']) }, tones);
    expect([i, Math.min(...shares) > 0.9]).toEqual([i, true]);
  }
  line.ear.close();
}, 60_000);
