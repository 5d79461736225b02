import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { RawApp } from './support/raw-app';
import { Seen, waitFor, within } from '../support/wait';

/** Call detail records as an unmodified drachtio-srf app hears them, and when there are none. */

interface Message {
  method?: string;
  status?: number;
  get(name: string): string;
}

/** As drachtio-srf gives them: `stop network normal-release BYE`. */
const lines = (from = 0) => records.all.slice(from).map(({ line }) => line);

let engine: Engine;
let app: App;
let phone: Phone;
let other: Phone;
let records: Seen<{ line: string; time: string; message: Message }>;
const answered = new Seen<Dlg>();

beforeEach(async () => {
  records = new Seen();
  answered.all.length = 0;
  engine = await startEngine({ cdrs: true, timing: { t1: 10, t2: 80, t4: 50 } });
  [phone, other] = [await Phone.udp(), await Phone.udp()];
});

afterEach(async () => {
  phone.close();
  other.close();
  app.disconnect();
  await engine.close();
});

function listen(a: App): void {
  // What comes late is no concern of the next test.
  const mine = records;
  const add = (kind: string, source: string, time: string, message: Message, what = '') => {
    const line = [kind, source, what, message.method ?? message.status].filter((w) => w !== '');
    mine.add({ line: line.join(' '), time, message });
  };
  a.on('cdr:attempt', (source: string, time: string, message: Message) =>
    add('attempt', source, time, message),
  );
  for (const kind of ['start', 'stop']) {
    a.on(`cdr:${kind}`, (source: string, time: string, what: string, message: Message) =>
      add(kind, source, time, message, what),
    );
  }
}

async function serving(invite: (req: Req, res: Res) => void = () => undefined): Promise<void> {
  app = await startApp(engine, {
    routes: (a) => {
      listen(a);
      a.invite(invite);
    },
  });
}

const answering = () =>
  serving((req, res) => {
    void app.createUAS(req, res, { localSdp: SDP }).then((dialog) => answered.add(dialog));
  });

/** The records from `from` on, once there are `n` of them. */
async function told(n: number, from = 0): Promise<string[]> {
  await waitFor(`${n} records`, () => records.length >= from + n);
  return lines(from);
}

const stopped = () => records.next('a stop', ({ line }) => line.startsWith('stop'));

/** The phone calls the app. */
async function calledIn(headers: string[] = [], ack = true): Promise<string> {
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, headers });
  const toTag = (await phone.response(200, 'INVITE')).toTag as string;
  if (ack) phone.ask(engine.udpPort, { method: 'ACK', toTag });
  return toTag;
}

/** The app calls the phone. */
async function calledOut(): Promise<Dlg> {
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  return within('the dialog', call);
}

test('an answered call, ended by the caller: attempt, start, stop, with the messages themselves', async () => {
  await answering();
  const toTag = await calledIn();
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await stopped();
  expect(await told(3)).toEqual([
    'attempt network INVITE',
    'start application uas 200',
    'stop network normal-release BYE',
  ]);
  for (const { time, message } of records.all) {
    expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
    expect(message.get('Call-ID')).toBe(phone.callId);
  }
});

test('a call of the app that the app ends; a BYE that is challenged counts once', async () => {
  await serving();
  const dialog = await calledOut();
  const asked = dialog.request({ method: 'BYE' });
  phone.answer(await phone.request('BYE'), 401);
  await within('the 401', asked);
  void dialog.destroy();
  phone.answer(await phone.request('BYE', phone.got.length), 200);
  await waitFor('the end', () => engine.load().dialogs === 0);
  expect(await told(3)).toEqual([
    'attempt application INVITE',
    'start network uac 200',
    'stop application normal-release BYE',
  ]);
});

test('a call that the app declines, and one that is declined', async () => {
  await serving((_req, res) => res.send(486));
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  await phone.response(486);
  const call = app.createUAC(`sip:8001@127.0.0.1:${other.port}`, { localSdp: SDP });
  other.answer(await other.request('INVITE'), 603);
  await expect(within('the refusal', call)).rejects.toMatchObject({ status: 603 });
  expect(await told(4)).toEqual([
    'attempt network INVITE',
    'stop application call-rejected 486',
    'attempt application INVITE',
    'stop network call-rejected 603',
  ]);
});

test('a caller who gives up, and a call that the app gives up', async () => {
  await serving((_req, res) => res.send(180));
  phone.ask(engine.udpPort, { method: 'INVITE', branch: 'z9hG4bKgiveup', body: SDP });
  await phone.response(180);
  phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKgiveup' });
  await phone.response(487);
  const call = app.createUAC(
    `sip:8001@127.0.0.1:${other.port}`,
    { localSdp: SDP },
    { cbProvisional: () => sent?.cancel(), cbRequest: (_error, req) => (sent = req) },
  );
  let sent: Req | undefined;
  const invite = await other.request('INVITE');
  other.answer(invite, 180);
  other.answer(await other.request('CANCEL'), 200);
  other.answer(invite, 487);
  await expect(within('the refusal', call)).rejects.toMatchObject({ status: 487 });
  expect(await told(4)).toEqual([
    'attempt network INVITE',
    'stop network call-canceled CANCEL',
    'attempt application INVITE',
    'stop network call-canceled 487',
  ]);
});

test('a call that nobody answers at all is one that was rejected', async () => {
  await serving();
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  await expect(within('the time-out', call)).rejects.toMatchObject({ status: 408 });
  expect(await told(2)).toEqual(['attempt application INVITE', 'stop network call-rejected 408']);
});

