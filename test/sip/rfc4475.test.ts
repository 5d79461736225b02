import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { once } from 'node:events';
import { parseMessage } from '../../sip/message/sip-message';
import { waitFor, within } from '../support/wait';
import { startApp, type App } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { TORTURES, type Torture } from './rfc4475/table';

/**
 * The 49 messages of RFC 4475 against a running engine with an app behind it that answers every
 * INVITE 486 and everything else 200. The files are the bytes of the RFC's appendix; what must come
 * back, and why, is in the table beside them.
 */

const FOLDER = join(__dirname, 'rfc4475');

let engine: Engine;
let app: App;

beforeAll(async () => {
  engine = await startEngine();
  app = await startApp(engine, {
    routes: (a) => {
      a.invite((_req, res) => res.send(486));
      for (const verb of ['register', 'options', 'message'] as const) {
        a[verb]((_req, res) => res.send(200));
      }
    },
  });
});

afterAll(async () => {
  app.disconnect();
  await engine.close();
});

const bytesOf = (torture: Torture) => readFileSync(join(FOLDER, `${torture.file}.dat`));

/** Statuses of final responses in the order they came, copies left out. */
function finals(texts: string[]): number[] {
  const seen = new Set<string>();
  const statuses: number[] = [];
  for (const text of texts) {
    const response = parseMessage(text);
    const key = `${response?.status} ${response?.callId} ${response?.cseq}`;
    if (response === undefined || response.status < 200 || seen.has(key)) continue;
    seen.add(key);
    statuses.push(response.status);
  }
  return statuses;
}

/** A request whose answer says that everything sent before it has been dealt with. */
function probe(protocol: 'UDP' | 'TCP'): string {
  return [
    'OPTIONS sip:probe@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${protocol} 127.0.0.1:9;rport;branch=z9hG4bKprobe${Math.random()}`,
    'From: <sip:probe@127.0.0.1>;tag=probe',
    'To: <sip:probe@127.0.0.1>',
    `Call-ID: probe-${protocol}-${Math.random()}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
}

const isProbe = (text: string) => text.includes('Call-ID: probe-');

async function overUdp(bytes: Buffer): Promise<number[]> {
  const socket = createSocket('udp4');
  const got: string[] = [];
  socket.on('message', (data) => got.push(data.toString('latin1')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.send(bytes, engine.udpPort, '127.0.0.1');
  socket.send(probe('UDP'), engine.udpPort, '127.0.0.1');
  await waitFor('the probe to be answered', () => got.some(isProbe));
  socket.close();
  return finals(got.filter((text) => !isProbe(text)));
}

/** Resolves when the answers of the table came and the connection is as the table says. */
async function overTcp(bytes: Buffer, torture: Torture): Promise<number[]> {
  const socket = connect(engine.tcpPort, '127.0.0.1');
  let got = '';
  socket.on('data', (data) => (got += data.toString('latin1')));
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.write(bytes);
  if (torture.stream === 'closed') await within('the connection to be closed', closed);
  else if (torture.stream === 'open') {
    socket.write(probe('TCP'));
    await waitFor('the probe to be answered', () => isProbe(got));
  } else {
    // The message never becomes whole, so that the end of the connection is all there is to see.
    socket.end();
    await within('the connection to be closed', closed);
  }
  socket.destroy();
  return finals(got.split(/(?=SIP\/2\.0 )/).filter((text) => !isProbe(text)));
}

async function nothingIsLeft(): Promise<void> {
  await waitFor('transactions to end', () => engine.load().transactions === 0);
  expect(engine.load()).toEqual({ apps: 1, dialogs: 0, transactions: 0, incoming: 0, outgoing: 0 });
}

test('each file has one row, and each row its file', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.dat'));
  const rows = TORTURES.map((torture) => `${torture.file}.dat`);
  expect([...rows].sort()).toEqual(files.sort());
  expect(new Set(TORTURES.map((torture) => torture.section)).size).toBe(49);
});

test.each(TORTURES)('$section $file over UDP: $udp', async (torture) => {
  expect(await overUdp(bytesOf(torture))).toEqual(torture.udp);
});

test('after all of them over UDP nothing is left', nothingIsLeft);

test.each(TORTURES)('$section $file over TCP: $tcp, $stream', async (torture) => {
  expect(await overTcp(bytesOf(torture), torture)).toEqual(torture.tcp);
});

test('after all of them over TCP nothing is left', nothingIsLeft);
