import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startEngine, type Engine } from './support/engine';
import { Phone } from './support/phone';
import { within } from '../support/wait';

/** SIP_MAX_MESSAGE_BYTES, SIP_MAX_HEADERS and SIP_MAX_LINE_BYTES, on every kind of listener. */

const messageLimits = { messageBytes: 4096, headerLines: 50, lineBytes: 1024 };
let engine: Engine;
let phone: Phone | undefined;

beforeEach(async () => {
  engine = await startEngine({
    messageLimits,
    sip: (['udp', 'tcp', 'ws'] as const).map((protocol) => ({
      ...{ protocol, host: '127.0.0.1', port: 0 },
    })),
  });
});
afterEach(async () => {
  phone?.close();
  await engine.close();
});

/** Header lines that bring a request of `phone.ask` to `lines` in all; it has eight of its own. */
const lines = (count: number) => Array.from({ length: count - 9 }, (_, i) => `X-${i}: y`);
const line = (bytes: number) => [`X: ${'y'.repeat(bytes - 3)}`];
/** Five lines that each are allowed, and together too much. */
const large = Array.from({ length: 5 }, () => line(1000)).flat();

test.each([
  ['49 header lines', lines(49), lines(52)],
  ['a line of 1,000 bytes', line(1000), line(1100)],
  ['3,000 bytes', large.slice(0, 2), large],
])('%s are served over UDP, more are dropped and counted', async (_what, within, beyond) => {
  phone = await Phone.udp();
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'beyond', headers: beyond });
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'within', headers: within });
  await phone.response(503);
  expect(phone.got.all.map(({ callId }) => callId)).toEqual(['within']);
  expect(engine.counters.unreadable).toBe(1);
});

test('too many lines on a connection are dropped, and the connection goes on', async () => {
  phone = await Phone.tcp(engine.tcpPort);
  phone.ask(engine.tcpPort, { method: 'OPTIONS', callId: 'beyond', headers: lines(52) });
  phone.ask(engine.tcpPort, { method: 'OPTIONS', callId: 'within', headers: lines(49) });
  await phone.response(503);
  expect(phone.got.all.map(({ callId }) => callId)).toEqual(['within']);
  expect(engine.counters.unreadable).toBe(1);
});

test('too large a message on a connection is refused with 513, and ends it', async () => {
  phone = await Phone.tcp(engine.tcpPort);
  phone.ask(engine.tcpPort, { method: 'OPTIONS', callId: 'within', headers: large.slice(0, 2) });
  await phone.response(503);
  phone.ask(engine.tcpPort, { method: 'OPTIONS', callId: 'beyond', headers: large });
  await phone.response(513);
  phone.ask(engine.tcpPort, { method: 'OPTIONS', callId: 'after' });
  expect(engine.counters.unreadable).toBe(1);
  expect(phone.got.all.map(({ callId }) => callId)).toEqual(['within', 'beyond']);
});

test('too large a WebSocket message ends the connection', async () => {
  const url = engine.sip.find((one) => one.startsWith('ws:')) ?? '';
  const client = new WebSocket(url, 'sip');
  client.on('error', () => undefined);
  await once(client, 'open');
  client.send('x'.repeat(4097));
  const [code] = (await within('the close', once(client, 'close'))) as [number];
  expect(code).toBe(1009);
});

test('limits may be raised: what is let in is read by every part behind, who refuses included', async () => {
  const raised = await startEngine({
    messageLimits: { messageBytes: 65_536, headerLines: 1000, lineBytes: 32_768 },
  });
  const tcp = await Phone.tcp(raised.tcpPort);
  const headers = [...lines(900), ...line(30_000)];
  tcp.ask(raised.tcpPort, { method: 'OPTIONS', headers });
  await tcp.response(503);
  tcp.ask(raised.tcpPort, { method: 'OPTIONS', headers, body: 'x'.repeat(30_000) });
  await tcp.response(513);
  tcp.close();
  await raised.close();
});
