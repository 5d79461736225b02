/**
 * A page that was cut off, on the started product: from the same app it is told what it missed; from one that was killed
 * and started again, all that it may see, under greater numbers.
 */
import { Dealership } from '../support/dealership';
import { PASSWORD } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';

let dealership: Dealership;
const desks: PushClient[] = [];

async function deskOf(user: string, since?: number): Promise<PushClient> {
  const { http } = dealership.product;
  const more = since === undefined ? {} : { since };
  const desk = await startPushClient({ http, user, password: PASSWORD, ...more });
  desks.push(desk);
  return desk;
}

const intentOf = (desk: PushClient, is: string) =>
  desk.next('agent.updated', ({ data }) => data.id === 'agent0' && data.intent.is === is);
const lastOf = (desk: PushClient): number => desk.frames.all.at(-1)?.seq ?? 0;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(async () => {
  for (const desk of desks) desk.close();
  await dealership.close();
}, 30_000);

test('a page is told what it missed, and after a restart of the app all anew', async () => {
  const { product } = dealership;
  const agent = await deskOf('agent0');
  const first = await deskOf('chen');
  await first.next('snapshot');
  // His phone made him ready as it appeared.
  await agent.post('/api/agents/me/not-ready', { reason: 'lunch' });
  await intentOf(first, 'not-ready');
  first.close();
  await agent.post('/api/agents/me/ready');

  const second = await deskOf('chen', lastOf(first));
  const missed = await intentOf(second, 'ready');
  expect(missed.seq).toBeGreaterThan(lastOf(first));
  expect(second.frames.all.map(({ type }) => type)).not.toContain('snapshot');

  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  await product.restarted('app', app);
  const third = await deskOf('chen', lastOf(second));
  const { seq, data } = await third.next('snapshot');
  expect(third.frames.all[0]?.type).toBe('snapshot');
  expect(seq).toBeGreaterThan(lastOf(second));
  expect(data.agents.map(({ id }) => id)).toContain('agent0');
}, 90_000);
