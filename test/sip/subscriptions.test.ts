import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SipMessage } from '../../sip/message/sip-message';
import { Seen, waitFor, within } from '../support/wait';
import { startApp, type App, type Dlg, type Req } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/**
 * RFC 6665 with an unmodified drachtio-srf app in both roles. T1 of 10 ms makes a second of Expires
 * 20 ms, and the 64·T1 for which a subscription is held longer than granted 640 ms.
 */

const NAME = 'cell1';
const SECOND_MS = 20;
const LONGER_MS = 640;
const EVENT = 'Event: presence';
const ACTIVE = { Event: 'presence', 'Subscription-State': 'active' };
const OVER = { Event: 'presence', 'Subscription-State': 'terminated;reason=timeout' };

let engine: Engine;
let app: App | undefined;
let phone: Phone;
let subscribers: Seen<Dlg>;

async function start(options: Parameters<typeof startEngine>[0] = {}): Promise<void> {
  engine = await startEngine({ timing: { t1: 10, t2: 80, t4: 50 }, ...options });
}

beforeEach(async () => {
  subscribers = new Seen();
  phone = await Phone.udp();
  await start();
});

afterEach(async () => {
  phone.close();
  app?.disconnect();
  app = undefined;
  await engine.close();
});

const none = () => waitFor('no dialog', () => engine.load().dialogs === 0);

/** The app falls. The engine has noticed when this resolves. */
async function lose(): Promise<void> {
  app?.disconnect();
  app = undefined;
  await waitFor('the loss', () => engine.load().apps === 0);
}

/** An app that takes subscriptions; refreshes are granted as they are asked for. */
async function notifier(tag?: string, headers: Record<string, string> = {}): Promise<App> {
  const mine = subscribers;
  app = await startApp(engine, {
    ...(tag === undefined ? {} : { tag }),
    routes: (a) =>
      a.subscribe((req, res) => {
        void a.createUAS(req, res, { headers }).then((dialog) => {
          dialog.on('subscribe', (again: Req, answer: typeof res) => {
            answer.send(202, { headers: { Expires: again.get('Expires') } });
          });
          mine.add(dialog);
        });
      }),
  });
  return app;
}

/** The phone subscribes, or refreshes when `toTag` says so. Resolves with the 202. */
function subscribe(
  ask: { toTag?: string; cseq?: number; headers?: string[]; contact?: string } = {},
) {
  const from = phone.got.length;
  const { headers = ['Expires: 600'], ...rest } = ask;
  phone.ask(portOf(phone), { method: 'SUBSCRIBE', ...rest, headers: [EVENT, ...headers] });
  return phone.response(202, 'SUBSCRIBE', from);
}

function portOf({ protocol }: Phone): number {
  return protocol === 'UDP' ? engine.udpPort : engine.tcpPort;
}

async function subscribed(ask: Parameters<typeof subscribe>[0] = {}) {
  const toTag = (await subscribe(ask)).toTag as string;
  return { toTag, dialog: await subscribers.next('the dialog', () => true) };
}

/** The app notifies and the phone answers; resolves with the NOTIFY. */
async function notified(
  dialog: Dlg,
  headers: Record<string, string> = ACTIVE,
  { status = 200, at = phone, lines = [] as string[] } = {},
): Promise<SipMessage> {
  const from = at.got.length;
  const asked = dialog.request({ method: 'NOTIFY', headers });
  const notify = await at.request('NOTIFY', from);
  at.answer(notify, status, { headers: lines });
  expect(await within('the answer', asked)).toMatchObject({ status });
  return notify;
}

