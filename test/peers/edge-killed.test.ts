/**
 * The edge is killed while calls stand in every state. Without SIP_RECOVER each far end is told by a BYE
 * why its call is over; with it the callers are taken up again and reach an agent. Either way the
 * ledger says what happened, no agent is stuck, and the next call is taken at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { SipMessage } from '../../sip/message/sip-message';
import { emptyPlan, withoutNotice, withStaticAgents, type TestPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { loudness } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';
import { Phone } from '../sip/support/phone';

/** A phone with a voice. */
interface Party {
  sip: Phone;
  ear: TonePhone;
}

let product: Product;
let db: Client;
let parties: Party[] = [];
let agents: Party[] = [];

async function party(tone: number, host = '127.0.0.1'): Promise<Party> {
  const made = { sip: await Phone.udp(host), ear: await TonePhone.open({ tone }) };
  parties.push(made);
  return made;
}

async function start(recover: 'on' | 'off'): Promise<void> {
  product = await startProduct({ env: { SIP_RECOVER: recover } });
  // Agents' phones are no trunk: they have an address of their own.
  agents = [await party(600, '127.0.0.5'), await party(700, '127.0.0.6')];
  let plan: TestPlan = emptyPlan();
  for (const [i, { sip }] of agents.entries()) {
    const host = `127.0.0.${5 + i}`;
    plan = withStaticAgents(plan, 1, { host, port: sip.port });
    const last = plan.people.length - 1;
    plan.people[last] = { ...plan.people[last], id: `agent${i}` } as TestPlan['people'][number];
    const phone = plan.phones.length - 1;
    plan.phones[phone] = {
      ...(plan.phones[phone] as TestPlan['phones'][number]),
      id: `90${i}`,
      person: `agent${i}`,
    };
  }
  plan.queues.push({ ...plan.queues[0]!, id: 'nobody' });
  plan.hotlines.push({ number: '401', store: 'bj01', queue: 'nobody', notice: 'none' });
  await product.apply(withoutNotice(plan));
  db = await product.db();
}

afterEach(async () => {
  for (const { sip, ear } of parties) {
    sip.close();
    ear.close();
  }
  parties = [];
  await product?.stop();
}, 30_000);

const port = () => product.sip().port;

async function calls(caller: Party, number: string, hotline = '400'): Promise<void> {
  caller.sip.ask(port(), {
    method: 'INVITE',
    uri: `sip:${hotline}@127.0.0.1:${port()}`,
    headers: [`P-Asserted-Identity: <sip:${number}@carrier>`],
    body: caller.ear.sdp(),
  });
}

/** Our 200 to the caller, whom it lets speak. */
async function isAnswered({ sip, ear }: Party): Promise<void> {
  const ok = await sip.got.next('200', ({ status }) => status === 200, { deadlineMs: 20_000 });
  sip.ask(port(), { method: 'ACK', toTag: ok.toTag as string });
  ear.talkTo(ok.body);
}

/** The agent whose phone rings next, `since` how many messages each had. */
async function rung(since: number[]): Promise<{ agent: Party; invite: SipMessage }> {
  return waitFor(
    'a phone to ring',
    () => {
      for (const [i, agent] of agents.entries()) {
        const invite = agent.sip.got.all.slice(since[i]).find(({ method }) => method === 'INVITE');
        if (invite !== undefined) return { agent, invite };
      }
      return undefined;
    },
    20_000,
  );
}

function picksUp({ sip, ear }: Party, invite: SipMessage): void {
  sip.answer(invite, 200, { body: ear.sdp() });
  ear.talkTo(invite.body);
}

const heardSoFar = () => agents.map(({ sip }) => sip.got.length);

/** Kills the edge and waits for the next one; answers from which message on each phone counts. */
async function killEdge(): Promise<Map<Phone, number>> {
  const marks = new Map(parties.map(({ sip }) => [sip, sip.got.length]));
  const { edge } = product.listening.pids;
  process.kill(edge, 'SIGKILL');
  const killedAt = performance.now();
  await product.restarted('edge', edge);
  expect(performance.now() - killedAt).toBeLessThan(5000);
  return marks;
}

