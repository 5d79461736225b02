import { startApp, type App, type Dlg } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { within } from '../support/wait';

/** Requests of an app that are challenged (RFC 3261 §22.2): drachtio-srf answers, we let its numbers through. */

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

const auth = { username: 'openline', password: 'secret' };
const CHALLENGE = ['WWW-Authenticate: Digest realm="carrier",nonce="n1",qop="auth",algorithm=MD5'];

/** A call to the phone, which challenges its INVITE. */
async function challenged(): Promise<Dlg> {
  const options = { localSdp: SDP, auth };
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, options);
  const first = await phone.request('INVITE');
  phone.answer(first, 401, { headers: CHALLENGE });
  const ack = await phone.request('ACK');
  expect([ack.via?.branch, ack.cseq]).toEqual([first.via?.branch, first.cseq]);
  const second = await phone.request('INVITE', phone.got.all.indexOf(first) + 1);
  expect([second.callId, second.fromTag, second.toTag]).toEqual([
    first.callId,
    first.fromTag,
    undefined,
  ]);
  expect(second.cseq).toBe(first.cseq + 1);
  expect(second.get('from')).toBe(first.get('from'));
  expect(second.get('authorization')).toContain('username="openline"');
  expect(second.via?.branch).not.toBe(first.via?.branch);
  phone.answer(second, 200, { body: SDP });
  await phone.request('ACK', phone.got.all.indexOf(second));
  return within('the dialog', call);
}

test('an INVITE goes again with credentials, the next number and the same names', async () => {
  await challenged();
  expect(engine.load()).toMatchObject({ dialogs: 1, outgoing: 0 });
});

test('inside the call the dialog outlives the challenge, and counting goes on', async () => {
  const dialog = await challenged();
  const done = dialog.request({ method: 'BYE', auth } as Parameters<Dlg['request']>[0]);
  const first = await phone.request('BYE');
  phone.answer(first, 401, { headers: CHALLENGE });
  const second = await phone.request('BYE', phone.got.all.indexOf(first) + 1);
  expect(second.cseq).toBe(first.cseq + 1);
  expect([second.callId, second.fromTag, second.toTag]).toEqual([
    first.callId,
    first.fromTag,
    first.toTag,
  ]);
  phone.answer(second, 200);
  expect((await within('the answer', done)).status).toBe(200);
  expect(engine.load().dialogs).toBe(0);
});
