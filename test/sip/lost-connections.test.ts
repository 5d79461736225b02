import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { Seen, waitFor, within } from '../support/wait';

/** A trunk over TCP whose connection is gone: where its answers and requests go then. */

let engine: Engine;
let app: App;
let phone: Phone;
/** The port at which the trunk takes connections, and the start lines that came there. */
let trunk: Server;
let port: number;
const lines = new Seen<string>();
let onInvite: (req: Req, res: Res) => void;

beforeEach(async () => {
  engine = await startEngine();
  app = await startApp(engine, {
    routes: (a) => {
      a.invite((req, res) => onInvite(req, res));
      a.register((_req, res) => res.send(200));
    },
  });
  lines.all.length = 0;
  trunk = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const found = data.toString('latin1').match(/^(SIP\/2.0 .*|\S+ sip:\S+ SIP\/2.0)$/gm);
      for (const line of found ?? []) lines.add(line);
    });
  });
  trunk.listen(0, '127.0.0.1');
  await once(trunk, 'listening');
  port = (trunk.address() as AddressInfo).port;
  phone = await Phone.tcp(engine.tcpPort);
});

afterEach(async () => {
  phone.close();
  app.disconnect();
  await engine.close();
  trunk.close();
});

/** An app has accepted something from there. */
async function known(): Promise<void> {
  phone.ask(engine.tcpPort, { method: 'REGISTER' });
  await phone.response(200, 'REGISTER');
}

/** A call rings, and its connection is lost. */
async function lostWhileItRings(): Promise<Res> {
  const ringing = new Promise<Res>((resolve) => {
    onInvite = (_req, res) => resolve(res);
  });
  phone.ask(engine.tcpPort, { method: 'INVITE', sentBy: `127.0.0.1:${port}`, body: SDP });
  const res = await within('the call', ringing);
  phone.close();
  return res;
}

/** The engine has seen the end of the connection: another one was served after it. */
async function seenGone(): Promise<void> {
  const other = await Phone.tcp(engine.tcpPort);
  other.ask(engine.tcpPort, { method: 'OPTIONS' });
  await other.response(503);
  other.close();
}

test('an answer goes where the Via says', async () => {
  await known();
  const res = await lostWhileItRings();
  await seenGone();
  res.send(486);
  await lines.next('the answer', (line) => line === 'SIP/2.0 486 Busy Here');
});

test('not to somebody of whom nothing was accepted yet', async () => {
  const res = await lostWhileItRings();
  await seenGone();
  res.send(486);
  await waitFor('the transaction to end', () => engine.load().transactions === 0);
  await seenGone();
  expect(lines.all).toEqual([]);
});

test('requests inside the call go to the Contact, whatever port the caller connected from', async () => {
  const answered = new Promise<Dlg>((resolve) => {
    onInvite = (req, res) => void app.createUAS(req, res, { localSdp: SDP }).then(resolve);
  });
  const contact = `<sip:trunk@127.0.0.1:${port};transport=tcp>`;
  phone.ask(engine.tcpPort, { method: 'INVITE', contact, body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.tcpPort, { method: 'ACK', toTag });
  const dialog = await within('the dialog', answered);
  phone.close();
  await seenGone();
  void dialog.destroy().catch(() => undefined);
  await lines.next('the BYE', (line) => line.startsWith(`BYE sip:trunk@127.0.0.1:${port}`));
});

test('a connection on which nothing comes while a request waits is not used again', async () => {
  const connections = new Seen<unknown>();
  trunk.on('connection', (socket) => connections.add(socket));
  const uri = `sip:trunk@127.0.0.1:${port};transport=tcp`;
  const ask = async () => {
    const request = await app.request(uri, { method: 'OPTIONS' });
    const [response] = (await once(request, 'response')) as [{ status: number }];
    return response.status;
  };
  expect(await within('the time-out', ask())).toBe(408);
  expect(await within('the second', ask())).toBe(408);
  expect(connections.length).toBe(2);
});

test('one on which a keep-alive came is', async () => {
  const connections = new Seen<unknown>();
  trunk.on('connection', (socket) => {
    connections.add(socket);
    socket.once('data', () => setImmediate(() => socket.write('\r\n\r\n')));
  });
  const uri = `sip:trunk@127.0.0.1:${port};transport=tcp`;
  const request = await app.request(uri, { method: 'OPTIONS' });
  await within('the time-out', once(request, 'response'));
  await app.request(uri, { method: 'OPTIONS' });
  await waitFor('the second', () => lines.all.filter((l) => l.startsWith('OPTIONS')).length === 2);
  expect(connections.length).toBe(1);
});