describe('who has subscribed', () => {
  test('gets NOTIFYs of his dialog: his Contact, both tags, the next CSeq each time', async () => {
    await notifier();
    const { toTag, dialog } = await subscribed();
    const first = await notified(dialog);
    const second = await notified(dialog);
    expect(first.uri).toBe(`sip:phone@127.0.0.1:${phone.port}`);
    expect([first.callId, first.fromTag, first.toTag]).toEqual([phone.callId, toTag, phone.tag]);
    expect(first.get('contact')).toContain(`127.0.0.1:${engine.udpPort}`);
    expect(second.cseq).toBe(first.cseq + 1);
    expect(engine.load().dialogs).toBe(1);
  });

  test('by a proxy that recorded itself is reached through it', async () => {
    await notifier();
    const proxy = await Phone.udp();
    const route = `<sip:127.0.0.1:${proxy.port};lr>`;
    const { dialog } = await subscribed({ headers: ['Expires: 600', `Record-Route: ${route}`] });
    const notify = await notified(dialog, ACTIVE, { at: proxy });
    expect(notify.get('route')).toBe(route);
    expect(notify.uri).toBe(`sip:phone@127.0.0.1:${phone.port}`);
    proxy.close();
  });

  test('refreshes, from then on at his new Contact, and unsubscribes; the last NOTIFY ends it', async () => {
    await notifier();
    const { toTag, dialog } = await subscribed();
    const moved = `sip:moved@127.0.0.1:${phone.port}`;
    const again = await subscribe({ toTag, cseq: 2, contact: `<${moved}>` });
    expect(again.get('expires')).toBe('600');
    expect((await notified(dialog)).uri).toBe(moved);
    const left = new Promise((resolve) => dialog.on('unsubscribe', resolve));
    await subscribe({ toTag, cseq: 3, headers: ['Expires: 0'] });
    await within('the app to know', left);
    expect(engine.load().dialogs).toBe(1);
    await notified(dialog, OVER);
    await none();
    expect(phone.count((m) => m.method === 'BYE')).toBe(0);
  });

  test('is told the end once: a challenge to the last NOTIFY is not the answer to it', async () => {
    await notifier();
    const { dialog } = await subscribed();
    // drachtio-srf takes the 401 for the answer, and finds nothing left to end with the next one.
    jest.spyOn(console, 'error').mockImplementationOnce(() => undefined);
    await notified(dialog, OVER, { status: 401 });
    expect(engine.load().dialogs).toBe(1);
    await notified(dialog, OVER, { status: 500 });
    await none();
  });

  test('and answers 481 is forgotten; after a 503 the subscription goes on', async () => {
    await notifier();
    const { dialog } = await subscribed();
    await notified(dialog, ACTIVE, { status: 503 });
    await notified(dialog, ACTIVE, { status: 481 });
    await none();
    const again = dialog.request({ method: 'NOTIFY', headers: ACTIVE });
    await expect(again).rejects.toMatchObject({ code: 'ENODIALOG' });
  });

  test('and answers no NOTIFY any more is forgotten', async () => {
    await notifier();
    const { dialog } = await subscribed();
    const asked = dialog.request({ method: 'NOTIFY', headers: ACTIVE });
    expect(await within('the time-out', asked)).toMatchObject({ status: 408 });
    await none();
  });

  test('and does not refresh is forgotten after what the app granted, and then gets 481', async () => {
    await notifier(undefined, { Expires: '10' });
    const { toTag } = await subscribed();
    await subscribe({ toTag, cseq: 2, headers: ['Expires: 20'] });
    const refreshedAt = performance.now();
    await none();
    const heldMs = performance.now() - refreshedAt;
    expect(heldMs).toBeGreaterThan(20 * SECOND_MS + LONGER_MS - 20);
    phone.ask(engine.udpPort, { method: 'SUBSCRIBE', toTag, cseq: 3, headers: [EVENT] });
    await phone.response(481, 'SUBSCRIBE');
    expect(phone.count((m) => m.isRequest)).toBe(0);
  });

  test('by a connection is notified by it, also where his Contact leads nowhere', async () => {
    await engine.close();
    const listener = (protocol: 'udp' | 'tcp' | 'ws') => ({ protocol, host: '127.0.0.1', port: 0 });
    await start({ sip: [listener('udp'), listener('tcp'), listener('ws')] });
    await notifier();
    const ws = engine.sip.find((url) => url.startsWith('ws')) as string;
    for (const other of [await Phone.tcp(engine.tcpPort), await Phone.webSocket(ws)]) {
      phone.close();
      phone = other;
      const from = subscribers.length;
      await subscribe();
      const dialog = await subscribers.next('the dialog', () => true, { from });
      await notified(dialog);
      const uri = `sip:phone@${phone.protocol === 'WS' ? `${phone.tag}.invalid` : `127.0.0.1:${phone.port}`}`;
      await app?.request(uri, { method: 'MESSAGE' });
      expect((await phone.request('MESSAGE')).uri).toBe(uri);
    }
  });

  test('and is refused has no dialog', async () => {
    const refuse = (res: { send(status: number): void }) => [183, 403].map((n) => res.send(n));
    app = await startApp(engine, { routes: (a) => a.subscribe((_req, res) => void refuse(res)) });
    phone.ask(engine.udpPort, { method: 'SUBSCRIBE', headers: [EVENT] });
    await phone.response(403);
    expect(engine.load().dialogs).toBe(0);
  });
});

