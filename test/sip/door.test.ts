import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { frame } from '../../sip/gateway/frames';
import type { Counters } from '../../sip/gateway/counters';
import type { GuardStatus } from '../../sip/control/protocol';
import { accessToken } from '../../sip/handover/access-token';
import { WRONG_SECRETS } from '../../sip/guard/wrong-secrets';
import { SECRET as CONTROL_SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';
import { waitFor } from '../support/wait';
import { SECRET, startEngine, type Engine } from './support/engine';

/** The ports for apps, seen by who has no secret: a refusal, little room, little time, and nothing else. */

const limits = { unproven: 3, proveWithinMs: 300 };
let engine: Engine;
let edge: MediaEdge;
const sockets: Socket[] = [];

beforeEach(async () => {
  engine = await startEngine({ doorLimits: limits });
  edge = await startMediaEdge({ guard: engine.guard, door: engine.door(), fetched: {} });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await edge.close();
  await engine.close();
});

const json = (line: object) => `${JSON.stringify(line)}\n`;
const hello = (secret: string) => json({ id: 1, command: 'hello', params: { secret, app: 'x' } });
const auth = (secret: string) => frame(`1|authenticate|${secret}|x`);

const get = (header: string) => `GET /x/none/sound HTTP/1.1\r\nHost: edge\r\n${header}\r\n`;

interface Port {
  name: string;
  at: () => { host: string; port: number };
  good: string;
  wrong: string;
  /** What a right secret is answered. */
  welcome: RegExp;
  /** All that a wrong one is answered. */
  refusal: RegExp;
  /** Something else first, and something that is no command at all. */
  other: string;
  nonsense: string;
}

const PORTS: Port[] = [
  {
    name: 'drachtio',
    at: () => engine.drachtio,
    good: auth(SECRET),
    wrong: auth('guess'),
    welcome: /OK\|udp/,
    refusal: /^\d+#[^|]+\|response\|1\|NO\|[\w ]+$/,
    other: frame('1|route|invite'),
    nonsense: frame('1|nonsense'),
  },
  {
    name: 'control',
    at: () => edge.server.address,
    good: hello(CONTROL_SECRET),
    wrong: hello('guess'),
    welcome: /"ok":true/,
    refusal: /^\{"id":[01],"ok":false,"error":"unauthorised","message":"[\w ]+"\}\n$/,
    other: json({ id: 1, command: 'dialog.list', params: {} }),
    nonsense: 'nonsense\n',
  },
  {
    name: 'files',
    at: () => edge.files?.address ?? { host: '', port: 0 },
    good: get(`Authorization: Bearer ${accessToken(CONTROL_SECRET)}\r\n`),
    wrong: get(`Authorization: Bearer ${CONTROL_SECRET}\r\n`),
    // There is no such recording.
    welcome: /^HTTP\/1\.1 404 Not Found\r\n/,
    refusal: /^HTTP\/1\.1 40[01] [^]*\r\n\r\n$/,
    other: get(''),
    nonsense: 'nonsense\n',
  },
];

class Client {
  heard = '';
  closed = false;

  constructor(readonly socket: Socket) {
    sockets.push(socket);
    socket.on('data', (data: Buffer) => (this.heard += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
  }

  static async open({ at }: Port): Promise<Client> {
    const client = new Client(connect(at().port, at().host));
    await once(client.socket, 'connect');
    return client;
  }

  async ended(): Promise<void> {
    await waitFor('the connection to be closed', () => this.closed);
  }
}

/** The engine hears of the end of a connection a little later than its client. */
async function counted(expected: Partial<Counters>): Promise<void> {
  const names = Object.keys(expected) as (keyof Counters)[];
  const sum = () => names.reduce((all, name) => all + engine.counters[name], 0);
  const due = Object.values(expected).reduce((all, count) => all + count, 0);
  await waitFor('everything to be counted', () => sum() >= due);
  expect(engine.counters).toMatchObject(expected);
}

describe.each(PORTS)('the $name port', (port) => {
  test('lets in who shows the secret, for as long as he likes', async () => {
    const app = await Client.open(port);
    app.socket.write(port.good);
    await waitFor('the welcome', () => port.welcome.test(app.heard));
    const silent = await Client.open(port);
    await silent.ended();
    expect(app.closed).toBe(false);
    await counted({ wrongSecret: 0, unproven: 1 });
  });

  test('answers a wrong secret with one refusal, whatever follows it', async () => {
    const guesser = await Client.open(port);
    guesser.socket.write(port.wrong + port.good + port.wrong);
    guesser.socket.on('end', () => guesser.socket.end());
    guesser.socket.write(port.good);
    await guesser.ended();
    expect(guesser.heard).toMatch(port.refusal);
    await counted({ wrongSecret: 1, unproven: 0 });
  });

  test.each(['other', 'nonsense'] as const)(
    'answers %s in place of the secret with one refusal and ends',
    async (what) => {
      const stranger = await Client.open(port);
      stranger.socket.write(port[what] + port[what] + port.good);
      await stranger.ended();
      expect(stranger.heard).toMatch(port.refusal);
      await counted({ wrongSecret: 0, unproven: 1 });
    },
  );

  test.each([
    ['one byte over 4 KB', 4097],
    ['99,999 bytes', 99_999],
  ])('cuts off who says %s before anything', async (_what, bytes) => {
    const text = port.name === 'drachtio' ? `${bytes}#${'x'.repeat(bytes)}` : 'x'.repeat(bytes);
    const talker = await Client.open(port);
    talker.socket.write(text);
    await talker.ended();
    expect(talker.heard).not.toMatch(port.welcome);
    expect(talker.heard.length).toBeLessThan(100);
    await counted({ unproven: 1 });
  });

  test('has no more time for who begins and never ends than for who is silent', async () => {
    const [silent, half] = [await Client.open(port), await Client.open(port)];
    const dribble = setInterval(() => half.socket.write(port.name === 'drachtio' ? '' : 'x'), 20);
    half.socket.write(port.good.slice(0, 10));
    await Promise.all([silent.ended(), half.ended()]);
    clearInterval(dribble);
    expect([silent.heard, half.heard]).toEqual(['', '']);
    await counted({ unproven: 2 });
  });

  test('does not wait for a refused one to hang up', async () => {
    const { host, port: number } = port.at();
    const guesser = new Client(connect({ host, port: number, allowHalfOpen: true }));
    guesser.socket.write(port.wrong);
    // What is said to a closed socket is answered by a reset.
    const talk = setInterval(() => guesser.socket.write('x'), 20);
    await guesser.ended();
    clearInterval(talk);
    expect(guesser.heard).toMatch(port.refusal);
  });

  test('turns the oldest out when there are too many, so that an app still gets in', async () => {
    const crowd = [await Client.open(port), await Client.open(port), await Client.open(port)];
    const app = await Client.open(port);
    await crowd[0]?.ended();
    app.socket.write(port.good);
    await waitFor('the welcome', () => port.welcome.test(app.heard));
    await counted({ unproven: 1 });
    expect(crowd.map(({ closed }) => closed)).toEqual([true, false, false]);
  });
});

test('ten wrong secrets, on whichever port, make an address wait; it is listed and can be released', async () => {
  // The wait is a second, so the time to prove must be longer.
  const patient = await startEngine({ doorLimits: { unproven: 32, proveWithinMs: 10_000 } });
  const control = await startMediaEdge({ guard: patient.guard, door: patient.door() });
  const [drachtioPort, controlPort] = PORTS.map((port, i) => ({
    ...port,
    at: () => (i === 0 ? patient.drachtio : control.server.address),
  })) as [Port, Port];
  for (let i = 0; i < WRONG_SECRETS; i++) {
    const port = i % 2 === 0 ? drachtioPort : controlPort;
    const guesser = await Client.open(port);
    guesser.socket.write(port.wrong);
    await guesser.ended();
  }
  const askedAt = performance.now();
  const app = await Client.open(controlPort);
  app.socket.write(controlPort.good + json({ id: 2, command: 'guard.list', params: {} }));
  await waitFor('the list', () => app.heard.includes('"id":2'));
  expect(performance.now() - askedAt).toBeGreaterThan(900);
  const status = JSON.parse(app.heard.split('\n')[1] ?? '') as GuardStatus;
  expect(status.counters).toMatchObject({ wrongSecret: WRONG_SECRETS, secretDelayed: 1 });
  expect(status.sources).toMatchObject([{ address: '127.0.0.1', why: 'secret', dropped: 1 }]);

  app.socket.write(json({ id: 3, command: 'guard.unblock', params: { address: '127.0.0.1' } }));
  await waitFor('the release', () => app.heard.includes('{"id":3,"ok":true,"unblocked":true}'));
  const again = await Client.open(drachtioPort);
  again.socket.write(drachtioPort.good);
  await waitFor('the welcome', () => drachtioPort.welcome.test(again.heard));
  expect(patient.counters.secretDelayed).toBe(1);
  app.socket.destroy();
  again.socket.destroy();
  await control.close();
  await patient.close();
});
