import { once } from 'node:events';
import { rebuildDialog, type Srf } from '../../src/telephony/drachtio';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { RawApp } from './support/raw-app';
import { waitFor, within } from '../support/wait';

/** What happens to calls while the app that owns them is away, and when it is back. */

const NAME = 'cell1';
let engine: Engine;
let app: App | undefined;
let phone: Phone;

afterEach(async () => {
  phone.close();
  app?.disconnect();
  app = undefined;
  await engine.close();
});

async function start(options = {}): Promise<void> {
  engine = await startEngine(options);
  phone = await Phone.udp();
  app = await startApp(engine, { tag: NAME });
}

/** The app falls. The engine has noticed when this resolves. */
async function lose(): Promise<void> {
  app?.disconnect();
  app = undefined;
  await waitFor('the loss', () => engine.load().apps === 0);
}

/** A talk of the phone with the named app, which has noted it and speaks control. */
async function talking(): Promise<{ toTag: string; dialogId: string }> {
  app?.disconnect();
  const dialog = new Promise<Dlg>((resolve) => {
    void startApp(engine, {
      tag: NAME,
      routes: (a) =>
        a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP }).then(resolve)),
    }).then((a) => {
      app = a;
      phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    });
  });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  const { id: dialogId } = await within('the dialog', dialog);
  const note = { session: 'call1', endpoint: 'leg1', note: '{"callId":"call1"}' };
  expect(engine.dialogs.note(NAME, dialogId, note)).toBe(true);
  engine.dialogs.reattached(NAME);
  return { toTag, dialogId };
}

