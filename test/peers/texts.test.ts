/**
 * Texts and mails of the started product, through a gateway and a mail server on this machine: who rang in vain is texted
 * once, who wants no texts is not, and a gateway that takes none is an alarm that is mailed.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Dealership } from '../support/dealership';
import { PASSWORD, withoutCallBacks, type TestPlan } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { Seen, waitFor } from '../support/wait';

const SECRET = 'shared with the gateway';
const [TEXTED, WANTS_NONE] = ['13800000091', '13800000092'];

interface Sent {
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the gateway is asked, and what it answers from now on. */
const sent = new Seen<Sent>();
let status = 200;
const gateway: Server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    sent.add({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status).end();
  });
});

const mails = new Seen<string>();
const mailServer = new SMTPServer({
  ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] },
  onData: (stream, _session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.add(Buffer.concat(chunks).toString('utf8'));
      done(null, 'queued');
    });
  },
});

const listen = (server: Server | SMTPServer['server']): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

/** Nobody is texted in the hour in which it is half a day from now, at the store. */
function quietElsewhen(): string {
  const hour = (new Date().getUTCHours() + 8 + 12) % 24;
  const at = (h: number): string => `${String(h % 24).padStart(2, '0')}:00`;
  return `${at(hour)}-${at(hour + 1)}`;
}

const withTexts = (plan: TestPlan): TestPlan => ({
  ...withoutCallBacks(plan),
  stores: plan.stores.map((store) => ({
    ...store,
    texts: { missedCall: { 'zh-CN': '{store}会回电' }, quiet: quietElsewhen() },
  })),
});

let dealership: Dealership;
let chen: PushClient;

beforeAll(async () => {
  const [texts, mail] = [await listen(gateway), await listen(mailServer.server)];
  const env = {
    ...{ TEXTS_VIA: 'http', TEXTS_HTTP_URL: `http://127.0.0.1:${texts}/send` },
    ...{ TEXTS_HTTP_SECRET: SECRET, SMTP_HOST: '127.0.0.1', SMTP_PORT: `${mail}` },
    ...{ SMTP_TLS: 'none', ALARM_MAIL_FROM: 'openline@dealer.example' },
    ...{ ALARM_MAIL_TO: 'chief@dealer.example' },
  };
  dealership = await Dealership.open(env, withTexts);
  const { http } = dealership.product;
  chen = await startPushClient({ http, user: 'chen', password: PASSWORD });
}, 90_000);

afterAll(async () => {
  chen?.close();
  await dealership?.close();
  await Promise.all([
    new Promise((resolve) => gateway.close(resolve)),
    new Promise<void>((resolve) => mailServer.close(resolve)),
  ]);
}, 30_000);

/** What the list says of a number. */
async function toldOf(number: string) {
  const answer = await chen.get('/api/messages');
  const { items } = (await answer.json()) as { items: { number: string; state: string }[] };
  return items.filter((one) => one.number.endsWith(number.slice(-4)));
}

test('who rings in vain is texted once, signed, in the words of the store', async () => {
  await dealership.givesUp(TEXTED, '400');
  const { headers, body } = await sent.next('the text', () => true, { deadlineMs: 20_000 });
  const store = dealership.plan.stores[0]?.name;
  expect(JSON.parse(body)).toMatchObject({ number: `+86${TEXTED}`, text: `${store}会回电` });
  const signed = `${String(headers['x-openline-timestamp'])}.${body}`;
  const expected = createHmac('sha256', SECRET).update(signed, 'utf8').digest('hex');
  expect(headers['x-openline-signature']).toBe(`v1=${expected}`);
  await waitFor('it to be sent', async () => (await toldOf(TEXTED))[0]?.state === 'sent');
});

test('who rings in vain again is promised nothing new and texted no more; who wants none is not, and the list says why', async () => {
  const put = await chen.put(`/api/opt-outs/${WANTS_NONE}`, {
    ...{ store: 'bj01', how: 'said so on the phone' },
  });
  expect(put.status).toBe(200);
  for (const number of [TEXTED, WANTS_NONE]) await dealership.givesUp(number, '400');
  const dropped = await waitFor('it to be dropped', async () => {
    const [one] = await toldOf(WANTS_NONE);
    return one?.state === 'dropped' ? one : undefined;
  });
  expect(dropped).toMatchObject({ reason: 'opted-out' });
  expect(await toldOf(TEXTED)).toHaveLength(1);
  expect(sent.length).toBe(1);
});

test('a gateway that takes three in a row not is told by mail, with what to do, in both languages', async () => {
  status = 503;
  for (const number of ['13800000093', '13800000094', '13800000095'])
    await dealership.givesUp(number, '400');
  const mail = await mails.next('the mail', (text) => text.includes('TEXT_GATEWAY_DOWN'), {
    deadlineMs: 40_000,
  });
  expect(mail).toContain('To: chief@dealer.example');
  expect(sent.length).toBeGreaterThanOrEqual(4);
}, 60_000);
