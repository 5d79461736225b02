import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { readCertificate } from '../../sip/transport/certificate';
import { startApp } from './support/app';
import { makeCertificate, type TestCertificate } from './support/certificate';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { needs } from '../support/needs';
import { waitFor, within } from '../support/wait';

/** What connections may not do: be too many, or say nothing that can be understood. */

let engine: Engine;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await engine.close();
});

const limits = {
  ...{ inAll: 10, fromOne: 3, messageWithinMs: 300, idleMs: 60_000 },
  ...{ connectWithinMs: 300, unreadBytes: 100_000 },
};

const LISTENERS = (['udp', 'tcp', 'tls', 'ws', 'wss'] as const).map((protocol) => ({
  protocol,
  host: '127.0.0.1',
  port: 0,
}));

function portOf(protocol: string): number {
  const url = engine.sip.find((listener) => listener.startsWith(`${protocol}:`)) ?? '';
  return Number(url.slice(url.lastIndexOf(':') + 1));
}

async function open(port = engine.tcpPort): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('one too many from an address is not taken, and counted', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const phones = [await Phone.tcp(engine.tcpPort), await Phone.tcp(engine.tcpPort)];
  await open();
  await within('the fourth to be closed', once(await open(), 'close'));
  expect(engine.counters.crowd).toBe(1);
  phones[0]?.close();
  phones[1]?.ask(engine.tcpPort, { method: 'OPTIONS' });
  await phones[1]?.response(503);
  phones[1]?.close();
});

test('who says nothing, and who never comes to the end of a message, is hung up on', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const [silent, half] = [await open(), await open()];
  half.write('OPTIONS sip:a@b SIP/2.0\r\nVia: SIP');
  await within('both to be closed', Promise.all([once(silent, 'close'), once(half, 'close')]));
  expect(engine.counters.silent).toBe(2);
});

test('half a message dribbled byte by byte has no more time than any other', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const slow = await open();
  const dribble = setInterval(() => slow.write('x'), 20);
  await within('it to be closed', once(slow, 'close'));
  clearInterval(dribble);
});

test('a phone that has spoken may keep still, and its keep-alives are answered', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const phone = await open();
  let heard = '';
  phone.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  phone.write(
    'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n' +
      'To: <sip:a@b>\r\nCall-ID: one\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  );
  await waitFor('the answer', () => heard.includes('503'));
  const spokeAt = performance.now();
  await waitFor('three times the limit to pass with keep-alives', () => {
    phone.write('\r\n\r\n');
    return performance.now() - spokeAt > 3 * limits.messageWithinMs;
  });
  expect(phone.destroyed).toBe(false);
  expect(heard.endsWith('\r\n\r\n')).toBe(true);
  expect(engine.counters.silent).toBe(0);
});

/** A request whose answer is as long as it: a refusal carries all that identifies it. */
function longRequest(transport: string, serial: number): string {
  const long = 'x'.repeat(7000);
  return [
    'OPTIONS sip:a@b SIP/2.0',
    `Via: SIP/2.0/${transport} 127.0.0.1;branch=z9hG4bK${serial}`,
    ...Array.from({ length: 8 }, () => `Via: SIP/2.0/UDP 127.0.0.1;branch=${long}`),
    ...[`From: <sip:a@b>;tag=${long}`, 'To: <sip:a@b>', `Call-ID: ${serial}`, 'CSeq: 1 OPTIONS'],
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

describe('a peer who asks and never reads', () => {
  test('over TCP is hung up on when enough waits for him', async () => {
    engine = await startEngine({ connectionLimits: limits });
    const deaf = (await open()).pause();
    const closed = new Promise((resolve) => deaf.once('close', resolve));
    let serial = 0;
    await waitFor('it to be counted', () => {
      for (let i = 0; i < 10; i++) deaf.write(longRequest('TCP', serial++));
      return engine.counters.unread > 0;
    });
    const other = await Phone.tcp(engine.tcpPort);
    other.ask(engine.tcpPort, { method: 'OPTIONS' });
    await other.response(503);
    other.close();
    // Who read nothing learns of the end when he does.
    deaf.resume();
    await within('it to be closed', closed);
    expect(engine.counters.unread).toBe(1);
  });

  test('over a WebSocket too', async () => {
    const sip = LISTENERS.filter(({ protocol }) => protocol === 'ws');
    engine = await startEngine({ connectionLimits: limits, sip });
    const client = new WebSocket(`ws://127.0.0.1:${portOf('ws')}`, 'sip');
    await once(client, 'open');
    client.on('error', () => undefined);
    client.pause();
    let serial = 0;
    await waitFor('it to be counted', () => {
      for (let i = 0; i < 10; i++) client.send(longRequest('WS', serial++));
      return engine.counters.unread > 0;
    });
    client.terminate();
  });
});

needs('openssl')('with TLS', () => {
  let own: TestCertificate;
  beforeAll(() => (own = makeCertificate()));
  afterAll(() => own.remove());

  const everything = () => ({
    connectionLimits: limits,
    sip: LISTENERS,
    certificate: readCertificate({ ...own, ca: '' }),
  });

  test.each(['tls', 'ws', 'wss'])(
    'who connects to %s and says nothing is hung up on',
    async (kind) => {
      engine = await startEngine(everything());
      await within('it to be closed', once((await open(portOf(kind))).resume(), 'close'));
      await waitFor('it to be counted', () => engine.counters.silent === 1);
    },
  );

  test('a peer of ours who never finishes the handshake is given up, as one who is not there', async () => {
    engine = await startEngine(everything());
    const app = await startApp(engine);
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const call = app.createUAC(`sip:a@127.0.0.1:${port};transport=tls`, { localSdp: SDP });
    await expect(within('the refusal', call)).rejects.toMatchObject({ status: 503 });
    app.disconnect();
    mute.close();
  });
});
