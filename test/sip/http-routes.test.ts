import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { parseOutboundRoutes } from '../../sip/gateway/routing/outbound-routes';
import { needs } from '../support/needs';
import { Seen, waitFor, within } from '../support/wait';
import { listeningApp, startApp, type App } from './support/app';
import { makeCertificate } from './support/certificate';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/** Requests about which an HTTP server is asked: what it is asked, and what becomes of its answers. */

interface Question {
  method: string;
  url: URL;
  body: string;
  type: string | undefined;
}

type Reply = (res: ServerResponse, question: Question) => void;

let engine: Engine;
let phone: Phone;
const closing: (() => unknown)[] = [];
let questions: Seen<Question>;

beforeEach(() => {
  questions = new Seen();
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  phone.close();
  await engine.close();
});

/** A routing server; `reply` answers each question. */
async function webServer(reply: Reply, tls?: { cert: string; key: string }): Promise<number> {
  const onRequest = async (req: IncomingMessage, res: ServerResponse) => {
    let body = '';
    for await (const part of req as AsyncIterable<Buffer>) body += part.toString('latin1');
    const url = new URL(req.url ?? '', 'http://any');
    const type = req.headers['content-type'];
    const question = { method: req.method ?? '', url, body, type };
    questions.add(question);
    reply(res, question);
  };
  const listener = (req: IncomingMessage, res: ServerResponse) => void onRequest(req, res);
  const web = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  closing.push(() => {
    web.closeAllConnections();
    web.close();
  });
  return (web.address() as AddressInfo).port;
}

const LIMITS = { connectMs: 300, totalMs: 300, most: 10 };

async function start(outbound: string, ca = '', limits = LIMITS): Promise<void> {
  const { routes, problems } = parseOutboundRoutes(outbound);
  expect(problems).toEqual([]);
  engine = await startEngine({ outbound: { routes, ca, limits } });
  phone = await Phone.udp();
}

/** Every request is asked about, and answered with this. */
async function startWith(answer: unknown, options = ''): Promise<void> {
  const port = await webServer((res) => res.end(JSON.stringify(answer)));
  await start(`*=${options}http://127.0.0.1:${port}/route`);
}

async function tagged(tags: string[], routes: (app: App) => void): Promise<App> {
  const app = await startApp(engine, { tag: tags, routes });
  closing.push(() => app.disconnect());
  return app;
}

const invite = (uri?: string) =>
  phone.ask(engine.udpPort, {
    method: 'INVITE',
    body: SDP,
    branch: 'z9hG4bKinvite',
    ...(uri === undefined ? {} : { uri }),
  });

test('the question says who calls whom, how it came, and the Request-URI with its parameters', async () => {
  await startWith({ action: 'reject', data: { status: 486, reason: 'Not now, später' } });
  const uri = `sip:400@127.0.0.1:${engine.udpPort};line=a%20b;method=evil`;
  invite(uri);
  const answer = await phone.response(486);
  expect(Buffer.from(answer.text, 'latin1').toString()).toContain('486 Not now, später\r\n');
  const { url, method, body } = await questions.next('the question', () => true);
  expect([method, url.pathname, body]).toEqual(['GET', '/route', '']);
  expect([...url.searchParams]).toEqual([
    ['method', 'INVITE'],
    ['domain', '127.0.0.1'],
    ['protocol', 'udp'],
    ['source_address', '127.0.0.1'],
    ['fromUser', '13800001111'],
    ['toUser', '400'],
    ['uriUser', '400'],
    ['contentType', 'application/sdp'],
    ['uri', uri],
    ['line', 'a%20b'],
  ]);
  expect(engine.load().incoming).toBe(0);
});

test('by POST the server sees the whole message', async () => {
  await startWith({ action: 'reject', data: { status: 404 } }, 'POST ');
  invite();
  const answer = await phone.response(404);
  expect(answer.text).toContain('SIP/2.0 404 Not Found\r\n');
  const { method, body, type } = await questions.next('the question', () => true);
  expect([method, type]).toEqual(['POST', 'text/plain; charset=UTF-8']);
  expect(body).toMatch(/^INVITE sip:400@/);
  expect(body.endsWith(SDP)).toBe(true);
});

test('redirect is 302 with every Contact', async () => {
  const contact = ['sip:a@127.0.0.1:5999', '"B" <sip:b@127.0.0.1:5998>;q=0.5'];
  await startWith({ action: 'redirect', data: { contact } });
  invite();
  const answer = await phone.response(302);
  expect(answer.all('contact')).toEqual(['<sip:a@127.0.0.1:5999>', contact[1]]);
});

test('proxy goes to the destination, and nothing of it is kept', async () => {
  const target = await Phone.udp();
  closing.push(target.close);
  const destination = `sip:phone@127.0.0.1:${target.port}`;
  await startWith({ action: 'proxy', data: { destination, recordRoute: true } });
  invite();
  const request = await target.request('INVITE');
  expect(request.has('record-route')).toBe(true);
  target.answer(request, 486);
  await phone.response(486);
  expect(engine.load().incoming).toBe(0);
});

