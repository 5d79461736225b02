import { once } from 'node:events';
import WebSocket from 'ws';
import { trustedProxies } from '../../src/http/trusted-proxies';
import type { Visit } from '../../src/telephony/passage/passages';
import { PASSWORD, startHttp, tokenOf, type TestHttp } from '../support/http';
import { Seen } from '../support/wait';

const PROXY = '10.0.0.2';
const budgets = { reads: 1e6, changes: 1e6, exports: 1e6, dials: 1e6, strangers: 100 };
const visits = new Seen<Visit>();
const sipPassages = {
  refusal: () => null,
  accept: (socket: WebSocket, visit: Visit) => {
    visits.add(visit);
    socket.close();
  },
};

let http: TestHttp;
beforeEach(() => {
  const trusted = [`${PROXY}/32`, '10.9.0.0/24', '127.0.0.1/32'];
  http = startHttp({ deps: { trustedProxies: trusted, budgets, sipPassages } });
});
afterEach(() => http.close());

const signIn = (remoteAddress: string, forwarded: string, password: string, user = 'wang') =>
  http.app.inject({
    ...{ method: 'POST', url: '/api/session', remoteAddress },
    headers: { 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https' },
    payload: { user, password },
  });
const isSecure = ({ cookies }: Awaited<ReturnType<typeof signIn>>) => cookies[0]?.secure === true;
const addresses = () => http.sessions.of('wang').map(({ address }) => address);

/** Thirty wrong passwords, each for another name. */
async function guess(remoteAddress: string, forwarded: (n: number) => string): Promise<void> {
  for (let n = 0; n < 30; n += 1) await signIn(remoteAddress, forwarded(n), 'wrong', `a${n}`);
}

test('what a stranger says of himself changes nothing', async () => {
  const answer = await signIn('192.0.2.9', '203.0.113.7', PASSWORD);
  expect([answer.statusCode, isSecure(answer)]).toEqual([200, false]);
  expect(addresses()).toContain('192.0.2.9');
  expect(addresses()).not.toContain('203.0.113.7');
  await guess('192.0.2.9', (n) => `203.0.113.${n}`);
  expect((await signIn('192.0.2.9', '203.0.113.99', PASSWORD)).statusCode).toBe(429);
  expect((await signIn('192.0.2.10', '192.0.2.9', PASSWORD)).statusCode).toBe(200);
});

test('of two strangers behind one proxy each is blocked by himself, and comes by https', async () => {
  await guess(PROXY, () => '203.0.113.7');
  expect((await signIn(PROXY, '203.0.113.7', PASSWORD)).statusCode).toBe(429);
  const answer = await signIn(PROXY, '203.0.113.8', PASSWORD);
  expect([answer.statusCode, isSecure(answer)]).toEqual([200, true]);
  expect(addresses()).toContain('203.0.113.8');
});

test('who adds others in front of his own address is known by his own, through two proxies as well', async () => {
  await guess(PROXY, (n) => `198.51.100.${n}, 203.0.113.7`);
  expect((await signIn(PROXY, '198.51.100.99, 203.0.113.7', PASSWORD)).statusCode).toBe(429);
  expect((await signIn('10.9.0.7', '203.0.113.7, 10.9.0.1', PASSWORD)).statusCode).toBe(429);
  expect((await signIn('10.9.0.7', '203.0.113.8, 10.9.0.1', PASSWORD)).statusCode).toBe(200);
});

test('where a proxy says something that is no address, who comes by it is known by its own', async () => {
  await guess(PROXY, (n) => `203.0.113.7:${50_000 + n}`);
  expect((await signIn(PROXY, '203.0.113.8:50000', PASSWORD)).statusCode).toBe(429);
  expect((await signIn(PROXY, '203.0.113.8', PASSWORD)).statusCode).toBe(200);
});

test('strangers behind one proxy have budgets of their own', async () => {
  const ask = async (forwarded: string) =>
    (
      await http.app.inject({
        ...{ method: 'GET', url: '/health', remoteAddress: PROXY },
        headers: { 'x-forwarded-for': forwarded },
      })
    ).statusCode;
  for (let n = 0; n < 50; n += 1) expect(await ask('203.0.113.7')).toBe(200);
  expect([await ask('203.0.113.7'), await ask('203.0.113.8')]).toEqual([429, 200]);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['who knows', '127.0.0.1'],
])('a phone in a page that comes by a proxy from %s comes from %s', async (said, address) => {
  const url = (await http.listen()).replace('http', 'ws');
  const headers = { authorization: `Bearer ${tokenOf('wang')}`, 'x-forwarded-for': said };
  const page = new WebSocket(`${url}/sip`, 'sip', { headers });
  await once(page, 'close');
  expect(visits.all.at(-1)).toMatchObject({ personId: 'wang', address });
});

test.each([
  ['10.0.0.2', true],
  ['::ffff:10.0.0.2', true],
  ['10.0.0.3', false],
  ['10.9.0.255', true],
  ['fd00::2', true],
  ['fe80::1%eth0', true],
  ['fd00::3', false],
  ['unknown', false],
  [undefined, false],
])('whether %s is a proxy: %s', (address, is) => {
  const cidrs = ['10.0.0.2/32', '10.9.0.0/24', 'fd00::2/128', 'fe80::/10'];
  expect(trustedProxies(cidrs)(address)).toBe(is);
});
