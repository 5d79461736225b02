import { WRONG_DIGESTS } from '../../sip/guard/digest-block';
import { startApp, type App, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** Floods and scanners get no answer; whom an app has accepted is never held back. */

let engine: Engine;
let app: App;
let phone: Phone;

beforeEach(async () => {
  engine = await startEngine({ sourceRate: { perSecond: 1, burst: 5 } });
  app = await startApp(engine, {
    routes: (a) => {
      a.options((_req, res) => res.send(200));
      a.register((_req, res) => res.send(200));
    },
  });
  phone = await Phone.udp('127.0.0.2');
});

afterEach(async () => {
  phone.close();
  app.disconnect();
  await engine.close();
});

test('a flood from one address is dropped and counted, other addresses are served', async () => {
  for (let i = 0; i < 50; i++) phone.ask(engine.udpPort, { method: 'OPTIONS', callId: `o${i}` });
  await waitFor('the flood to be counted', () => engine.counters.flood >= 44);
  const other = await Phone.udp('127.0.0.3');
  other.ask(engine.udpPort, { method: 'OPTIONS' });
  await other.response(200);
  other.close();
  expect(phone.count((m) => m.status === 200)).toBeLessThanOrEqual(6);
});

test('an address from which a phone registered has no limit', async () => {
  phone.ask(engine.udpPort, { method: 'REGISTER' });
  await phone.response(200, 'REGISTER');
  for (let i = 0; i < 50; i++) phone.ask(engine.udpPort, { method: 'OPTIONS', callId: `o${i}` });
  await waitFor('all answers', () => phone.count((m) => m.cseqMethod === 'OPTIONS') === 50);
  expect(engine.counters.flood).toBe(0);
});

test('a scanner hears nothing', async () => {
  const headers = ['User-Agent: friendly-scanner'];
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'scan', headers });
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'phone' });
  await phone.response(200);
  expect(phone.got.all.map((m) => m.callId)).toEqual(['phone']);
  expect(engine.counters.scanner).toBe(1);
});

describe('an address that somebody else may be wearing', () => {
  const bytes = (texts: string[]) => texts.reduce((sum, text) => sum + text.length, 0);

  test.each(['INVITE', 'OPTIONS', 'REGISTER', 'SUBSCRIBE', 'BYE', 'CANCEL', 'NOTIFY'])(
    '%s brings it no more than twice what it sent',
    async (method) => {
      const asked = phone.ask(engine.udpPort, { method });
      await waitFor('all timers to have run', () => {
        const { transactions } = engine.load();
        return phone.got.length > 0 && transactions === 0;
      });
      expect(bytes(phone.got.all.map(({ text }) => text))).toBeLessThan(2 * bytes([asked]));
    },
  );

  test('once it has registered, a lost refusal is repeated until it is acknowledged', async () => {
    phone.ask(engine.udpPort, { method: 'REGISTER' });
    await phone.response(200, 'REGISTER');
    // Nobody takes INVITEs here.
    phone.ask(engine.udpPort, { method: 'INVITE', callId: 'known' });
    await waitFor('it to be repeated', () => phone.count(({ status }) => status === 503) > 4);
  });

  test('whom we called is none: a refusal in his dialog is repeated until he acknowledges it', async () => {
    const call = app.createUAC(`sip:8001@127.0.0.2:${phone.port}`, { localSdp: SDP });
    const invite = await phone.request('INVITE');
    phone.answer(invite, 200, { body: SDP });
    const dialog = await within('the dialog', call);
    dialog.on('modify', (_req: Req, res: Res) => res.send(491));
    const toTag = dialog.sip.localTag;
    phone.ask(engine.udpPort, { method: 'INVITE', toTag, callId: invite.callId, body: SDP });
    await waitFor('it to be repeated', () => phone.count(({ status }) => status === 491) > 4);
  });
});

test('a scanner and a blocked phone are listed with what was dropped of them', async () => {
  app.disconnect();
  await engine.close();
  engine = await startEngine();
  app = await startApp(engine, { routes: (a) => a.register((_req, res) => res.send(401)) });
  const headers = ['User-Agent: friendly-scanner'];
  for (let i = 0; i < 3; i++) phone.ask(engine.udpPort, { method: 'OPTIONS', headers });
  const guesser = await Phone.udp('127.0.0.5');
  const digest = ['Authorization: Digest username="8001", nonce="x", response="y"'];
  for (let cseq = 1; cseq <= 7; cseq++) {
    guesser.ask(engine.udpPort, { method: 'REGISTER', cseq, headers: digest });
    await guesser.response(cseq > WRONG_DIGESTS ? 403 : 401, 'REGISTER', cseq - 1);
  }
  const held = engine.guard.status().sources.map(({ address, why, dropped }) => ({
    ...{ address, why, dropped },
  }));
  expect(held).toEqual([
    { address: '127.0.0.2', why: 'scanner', dropped: 3 },
    { address: '127.0.0.5', why: 'digest', dropped: 2 },
  ]);
  expect(engine.guard.unblock('127.0.0.5')).toBe(true);
  guesser.ask(engine.udpPort, { method: 'REGISTER', cseq: 8, headers: digest });
  await guesser.response(401, 'REGISTER', 7);
  guesser.close();
});
