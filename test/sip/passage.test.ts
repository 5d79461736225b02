import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { PASSAGE_HEADER, signPassage } from '../../sip/index';
import type { ConnectionLimits } from '../../sip/transport/flow';
import { CONNECTION_LIMITS } from '../../sip/transport/flow';
import { cookieOf, MEDIA_SECRET, startHttp, tokenOf, type TestHttp } from '../support/http';
import { NOW } from '../support/two-stores';
import { waitFor, within } from '../support/wait';
import { startApp, type App, type Req } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone } from './support/phone';

/** A page's phone, through the real HTTP door and the real edge. */
let http: TestHttp;
let engine: Engine;
let app: App;
let door: string;
let fallen = false;
const asked: Req[] = [];

/** Before our door. */
const PROXIES = ['127.0.0.7', '127.0.0.8'];

const wsPort = () => Number((engine.sip[0] ?? '').split(':').pop());

async function start(limits: Partial<ConnectionLimits> = {}, heartbeatMs = 20_000): Promise<void> {
  engine = await startEngine({
    ...{ sip: [{ protocol: 'ws', host: '127.0.0.1', port: 0 }], passageSecret: MEDIA_SECRET },
    connectionLimits: { ...CONNECTION_LIMITS, ...limits },
  });
  app = await startApp(engine, {
    routes: (a) =>
      a.register((req, res) => {
        asked.push(req);
        res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } });
      }),
  });
  const deps = { trustedProxies: PROXIES.map((address) => `${address}/32`) };
  http = startHttp({ passages: { heartbeatMs }, deps });
  http.passages.listensAt(`udp/127.0.0.1:1,ws/127.0.0.1:${wsPort()}`);
  door = (await http.listen()).replace('http', 'ws');
}
async function stop(): Promise<void> {
  await http.close();
  if (!fallen) app.disconnect();
  if (!fallen) await engine.close();
  fallen = false;
  asked.length = 0;
}

const by = (who: string): ClientOptions => ({
  headers: { authorization: `Bearer ${tokenOf(who)}` },
});
const page = (more: ClientOptions = by('wang')) => new WebSocket(`${door}/sip`, 'sip', more);

async function refusal(more: ClientOptions, protocols: string[] = ['sip']): Promise<number> {
  const socket = new WebSocket(`${door}/sip`, protocols, more);
  socket.on('error', () => undefined);
  const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ];
  return statusCode;
}

const closing = (socket: WebSocket) =>
  within('the end', once(socket, 'close')) as Promise<[number, Buffer]>;

