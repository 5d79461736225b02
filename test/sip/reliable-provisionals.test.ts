import { startApp, type App, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** RFC 3262 between an unmodified drachtio-srf app and phones. */

let engine: Engine;
let app: App | undefined;
let phone: Phone;

beforeEach(async () => {
  engine = await startEngine();
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app?.disconnect();
  await engine.close();
});

const uri = () => `sip:8001@127.0.0.1:${phone.port}`;
const RELIABLE = ['Require: 100rel', 'RSeq: 7'];

test('a copy of a reliable provisional is not told to the app, which would acknowledge it anew', async () => {
  app = await startApp(engine);
  const seen: number[] = [];
  const call = app.createUAC(
    uri(),
    { localSdp: SDP, headers: { Supported: '100rel' } },
    { cbProvisional: (res) => seen.push((res as unknown as { status: number }).status) },
  );
  const invite = await phone.request('INVITE');
  phone.answer(invite, 183, { headers: RELIABLE, body: SDP });
  const prack = await phone.request('PRACK');
  expect(prack.get('rack')).toBe(`7 ${invite.get('cseq')}`);
  phone.answer(prack, 200);
  phone.answer(invite, 183, { headers: RELIABLE, body: SDP });
  // One that came before its predecessor is not acknowledged either: it will be repeated.
  phone.answer(invite, 180, { headers: ['Require: 100rel', 'RSeq: 9'] });
  phone.answer(invite, 180, { headers: ['Require: 100rel', 'RSeq: 8'] });
  const second = await phone.request('PRACK', phone.got.all.indexOf(prack) + 1);
  expect(second.get('rack')).toBe(`8 ${invite.get('cseq')}`);
  phone.answer(second, 200);
  phone.answer(invite, 200, { body: SDP });
  await within('the dialog', call);
  expect(seen).toEqual([183, 180]);
});

test('a PRACK that no provisional waits for gets 481', async () => {
  const answered = new Promise<void>((resolve) => {
    void startApp(engine, {
      routes: (a) =>
        a.invite((_req: Req, res: Res) => {
          const opts = { headers: { Require: '100rel' }, body: SDP };
          res.send(183, opts, undefined, () => resolve());
        }),
    }).then((a) => {
      app = a;
      phone.ask(engine.udpPort, { method: 'INVITE', headers: ['Supported: 100rel'], body: SDP });
    });
  });
  const provisional = await phone.response(183);
  const toTag = provisional.toTag as string;
  const rack = `RAck: ${provisional.get('rseq')} 1 INVITE`;
  phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 2, headers: [rack] });
  await phone.response(200, 'PRACK');
  await within('the PRACK at the app', answered);
  phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 3, headers: [rack] });
  await phone.response(481, 'PRACK');
});

test('an INVITE that was cancelled and never got a final answer leaves nothing behind', async () => {
  app = await startApp(engine);
  const call = app.createUAC(
    uri(),
    { localSdp: SDP },
    { cbProvisional: (res) => (res as unknown as { req: Req }).req.cancel() },
  );
  phone.answer(await phone.request('INVITE'), 180);
  phone.answer(await phone.request('CANCEL'), 200);
  await expect(within('the end', call)).rejects.toMatchObject({ status: 487 });
  await waitFor('nothing to be left', () => {
    const { dialogs, transactions, outgoing } = engine.load();
    return dialogs + transactions + outgoing === 0;
  });
});

test("a re-INVITE that was never answered ends with its dialog's end", async () => {
  app = await startApp(engine);
  const call = app.createUAC(uri(), { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  const ack = await phone.request('ACK');
  const dialog = await within('the dialog', call);
  const again = dialog.request({ method: 'INVITE', body: SDP });
  phone.answer(await phone.request('INVITE', phone.got.all.indexOf(ack)), 100);
  await waitFor('the 100 to arrive', () => engine.load().outgoing === 1);
  phone.bye(engine.udpPort, ack);
  await phone.response(200, 'BYE');
  expect(await within('the re-INVITE', again)).toMatchObject({ status: 487 });
  await waitFor('nothing to be left', () => engine.load().transactions === 0);
});