describe('what the app has subscribed to', () => {
  /** drachtio-srf sees the end of a subscription only where subscriber and resource are the same. */
  const OWN = '<sip:8001@127.0.0.1>';

  const asking = async (tag?: string): Promise<{ call: Promise<Dlg>; request: SipMessage }> => {
    app = await startApp(engine, tag === undefined ? {} : { tag });
    const headers = { Event: 'presence', Expires: '600', From: OWN };
    const uri = `sip:8001@127.0.0.1:${phone.port}`;
    const call = app.createUAC(uri, { method: 'SUBSCRIBE', headers });
    call.catch(() => undefined);
    return { call, request: await phone.request('SUBSCRIBE') };
  };

  /** The phone notifies in the dialog that `request` began. */
  const notify = ({ callId, fromTag = '' }: SipMessage, cseq: number, state = 'active') => {
    const headers = [EVENT, `Subscription-State: ${state}`];
    const whom = { to: OWN, toTag: fromTag };
    phone.ask(engine.udpPort, { method: 'NOTIFY', callId, ...whom, cseq, headers });
  };

  const granted = async (tag?: string) => {
    const { call, request } = await asking(tag);
    phone.answer(request, 200, { headers: ['Expires: 600'] });
    const dialog = await within('the dialog', call);
    const heard = new Seen<Req>();
    dialog.on('notify', (req: Req, res: { send(status: number): void }) => {
      heard.add(req);
      res.send(200);
    });
    return { dialog, request, heard };
  };

  test('is told to the dialog, also when the NOTIFY comes in one breath with the 200', async () => {
    const { call, request } = await asking();
    const heard = new Seen<Req>();
    const dialog = call.then((d) => {
      d.on('notify', (req: Req, res: { send(status: number): void }) => {
        heard.add(req);
        res.send(200);
      });
      return d;
    });
    phone.answer(request, 200, { headers: ['Expires: 600'] });
    notify(request, 1);
    await within('the dialog', dialog);
    await heard.next('the NOTIFY', () => true);
    await phone.response(200, 'NOTIFY');
    notify(request, 2, 'active;expires=60');
    await waitFor('the second one', () => heard.length === 2);
  });

  test('may be told before the 200: the NOTIFY waits for it, and then for the app', async () => {
    const { call, request } = await asking();
    const heard = new Seen<Req>();
    const dialog = call.then((d) => void d.on('notify', (req: Req) => heard.add(req)));
    notify(request, 1);
    phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'later' });
    await phone.response(503, 'OPTIONS');
    expect(phone.count((m) => m.cseqMethod === 'NOTIFY')).toBe(0);
    phone.answer(request, 202, { headers: ['Expires: 600'] });
    await within('the dialog', dialog);
    const req = await heard.next('the NOTIFY', () => true);
    expect(req.get('Subscription-State')).toBe('active');
  });

  test('a NOTIFY before a refusal gets 481, as does that of a fork which did not answer first', async () => {
    const { call, request } = await asking();
    notify(request, 1);
    phone.answer(request, 403);
    await phone.response(481, 'NOTIFY');
    await expect(call).rejects.toMatchObject({ status: 403 });
    app?.disconnect();
    const from = phone.got.length;
    const fork = await Phone.udp();
    const again = await (async () => {
      app = await startApp(engine);
      const made = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { method: 'SUBSCRIBE' });
      return { made, sent: await phone.request('SUBSCRIBE', from) };
    })();
    const { callId, fromTag = '' } = again.sent;
    const headers = [EVENT, 'Subscription-State: active'];
    const early = { method: 'NOTIFY', callId, toTag: fromTag, headers };
    fork.ask(engine.udpPort, early);
    phone.answer(again.sent, 200);
    await within('the dialog', again.made);
    await fork.response(481, 'NOTIFY');
    fork.ask(engine.udpPort, { ...early, cseq: 2 });
    await waitFor('both refusals', () => fork.count((m) => m.status === 481) >= 2);
    expect(engine.load().dialogs).toBe(1);
    fork.close();
  });

  test('is refreshed and ended in its dialog, with its route set', async () => {
    const { call, request } = await asking();
    const route = `<sip:127.0.0.1:${phone.port};lr>`;
    phone.answer(request, 200, { headers: ['Expires: 600', `Record-Route: ${route}`] });
    const dialog = await within('the dialog', call);
    const from = phone.got.length;
    const asked = dialog.request({ method: 'SUBSCRIBE', headers: { ...ACTIVE, Expires: '0' } });
    const again = await phone.request('SUBSCRIBE', from);
    expect(again.cseq).toBe(request.cseq + 1);
    expect(again.uri).toBe(`sip:phone@127.0.0.1:${phone.port}`);
    expect([again.fromTag, again.toTag]).toEqual([request.fromTag, phone.tag]);
    expect(again.get('route')).toBe(route);
    expect(again.get('contact')).toBe(request.get('contact'));
    phone.answer(again, 200, { headers: ['Expires: 0'] });
    expect(await within('the answer', asked)).toMatchObject({ status: 200 });
    expect(engine.load().dialogs).toBe(1);
    const gone = new Promise((resolve) => dialog.on('destroy', resolve));
    notify(request, 1, 'terminated;reason=timeout');
    await phone.response(200, 'NOTIFY');
    await within('the app to know', gone);
    await none();
  });

  test('ends with a refresh that is answered 481, not with one that is answered 500', async () => {
    const { dialog } = await granted();
    for (const status of [500, 481]) {
      expect(engine.load().dialogs).toBe(1);
      const from = phone.got.length;
      const asked = dialog.request({ method: 'SUBSCRIBE', headers: { Expires: '600' } });
      phone.answer(await phone.request('SUBSCRIBE', from), status);
      expect(await within('the answer', asked)).toMatchObject({ status });
    }
    await none();
  });

  test('is held for as long as the last NOTIFY says, and a NOTIFY after that gets 481', async () => {
    const { request, heard } = await granted();
    notify(request, 1, 'active;expires=10');
    await heard.next('the NOTIFY', () => true);
    const toldAt = performance.now();
    await none();
    expect(performance.now() - toldAt).toBeGreaterThan(10 * SECOND_MS + LONGER_MS - 20);
    notify(request, 2);
    await phone.response(481, 'NOTIFY');
  });

  test('a last NOTIFY that the app never answers leaves nothing behind', async () => {
    const { call, request } = await asking();
    phone.answer(request, 200, { headers: ['Expires: 600'] });
    (await within('the dialog', call)).on('notify', () => undefined);
    notify(request, 1, 'terminated');
    await phone.response(500, 'NOTIFY');
    await waitFor('nothing to be left', () => engine.load().incoming === 0);
    expect(engine.load().dialogs).toBe(0);
  });

  test('by a REFER outside any call is told to the app that sent it', async () => {
    const heard = new Seen<Req>();
    app = await startApp(engine, {
      routes: (a) =>
        a.notify((req, res) => {
          heard.add(req);
          res.send(200);
        }),
    });
    const headers = { 'Refer-To': '<sip:8002@127.0.0.1>', Contact: '<sip:us@localhost>' };
    const uri = `sip:8001@127.0.0.1:${phone.port}`;
    await app.request(uri, { method: 'REFER', headers });
    const request = await phone.request('REFER');
    notify(request, 1, 'active;expires=60');
    phone.answer(request, 202);
    await heard.next('the first', () => true);
    notify(request, 2, 'terminated;reason=noresource');
    await waitFor('the last', () => heard.length === 2);
    await none();
    notify(request, 3, 'active');
    await phone.response(481, 'NOTIFY');
  });
});

