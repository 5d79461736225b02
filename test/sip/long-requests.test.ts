import { once } from 'node:events';
import { createServer } from 'node:net';
import { startApp, type App } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone } from './support/phone';
import { within } from '../support/wait';

/** Requests too long for a datagram (RFC 3261 §18.1.1). */

let engine: Engine;
let app: App;
let phone: Phone;

beforeEach(async () => {
  engine = await startEngine();
  app = await startApp(engine);
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app.disconnect();
  await engine.close();
});

const long = {
  method: 'MESSAGE',
  headers: { 'Content-Type': 'text/plain' },
  body: 'x'.repeat(5000),
};
const uri = (params = '') => `sip:8001@127.0.0.1:${phone.port}${params}`;

test('go by TCP where that is taken', async () => {
  const first = new Promise<string>((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (data) => resolve(data.toString('latin1')));
      socket.once('close', () => server.close());
    }).listen(phone.port, '127.0.0.1');
    server.once('listening', () => void app.request(uri(), long));
  });
  const text = await within('the request', first);
  expect(text).toContain(`Via: SIP/2.0/TCP 127.0.0.1:${engine.tcpPort}`);
  expect(phone.got.length).toBe(0);
});

test('go by UDP where it is not, and the app hears one answer', async () => {
  const request = await app.request(uri(), long);
  const answered = once(request, 'response');
  const message = await phone.request('MESSAGE');
  expect(message.get('via')).toContain('SIP/2.0/UDP');
  expect(message.body).toHaveLength(5000);
  phone.answer(message, 202);
  const [response] = (await within('the answer', answered)) as [{ status: number }];
  expect(response.status).toBe(202);
});

test('go by UDP at once when the URI says so', async () => {
  void app.request(uri(';transport=udp'), long);
  expect((await phone.request('MESSAGE')).get('via')).toContain('SIP/2.0/UDP');
});
