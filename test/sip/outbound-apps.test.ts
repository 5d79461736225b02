import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { parseOutboundRoutes } from '../../sip/gateway/routing/outbound-routes';
import { frame } from '../../sip/gateway/frames';
import { needs } from '../support/needs';
import { Seen, waitFor, within } from '../support/wait';
import { listeningApp, startApp, type App, type Dlg, type ListeningApp } from './support/app';
import { makeCertificate, type TestCertificate } from './support/certificate';
import { SECRET, startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/** Apps that listen, and that the engine connects to, once for each request. */

let engine: Engine;
let phone: Phone;
const closing: (() => unknown)[] = [];

const LIMITS = { connectMs: 300, totalMs: 300, most: 10 };

async function start(outbound: string, ca = '', limits = LIMITS): Promise<void> {
  const { routes, problems } = parseOutboundRoutes(outbound);
  expect(problems).toEqual([]);
  engine = await startEngine({ outbound: { routes, ca, limits } });
  phone = await Phone.udp();
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  phone.close();
  await engine.close();
});

async function listening(...args: Parameters<typeof listeningApp>): Promise<ListeningApp> {
  const app = await listeningApp(...args);
  closing.push(app.close);
  return app;
}

async function connected(
  ...args: Parameters<typeof startApp> extends [unknown, ...infer R] ? R : []
) {
  const app = await startApp(engine, ...args);
  closing.push(() => app.disconnect());
  return app;
}