test('in a call a last NOTIFY ends the subscription that a REFER made, and not the call', async () => {
  app = await startApp(engine);
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  const invite = await phone.request('INVITE');
  phone.answer(invite, 200, { body: SDP });
  const dialog = await within('the dialog', call);
  const heard = new Seen<Req>();
  dialog.on('notify', (req: Req, res: { send(status: number): void }) => {
    heard.add(req);
    res.send(200);
  });
  const asked = dialog.request({ method: 'REFER', headers: { 'Refer-To': '<sip:9@h>' } });
  phone.answer(await phone.request('REFER'), 202);
  expect(await within('the 202', asked)).toMatchObject({ status: 202 });
  const { callId, fromTag: toTag = '' } = invite;
  const headers = ['Event: refer', 'Subscription-State: terminated;reason=noresource'];
  phone.ask(engine.udpPort, { method: 'NOTIFY', callId, toTag, headers });
  await phone.response(200, 'NOTIFY');
  expect(heard.length).toBe(1);
  const sent = dialog.request({ method: 'NOTIFY', headers: OVER });
  phone.answer(await phone.request('NOTIFY'), 481);
  await within('the answer', sent);
  expect(engine.load().dialogs).toBe(1);
  expect(dialog.connected).toBe(true);
});

test.each(['NOTIFY', 'SUBSCRIBE'])(
  'a %s in a dialog that nobody knows gets 481',
  async (method) => {
    const seen = new Seen<Req>();
    app = await startApp(engine, {
      routes: (a) => {
        for (const route of ['notify', 'subscribe'] as const) a[route]((req) => seen.add(req));
      },
    });
    phone.ask(engine.udpPort, { method, toTag: 'unknown', headers: [EVENT] });
    await phone.response(481, method);
    // One that nobody asked for is the app's to judge.
    phone.ask(engine.udpPort, { method, callId: 'unasked', headers: [EVENT] });
    await seen.next('the other', (req) => req.method === method);
    expect(seen.length).toBe(1);
  },
);

