import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startApp, type App, type Dlg, type Req } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** Calls of an unmodified drachtio-srf app to phones, over real sockets. */

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

const uri = () => `sip:8001@127.0.0.1:${phone.port}`;

async function talking(): Promise<Dlg> {
  const call = app.createUAC(uri(), { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  await phone.request('ACK');
  return within('the dialog', call);
}

test('an INVITE is filled in, localhost becomes our address, and the ACK goes to the Contact', async () => {
  const call = app.createUAC(uri(), { localSdp: SDP, callingNumber: '138' });
  const invite = await phone.request('INVITE');
  expect(invite.get('from')).toMatch(`<sip:138@127.0.0.1:${engine.udpPort}>;tag=`);
  expect(invite.get('contact')).toBe(`<sip:138@127.0.0.1:${engine.udpPort}>`);
  expect(invite.get('to')).toBe(`<${uri()}>`);
  expect(invite.get('content-type')).toBe('application/sdp');
  expect(invite.get('max-forwards')).toBe('70');
  phone.answer(invite, 180);
  phone.answer(invite, 200, { body: SDP });
  const ack = await phone.request('ACK');
  expect(ack.uri).toBe(`sip:phone@127.0.0.1:${phone.port}`);
  expect(ack.cseq).toBe(invite.cseq);
  const dialog = await within('the dialog', call);
  expect(dialog.sip.remoteTag).toBe(phone.tag);
});

test('100 is kept from the app, 180 is not', async () => {
  const provisionals: number[] = [];
  const call = app.createUAC(
    uri(),
    { localSdp: SDP },
    { cbProvisional: (res) => provisionals.push((res as unknown as { status: number }).status) },
  );
  const invite = await phone.request('INVITE');
  phone.answer(invite, 100);
  phone.answer(invite, 180);
  phone.answer(invite, 486);
  await expect(within('the refusal', call)).rejects.toMatchObject({ status: 486 });
  expect(provisionals).toEqual([180]);
  await phone.request('ACK');
});

test('each copy of the 200 gets the same ACK again, and the app sees one 200', async () => {
  const call = app.createUAC(uri(), { localSdp: SDP });
  const invite = await phone.request('INVITE');
  phone.answer(invite, 200, { body: SDP });
  await within('the dialog', call);
  const first = await phone.request('ACK');
  phone.answer(invite, 200, { body: SDP });
  await waitFor('a second ACK', () => phone.count((m) => m.method === 'ACK') === 2);
  expect(phone.got.all.filter((m) => m.method === 'ACK')[1]?.text).toBe(first.text);
});

test('a second phone that answers the same INVITE is acknowledged and hung up on', async () => {
  const call = app.createUAC(uri(), { localSdp: SDP });
  const invite = await phone.request('INVITE');
  phone.answer(invite, 200, { body: SDP });
  await within('the dialog', call);
  phone.answer(invite, 200, { body: SDP, tag: 'other' });
  const bye = await phone.request('BYE');
  expect(bye.toTag).toBe('other');
  expect(phone.count((m) => m.method === 'ACK' && m.toTag === 'other')).toBe(1);
  expect(engine.load().dialogs).toBe(1);
  expect(engine.told.length).toBe(0);
});

test('the callee hangs up', async () => {
  const dialog = await talking();
  const destroyed = once(dialog, 'destroy');
  phone.ask(engine.udpPort, {
    method: 'BYE',
    callId: dialog.sip.callId,
    toTag: dialog.sip.localTag,
  });
  await phone.response(200, 'BYE');
  await within('destroy', destroyed);
});

test('requests inside the dialog count on from the INVITE', async () => {
  const dialog = await talking();
  const invite = await phone.request('INVITE');
  const info = dialog.request({ method: 'INFO' });
  const seen = await phone.request('INFO');
  expect(seen.cseq).toBe(invite.cseq + 1);
  phone.answer(seen, 200);
  expect((await within('INFO', info)).status).toBe(200);
});

test('a CANCEL is held until the phone has said something', async () => {
  let request: Req | undefined;
  const call = app.createUAC(
    uri(),
    { localSdp: SDP },
    { cbRequest: (_error, req) => (request = req) },
  );
  const invite = await phone.request('INVITE');
  await waitFor('the echo', () => request !== undefined);
  request?.cancel();
  const info = app.request(uri(), { method: 'OPTIONS' });
  await phone.request('OPTIONS');
  await within('echo of OPTIONS', info);
  expect(phone.count((m) => m.method === 'CANCEL')).toBe(0);
  phone.answer(invite, 180);
  const cancel = await phone.request('CANCEL');
  expect(cancel.via?.branch).toBe(invite.via?.branch);
  expect(cancel.cseq).toBe(invite.cseq);
  phone.answer(cancel, 200);
  phone.answer(invite, 487);
  await expect(within('487', call)).rejects.toMatchObject({ status: 487 });
});

test('a 200 that overtakes the CANCEL is acknowledged and ended', async () => {
  const call = app.createUAC(
    uri(),
    { localSdp: SDP },
    { cbProvisional: () => undefined, cbRequest: (_e, req) => void (request = req) },
  );
  let request: Req | undefined;
  const invite = await phone.request('INVITE');
  phone.answer(invite, 180);
  await waitFor('the echo', () => request !== undefined);
  request?.cancel();
  await phone.request('CANCEL');
  phone.answer(invite, 200, { body: SDP });
  await phone.request('ACK');
  const bye = await phone.request('BYE');
  expect(bye.get('reason')).toContain('cancel race');
  await within('the dialog', call);
  expect(engine.load().dialogs).toBe(0);
});

test('a cancelled INVITE whose phone falls silent is over after 64 T1', async () => {
  let request: Req | undefined;
  const call = app.createUAC(
    uri(),
    { localSdp: SDP },
    { cbRequest: (_error, req) => (request = req) },
  );
  phone.answer(await phone.request('INVITE'), 180);
  await waitFor('the echo', () => request !== undefined);
  request?.cancel();
  await expect(within('487', call)).rejects.toMatchObject({ status: 487 });
});

test('silence is 408 after timer B, with the INVITE repeated until then', async () => {
  // The last repetition comes one T1 before timer B: 100 ms of room for a busy machine.
  const slower = await startEngine({ timing: { t1: 100, t2: 800, t4: 250 } });
  const caller = await startApp(slower);
  const call = caller.createUAC(uri(), { localSdp: SDP });
  await expect(within('408', call)).rejects.toMatchObject({ status: 408 });
  expect(phone.count((m) => m.method === 'INVITE')).toBe(7);
  caller.disconnect();
  await slower.close();
});

test('a TCP connection that is refused is 503', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const call = app.createUAC(`sip:a@127.0.0.1:${port};transport=tcp`, { localSdp: SDP });
  await expect(within('503', call)).rejects.toMatchObject({ status: 503 });
});

test('a request to the engine itself is refused in the words that apps know', async () => {
  const call = app.createUAC(`sip:400@127.0.0.1:${engine.udpPort}`, { localSdp: SDP });
  await expect(within('NOK', call)).rejects.toThrow('can not send request to myself');
});

test('a body is measured in bytes, whatever the app says', async () => {
  const asked = app.request(uri(), {
    method: 'MESSAGE',
    headers: { 'Content-Type': 'text/plain' },
    body: 'héllo 你好',
  });
  const message = await phone.request('MESSAGE');
  expect(Buffer.from(message.body, 'latin1').toString('utf8')).toBe('héllo 你好');
  expect(message.get('content-length')).toBe('13');
  phone.answer(message, 200);
  await within('echo', asked);
});

test('a caller is joined with a phone by createB2BUA, and both are let go', async () => {
  const caller = await Phone.udp();
  const b2b = await startApp(engine, {
    routes: (a) => {
      a.invite((req, res) => {
        void a.createB2BUA(req, res, uri(), {}).then(({ uas, uac }) => {
          uas.on('destroy', () => void uac.destroy());
          uac.on('destroy', () => void uas.destroy());
        });
      });
    },
  });
  caller.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const invite = await phone.request('INVITE');
  expect(invite.callId).not.toBe(caller.callId);
  phone.answer(invite, 180);
  await caller.response(180);
  phone.answer(invite, 200, { body: SDP });
  const toTag = (await caller.response(200)).toTag as string;
  caller.ask(engine.udpPort, { method: 'ACK', toTag });
  await phone.request('ACK');
  caller.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  phone.answer(await phone.request('BYE'), 200);
  await caller.response(200, 'BYE');
  await waitFor('no dialog left', () => engine.load().dialogs === 0);
  await waitFor('no transaction left', () => engine.load().transactions === 0);
  expect(engine.load()).toMatchObject({ incoming: 0, outgoing: 0 });
  b2b.disconnect();
  caller.close();
});
