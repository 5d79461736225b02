import type { SipMessage } from '../../sip/message/sip-message';
import { startApp, type App, type Dlg } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/**
 * RFC 4028 with an unmodified drachtio-srf app, which hears nothing of refreshes. T1 of 10 ms makes a
 * second of Session-Expires 20 ms: 90 s are 1.8 s.
 */

const NAME = 'cell1';
let engine: Engine;
let app: App | undefined;
let phone: Phone;
const ends: string[] = [];

beforeEach(async () => {
  ends.length = 0;
  engine = await startEngine({ timing: { t1: 10, t2: 80, t4: 50 } });
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app?.disconnect();
  app = undefined;
  await engine.close();
});

/** The phone calls the app. Resolves with the To-tag of our 200. */
async function calledIn(sessionExpires: string, headers = {}): Promise<string> {
  const dialog = new Promise<Dlg>((resolve) => {
    void startApp(engine, {
      tag: NAME,
      routes: (a) =>
        a.invite((req, res) => {
          void a.createUAS(req, res, { localSdp: SDP, headers }).then((d) => {
            d.on('destroy', (_msg, reason: string) => ends.push(reason));
            resolve(d);
          });
        }),
    }).then((a) => {
      app = a;
      const lines = [`Session-Expires: ${sessionExpires}`, 'Supported: timer'];
      phone.ask(engine.udpPort, { method: 'INVITE', headers: lines, body: SDP });
    });
  });
  const ok = await phone.response(200, 'INVITE');
  phone.ask(engine.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  await within('the dialog', dialog);
  return ok.toTag as string;
}

/** The app calls the phone, which answers with that Session-Expires. */
async function calledOut(sessionExpires: string): Promise<Dlg> {
  app = await startApp(engine, { tag: NAME });
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  const headers = [`Session-Expires: ${sessionExpires}`];
  phone.answer(await phone.request('INVITE'), 200, { headers, body: SDP });
  await phone.request('ACK');
  const dialog = await within('the dialog', call);
  dialog.on('destroy', (_msg, reason: string) => ends.push(reason));
  return dialog;
}

test('who asked is told at least 90 s, and what the app says itself goes first', async () => {
  await calledIn('30;refresher=uas');
  expect((await phone.response(200)).get('session-expires')).toBe('90;refresher=uas');
  app?.disconnect();
  phone.close();
  phone = await Phone.udp();
  await calledIn('300;refresher=uas', { 'Session-Expires': '1200;refresher=uas' });
  expect((await phone.response(200)).all('session-expires')).toEqual(['1200;refresher=uas']);
});

test('we refresh with our last description, acknowledge, and the app hears nothing', async () => {
  const toTag = await calledIn('90;refresher=uas');
  for (let round = 0, from = 0; round < 2; round++) {
    const refresh = await phone.request('INVITE', from);
    expect(refresh.body).toBe(SDP);
    expect(refresh.get('session-expires')).toBe('90;refresher=uac');
    expect(refresh.get('min-se')).toBe('90');
    expect(refresh.fromTag).toBe(toTag);
    phone.answer(refresh, 200, { headers: ['Session-Expires: 90;refresher=uac'], body: SDP });
    from = phone.got.all.indexOf(refresh) + 1;
    const ack = await phone.request('ACK', from);
    expect(ack.cseq).toBe(refresh.cseq);
    // A copy of the 200 gets the same ACK again.
    phone.answer(refresh, 200, { headers: ['Session-Expires: 90;refresher=uac'], body: SDP });
    await phone.request('ACK', phone.got.all.indexOf(ack) + 1);
  }
  expect(ends).toEqual([]);
  expect(engine.load().dialogs).toBe(1);
});

test("the app's next request counts on from our refresh", async () => {
  const dialog = await calledOut('90;refresher=uac');
  const first = phone.got.length;
  const refresh = await phone.request('INVITE', first);
  const again = dialog.request({ method: 'INVITE', body: SDP });
  phone.answer(refresh, 200, { headers: ['Session-Expires: 90;refresher=uac'], body: SDP });
  const next = await phone.request('INVITE', phone.got.all.indexOf(refresh) + 1);
  expect(next.cseq).toBe(refresh.cseq + 1);
  phone.answer(next, 200, { body: SDP });
  expect(await within('the re-INVITE', again)).toMatchObject({ status: 200 });
});

test("none is sent while a re-INVITE of the app's is open (RFC 3261 §14.1)", async () => {
  const dialog = await calledOut('90;refresher=uac');
  const from = phone.got.length;
  const asked = dialog.request({ method: 'INVITE', body: SDP });
  const open = await phone.request('INVITE', from);
  phone.answer(open, 100);
  const since = performance.now();
  // It is due after 45 s, which are 0.9 here.
  await waitFor('it to be due', () => performance.now() - since > 1300);
  expect(phone.count(({ method, cseq }) => method === 'INVITE' && cseq > open.cseq)).toBe(0);
  phone.answer(open, 200, { headers: ['Session-Expires: 90;refresher=uac'], body: SDP });
  expect((await within('the re-INVITE', asked)).status).toBe(200);
  const isNext = ({ method, cseq }: SipMessage) => method === 'INVITE' && cseq > open.cseq;
  phone.answer(await phone.got.next('the refresh', isNext), 200, {
    headers: ['Session-Expires: 90;refresher=uac'],
    body: SDP,
  });
  expect(ends).toEqual([]);
});

test('a refresh that gets 491 comes again, one that is refused ends the call', async () => {
  await calledOut('90;refresher=uac');
  const refresh = await phone.request('INVITE', phone.got.length);
  phone.answer(refresh, 491);
  const again = await phone.request('INVITE', phone.got.all.indexOf(refresh) + 1);
  phone.answer(again, 481);
  const bye = await phone.request('BYE');
  expect(bye.get('reason')).toContain('text="Session timer expired"');
  await waitFor('the app to know', () => ends.length === 1);
  expect(ends).toEqual(['Session timer expired']);
});

test('re-INVITEs of both sides at once are refused on both, and come through one after the other', async () => {
  await calledOut('90;refresher=uac');
  const ack = await phone.request('ACK');
  const ours = await phone.request('INVITE', phone.got.length);
  const theirs = { method: 'INVITE', body: SDP };
  phone.askBack(engine.udpPort, ack, { ...theirs, cseq: 1 });
  await phone.response(491, 'INVITE');
  const refusedAt = performance.now();
  phone.answer(ours, 491);
  const again = await phone.got.next('ours', (m) => m.method === 'INVITE' && m.cseq > ours.cseq);
  // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 s at least, which are 42 ms here.
  expect(performance.now() - refusedAt).toBeGreaterThanOrEqual(41);
  phone.answer(again, 200, { headers: ['Session-Expires: 90;refresher=uac'], body: SDP });
  await phone.request('ACK', phone.got.all.indexOf(again));
  phone.askBack(engine.udpPort, ack, { ...theirs, cseq: 2 });
  await phone.response(200, 'INVITE');
  phone.askBack(engine.udpPort, ack, { method: 'ACK', cseq: 2 });
  expect(ends).toEqual([]);
});

test('a 422 is followed by a refresh with the interval that it asks for', async () => {
  await calledOut('90;refresher=uac');
  const refresh = await phone.request('INVITE', phone.got.length);
  phone.answer(refresh, 422, { headers: ['Min-SE: 600'] });
  const again = await phone.request('INVITE', phone.got.all.indexOf(refresh) + 1);
  expect(again.get('session-expires')).toBe('600;refresher=uac');
});

test('what they do not refresh ends, what they refresh goes on', async () => {
  const toTag = await calledIn('90;refresher=uac');
  expect((await phone.response(200)).get('require')).toBe('timer');
  const from = phone.got.length;
  phone.ask(engine.udpPort, {
    method: 'UPDATE',
    toTag,
    cseq: 2,
    headers: ['Session-Expires: 90;refresher=uac'],
  });
  expect((await phone.response(200, 'UPDATE', from)).get('session-expires')).toBe(
    '90;refresher=uac',
  );
  const refreshedAt = performance.now();
  await phone.request('BYE', from);
  expect(performance.now() - refreshedAt).toBeGreaterThan(1700);
  await waitFor('the app to know', () => ends.length === 1);
  expect(ends).toEqual(['Session timer expired']);
});

test('less than 90 s inside a dialog is refused with what we would take', async () => {
  const toTag = await calledIn('90;refresher=uac');
  phone.ask(engine.udpPort, {
    method: 'INVITE',
    toTag,
    cseq: 2,
    headers: ['Session-Expires: 60;refresher=uac'],
    body: SDP,
  });
  expect((await phone.response(422, 'INVITE')).get('min-se')).toBe('90');
  phone.ask(engine.udpPort, { method: 'ACK', toTag, cseq: 2 });
});

test('timers run on while the app is away: refreshed by both, and ended when nobody does', async () => {
  const toTag = await calledIn('90;refresher=uac');
  app?.disconnect();
  app = undefined;
  await waitFor('the loss', () => engine.load().apps === 0);
  const from = phone.got.length;
  const headers = ['Session-Expires: 90;refresher=uac'];
  phone.ask(engine.udpPort, { method: 'INVITE', toTag, cseq: 2, headers, body: SDP });
  const ok = await phone.response(200, 'INVITE', from);
  expect(ok.get('session-expires')).toBe('90;refresher=uac');
  phone.ask(engine.udpPort, { method: 'ACK', toTag, cseq: 2 });
  await phone.request('BYE', from);
  await waitFor('no dialog', () => engine.load().dialogs === 0);
});

test('the end of a call takes its timer along', async () => {
  const dialog = await calledOut('90;refresher=uac');
  const gone = dialog.destroy();
  phone.answer(await phone.request('BYE'), 200);
  await within('the end', gone);
  await waitFor('nothing to be left', () => engine.load().transactions === 0, 5000);
  expect(phone.count((m) => m.method === 'INVITE')).toBe(1);
});
