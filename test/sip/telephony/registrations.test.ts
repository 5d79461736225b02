/**
 * Phones that register: what they are challenged with, what of it is taken, and what somebody gains who
 * heard it all. Real engine, real app.
 */
import { parseDigest } from '../../../src/telephony/digest';
import { Phone } from '../support/phone';
import { credentials, register as send } from './register';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;

beforeEach(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5061) });
  phone = await Phone.udp();
});
afterEach(async () => {
  phone.close();
  app.close();
  await edge.close();
});

/** Sends a REGISTER and resolves with its answer. */
const register = (from: Phone, cseq: number, headers: string[] = []) =>
  send(edge.udpPort, from, cseq, headers);

async function challengesOf(from: Phone): Promise<string[]> {
  const refused = await register(from, 1);
  expect(refused.status).toBe(401);
  return refused.all('www-authenticate');
}

test.each(['SHA-256', 'MD5'] as const)(
  'both algorithms are offered, each in a line of its own, and %s is taken',
  async (algorithm) => {
    const challenges = await challengesOf(phone);
    expect(challenges.map((one) => parseDigest(one)['algorithm'])).toEqual(['SHA-256', 'MD5']);
    const challenge = challenges[algorithm === 'MD5' ? 1 : 0] ?? '';
    const answer = await register(phone, 2, [credentials(challenge, algorithm)]);
    expect(answer.status).toBe(200);
    expect(answer.get('contact')).toMatch(/;expires=300$/);
    expect(await app.next('phone.reachable', 1)).toMatchObject({ phoneId: '8001' });
  },
);

test('a REGISTER that somebody heard and sends again binds nothing', async () => {
  const [challenge = ''] = await challengesOf(phone);
  const heard = credentials(challenge, 'SHA-256');
  await register(phone, 2, [heard]);
  const stranger = await Phone.udp('127.0.0.9');
  const answer = await register(stranger, 3, [heard]);
  expect(answer.status).toBe(401);
  expect(answer.all('www-authenticate')[0]).toContain('stale=true');
  stranger.close();
  // The phone itself goes on with a nonce of its own, and is called where it was.
  const [fresh = ''] = await challengesOf(phone);
  const asked = await register(phone, 4, [credentials(fresh, 'SHA-256')]);
  expect(asked.all('contact')).toHaveLength(1);
  expect(asked.get('contact')).toContain(`:${phone.port}`);
});