describe('who comes', () => {
  beforeAll(() => start());
  afterAll(stop);
  const good = cookieOf(tokenOf('wang'));
  const expired = tokenOf('wang', NOW - 43_200_000);
  const forged = tokenOf('wang', NOW, Buffer.alloc(32, 9));

  test.each<[string, () => ClientOptions, string[] | undefined, number]>([
    ['nobody', () => ({}), undefined, 401],
    [
      'an expired session',
      () => ({ headers: { authorization: `Bearer ${expired}` } }),
      undefined,
      401,
    ],
    [
      'a forged session',
      () => ({ headers: { cookie: cookieOf(forged), origin: door.replace('ws', 'http') } }),
      undefined,
      401,
    ],
    [
      'the command',
      () => ({ headers: { authorization: `Bearer ${http.deps.adminToken}` } }),
      undefined,
      403,
    ],
    [
      'a cookie from another page',
      () => ({ headers: { cookie: good, origin: 'http://evil.example' } }),
      undefined,
      403,
    ],
    ['a cookie from no page', () => ({ headers: { cookie: good } }), undefined, 403],
    ['another subprotocol', () => by('wang'), ['chat'], 400],
    ['no subprotocol', () => by('wang'), [], 400],
  ])('%s is refused', async (_what, more, protocols, status) => {
    expect(await refusal(more(), protocols)).toBe(status);
    expect(http.passages.count).toBe(0);
  });

  test('is passed on by the cookie from our own page, and the app sees whose address it is', async () => {
    const origin = door.replace('ws', 'http');
    const phone = await Phone.webSocket(`${door}/sip`, undefined, {
      ...{ headers: { cookie: good, origin }, localAddress: '127.0.0.9' },
    });
    phone.ask(wsPort(), { method: 'REGISTER' });
    await phone.response(200, 'REGISTER');
    expect(asked[0]).toMatchObject({ source_address: '127.0.0.9', source_port: phone.port });
    expect(http.passages.personAt('127.0.0.9', phone.port)).toBe('wang');
    const told = app.request(`sip:127.0.0.9:${phone.port};transport=tcp`, {
      ...{ uri: 'sip:x@y', method: 'MESSAGE', proxy: `sip:127.0.0.9:${phone.port};transport=tcp` },
    });
    phone.answer(await phone.request('MESSAGE'), 200);
    expect(await within('the answer', told)).toBeDefined();
    phone.close();
    await waitFor(
      'its end at the edge',
      () => engine.load().incoming === 0 && http.passages.count === 0,
    );
  });

  test('by proxies it is known by the address that they say, and two of one address apart, whatever their ports', async () => {
    const visit = (who: string, localAddress: string, localPort?: number) =>
      Phone.webSocket(`${door}/sip`, undefined, {
        headers: { authorization: `Bearer ${tokenOf(who)}`, 'x-forwarded-for': '127.0.0.9' },
        ...{ localAddress, localPort },
      });
    const first = await visit('wang', '127.0.0.7');
    const second = await visit('li', '127.0.0.8', first.port);
    asked.length = 0;
    for (const phone of [first, second]) {
      phone.ask(wsPort(), { method: 'REGISTER' });
      await phone.response(200, 'REGISTER');
    }
    const from = asked.map((req) => [req.source_address, Number(req.source_port) - first.port]);
    expect(from).toEqual([
      ['127.0.0.9', 0],
      ['127.0.0.9', 1],
    ]);
    const persons = [0, 1].map((n) => http.passages.personAt('127.0.0.9', first.port + n));
    expect(persons).toEqual(['wang', 'li']);
    first.close();
    second.close();
    await waitFor('their end', () => engine.load().incoming === 0 && http.passages.count === 0);
  });

  test('finds nobody where the edge has no WebSocket listener', async () => {
    http.passages.listensAt('udp/127.0.0.1:1');
    expect(await refusal(by('wang'))).toBe(503);
    http.passages.listensAt(`ws/127.0.0.1:${wsPort()}`);
  });

  test('one person has ten, another one is not in his way', async () => {
    const sockets = Array.from({ length: 200 }, () => page());
    const answers = await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<number>((resolve) => {
            socket.on('error', () => undefined);
            socket.once('open', () => resolve(101));
            socket.once('unexpected-response', (_request, { statusCode = 0 }) =>
              resolve(statusCode),
            );
          }),
      ),
    );
    expect(answers.filter((status) => status === 101)).toHaveLength(10);
    expect(new Set(answers)).toEqual(new Set([101, 429]));
    const other = page(by('chen'));
    await once(other, 'open');
    sockets.find(({ readyState }) => readyState === WebSocket.OPEN)?.close();
    await waitFor('a place', () => http.passages.count === 10);
    const again = page();
    await once(again, 'open');
    for (const socket of [...sockets, other, again]) socket.terminate();
  });
});