const rows = (sql: string) => db.query<Record<string, unknown>>(sql).then(({ rows }) => rows);

/** One caller talks, one makes a phone ring, one waits with music, one is announced to. */
async function everyState(): Promise<
  Record<'talks' | 'talksTo' | 'rings' | 'waits' | 'told', Party>
> {
  const [talks, rings, waits, told] = [
    await party(1000),
    await party(1100),
    await party(1200),
    await party(1300),
  ] as [Party, Party, Party, Party];
  await calls(talks, '13800000001');
  const { agent, invite } = await rung([0, 0]);
  picksUp(agent, invite);
  await isAnswered(talks);
  await agent.ear.hears(1000);
  const since = heardSoFar();
  await calls(rings, '13800000002');
  await rings.sip.response(180);
  await rung(since);
  await calls(waits, '13800000003');
  await isAnswered(waits);
  await waits.ear.until(() => waits.ear.heard.length > 50);
  await calls(told, '13800000004', '401');
  await isAnswered(told);
  await told.ear.until(() => loudness(told.ear.lastSamples()) > 200);
  // What is established reaches the file within milliseconds, not before the 200.
  const file = join(product.dataDir, 'edge', 'dialogs.jsonl');
  await waitFor('all to be in the file', () => {
    const text = readFileSync(file, 'utf8');
    return [talks, waits, told].every(({ sip }) => text.includes(sip.callId));
  });
  return { talks, talksTo: agent, rings, waits, told };
}

test('SIP_RECOVER=off: each far end is told, the calls are broken, the next one is taken', async () => {
  await start('off');
  const { talks, talksTo, waits, told } = await everyState();
  const marks = await killEdge();
  for (const { sip } of [talks, waits, told, talksTo]) {
    const bye = await sip.request('BYE', marks.get(sip));
    expect(bye.get('reason')).toContain('Edge restarted');
    sip.answer(bye, 200);
  }
  await waitFor('every call to be closed', async () => {
    const open = await rows("select 1 from call where state <> 'closed'");
    return open.length === 0;
  });
  const outcomes = await rows('select from_number, outcome from call order by from_number');
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('broken'));
  expect(await rows('select 1 from leg where ended_at is null')).toEqual([]);
  expect(await rows('select 1 from queue_entry where ended_at is null')).toEqual([]);

  const next = await party(1400);
  const since = heardSoFar();
  await calls(next, '13800000005');
  const { agent, invite } = await rung(since);
  picksUp(agent, invite);
  await isAnswered(next);
  await agent.ear.hears(1400);
}, 120_000);

test('SIP_RECOVER=on: who talked and who waited are taken up again, and reach an agent', async () => {
  await start('on');
  const { talks, waits } = await everyState();
  const marks = await killEdge();
  const since = agents.map(({ sip }) => marks.get(sip) ?? 0);
  for (const { sip, ear } of [talks, waits]) {
    const again = await sip.request('INVITE', marks.get(sip));
    sip.answer(again, 200, { body: ear.sdp() });
    await sip.request('ACK', sip.got.all.indexOf(again));
    ear.talkTo(again.body);
  }
  for (const [i, agent] of agents.entries()) {
    const { sip } = agent;
    const invite = await sip.got.next('INVITE', ({ method }) => method === 'INVITE', {
      from: since[i] ?? 0,
      deadlineMs: 20_000,
    });
    picksUp(agent, invite);
  }
  for (const { ear } of agents) ear.forget();
  const heard = async (hz: number) => {
    const who = await Promise.race(
      agents.map((agent) => agent.ear.hears(hz, 10_000).then(() => agent)),
    );
    return who.ear.tone;
  };
  // He who talked came first, and each hears the agent who hears him.
  await talks.ear.hears(await heard(1000), 10_000);
  await waits.ear.hears(await heard(1200), 10_000);
}, 120_000);
