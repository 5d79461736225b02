/**
 * How recordings are filed: with call, customer and lead in one transaction, whatever becomes of PostgreSQL in the middle of it; and
 * one that has lost its call is an alarm. Power fails over a talk, and the database comes back from before it. Another
 * system is told of a talk and of its recording.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SipMessage } from '../../sip/message/sip-message';
import { heardIn, isHungUp } from '../support/consulting';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';
import { PASSWORD } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

/** A minute from the start on, and the time to start. */
const ALARM_MS = 100_000;

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open({
    SIP_RECOVER: 'off',
    WEBHOOK_NETWORKS: 'local 127.0.0.0/8',
  });
}, 90_000);

afterAll(() => dealership?.close(), 30_000);

interface Talk {
  caller: Party;
  toTag: string;
  agent: Party;
  invite: SipMessage;
}

const idOf = ({ invite }: Talk): string => invite.get('x-call-id') ?? '';

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

const deskOf = (user: string) =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

/** App and edge fall over it, and its call is in no database any more. */
async function losesItsCall(lost: Talk): Promise<void> {
  const { product } = dealership;
  const { caller, agent } = lost;
  await waitFor('the call to be written', async () => {
    return (await dealership.rows(`select id from call where id = '${idOf(lost)}'`)).length === 1;
  });
  // The edge tells what it has written once a second.
  await caller.ear.until(() => caller.ear.heard.length > 120);
  const { app, edge } = product.listening.pids;
  const marks = [caller, agent].map(({ sip, ear }) => ({ sip, ear, from: sip.got.length }));
  process.kill(product.pid, 'SIGSTOP');
  process.kill(edge, 'SIGKILL');
  process.kill(app, 'SIGKILL');
  await dealership.db.query('truncate call, lead, leg, queue_entry cascade');
  process.kill(product.pid, 'SIGCONT');
  await Promise.all([product.restarted('edge', edge), product.restarted('app', app)]);
  for (const { sip, ear, from } of marks) {
    sip.answer(await sip.request('BYE', from), 200);
    ear.hush();
  }
}

/** Holds a table against whoever writes it, until it is let go. */
async function holding(table: string): Promise<() => Promise<unknown>> {
  const client = await dealership.product.db();
  await client.query(`begin; lock table ${table} in share mode`);
  return () => client.query('commit');
}

/** The app's connection that waits with a statement about that table. */
const waiting = (table: string, other = 0): Promise<number> =>
  waitFor('a transaction to wait', async () => {
    const [row] = await dealership.rows(
      `select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%${table}%'
       and pid not in (${other}, pg_backend_pid())`,
    );
    return row?.['pid'] as number | undefined;
  });

/** Whether a record of that kind about the call is on disk. */
function isJournalled(kind: string, callId: string): boolean {
  const folder = join(dealership.product.dataDir, 'journal');
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').split('\n'),
  );
  return lines.some((line) => line.includes(kind) && line.includes(callId));
}

/** To its end, which is on disk. */
async function wholeTalk(number: string): Promise<Talk> {
  const whole = await talk(number);
  const { caller, toTag, agent } = whole;
  await caller.ear.until(() => caller.ear.heard.length > 50);
  const until = agent.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  caller.ear.hush();
  await isHungUp(agent, until);
  await waitFor('its end on disk', () => isJournalled('recording.saved', idOf(whole)));
  return whole;
}

const idsOf = (talks: readonly Talk[]): string => talks.map((one) => `'${idOf(one)}'`).join();

/** What the database has of calls, each by the transaction that wrote it. */
const rowsOf = (talks: readonly Talk[]) =>
  dealership.rows(
    `select 'call' as what, state, xmin::text as by from call where id in (${idsOf(talks)})
     union all select 'lead', number, xmin::text from lead
     union all select 'leg', role, xmin::text from leg where call_id in (${idsOf(talks)})
     union all select 'recording', state, xmin::text from recording where call_id in (${idsOf(talks)})
     order by what, state`,
  );