test('a call that the app gives up and whose far end never says so', async () => {
  await serving();
  let sent: Req | undefined;
  const call = app.createUAC(
    `sip:8001@127.0.0.1:${phone.port}`,
    { localSdp: SDP },
    { cbProvisional: () => sent?.cancel(), cbRequest: (_error, req) => (sent = req) },
  );
  phone.answer(await phone.request('INVITE'), 180);
  await expect(within('the end', call)).rejects.toMatchObject({ status: 487 });
  expect(await told(2)).toEqual(['attempt application INVITE', 'stop network call-canceled 487']);
});

test('a session that nobody refreshes', async () => {
  await answering();
  await calledIn(['Session-Expires: 90;refresher=uac', 'Supported: timer']);
  await stopped();
  expect(lines().slice(1)).toEqual([
    'start application uas 200',
    'stop application session-expired BYE',
  ]);
});

test('our own BYE: no ACK came, the edge stops', async () => {
  await answering();
  await calledIn([], false);
  await stopped();
  expect(lines().slice(1)).toEqual([
    'start application uas 200',
    'stop application system-error-initiated-termination BYE',
  ]);
  const from = records.length;
  await calledOut();
  engine.endAllCalls('Server shutting down');
  expect((await told(3, from)).slice(1)).toEqual([
    'start network uac 200',
    'stop application system-initiated-termination BYE',
  ]);
});

test('INVITEs, answers and failures inside a call are no calls of their own', async () => {
  await answering();
  const toTag = await calledIn();
  phone.ask(engine.udpPort, { method: 'INVITE', toTag, cseq: 2, body: SDP });
  await phone.response(200, 'INVITE', phone.got.length);
  phone.ask(engine.udpPort, { method: 'ACK', toTag, cseq: 2 });
  const dialog = await answered.next('the dialog', () => true);
  const again = dialog.request({ method: 'INVITE', body: SDP });
  phone.answer(await phone.request('INVITE'), 488);
  expect(await within('the refusal', again)).toMatchObject({ status: 488 });
  expect(await told(2)).toEqual(['attempt network INVITE', 'start application uas 200']);
});

describe('of a proxied call', () => {
  const proxying = (options: object) =>
    serving((req) => {
      void app.proxyRequest(req, `sip:phone@127.0.0.1:${other.port}`, options);
    });

  test('both sides have records, to its end when we stay in the path', async () => {
    await proxying({ remainInDialog: true });
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    const invite = await other.request('INVITE');
    const route = invite.get('record-route') ?? '';
    other.answer(invite, 200, { headers: [`Record-Route: ${route}`], body: SDP });
    await phone.response(200);
    const headers = [`Route: ${route}`];
    const bye = { method: 'BYE', toTag: other.tag, cseq: 2, headers };
    const uri = `sip:phone@127.0.0.1:${other.port}`;
    phone.again(phone.ask(engine.udpPort, { ...bye, uri }), engine.udpPort);
    await waitFor('both copies', () => other.count((m) => m.method === 'BYE') === 2);
    expect(await told(6)).toEqual([
      'attempt network INVITE',
      'attempt application INVITE',
      'start network proxy-uac 200',
      'start application proxy-uas 200',
      'stop network normal-release BYE',
      'stop application normal-release BYE',
    ]);
  });

  test('a refusal is told of both sides', async () => {
    await proxying({});
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    other.answer(await other.request('INVITE'), 486);
    await phone.response(486);
    expect((await told(4)).slice(2)).toEqual([
      'stop network call-rejected 486',
      'stop application call-rejected 486',
    ]);
  });
});

test('a call whose app without a name is gone ends in the records of the others', async () => {
  await answering();
  const calling = await startApp(engine);
  const call = calling.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  await within('the dialog', call);
  calling.disconnect();
  await stopped();
  expect(await told(3)).toEqual([
    'attempt application INVITE',
    'start network uac 200',
    'stop application system-error-initiated-termination 200',
  ]);
});

test('a BYE that comes while the app is away ends the call as any other', async () => {
  await serving();
  const calling = await startApp(engine, { tag: 'cell1' });
  const call = calling.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  const ack = await phone.request('ACK');
  await within('the dialog', call);
  await told(2);
  calling.disconnect();
  await waitFor('the loss', () => engine.load().apps === 1);
  phone.bye(engine.udpPort, ack);
  expect(await told(1, 2)).toEqual(['stop network normal-release BYE']);
});

test('each goes to one app, to one after the other', async () => {
  await serving((_req, res) => res.send(486));
  const second = await RawApp.start(engine, 'cdr:attempt');
  for (let i = 0; i < 4; i++) {
    phone.ask(engine.udpPort, { method: 'INVITE', callId: `turn-${i}`, body: SDP });
    await phone.response(486, 'INVITE', phone.got.length);
  }
  // Two attempts and all four stops: this app alone listens to those.
  expect((await told(6)).filter((line) => line.startsWith('attempt'))).toHaveLength(2);
  const heard = second.heard.all.filter((message) => message.includes('|cdr:'));
  expect(heard).toHaveLength(2);
  const layout = /^[^|]+\|cdr:attempt\|network\|\d\d:\d\d:\d\d\.\d{6}\r\nINVITE sip:/;
  for (const message of heard) expect(message).toMatch(layout);
  second.close();
});

test('without SIP_CDRS there are none', async () => {
  await engine.close();
  engine = await startEngine();
  await answering();
  const toTag = await calledIn();
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(200, 'BYE');
  expect(lines()).toEqual([]);
});
