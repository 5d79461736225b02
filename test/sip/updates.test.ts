import { once } from 'node:events';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** UPDATE (RFC 3311) between an unmodified drachtio-srf app and phones, before and after the answer. */

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

const HELD = SDP.replace('sendrecv', 'sendonly');

/** The app's answers to UPDATEs, given when the test says so. */
function updatesOf(emitter: Req | Dlg): Promise<Res> {
  return once(emitter, 'update').then(([, res]) => res as Res);
}

async function talking(): Promise<{ dialog: Dlg; toTag: string }> {
  const answered = new Promise<Dlg>((resolve, reject) => {
    onInvite = (req, res) => void app.createUAS(req, res, { localSdp: SDP }).then(resolve, reject);
  });
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  return { dialog: await within('the dialog', answered), toTag };
}

describe('while the phone rings', () => {
  test("the caller's UPDATE goes to the app, a second one has to wait for its answer", async () => {
    const ringing = new Promise<Req>((resolve) => {
      onInvite = (req, res) => {
        resolve(req);
        res.send(183, { body: SDP });
      };
    });
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    const toTag = (await phone.response(183)).toTag as string;
    const update = updatesOf(await ringing);
    phone.ask(engine.udpPort, { method: 'UPDATE', toTag, cseq: 2, body: HELD });
    const res = await within('the UPDATE at the app', update);
    phone.ask(engine.udpPort, { method: 'UPDATE', toTag, cseq: 3, body: SDP });
    const early = await phone.response(500, 'UPDATE');
    expect(early.has('retry-after')).toBe(true);
    res.send(200, { body: SDP });
    const ok = await phone.response(200, 'UPDATE');
    expect([ok.cseq, ok.body, ok.has('contact')]).toEqual([2, SDP, true]);
  });

  test('the UPDATE of who is called is answered with what we offered', async () => {
    const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
    const invite = await phone.request('INVITE');
    phone.answer(invite, 183, { body: SDP });
    await waitFor('the early dialog', () => engine.load().dialogs === 1);
    const ids = { callId: invite.callId, toTag: invite.fromTag as string };
    phone.ask(engine.udpPort, { method: 'UPDATE', ...ids, cseq: 1, body: HELD });
    expect((await phone.response(200, 'UPDATE')).body).toBe(SDP);
    phone.answer(invite, 200, { body: SDP });
    await within('the dialog', call);
  });
});

describe('in a call', () => {
  test('an UPDATE is answered by the app and moves the target', async () => {
    const { dialog, toTag } = await talking();
    const update = updatesOf(dialog);
    const contact = `<sip:moved@127.0.0.1:${phone.port}>`;
    phone.ask(engine.udpPort, { method: 'UPDATE', toTag, cseq: 2, contact, body: HELD });
    (await within('the UPDATE at the app', update)).send(200, { body: SDP });
    await phone.response(200, 'UPDATE');
    const done = dialog.destroy();
    const bye = await phone.request('BYE');
    expect(bye.uri).toBe(`sip:moved@127.0.0.1:${phone.port}`);
    phone.answer(bye, 200);
    await within('the BYE', done);
  });

  test('an offer while another of theirs waits gets 500', async () => {
    const { dialog, toTag } = await talking();
    const update = updatesOf(dialog);
    phone.ask(engine.udpPort, { method: 'UPDATE', toTag, cseq: 2, body: HELD });
    const res = await within('the UPDATE at the app', update);
    phone.ask(engine.udpPort, { method: 'INVITE', toTag, cseq: 3, body: SDP });
    await phone.response(500, 'INVITE');
    res.send(200, { body: SDP });
    await phone.response(200, 'UPDATE');
  });

  test('an offer that crosses ours gets 491, and ours goes on', async () => {
    const { dialog, toTag } = await talking();
    const ours = dialog.request({ method: 'UPDATE', body: HELD });
    const update = await phone.request('UPDATE');
    expect(update.get('contact')).toContain(`127.0.0.1:${engine.udpPort}`);
    phone.ask(engine.udpPort, { method: 'UPDATE', toTag, cseq: 2, body: SDP });
    await phone.response(491, 'UPDATE');
    phone.answer(update, 200, { body: SDP });
    expect((await within('our UPDATE', ours)).status).toBe(200);
  });
});