test('a proxied request that has come too far is 483', async () => {
  await startWith({ action: 'proxy', data: { destination: 'sip:nobody@127.0.0.1:9' } });
  const text = phone.ask(engine.udpPort, { method: 'OPTIONS' });
  const last = text.replace(/OPTIONS/g, 'MESSAGE').replace('Max-Forwards: 70', 'Max-Forwards: 0');
  phone.again(last.replace('branch=', 'branch=z9hG4bKlast'), engine.udpPort);
  await phone.response(483, 'MESSAGE');
});

test('route with a URI connects to that app', async () => {
  const app = await listeningApp({ routes: (a) => a.invite((_req, res) => res.send(486)) });
  await startWith({ action: 'route', data: { uri: `127.0.0.1:${app.port};transport=tcp` } });
  closing.push(app.close);
  invite();
  await phone.response(486);
  expect(app.taken()).toBe(1);
});

test('route with a URI where nobody listens is 480', async () => {
  const app = await listeningApp();
  app.close();
  await startWith({ action: 'route', data: { uri: `127.0.0.1:${app.port}` } });
  invite();
  await phone.response(480);
});

test('route with a tag goes round among the apps that gave it, as any of their tags', async () => {
  await startWith({ action: 'route', data: { tag: 'sales' } });
  const seen: string[] = [];
  const takes = (name: string) => (a: App) =>
    a.message((_req, res) => {
      seen.push(name);
      res.send(200);
    });
  await tagged(['a', 'sales'], takes('a'));
  await tagged(['b', 'spare', 'sales'], takes('b'));
  await tagged(['c', 'support'], takes('c'));
  for (const cseq of [1, 2, 3, 4]) {
    phone.ask(engine.udpPort, { method: 'MESSAGE', cseq });
    await phone.response(200, 'MESSAGE', phone.got.length);
  }
  expect(seen.slice(0, 2).sort()).toEqual(['a', 'b']);
  expect(seen.slice(2)).toEqual(seen.slice(0, 2));
});

test('a tag that nobody has for this method is 480, though others would take the call', async () => {
  await startWith({ action: 'route', data: { tag: 'sales' } });
  await tagged(['a'], (a) => a.invite((_req, res) => res.send(200)));
  await tagged(['b', 'sales'], (a) => a.message((_req, res) => res.send(200)));
  invite();
  await phone.response(480);
});

test.each([
  ['no JSON', 'route it to sales'],
  ['no action', '{}'],
  ['a status that answers in our name', '{"action":"reject","data":{"status":200}}'],
  ['a header in the reason', '{"action":"reject","data":{"status":486,"reason":"x\\r\\nA: b"}}'],
  ['too much', `{"action":"reject","data":{"status":486}}${' '.repeat(70_000)}`],
])('an answer with %s is 500', async (_what, body) => {
  const port = await webServer((res) => res.end(body));
  await start(`invite=http://127.0.0.1:${port}`);
  invite();
  const answer = await phone.response(500);
  expect(answer.has('a')).toBe(false);
});

test.each([
  ['does not answer', (res: ServerResponse) => void res],
  ['stops in the middle', (res: ServerResponse) => void res.write('{"action":')],
  ['hangs up', (res: ServerResponse) => void res.destroy()],
])('a server that %s is 500 in the end', async (_what, reply) => {
  const port = await webServer(reply);
  await start(`invite=http://127.0.0.1:${port}`, '', { ...LIMITS, connectMs: 60_000 });
  invite();
  await phone.response(500);
});

test('a server that never finishes its handshake is 500 in the end', async () => {
  const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
  closing.push(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await start(`invite=https://127.0.0.1:${port}`, '', { ...LIMITS, totalMs: 60_000 });
  invite();
  await phone.response(500);
});

test('a server that is not there is 500, and connected apps get nothing', async () => {
  const gone = await listeningApp();
  gone.close();
  await start(`invite=http://127.0.0.1:${gone.port}`);
  let taken = 0;
  await tagged(['a'], (a) => a.invite(() => taken++));
  invite();
  await phone.response(500);
  expect(taken).toBe(0);
});

test('a caller who gives up while we ask hears 487, and the answer changes nothing', async () => {
  let held: ServerResponse | undefined;
  const port = await webServer((res) => (held = res));
  await start(`*=http://127.0.0.1:${port}`, '', { ...LIMITS, totalMs: 60_000 });
  let taken = 0;
  await tagged(['sales'], (a) => a.invite(() => taken++));
  invite();
  const response = await waitFor('the question', () => held);
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKinvite' });
  await phone.response(487, 'INVITE');
  await within('the end of the question', once(response, 'close'));
  response.end('{"action":"route","data":{"tag":"sales"}}');
  expect(engine.load().incoming).toBe(0);
  expect([taken, phone.count((m) => m.status >= 200 && m.status !== 487)]).toEqual([0, 1]);
});

needs('openssl')('by HTTPS', () => {
  test.each([
    ['vouched for', true, 486],
    ['that nobody vouches for', false, 500],
  ])('a certificate %s', async (_what, vouched, status) => {
    const made = makeCertificate();
    closing.push(made.remove);
    const [cert, key] = [readFileSync(made.cert, 'utf8'), readFileSync(made.key, 'utf8')];
    const answer = JSON.stringify({ action: 'reject', data: { status: 486 } });
    const port = await webServer((res) => res.end(answer), { cert, key });
    await start(`invite=https://127.0.0.1:${port}`, vouched ? cert : '');
    invite();
    await phone.response(status);
    expect(questions.length).toBe(vouched ? 1 : 0);
  });
});