/** A server that does what the test says with each connection. */
async function server(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  closing.push(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  return (listener.address() as AddressInfo).port;
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

const invite = () =>
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKinvite' });

const nothingLeft = () =>
  waitFor('nothing to be left', () => {
    const { apps, dialogs, incoming } = engine.load();
    return apps + dialogs + incoming === 0;
  });

const answersCalls = (made: (dialog: Dlg) => void) => (app: App) =>
  app.invite((req, res) => {
    void app.createUAS(req, res, { localSdp: SDP }).then(made);
  });

test('a call goes to an app that listens, by a connection of its own, and ends in it', async () => {
  let made: (dialog: Dlg) => void;
  const dialog = new Promise<Dlg>((resolve) => (made = resolve));
  const app = await listening({ routes: answersCalls((d) => made(d)) });
  await start(`invite=tcp://127.0.0.1:${app.port}`);
  invite();
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  const ended = once(await dialog, 'destroy');
  expect(engine.load()).toMatchObject({ apps: 1, dialogs: 1 });
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(200, 'BYE');
  await within('the end at the app', ended);
  expect(app.sockets.size).toBe(1);
  expect(app.taken()).toBe(1);
});

test('each request has a connection, which endSession closes; other methods go to connected apps', async () => {
  const app = await listening({
    routes: (a) => {
      a.message((_req, res) => {
        res.send(202, {}, () => a.endSession(res));
      });
    },
  });
  await start(`message=tcp://127.0.0.1:${app.port}`, '', { ...LIMITS, most: 1 });
  await connected({ routes: (a) => a.options((_req, res) => res.send(200)) });
  for (const cseq of [1, 2]) {
    phone.ask(engine.udpPort, { method: 'MESSAGE', cseq });
    await phone.response(202, 'MESSAGE', phone.got.length);
  }
  phone.ask(engine.udpPort, { method: 'OPTIONS', cseq: 3 });
  await phone.response(200, 'OPTIONS');
  expect(app.taken()).toBe(2);
  await waitFor('both connections to close', () => app.sockets.size === 0);
  await waitFor('the engine to see it', () => engine.load().apps === 1);
});

test('what ends the connection ends its dialogs, tag or not: a BYE finds nothing', async () => {
  const app = await listening({
    tag: 'cell',
    routes: (a) =>
      a.invite((req, res) => {
        void a.createUAS(req, res, { localSdp: SDP }).then(() => a.endSession(res));
      }),
  });
  await start(`*=tcp://127.0.0.1:${app.port}`);
  invite();
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  await nothingLeft();
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(481, 'BYE');
});

test('an app that handles nothing says 404 and closes', async () => {
  const app = await listening();
  await start(`*=tcp://127.0.0.1:${app.port}`);
  phone.ask(engine.udpPort, { method: 'MESSAGE' });
  await phone.response(404);
  await waitFor('it to close', () => app.taken() === 1 && app.sockets.size === 0);
  await nothingLeft();
  expect(engine.counters.noApp).toBe(0);
});

test('an app may go when it has given the request away: the answer comes from the target', async () => {
  const target = await Phone.udp();
  closing.push(target.close);
  const app = await listening({
    routes: (a) =>
      a.invite((req, res) => {
        void a.proxyRequest(req, `sip:phone@127.0.0.1:${target.port}`);
        a.endSession(res);
      }),
  });
  await start(`invite=tcp://127.0.0.1:${app.port}`);
  invite();
  const request = await target.request('INVITE');
  await waitFor('the app to be gone', () => engine.load().apps === 0);
  target.answer(request, 486);
  await phone.response(486);
});

test('an app that cannot be reached is temporarily unavailable, even if another is connected', async () => {
  await start(`invite=tcp://127.0.0.1:${await freePort()}`);
  await connected({ routes: (a) => a.invite((_req, res) => res.send(486)) });
  invite();
  const answer = await phone.response(480);
  expect(answer.text).toContain('SIP/2.0 480 Temporarily Unavailable\r\n');
  expect(engine.load().incoming).toBe(0);
});

test.each([
  ['with another secret', (port: number) => port, { secret: 'wrong' }],
  ['that closes at once', undefined, undefined],
])('an app %s gets nothing and the caller 480', async (_what, useApp, options) => {
  const app = await listening(options);
  const port = useApp?.(app.port) ?? (await server((socket) => socket.end()));
  await start(`invite=tcp://127.0.0.1:${port}`);
  invite();
  await phone.response(480);
  await nothingLeft();
});

test('an app that never says its secret has only so much time', async () => {
  const port = await server(() => undefined);
  await start(`invite=tcp://127.0.0.1:${port}`, '', { ...LIMITS, connectMs: 60_000 });
  invite();
  await phone.response(480);
});

test('an app that closes before it answered leaves the caller with 480, not in silence', async () => {
  const app = await listening({
    routes: (a) => a.invite((_req, res) => res.send(180, {}, () => a.endSession(res))),
  });
  await start(`invite=tcp://127.0.0.1:${app.port}`);
  invite();
  await phone.response(480);
  await nothingLeft();
});

test('there is an end to how many are under way', async () => {
  const port = await server(() => undefined);
  await start(`message=tcp://127.0.0.1:${port}`, '', { ...LIMITS, most: 2 });
  for (const cseq of [1, 2, 3]) phone.ask(engine.udpPort, { method: 'MESSAGE', cseq });
  const refused = await phone.response(503);
  expect([refused.cseq, refused.get('retry-after')]).toEqual([3, '2']);
  await waitFor('the others to be given up', () => phone.count((m) => m.status === 480) === 2);
});

test('a caller who gives up while we connect hears 487, and nothing is delivered later', async () => {
  const seen: string[] = [];
  let socket: Socket | undefined;
  const port = await server((s) => (socket = s.on('data', (data) => seen.push(data.toString()))));
  await start(`invite=tcp://127.0.0.1:${port}`, '', { ...LIMITS, totalMs: 60_000 });
  invite();
  const held = await waitFor('the connection', () => socket);
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKinvite' });
  await phone.response(200, 'CANCEL');
  await phone.response(487, 'INVITE');
  await within('the end of the connection', once(held.resume(), 'close'));
  expect(seen).toEqual([]);
  expect(phone.count((m) => m.status === 480)).toBe(0);
  await nothingLeft();
});

test('when the edge ends its calls, those on their way to an app end too, and reach it no more', async () => {
  let socket: Socket | undefined;
  const heard = new Seen<string>();
  const port = await server((s) => (socket = s.on('data', (data) => heard.add(data.toString()))));
  await start(`invite=tcp://127.0.0.1:${port}`, '', { ...LIMITS, totalMs: 60_000 });
  invite();
  const held = await waitFor('the connection', () => socket);
  expect(engine.load().incoming).toBe(1);
  engine.endAllCalls('over');
  await phone.response(503);
  held.write(frame(`0|authenticate|${SECRET}|`));
  await within('the end of the connection', once(held, 'close'));
  expect(heard.all.join('')).not.toContain('INVITE');
});

test('a caller who gives up while the app rings him is gone for the app too', async () => {
  let cancelled: () => void;
  const gone = new Promise<void>((resolve) => (cancelled = resolve));
  const app = await listening({
    routes: (a) =>
      a.invite((req, res) => {
        req.on('cancel', () => cancelled());
        res.send(180);
      }),
  });
  await start(`invite=tcp://127.0.0.1:${app.port}`);
  invite();
  await phone.response(180);
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKinvite' });
  await phone.response(487, 'INVITE');
  await within('the CANCEL at the app', gone);
});

test('an app that we connected to registers for nothing', async () => {
  let again: App | undefined;
  const app = await listening({
    routes: (a) => {
      a.message((_req, res) => {
        again = a;
        res.send(200);
      });
    },
  });
  await start(`message=tcp://127.0.0.1:${app.port}`);
  phone.ask(engine.udpPort, { method: 'MESSAGE' });
  await phone.response(200, 'MESSAGE');
  // drachtio-srf says its routes on every connection as soon as one is added.
  again?.options((_req, res) => res.send(200));
  await again?.request(`sip:phone@127.0.0.1:${phone.port}`, { method: 'INFO' });
  await phone.request('INFO');
  phone.ask(engine.udpPort, { method: 'OPTIONS', cseq: 2 });
  await phone.response(503, 'OPTIONS');
});

test('an app makes calls by the connection it got one by', async () => {
  const callee = await Phone.udp();
  closing.push(callee.close);
  const app = await listening({
    routes: (a) =>
      a.invite((req, res) => {
        void a
          .createB2BUA(req, res, `sip:callee@127.0.0.1:${callee.port}`, {})
          .then(({ uas, uac }) => uas.on('destroy', () => void uac.destroy()));
      }),
  });
  await start(`invite=tcp://127.0.0.1:${app.port}`);
  invite();
  callee.answer(await callee.request('INVITE'), 200, { body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  await callee.request('ACK');
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  callee.answer(await callee.request('BYE'), 200);
  await waitFor('the dialogs to end', () => engine.load().dialogs === 0);
});

needs('openssl')('over TLS', () => {
  let certificate: TestCertificate;
  let files: { cert: string; key: string };

  beforeAll(() => {
    certificate = makeCertificate();
    files = {
      cert: readFileSync(certificate.cert, 'utf8'),
      key: readFileSync(certificate.key, 'utf8'),
    };
  });

  afterAll(() => certificate.remove());

  test('a call goes to an app whose certificate an authority of ours signed', async () => {
    const app = await listening({
      tls: files,
      routes: (a) => a.invite((_req, res) => res.send(486)),
    });
    await start(`invite=tls://127.0.0.1:${app.port}`, files.cert);
    invite();
    await phone.response(486);
  });

  test('an app whose certificate nobody vouches for is not spoken to', async () => {
    const app = await listening({
      tls: files,
      routes: (a) => a.invite((_req, res) => res.send(486)),
    });
    await start(`invite=tls://127.0.0.1:${app.port}`);
    invite();
    await phone.response(480);
    expect(phone.count((m) => m.status === 486)).toBe(0);
  });

  test('a peer that never finishes its handshake has only so much time', async () => {
    const port = await server(() => undefined);
    await start(`invite=tls://127.0.0.1:${port}`, '', { ...LIMITS, totalMs: 60_000 });
    invite();
    await phone.response(480);
  });
});
