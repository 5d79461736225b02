import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type App, type Dlg } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';

/** The edge fell and is there again: what its file says of established dialogs, and what comes of it. */

const NAME = 'cell1';
let dataDir: string;
let engine: Engine;
let app: App | undefined;
let phone: Phone;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'openline-fall-'));
  engine = await startEngine({ dataDir });
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app?.disconnect();
  app = undefined;
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** It gets its name with its first lines, which nobody waits for. */
function file(): string {
  const path = join(dataDir, 'dialogs.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function talking(tag: string | undefined = NAME): Promise<Dlg> {
  app = await startApp(engine, tag === undefined ? {} : { tag });
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  await phone.request('ACK');
  return within('the dialog', call);
}

/** As after a kill: nobody said goodbye to anybody. */
async function fall(): Promise<void> {
  app?.disconnect();
  app = undefined;
  await engine.close();
  engine = await startEngine({ dataDir });
}

test('the far end is told by a BYE of the same dialog, with its reason and a higher CSeq', async () => {
  const dialog = await talking();
  const asked = dialog.request({ method: 'INFO' });
  const info = await phone.request('INFO');
  phone.answer(info, 200);
  await within('the INFO', asked);
  await waitFor('the dialog to be in the file', () => file().includes(dialog.sip.callId));
  await fall();
  const bye = await phone.request('BYE');
  expect(bye.get('reason')).toContain('text="Edge restarted"');
  expect(bye.callId).toBe(dialog.sip.callId);
  expect(bye.fromTag).toBe(dialog.sip.localTag);
  expect(bye.toTag).toBe(dialog.sip.remoteTag);
  expect(bye.cseq).toBeGreaterThan(info.cseq);
  phone.answer(bye, 200);
  await waitFor('nothing to be left', () => engine.load().dialogs === 0);
  await waitFor('the file to say so', () => file().includes('"over":true'));
  // And nobody is told twice.
  await fall();
  expect(phone.requests('BYE')).toBe(1);
});

test('a line that was cut off in the middle harms no other', async () => {
  const dialog = await talking();
  await waitFor('the dialog to be in the file', () => file().includes(dialog.sip.callId));
  app?.disconnect();
  await engine.close();
  appendFileSync(join(dataDir, 'dialogs.jsonl'), '{"key":"x","record":{"app":"cell1","fac');
  engine = await startEngine({ dataDir });
  expect((await phone.request('BYE')).callId).toBe(dialog.sip.callId);
});

test('a dialog that has ended is not in the way of the next edge', async () => {
  const dialog = await talking();
  await waitFor('the dialog to be in the file', () => file().includes(dialog.sip.callId));
  const gone = dialog.destroy();
  phone.answer(await phone.request('BYE'), 200);
  await within('the end', gone);
  await fall();
  expect(engine.load().dialogs).toBe(0);
  expect(phone.requests('BYE')).toBe(1);
});

test('an app without a name leaves nothing behind', async () => {
  app = await startApp(engine);
  const call = app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP });
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  await within('the dialog', call);
  await fall();
  expect(engine.load().dialogs).toBe(0);
  expect(file()).toBe('');
});

test('a file that grew by changes is written anew with nothing but what lives', async () => {
  const dialog = await talking();
  for (let i = 0; i < 5; i++) engine.dialogs.note(NAME, dialog.id, { note: 'short' });
  await waitFor('the note to be in the file', () => file().includes('"note":"short"'));
  const noteMany = async () => {
    for (let i = 0; i < 2100; i++) {
      engine.dialogs.note(NAME, dialog.id, { note: `n${i}` });
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  await noteMany();
  await waitFor('the file to be short again', () => file().split('\n').length < 200);
  await fall();
  expect((await phone.request('BYE')).callId).toBe(dialog.sip.callId);
});

test('of many that are ended in turn none is offered to the app as living', async () => {
  app = await startApp(engine, { tag: NAME });
  const routes = await startApp(engine, {
    tag: NAME,
    routes: (a) => a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP })),
  });
  for (let i = 0; i < 60; i++) {
    phone.ask(engine.udpPort, { method: 'INVITE', callId: `many-${i}`, body: SDP });
  }
  await waitFor('all to be in the file', () => file().split('"record"').length === 61);
  routes.disconnect();
  await fall();
  expect(engine.load().dialogs).toBeGreaterThan(0);
  expect(engine.dialogs.list(NAME)).toEqual([]);
  const told = () => new Set(phone.got.all.filter((m) => m.method === 'BYE').map((m) => m.callId));
  await waitFor('each to be told', () => told().size === 60);
});

describe('a phone that the fallen edge was ringing', () => {
  /** It picks up when the next edge is there, at the same place. */
  async function picksUp(contact: string[] = []): Promise<void> {
    app = await startApp(engine, {});
    const udp = { protocol: 'udp' as const, host: '127.0.0.1', port: engine.udpPort };
    app.createUAC(`sip:8001@127.0.0.1:${phone.port}`, { localSdp: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    app.disconnect();
    app = undefined;
    await engine.close();
    engine = await startEngine({ dataDir, sip: [udp] });
    phone.answer(invite, 200, { body: SDP, headers: contact });
  }

  test('gets ACK and BYE when it picks up, and for each copy of its 200 the ACK again', async () => {
    await picksUp();
    const ack = await phone.request('ACK');
    const bye = await phone.request('BYE');
    expect(bye.get('reason')).toContain('text="Edge restarted"');
    expect([bye.callId, bye.fromTag, bye.toTag]).toEqual([ack.callId, ack.fromTag, ack.toTag]);
    expect(bye.cseq).toBeGreaterThan(ack.cseq);
    phone.answer(bye, 200);
    const invite = await phone.request('INVITE');
    const from = phone.got.length;
    phone.answer(invite, 200, { body: SDP });
    await phone.request('ACK', from);
    expect(phone.count((m) => m.method === 'BYE' && m.cseq > bye.cseq)).toBe(0);
    expect(engine.load()).toMatchObject({ dialogs: 0 });
  });

  test('gets none of that when it says that it is elsewhere: nobody is made to call a third one', async () => {
    const third = await Phone.udp('127.0.0.9');
    await picksUp([`Contact: <sip:phone@127.0.0.9:${third.port}>`]);
    phone.ask(engine.udpPort, { method: 'OPTIONS' });
    await phone.response(503, 'OPTIONS');
    expect(phone.count((m) => m.method === 'ACK') + third.got.length).toBe(0);
    third.close();
  });
});