describe('the end', () => {
  afterEach(stop);

  test.each<[string, () => void, number]>([
    ['a session that is over', () => (http.clock.now += 43_200_001), 1008],
    ['a person who signs out', () => void http.ask('wang', 'DELETE', '/api/session'), 1008],
    ['a person who is in the plan no more', () => (http.live.plan().people.length = 0), 1008],
    ['an app that goes', () => void http.passages.close(), 1001],
    ['an edge that falls', () => void ((fallen = true), engine.close()), 1013],
  ])('%s', async (_what, happens, code) => {
    await start({}, 40);
    const people = [...http.live.plan().people];
    const socket = page();
    await once(socket, 'open');
    await waitFor('the way to the edge', () => http.passages.count === 1);
    const end = closing(socket);
    happens();
    expect((await end)[0]).toBe(code);
    http.live.plan().people.push(...(http.live.plan().people.length === 0 ? people : []));
  });

  test('a message too long for the edge', async () => {
    await start();
    const socket = page();
    await once(socket, 'open');
    socket.send('x'.repeat(262_145));
    expect((await closing(socket))[0]).toBe(1009);
  });

  test('a page that says good-bye is gone at the edge, with what it registered', async () => {
    await start();
    const phone = await Phone.webSocket(`${door}/sip`, undefined, by('wang'));
    phone.ask(wsPort(), { method: 'REGISTER' });
    await phone.response(200, 'REGISTER');
    expect(engine.flows.endedOf([{ address: '127.0.0.1', port: phone.port }])).toEqual([]);
    phone.close();
    const flows = [{ address: '127.0.0.1', port: phone.port }];
    await waitFor('the end of the flow', () => engine.flows.endedOf(flows).length === 1);
  });

  test('a page that answers no heartbeat', async () => {
    await start({}, 40);
    const socket = page({ ...by('wang'), autoPong: false });
    await once(socket, 'open');
    expect((await closing(socket))[0]).toBe(1006);
  });
});

describe('whom the edge believes', () => {
  afterEach(stop);

  const dial = async (claim: string | undefined) => {
    const key = { value: '' };
    const socket = new WebSocket(`ws://127.0.0.1:${wsPort()}`, 'sip', {
      finishRequest: (request) => {
        key.value = String(request.getHeader('sec-websocket-key'));
        if (claim !== undefined)
          request.setHeader(
            PASSAGE_HEADER,
            signPassage(
              {
                ...{ address: '192.0.2.9', port: 7, at: Date.now(), key: key.value },
                ...(claim === 'of another handshake' && { key: 'x' }),
                ...(claim === 'of yesterday' && { at: Date.now() - 86_400_000 }),
              },
              claim === 'of another secret' ? 'guessed' : MEDIA_SECRET,
            ) + (claim === 'with more' ? '.x' : ''),
          );
        request.end();
      },
    });
    socket.on('error', () => undefined);
    return Promise.race([
      once(socket, 'open').then(() => socket),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => (statusCode as number) ?? 0),
    ]);
  };

  test.each(['of another secret', 'of another handshake', 'of yesterday', 'with more'])(
    'nobody who shows a claim %s',
    async (claim) => {
      await start();
      expect(await dial(claim)).toBe(403);
      expect(engine.counters.wrongSecret).toBe(1);
    },
  );

  test('the app, of which each takes the place of the one it is passed on for', async () => {
    await start({ inAll: 10, fromOne: 1 });
    const first = (await dial('good')) as WebSocket;
    expect(first).toBeInstanceOf(WebSocket);
    // The one of 192.0.2.9 is taken; this machine's own is free.
    await expect(dial('good')).rejects.toThrow('socket hang up');
    expect(engine.counters.crowd).toBe(1);
    const own = (await dial(undefined)) as WebSocket;
    own.send(
      'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP a.invalid;branch=z9hG4bKv\r\nFrom: <sip:a>;tag=1\r\n' +
        'To: <sip:b>\r\nCall-ID: v\r\nCSeq: 1 OPTIONS\r\n\r\n',
    );
    // RFC 7118 §5.2.1: a trunk of TCP is what it would be taken for.
    expect(String((await once(own, 'message'))[0])).toMatch(/^SIP\/2.0 400 /);
  });
});
