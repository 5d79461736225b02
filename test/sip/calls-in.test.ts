import { once } from 'node:events';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { RawApp } from './support/raw-app';
import { waitFor, within } from '../support/wait';

/** Calls from the network to an unmodified drachtio-srf app, over real sockets. */

let engine: Engine;
let app: App;
let phone: Phone;
let onInvite: (req: Req, res: Res) => void;

beforeEach(async () => {
  engine = await startEngine();
  app = await startApp(engine, { routes: (a) => a.invite((req, res) => onInvite(req, res)) });
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app.disconnect();
  await engine.close();
});

/** The app answers the next call; resolves with its dialog. */
function answering(): Promise<Dlg> {
  return new Promise((resolve, reject) => {
    onInvite = (req, res) => {
      app.createUAS(req, res, { localSdp: SDP }).then(resolve, reject);
    };
  });
}

/** A call that stands, acknowledged. */
async function talking(): Promise<{ dialog: Dlg; toTag: string }> {
  const dialog = answering();
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const ok = await phone.response(200);
  const toTag = ok.toTag as string;
  const acked = dialog.then((d) => once(d, 'ack'));
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  await within('the ACK at the app', acked);
  return { dialog: await dialog, toTag };
}

test('an INVITE gets 100 without tag at once, then what the app says, with one tag', async () => {
  onInvite = (_req, res) => {
    res.send(180);
    setImmediate(() => res.send(486));
  };
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  expect((await phone.response(100)).toTag).toBeUndefined();
  const ringing = await phone.response(180);
  const busy = await phone.response(486);
  expect(ringing.toTag).toBeDefined();
  expect(busy.toTag).toBe(ringing.toTag);
  expect(ringing.has('contact')).toBe(false);
});

test('the app sees the message as it came, with received and rport filled in', async () => {
  const seen = new Promise<Req>((resolve) => {
    onInvite = (req, res) => {
      resolve(req);
      res.send(404);
    };
  });
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, headers: ['X-Odd:   kept  as is'] });
  const req = await within('the request', seen);
  expect(req.get('Via')).toContain(`;received=127.0.0.1;rport=${phone.port}`);
  expect(req.get('X-Odd')).toBe('kept  as is');
  expect(req.body).toBe(SDP);
  expect([req.source_address, req.source_port, req.protocol]).toEqual([
    '127.0.0.1',
    phone.port,
    'udp',
  ]);
});

test('a repeated INVITE is answered again and never delivered twice', async () => {
  let delivered = 0;
  onInvite = (_req, res) => {
    delivered++;
    res.send(180);
  };
  const text = phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  await phone.response(180);
  phone.again(text, engine.udpPort);
  await waitFor('a second 180', () => phone.count((m) => m.status === 180) === 2);
  expect(delivered).toBe(1);
});

