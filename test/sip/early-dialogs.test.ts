import { startApp, type App, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** What may happen before a call is answered: forks, and requests inside what only rings. */

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

async function nothingIsLeft(): Promise<void> {
  await waitFor('nothing to be left', () => {
    const { dialogs, transactions, incoming, outgoing } = engine.load();
    return dialogs + transactions + incoming + outgoing === 0;
  });
}

describe('of two phones that ring', () => {
  test('the one that answers has the call, and the dialog is with its tag', async () => {
    const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
    const invite = await phone.request('INVITE');
    phone.answer(invite, 180, { tag: 'desk' });
    phone.answer(invite, 180, { tag: 'mobile' });
    phone.answer(invite, 200, { tag: 'desk', body: SDP });
    expect((await phone.request('ACK')).toTag).toBe('desk');
    const dialog = await within('the dialog', call);
    expect(dialog.sip.remoteTag).toBe('desk');
    expect(engine.load().dialogs).toBe(1);
    const done = dialog.destroy();
    const bye = await phone.request('BYE');
    expect(bye.toTag).toBe('desk');
    phone.answer(bye, 200);
    await within('the BYE', done);
    await nothingIsLeft();
  });

  test('the one that answers as well is acknowledged, each time, and hung up on', async () => {
    const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
    const invite = await phone.request('INVITE');
    phone.answer(invite, 180, { tag: 'desk' });
    phone.answer(invite, 180, { tag: 'mobile' });
    phone.answer(invite, 200, { tag: 'mobile', body: SDP });
    await within('the dialog', call);
    const late = (method: string) => phone.count((m) => m.method === method && m.toTag === 'desk');
    phone.answer(invite, 200, { tag: 'desk', body: SDP });
    const bye = await phone.got.next('BYE', (m) => m.method === 'BYE' && m.toTag === 'desk');
    phone.answer(bye, 200);
    phone.answer(invite, 200, { tag: 'desk', body: SDP });
    await waitFor('a second ACK', () => late('ACK') === 2);
    expect(late('BYE')).toBe(1);
    expect(engine.load().dialogs).toBe(1);
  });
});

describe('inside what only rings', () => {
  /** A call in, ringing; what the app hears of its end. */
  async function ringing(): Promise<{ toTag: string; cancelled: Promise<Req> }> {
    const cancelled = new Promise<Req>((resolve) => {
      onInvite = (req, res) => {
        req.on('cancel', resolve);
        res.send(180);
      };
    });
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    return { toTag: (await phone.response(180)).toTag as string, cancelled };
  }

  test('a BYE of the caller ends the call, as a CANCEL would', async () => {
    const { toTag, cancelled } = await ringing();
    const headers = ['Reason: Q.850;cause=16'];
    phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2, headers });
    await phone.response(200, 'BYE');
    expect((await phone.response(487, 'INVITE')).toTag).toBe(toTag);
    const told = await within('the CANCEL at the app', cancelled);
    expect(told.get('Reason')).toBe('Q.850;cause=16');
    await nothingIsLeft();
  });

  test('another INVITE has to wait, and the call goes on', async () => {
    const { toTag } = await ringing();
    phone.ask(engine.udpPort, { method: 'INVITE', toTag, cseq: 2, body: SDP });
    const refused = await phone.response(500, 'INVITE');
    expect(refused.has('retry-after')).toBe(true);
    phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 3 });
    await phone.response(487, 'INVITE');
  });

  test('an INVITE from who is being called gets 491', async () => {
    const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
    const invite = await phone.request('INVITE');
    phone.answer(invite, 180);
    const ids = { callId: invite.callId, toTag: invite.fromTag as string };
    await waitFor('the early dialog', () => engine.load().dialogs === 1);
    phone.ask(engine.udpPort, { method: 'INVITE', ...ids, cseq: 1, body: SDP });
    await phone.response(491, 'INVITE');
    phone.answer(invite, 486);
    await expect(within('the refusal', call)).rejects.toMatchObject({ status: 486 });
  });
});
