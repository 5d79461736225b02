/**
 * Three hundred phones register while the app is killed: every one that was answered 200 is bound in the
 * next app, before it has registered anew. The started product.
 */
import { join } from 'node:path';
import pino from 'pino';
import type { SipMessage } from '../../sip/message/sip-message';
import { BindingJournal } from '../../src/telephony/binding-journal';
import { credentials } from '../sip/telephony/register';
import { Phone } from '../sip/support/phone';
import { emptyPlan, PASSWORD, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient } from '../support/push-client';

const IDS = Array.from({ length: 300 }, (_, n) => `p${n}`);
/** Of these the app is killed when the last is answered, while others wait for their answers. */
const BEFORE_THE_KILL = 150;
const AT_A_TIME = 20;

let product: Product;
let phone: Phone;
let cseq = 0;

beforeAll(async () => {
  product = await startProduct();
  const plan = withRegisteredAgent(emptyPlan());
  const common = { kind: 'register', person: 'wang', password: 'secret', digest: 'md5' } as const;
  await product.apply({ ...plan, phones: IDS.map((id) => ({ ...common, id })) });
  phone = await Phone.udp('127.0.0.9');
}, 120_000);
afterAll(async () => {
  phone?.close();
  await product?.stop();
}, 30_000);

/** Its final answer; the 401 on the way there is none. */
async function register(id: string): Promise<SipMessage> {
  const { port } = product.sip();
  const ask = async (headers: string[]) => {
    const from = phone.got.length;
    const contact = `<sip:${id}@127.0.0.9:${phone.port}>`;
    const to = `<sip:${id}@openline>`;
    phone.ask(port, { method: 'REGISTER', callId: `of-${id}`, cseq: ++cseq, to, contact, headers });
    const isAnswer = ({ callId, status }: SipMessage) => callId === `of-${id}` && status >= 200;
    return phone.got.next(`an answer to ${id}`, isAnswer, { from, deadlineMs: 10_000 });
  };
  const first = await ask([]);
  if (first.status !== 401) return first;
  return ask([credentials(first.get('www-authenticate') ?? '', 'MD5', id)]);
}

function boundOnDisk(): Set<string> {
  const journal = new BindingJournal(
    join(product.dataDir, 'bindings.jsonl'),
    pino({ level: 'silent' }),
  );
  return new Set(journal.read().map(({ phoneId }) => phoneId));
}

test('all that were answered 200 are bound after the kill', async () => {
  const answered: string[] = [];
  const waiting = [...IDS];
  const killed = product.listening.pids.app;
  const registerSome = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const { status } = await register(id);
      if (status !== 200) return;
      answered.push(id);
      if (answered.length === BEFORE_THE_KILL) process.kill(killed, 'SIGKILL');
    }
  };
  const phones = Array.from({ length: AT_A_TIME }, registerSome);
  await Promise.allSettled(phones);
  await product.restarted('app', killed);
  expect(answered.length).toBeGreaterThanOrEqual(BEFORE_THE_KILL);
  const bound = boundOnDisk();
  expect(answered.filter((id) => !bound.has(id))).toEqual([]);
  const desktop = await startPushClient({
    ...{ http: product.http, user: 'wang', password: PASSWORD },
  });
  expect(await (await desktop.post('/api/agents/me/ready')).json()).toMatchObject({
    reachable: true,
  });
  desktop.close();
}, 60_000);