test('a 200 is repeated until its ACK comes, and the ACK reaches the app once', async () => {
  const dialog = answering();
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const ok = await phone.response(200);
  let acks = 0;
  (await dialog).on('ack', () => acks++);
  await waitFor('a repeated 200', () => phone.count((m) => m.status === 200) >= 3);
  const ack = phone.ask(engine.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  phone.again(ack, engine.udpPort);
  await waitFor('the ACK', () => acks === 1);
  const seen = phone.got.length;
  phone.ask(engine.udpPort, { method: 'OPTIONS', toTag: ok.toTag as string, cseq: 2 });
  await phone.response(200, 'OPTIONS');
  expect(phone.got.length).toBe(seen + 1);
  expect(acks).toBe(1);
});

test('without an ACK the call is ended by BYE with a Reason, and the app is told why', async () => {
  const dialog = answering();
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const destroyed = dialog.then((d) => once(d, 'destroy'));
  const bye = await phone.request('BYE');
  expect(bye.get('reason')).toBe('SIP ;cause=200 ;text="ACK timeout"');
  phone.answer(bye, 200);
  const [, reason] = (await within('destroy', destroyed)) as [Req, string];
  expect(reason).toBe('ACK timeout');
  expect(engine.load().dialogs).toBe(0);
});

test('the caller hangs up', async () => {
  const { dialog, toTag } = await talking();
  const destroyed = once(dialog, 'destroy');
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(200, 'BYE');
  await within('destroy', destroyed);
  expect(engine.load().dialogs).toBe(0);
});

test('a BYE that its app never answers is answered for it, and nothing is left', async () => {
  app.disconnect();
  app = await startApp(engine);
  const silent = await RawApp.start(engine, 'invite');
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const id = await silent.request('INVITE');
  silent.say(`a|sip|${id}||\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n${SDP}`);
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(500, 'BYE');
  await waitFor('nothing left', () => engine.load().transactions + engine.load().incoming === 0);
  silent.close();
});

test('a second final answer is not sent; the app hears the first one again', async () => {
  app.disconnect();
  app = await startApp(engine);
  const twice = await RawApp.start(engine, 'invite');
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const id = await twice.request('INVITE');
  twice.say(`a|sip|${id}||\r\nSIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n`);
  twice.say(`b|sip|${id}||\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n`);
  const echo = await twice.heard.next('the echo', (m) => m.includes('|response|b|OK|'));
  expect(echo).toContain('SIP/2.0 486 Busy Here');
  await phone.response(486);
  expect(phone.count((m) => m.status === 200)).toBe(0);
  twice.close();
});

test('the app hangs up: BYE to the Contact with tags and a CSeq of its own', async () => {
  const { dialog, toTag } = await talking();
  const done = dialog.destroy();
  const bye = await phone.request('BYE');
  expect(bye.uri).toBe(`sip:phone@127.0.0.1:${phone.port}`);
  expect([bye.fromTag, bye.toTag]).toEqual([toTag, phone.tag]);
  phone.answer(bye, 200);
  await within('the BYE', done);
  expect(engine.load().dialogs).toBe(0);
});

test('a caller behind a NAT gets our requests where his came from, under the name he gave', async () => {
  const dialog = answering();
  const contact = '<sip:phone@192.168.99.7:5071;ob>';
  phone.ask(engine.udpPort, { method: 'INVITE', contact, body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag, contact });
  const done = (await dialog).destroy();
  const bye = await phone.request('BYE');
  expect(bye.uri).toBe('sip:phone@192.168.99.7:5071;ob');
  phone.answer(bye, 200);
  await within('the BYE', done);
});

test('a BYE that nobody answers ends too', async () => {
  const { dialog } = await talking();
  await within('the time-out', dialog.destroy());
  expect(phone.count((m) => m.method === 'BYE')).toBeGreaterThan(1);
});

test('a CANCEL before the app answered gives 487, and the app hears of it', async () => {
  const cancelled = new Promise<void>((resolve) => {
    onInvite = (req) => req.on('cancel', () => resolve());
  });
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKcancelme' });
  await phone.response(100);
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKcancelme' });
  await phone.response(200, 'CANCEL');
  const over = await phone.response(487, 'INVITE');
  await within('cancel', cancelled);
  phone.ask(engine.udpPort, {
    method: 'ACK',
    branch: 'z9hG4bKcancelme',
    toTag: over.toTag as string,
  });
  await waitFor('nothing left', () => engine.load().dialogs === 0 && engine.load().incoming === 0);
});

test('a CANCEL after the 200 gives 481 and BYE', async () => {
  const dialog = answering();
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKlate' });
  await phone.response(200, 'INVITE');
  const destroyed = dialog.then((d) => once(d, 'destroy'));
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKlate' });
  await phone.response(481, 'CANCEL');
  expect((await phone.request('BYE')).get('reason')).toContain('CANCEL after 200 OK');
  await within('destroy', destroyed);
});

test('re-INVITEs go both ways, and crossing ones are both passed', async () => {
  const { dialog, toTag } = await talking();
  dialog.on('modify', (_req: Req, res: Res) => res.send(491));
  const changed = SDP.replace('sendrecv', 'sendonly');
  const ours = dialog.modify(changed).catch((error: { status: number }) => error.status);
  phone.ask(engine.udpPort, { method: 'INVITE', toTag, cseq: 2, body: changed });
  const theirs = await phone.request('INVITE');
  expect(theirs.toTag).toBe(phone.tag);
  expect(theirs.body).toBe(changed);
  phone.answer(theirs, 491);
  await phone.response(491, 'INVITE');
  expect(await within('our re-INVITE', ours)).toBe(491);
});

test('an accepted re-INVITE moves the target of what follows', async () => {
  // Over TCP: on UDP a Contact that is not the packet's source is repaired, as NAT needs it.
  const caller = await Phone.tcp(engine.tcpPort);
  const moved = await Phone.udp();
  const dialog = answering();
  caller.ask(engine.tcpPort, { method: 'INVITE', body: SDP });
  const toTag = (await caller.response(200)).toTag as string;
  caller.ask(engine.tcpPort, { method: 'ACK', toTag });
  const record = ['Record-Route: <sip:ignored@127.0.0.1;lr>'];
  const contact = `<sip:new@127.0.0.1:${moved.port}>`;
  const before = caller.got.length;
  caller.ask(engine.tcpPort, {
    method: 'INVITE',
    toTag,
    cseq: 2,
    contact,
    headers: record,
    body: SDP,
  });
  await caller.response(200, 'INVITE', before);
  caller.ask(engine.tcpPort, { method: 'ACK', toTag, cseq: 2 });
  const done = (await dialog).destroy();
  const bye = await caller.request('BYE');
  expect(bye.uri).toBe(`sip:new@127.0.0.1:${moved.port}`);
  expect(bye.has('route')).toBe(false);
  caller.answer(bye, 200);
  await within('the BYE', done);
  moved.close();
  caller.close();
});

test('a request older than the last one is refused', async () => {
  const { toTag } = await talking();
  phone.ask(engine.udpPort, { method: 'INFO', toTag, cseq: 9 });
  await phone.response(200, 'INFO');
  phone.ask(engine.udpPort, { method: 'INFO', toTag, cseq: 8 });
  await phone.response(500, 'INFO');
});

test('over TCP the same call stands, with the listener in Contact and no repetition', async () => {
  const caller = await Phone.tcp(engine.tcpPort);
  const dialog = answering();
  caller.ask(engine.tcpPort, { method: 'INVITE', body: SDP });
  const ok = await caller.response(200);
  expect(ok.get('contact')).toBe(`<sip:127.0.0.1:${engine.tcpPort};transport=tcp>`);
  const acked = dialog.then((d) => once(d, 'ack'));
  caller.ask(engine.tcpPort, { method: 'ACK', toTag: ok.toTag as string });
  await within('ack', acked);
  const done = (await dialog).destroy();
  caller.answer(await caller.request('BYE'), 200);
  await within('the BYE', done);
  expect(caller.count((m) => m.status === 200)).toBe(1);
  caller.close();
});