describe('while the app is away', () => {
  test('a BYE is answered, its media released, and the app told after it has reattached', async () => {
    await start();
    const { toTag, dialogId } = await talking();
    await lose();
    phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await phone.response(200, 'BYE');
    expect(engine.released).toEqual(['call1/leg1']);
    expect(engine.dialogs.list(NAME)).toEqual([]);
    app = await startApp(engine, { tag: NAME });
    expect(engine.told.length).toBe(0);
    engine.dialogs.reattached(NAME);
    expect(engine.told.all).toEqual([
      {
        app: NAME,
        event: {
          event: 'dialog.ended',
          dialogId,
          session: 'call1',
          endpoint: 'leg1',
          note: '{"callId":"call1"}',
          cause: 'bye',
          endedAt: expect.any(Number),
        },
      },
    ]);
  });

  test('what needs no decision is granted, what does is put off', async () => {
    await start();
    const { toTag } = await talking();
    await lose();
    let cseq = 2;
    const ask = async (method: string, status: number, body = '') => {
      const from = phone.got.length;
      phone.ask(engine.udpPort, { method, toTag, cseq, body });
      const answer = await phone.response(status, method, from);
      if (method === 'INVITE') phone.ask(engine.udpPort, { method: 'ACK', toTag, cseq });
      cseq++;
      return answer;
    };
    expect((await ask('INVITE', 200, SDP)).body).toBe(SDP);
    expect((await ask('INVITE', 200)).body).toBe(SDP);
    const changed = await ask('INVITE', 500, SDP.replace('sendrecv', 'inactive'));
    expect(changed.get('retry-after')).toBe('2');
    await ask('OPTIONS', 200);
    await ask('INFO', 200);
    await ask('NOTIFY', 200);
    await ask('UPDATE', 200);
    await ask('REFER', 503);
    expect(engine.load().dialogs).toBe(1);
  });

  test('a REGISTER is asked to come again, and a call waits until the app is back', async () => {
    await start();
    app?.disconnect();
    app = await startApp(engine, { tag: NAME, routes: (a) => a.invite(() => undefined) });
    await lose();
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    await phone.response(100);
    const delivered = new Promise<Req>((resolve) => {
      void startApp(engine, {
        tag: NAME,
        routes: (a) => {
          a.invite((req, res) => {
            resolve(req);
            res.send(486);
          });
        },
      }).then((a) => (app = a));
    });
    expect((await within('the call', delivered)).get('Call-ID')).toBe(phone.callId);
    await phone.response(486);
  });

  test('an app that took registrations leaves a 503 with Retry-After behind', async () => {
    await start();
    app?.disconnect();
    app = await startApp(engine, { tag: NAME, routes: (a) => a.register(() => undefined) });
    await lose();
    phone.ask(engine.udpPort, { method: 'REGISTER' });
    expect((await phone.response(503)).get('retry-after')).toBe('2');
  });

  test('a call that rang is delivered anew with the same To-tag', async () => {
    await start();
    app?.disconnect();
    app = await startApp(engine, {
      tag: NAME,
      routes: (a) => a.invite((_req: Req, res: Res) => res.send(180)),
    });
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    const ringing = await phone.response(180);
    await lose();
    const answered = new Promise<Dlg>((resolve) => {
      void startApp(engine, {
        tag: NAME,
        routes: (a) => {
          a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP }).then(resolve));
        },
      }).then((a) => (app = a));
    });
    const ok = await phone.response(200);
    expect(ok.toTag).toBe(ringing.toTag);
    phone.ask(engine.udpPort, { method: 'ACK', toTag: ok.toTag as string });
    const done = (await within('the dialog', answered)).destroy();
    phone.answer(await phone.request('BYE'), 200);
    await within('BYE', done);
  });

  test('a waiting caller may hang up', async () => {
    await start();
    app?.disconnect();
    app = await startApp(engine, { tag: NAME, routes: (a) => a.invite(() => undefined) });
    await lose();
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKwait' });
    await phone.response(100);
    phone.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKwait' });
    await phone.response(487, 'INVITE');
  });

  test('its unanswered calls are cancelled', async () => {
    await start();
    app?.createUAC(`sip:a@127.0.0.1:${phone.port}`, { localSdp: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    phone.answer(invite, 180);
    await lose();
    const cancel = await phone.request('CANCEL');
    phone.answer(cancel, 200);
    phone.answer(invite, 487);
    await phone.request('ACK');
  });

  test('a phone that answers the dead app is acknowledged and hung up on', async () => {
    await start();
    app?.createUAC(`sip:a@127.0.0.1:${phone.port}`, { localSdp: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    await lose();
    phone.answer(invite, 200, { body: SDP });
    await phone.request('ACK');
    phone.answer(await phone.request('BYE'), 200);
    await waitFor('no dialog left', () => engine.load().dialogs === 0);
  });

  test('a caller with nobody to talk to is hung up on after the grace, a bridged one is not', async () => {
    await start({ graceMs: 0 });
    const { toTag } = await talking();
    engine.bridged.add('call1/leg1');
    const alone = await Phone.udp();
    alone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
    const tag = (await alone.response(200)).toTag as string;
    alone.ask(engine.udpPort, { method: 'ACK', toTag: tag });
    await lose();
    const bye = await alone.request('BYE');
    expect(bye.get('reason')).toContain('Application gone');
    expect(engine.load().dialogs).toBe(1);
    engine.bridged.clear();
    expect((await phone.request('BYE')).fromTag).toBe(toTag);
    alone.close();
  });
});

describe('when the app is back', () => {
  test('it rebuilds the dialog from the list and goes on as if nothing had been', async () => {
    await start();
    const { dialogId } = await talking();
    await lose();
    app = await startApp(engine, { tag: NAME });
    const [live] = engine.dialogs.list(NAME);
    expect(live).toMatchObject({ dialogId, role: 'uas', session: 'call1', endpoint: 'leg1' });
    if (live === undefined) throw new Error('no dialog');
    const dialog = rebuildDialog(app as unknown as Srf, live);
    engine.dialogs.reattached(NAME);
    const modified = (dialog as unknown as Dlg).modify(SDP);
    phone.answer(await phone.request('INVITE'), 200, { body: SDP });
    await within('re-INVITE', modified);
    const destroyed = once(dialog, 'destroy');
    phone.ask(engine.udpPort, { method: 'BYE', toTag: dialog.sip.localTag, cseq: 2 });
    await phone.response(200, 'BYE');
    await within('destroy', destroyed);
    expect(engine.told.length).toBe(0);
  });

  test('until it says that it has reattached, requests are still answered in its place', async () => {
    await start();
    const { toTag } = await talking();
    await lose();
    app = await startApp(engine, { tag: NAME });
    phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await phone.response(200, 'BYE');
    engine.dialogs.reattached(NAME);
    expect(engine.told.all.map((t) => t.event.event)).toEqual(['dialog.ended']);
  });

  test('a call of its own is rebuilt from the other side of the texts', async () => {
    await start();
    const call = app?.createUAC(`sip:a@127.0.0.1:${phone.port}`, { localSdp: SDP });
    phone.answer(await phone.request('INVITE'), 200, { body: SDP });
    const { id } = (await within('the dialog', call as Promise<Dlg>)) as Dlg;
    engine.dialogs.note(NAME, id, { note: 'mine' });
    await lose();
    app = await startApp(engine, { tag: NAME });
    const [live] = engine.dialogs.list(NAME);
    if (live === undefined) throw new Error('no dialog');
    expect(live).toMatchObject({ role: 'uac', note: 'mine' });
    const dialog = rebuildDialog(app as unknown as Srf, live);
    const done = dialog.destroy();
    phone.answer(await phone.request('BYE'), 200);
    await within('BYE', done);
  });

  test('the newest connection of a name owns it', async () => {
    await start();
    const first = app as App;
    const { toTag } = await talking();
    const second = await startApp(engine, { tag: NAME });
    engine.dialogs.reattached(NAME);
    phone.ask(engine.udpPort, { method: 'INFO', toTag, cseq: 2 });
    // The second connection knows no such dialog: drachtio-srf answers 404 in its name.
    await phone.response(404, 'INFO');
    second.disconnect();
    expect(first).toBeDefined();
  });
});

test('who calls between the return of the app and its registration waits for it', async () => {
  await start();
  (await RawApp.named(NAME, engine, 'invite')).close();
  await lose();
  const raw = await RawApp.named(NAME, engine);
  engine.dialogs.reattached(NAME);
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  await phone.response(100);
  raw.say('r|route|invite');
  const id = await raw.request('INVITE');
  raw.say(`a|sip|${id}||\r\nSIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n`);
  await phone.response(486);
  expect(phone.count(({ status }) => status === 503)).toBe(0);
  raw.close();
});

test('who calls an app that takes no INVITEs any more is told at once', async () => {
  await start();
  const raw = await RawApp.named(NAME, engine, 'invite');
  raw.say('r|remove_route|invite');
  await raw.heard.next('the reply', () => raw.heard.length > 2);
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  await phone.response(503);
  raw.close();
});