test('calls of an app that stays away are ended, subscriptions are not', async () => {
  await engine.close();
  await start({ graceMs: 0, orphanLimitMs: 0 });
  const calling = await notifier(NAME);
  await subscribed();
  const call = calling.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  await within('the call', call);
  expect(engine.load().dialogs).toBe(2);
  await lose();
  await phone.request('BYE');
  expect(engine.load().dialogs).toBe(1);
});

test('an app that goes before its SUBSCRIBE is answered has no subscription', async () => {
  app = await startApp(engine, { tag: NAME });
  app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { method: 'SUBSCRIBE' }).catch(() => undefined);
  const request = await phone.request('SUBSCRIBE');
  await lose();
  phone.answer(request, 200, { headers: ['Expires: 600'] });
  const { callId, fromTag: toTag = '' } = request;
  phone.ask(engine.udpPort, { method: 'NOTIFY', callId, toTag, headers: [EVENT] });
  await phone.response(481, 'NOTIFY');
});

describe('while the app with a name is away', () => {
  let toTag: string;

  beforeEach(async () => {
    await engine.close();
    await start({ graceMs: 0, orphanLimitMs: 0 });
    await notifier(NAME);
    ({ toTag } = await subscribed());
    await lose();
  });

  test('refreshes are put off, nobody is hung up on, and nothing is told', async () => {
    phone.ask(engine.udpPort, { method: 'SUBSCRIBE', toTag, cseq: 2, headers: [EVENT] });
    expect((await phone.response(503, 'SUBSCRIBE')).get('retry-after')).toBe('2');
    // Its app sees calls in the list, and no other dialogs.
    expect(engine.dialogs.list(NAME)).toEqual([]);
    await notifier(NAME);
    engine.dialogs.reattached(NAME);
    expect(engine.told.length).toBe(0);
    await subscribe({ toTag, cseq: 3 });
    expect(phone.count((m) => m.isRequest)).toBe(0);
    expect(engine.load().dialogs).toBe(1);
  });

  test('the one that comes back takes the next refresh as a subscription of its own', async () => {
    await notifier(NAME);
    const from = subscribers.length;
    await subscribe({ toTag, cseq: 2 });
    const dialog = await subscribers.next('the dialog anew', () => true, { from });
    expect((await notified(dialog)).fromTag).toBe(toTag);
  });

  test('one that comes back and wants none of it ends the subscription', async () => {
    app = await startApp(engine, { tag: NAME });
    phone.ask(engine.udpPort, { method: 'SUBSCRIBE', toTag, cseq: 2, headers: [EVENT] });
    await phone.response(404, 'SUBSCRIBE');
    await none();
  });

  test('the subscription ends by its own time', async () => {
    await notifier(NAME);
    await subscribe({ toTag, cseq: 2, headers: ['Expires: 1'] });
    await lose();
    await none();
    expect(phone.count((m) => m.method === 'BYE')).toBe(0);
  });
});

