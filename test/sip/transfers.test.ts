import { once } from 'node:events';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { within } from '../support/wait';

/** REFER, Replaces and Referred-By (RFC 3515, 3891, 3892): the app's business, passed through as they are. */

let engine: Engine;
let app: App;
let phone: Phone;
const taken: { req: Req; dialog: Promise<Dlg> }[] = [];

const REPLACES = 'a%40b;to-tag=7%3B8;from-tag=x;early-only';
const TARGET = `"\u738b, \\"F\\"" <sip:8002@127.0.0.1?Replaces=${encodeURIComponent(REPLACES)}>;p=1`;
const BY = '<sip:8001@127.0.0.1>;cid="20398823.2UWQFN309shb3@referrer"';

beforeEach(async () => {
  engine = await startEngine();
  taken.length = 0;
  app = await startApp(engine, {
    routes: (a) =>
      a.invite((req, res) => {
        taken.push({ req, dialog: a.createUAS(req, res, { localSdp: SDP }) });
      }),
  });
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app.disconnect();
  await engine.close();
});

async function talking(headers: string[] = []): Promise<{ req: Req; dialog: Dlg; toTag: string }> {
  phone.ask(engine.udpPort, { method: 'INVITE', headers, body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  const { req, dialog } = taken[0] as (typeof taken)[number];
  return { req, dialog: await within('the dialog', dialog), toTag };
}

/** As bytes, which is how a phone sends it. */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test('a REFER goes to the app as it came, and its NOTIFYs back', async () => {
  const { dialog, toTag } = await talking();
  const referred = once(dialog, 'refer') as Promise<[Req, Res]>;
  const headers = [`r: ${TARGET.replace('\u738b', 'Wang')}`, `b: ${BY}`];
  phone.ask(engine.udpPort, { method: 'REFER', toTag, cseq: 2, headers });
  const [req, res] = await within('the REFER', referred);
  expect(req.get('Refer-To')).toBe(TARGET.replace('\u738b', 'Wang'));
  expect(req.get('Referred-By')).toBe(BY);
  res.send(202);
  await phone.response(202, 'REFER');
  const told = dialog.request({
    method: 'NOTIFY',
    headers: {
      Event: 'refer',
      'Subscription-State': 'terminated;reason=noresource',
      'Content-Type': 'message/sipfrag;version=2.0',
    },
    body: 'SIP/2.0 200 OK',
  });
  const notify = await phone.request('NOTIFY');
  expect([notify.get('event'), notify.body]).toEqual(['refer', 'SIP/2.0 200 OK']);
  expect(notify.get('content-type')).toBe('message/sipfrag;version=2.0');
  phone.answer(notify, 200);
  expect((await within('the NOTIFY', told)).status).toBe(200);
  // The end of the implicit subscription is not the end of the call.
  expect(engine.load().dialogs).toBe(1);
});

test('an INVITE that replaces another is one like any, with its headers', async () => {
  const { req } = await talking([
    `Replaces: ${REPLACES}`,
    `Referred-By: ${BY}`,
    'Require: replaces',
  ]);
  expect(req.get('Replaces')).toBe(REPLACES);
  expect(req.get('Referred-By')).toBe(BY);
});

test("the app's REFER goes out as it wrote it, with our Contact", async () => {
  const { dialog } = await talking();
  const headers = { 'Refer-To': TARGET, 'Referred-By': BY };
  const done = dialog.request({ method: 'REFER', headers });
  const refer = await phone.request('REFER');
  expect(refer.get('refer-to')).toBe(bytes(TARGET));
  expect(refer.get('referred-by')).toBe(BY);
  expect(refer.get('contact')).toBe(`<sip:127.0.0.1:${engine.udpPort}>`);
  phone.answer(refer, 202);
  expect((await within('the answer', done)).status).toBe(202);
});
