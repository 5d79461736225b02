/**
 * No app for longer than a caller may wait: the edge of the started product answers him by itself, and
 * the app that comes later finds him in its ledger, once, with his promise.
 */
import type { Client } from 'pg';
import { closedCall } from '../support/facts';
import { emptyPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { likeness } from '../support/prompt-heard';
import { TonePhone } from '../support/tone-phone';
import { Phone } from '../sip/support/phone';

let product: Product;
let db: Client;
let caller: Phone;
let ear: TonePhone;

beforeAll(async () => {
  product = await startProduct();
  await product.apply(emptyPlan());
  db = await product.db();
  caller = await Phone.udp();
  ear = await TonePhone.open({ tone: 1000 });
}, 90_000);

afterAll(async () => {
  ear?.close();
  caller?.close();
  process.kill(product.pid, 'SIGCONT');
  await product?.stop();
}, 30_000);

test('he is answered 20 s after his call, told, and stands in the ledger once', async () => {
  const { app, edge } = product.listening.pids;
  // The launcher would start another app at once: it is held.
  process.kill(product.pid, 'SIGSTOP');
  process.kill(app, 'SIGKILL');
  const { port } = product.sip();
  const askedAt = performance.now();
  caller.ask(port, { method: 'INVITE', body: ear.sdp() });
  await caller.response(180);
  const ok = await caller.got.next('200', ({ status }) => status === 200, { deadlineMs: 30_000 });
  expect(performance.now() - askedAt).toBeGreaterThan(19_500);
  caller.ask(port, { method: 'ACK', toTag: ok.toTag as string });
  ear.talkTo(ok.body);
  const bye = await caller.got.next('BYE', ({ method }) => method === 'BYE', {
    deadlineMs: 20_000,
  });
  caller.answer(bye, 200);
  for (const prompt of ['no-agents', 'promise-taken']) {
    expect(likeness(ear.heard, { language: 'zh-CN', prompt })).toBeGreaterThan(0.95);
  }

  // The edge falls before it could tell anybody; what it promised is on its disk.
  process.kill(edge, 'SIGKILL');
  process.kill(product.pid, 'SIGCONT');
  await product.restarted('app', app, 30_000);
  const call = await closedCall(db, '+8613800001111');
  expect(call).toMatchObject({ outcome: 'promise', end_cause: 'announced', trunk_id: 'carrier' });
  const promises = await db.query("select * from promise where number = '+8613800001111'");
  expect(promises.rows).toMatchObject([{ state: 'open', call_id: call['id'] }]);
  const ledger = await db.query('select outcome, count(*)::int from call group by outcome');
  expect(ledger.rows).toEqual([{ outcome: 'promise', count: 1 }]);
}, 120_000);