test('news for an app that is away is asked for again; the last is taken', async () => {
  app = await startApp(engine, { tag: NAME });
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { method: 'SUBSCRIBE' });
  const request = await phone.request('SUBSCRIBE');
  const { callId, fromTag: toTag = '' } = request;
  phone.answer(request, 200, { headers: ['Expires: 600'] });
  await within('the dialog', call);
  await lose();
  const ask = (cseq: number, state: string) => {
    const headers = [EVENT, `Subscription-State: ${state}`];
    phone.ask(engine.udpPort, { method: 'NOTIFY', callId, toTag, cseq, headers });
  };
  ask(1, 'active');
  expect((await phone.response(503, 'NOTIFY')).get('retry-after')).toBe('2');
  ask(2, 'terminated;reason=giveup');
  await phone.response(200, 'NOTIFY');
  await none();
  engine.dialogs.reattached(NAME);
  expect(engine.told.length).toBe(0);
});

test('of an app without a name nothing is left but a 481', async () => {
  await notifier();
  const { toTag } = await subscribed();
  await lose();
  phone.ask(engine.udpPort, { method: 'SUBSCRIBE', toTag, cseq: 2, headers: [EVENT] });
  await phone.response(481, 'SUBSCRIBE');
});

test('an edge that stops, or that falls and is there again, sends no BYE to who is subscribed', async () => {
  await engine.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'openline-subscribed-'));
  await start({ dataDir });
  await notifier(NAME);
  const { toTag } = await subscribed();
  const path = join(dataDir, 'dialogs.jsonl');
  await waitFor('the file', () => existsSync(path));
  expect(readFileSync(path, 'utf8')).toBe('');
  await lose();
  await engine.close();
  expect(readFileSync(path, 'utf8')).toBe('');
  engine = await startEngine({ dataDir });
  await notifier(NAME);
  phone.ask(engine.udpPort, { method: 'SUBSCRIBE', toTag, cseq: 2, headers: [EVENT] });
  await phone.response(481, 'SUBSCRIBE');
  await subscribed({ cseq: 3 });
  engine.endAllCalls('Server shutting down');
  expect(engine.load().dialogs).toBe(0);
  // What was sent before this answer has come before it.
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'after' });
  await phone.response(503, 'OPTIONS');
  expect(phone.count((m) => m.isRequest)).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});
