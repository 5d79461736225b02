/** A phone in a page, on the started product: it is its person's and nobody else's, and it is no trunk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registered } from '../sip/telephony/register';
import { Phone, SDP } from '../sip/support/phone';
import { emptyPlan, PASSWORD, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { onlyOurs } from '../support/needs';
import { waitFor } from '../support/wait';

let product: Product;
let https: string;
let ca: string;

beforeAll(async () => {
  product = await startProduct({
    env: {
      HTTP_LISTEN: 'http://127.0.0.1:0,https://127.0.0.1:0',
      SIP_LISTEN: 'udp://127.0.0.1:0,ws://127.0.0.1:0',
    },
  });
  https = product.listening.http.find((one) => one.startsWith('https:')) ?? '';
  ca = readFileSync(join(product.dataDir, 'tls', 'certificate.pem'), 'utf8');
  const plan = withRegisteredAgent(emptyPlan());
  await product.apply(
    withRegisteredAgent(plan, { person: 'li', name: '李娜', phone: '8002', password: 'secret' }),
  );
}, 90_000);
afterAll(() => product?.stop(), 30_000);

/** Signed in in the clear on loopback; the session is as good on the other address. */
async function sessionOf(user: string): Promise<{ cookie: string; agent: () => Promise<unknown> }> {
  const headers = { 'content-type': 'application/json', origin: product.http };
  const body = JSON.stringify({ user, password: PASSWORD });
  const answer = await fetch(`${product.http}/api/session`, { method: 'POST', headers, body });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const agent = async () =>
    (await (await fetch(`${product.http}/api/session`, { headers: { cookie } })).json()) as unknown;
  return { cookie, agent };
}

const page = (cookie: string) =>
  Phone.webSocket(`${https.replace('https', 'wss')}/sip`, ca, {
    headers: { cookie, origin: https },
  });

onlyOurs('registers as a phone of who is signed in, and as no other', async () => {
  const { cookie, agent } = await sessionOf('wang');
  const phone = await page(cookie);
  expect((await registered(5060, phone, { user: '8002' })).status).toBe(403);
  expect((await registered(5060, phone, { user: '8001', cseq: 10 })).status).toBe(200);
  expect(await agent()).toMatchObject({ agent: { id: 'wang', reachable: true } });
  const db = await product.db();
  const refused = `select subject from audit where what = 'registration.refused'`;
  await waitFor('the audit', async () => (await db.query(refused)).rowCount);
  expect((await db.query(refused)).rows).toEqual([{ subject: '8002 NOT_THIS_PERSON' }]);
  phone.close();
});

onlyOurs('is no trunk, though the trunk has its address', async () => {
  const phone = await page((await sessionOf('li')).cookie);
  phone.ask(5060, { method: 'INVITE', body: SDP });
  await phone.response(403, 'INVITE');
  phone.close();
});
