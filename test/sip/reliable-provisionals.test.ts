import type { SipMessage } from '../../sip/message/sip-message';
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

describe('provisionals of an app that wants them reliable', () => {
  const RELIABLY = { headers: { Require: '100rel' }, body: SDP };
  const rack = (provisional: SipMessage) => [`RAck: ${provisional.get('rseq')} 1 INVITE`];

  /** A call comes in and the app does with it what `handler` says. */
  async function called(handler: (req: Req, res: Res) => void): Promise<void> {
    app = await startApp(engine, { routes: (a) => a.invite(handler) });
    phone.ask(engine.udpPort, { method: 'INVITE', headers: ['Supported: 100rel'], body: SDP });
  }

  test('are repeated until the PRACK comes, the second not before the first has its own', async () => {
    await called((_req, res) => {
      res.send(183, RELIABLY);
      setImmediate(() => res.send(180, { headers: { Require: '100rel' } }));
    });
    const first = await phone.response(183);
    await waitFor('a repeated 183', () => phone.count((m) => m.status === 183) > 2);
    expect(phone.count((m) => m.status === 180)).toBe(0);
    const toTag = first.toTag as string;
    phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 2, headers: rack(first) });
    await phone.response(200, 'PRACK');
    const second = await phone.response(180);
    expect(Number(second.get('rseq'))).toBe(Number(first.get('rseq')) + 1);
    phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 3, headers: rack(second) });
    await waitFor('the second 200', () => phone.count((m) => m.cseqMethod === 'PRACK') === 2);
  });

  test('a PRACK for another INVITE, or for no INVITE, acknowledges nothing', async () => {
    await called((_req, res) => res.send(183, RELIABLY));
    const provisional = await phone.response(183);
    const toTag = provisional.toTag as string;
    const wrong = ['1 7 INVITE', '1 1 UPDATE', '2 1 INVITE', 'one', ''];
    for (const [at, value] of wrong.entries()) {
      const headers = [`RAck: ${value}`];
      phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 2 + at, headers });
      await phone.got.next('481', (m) => m.status === 481 && m.cseq === 2 + at);
    }
    const sloppy = rack(provisional).map((line) => `${line} INVITE`);
    phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 9, headers: sloppy });
    await phone.response(200, 'PRACK');
  });

  test('a PRACK that crosses the 200 is none the worse for it', async () => {
    await called((req, res) => {
      res.send(183, RELIABLY, () => void app?.createUAS(req, res, { localSdp: SDP }));
    });
    const provisional = await phone.response(183);
    const ok = await phone.response(200, 'INVITE');
    const toTag = ok.toTag as string;
    phone.ask(engine.udpPort, { method: 'PRACK', toTag, cseq: 2, headers: rack(provisional) });
    await phone.response(200, 'PRACK');
    phone.ask(engine.udpPort, { method: 'ACK', toTag });
  });

  test('without any PRACK the caller gets 504, and the app hears that he is gone', async () => {
    const cancelled = new Promise<void>((resolve) => {
      void called((req, res) => {
        req.on('cancel', () => resolve());
        res.send(183, RELIABLY);
      });
    });
    await phone.response(504, 'INVITE');
    await within('the CANCEL at the app', cancelled);
    expect(phone.count((m) => m.status === 183)).toBeGreaterThan(3);
    expect(engine.load()).toMatchObject({ dialogs: 0, incoming: 0 });
  });
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