describe('a recording', () => {
  let lost: Talk;
  let supervisor: PushClient;

  afterAll(() => supervisor?.close());

  onlyOurs(
    'of a talk over which the power fails, and whose call the database has no more, is found and stored',
    async () => {
      lost = await talk('13800000811');
      await losesItsCall(lost);
      const files = await waitFor('what was written of it', async () => {
        const rows = await dealership.rows('select call_id, state, store_id from recording');
        return rows.length > 0 ? rows : null;
      });
      expect(files).toMatchObject([{ call_id: idOf(lost), state: 'stored' }]);
      expect(await dealership.rows('select id from call')).toEqual([]);
      supervisor = await deskOf('chen');
    },
    60_000,
  );

  test('is filed with call, lead and customer or not at all: its connection is cut twice in the middle of it', async () => {
    const customer = randomUUID();
    await dealership.rows(
      `insert into customer (id, root_id, controller, store_id, name, created_at, changed_at)
       values ('${customer}', '${customer}', 'store:bj01', 'bj01', '张伟', now(), now())`,
    );
    await dealership.rows(
      `insert into customer_number (id, customer_id, controller, number, kind, identifies, source, since)
       values (gen_random_uuid(), '${customer}', 'store:bj01', '+8613800000813', 'mobile', true, '', now())`,
    );
    // What comes while this waits is brought in together.
    const letAgentsGo = await holding('agent_state');
    const desk = await deskOf('agent1');
    expect((await desk.post('/api/agents/me/not-ready', { reason: 'lunch' })).status).toBe(200);
    desk.close();
    await waiting('agent_state');
    const talks = [await wholeTalk('13800000812'), await wholeTalk('13800000813')] as const;
    const letRecordingsGo = await holding('recording');
    await letAgentsGo();
    let pid = await waiting('recording');
    for (let cut = 0; cut < 2; cut++) {
      expect(await rowsOf(talks)).toEqual([]);
      await dealership.rows(`select pg_terminate_backend(${pid})`);
      pid = await waiting('recording', pid);
    }
    expect(await rowsOf(talks)).toEqual([]);
    await letRecordingsGo();

    const all = await waitFor('all of it', async () => {
      const rows = await rowsOf(talks);
      return rows.length > 0 ? rows : null;
    });
    expect(all.map(({ what, state }) => `${String(what)} ${String(state)}`)).toEqual([
      ...['call closed', 'call closed', 'lead +8613800000812', 'leg agent', 'leg agent'],
      ...['leg caller', 'leg caller', 'recording stored', 'recording stored'],
    ]);
    expect(new Set(all.map(({ by }) => by)).size).toBe(1);
    const files = await dealership.rows(
      `select r.path, r.agent_id, r.customer_id, l.number as lead from recording r
       left join lead l on l.id = r.lead_id where r.call_id in (${idsOf(talks)}) order by started_at`,
    );
    const agent_id = 'agent0';
    expect(files).toMatchObject([
      { agent_id, customer_id: null, lead: '+8613800000812' },
      { agent_id, customer_id: customer, lead: null },
    ]);
    for (const { path } of files) {
      const tones: [number, number] = [CALLER_HZ, talks[0].agent.ear.tone];
      const shares = heardIn(dealership, { path: String(path) }, tones);
      expect(Math.min(...shares)).toBeGreaterThan(0.9);
    }
  }, 60_000);

  onlyOurs(
    'that has no call is an alarm to the store’s supervisor a minute after the start, which names both',
    async () => {
      const isIt = ({ data }: { data: { code: string } }) => data.code === 'RECORDING_UNLINKED';
      const alarm = await supervisor.next('alarm.raised', isIt, { deadlineMs: ALARM_MS });
      const [file] = await dealership.rows(
        `select path from recording where call_id = '${idOf(lost)}'`,
      );
      expect(alarm.data.detail).toBe(`${String(file?.['path'])} (call ${idOf(lost)})`);
      const tones: [number, number] = [CALLER_HZ, lost.agent.ear.tone];
      const shares = heardIn(dealership, { path: String(file?.['path']) }, tones);
      expect(Math.min(...shares)).toBeGreaterThan(0.9);
      const told = `select detail from alarm where code = 'RECORDING_UNLINKED'`;
      await waitFor('it to be written', async () => (await dealership.rows(told)).length === 1);
    },
    ALARM_MS + 10_000,
  );
});

/** A system of the dealer's, and what it has been sent. */
async function receiver() {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/dms`, close: () => server.close() };
}

test('another system is told that a talk is over and its recording stored, signed', async () => {
  const dms = await receiver();
  const desk = await deskOf('zhao');
  const wanted = { name: 'DMS', url: dms.url, types: ['call.ended', 'recording.stored'] };
  const answer = await desk.post('/api/webhooks', { ...wanted, stores: ['bj01'] });
  expect(answer.status).toBe(200);
  const { webhook, secret } = (await answer.json()) as { webhook: { id: string }; secret: string };
  const pinged = await desk.post(`/api/webhooks/${webhook.id}/test`);
  expect(await pinged.json()).toMatchObject({ delivered: true, status: 204 });
  const over = await wholeTalk('13800000814');
  await waitFor('both messages', () => dms.got.length >= 3);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const told = dms.got.map(({ headers, body }) => {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    const message = JSON.parse(body) as { id: string; type: string; data: { callId?: string } };
    expect(message.id).toBe(headers['webhook-id']);
    return `${message.type} ${message.data.callId ?? ''}`.trim();
  });
  expect(told.sort()).toEqual([
    ...[`call.ended ${idOf(over)}`, `recording.stored ${idOf(over)}`, 'webhook.ping'],
  ]);
  expect(dms.got.map(({ body }) => body).join()).not.toContain('13800000814');
  desk.close();
  dms.close();
}, 60_000);
