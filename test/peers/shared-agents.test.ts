/** Two stores share their telemarketers; however many call the one, somebody is there for the other one's caller. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther, hearsMusic } from '../support/desk-talk';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import { waitFor } from '../support/wait';

/** What Shanghai has recorded as its greeting sounds like this built-in prompt. */
const OWN_GREETING = 'message-saved';

/** The store's own prompts lie in the data folder, as `npx openline prompts import` puts them there. */
async function recordGreeting({ product }: Dealership): Promise<void> {
  const folder = join(product.dataDir, 'prompts/zh-CN');
  mkdirSync(folder, { recursive: true });
  const sound = join(__dirname, `../../media/prompts/zh-CN/${OWN_GREETING}.wav`);
  copyFileSync(sound, join(folder, 'greeting-sh01.wav'));
  const token = readFileSync(join(product.dataDir, 'secrets/admin'), 'utf8').trim();
  const asked = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
  const answer = await fetch(`${product.http}/api/prompts/reload`, asked);
  expect(await answer.json()).toEqual({ own: 1, unusable: [] });
}

/** Within the first four seconds. */
async function hears({ ear }: Party, prompt: string): Promise<void> {
  await ear.until(() => ear.heard.length > 200, 10_000);
  expect(likeness(ear.heard, { language: 'zh-CN', prompt })).toBeGreaterThan(0.9);
}

/** Both people serve both stores, and Shanghai keeps one of them. */
function twoStores(plan: TestPlan): TestPlan {
  const [[store], [queue], [hotline]] = [plan.stores, plan.queues, plan.hotlines];
  if (!store || !queue || !hotline) throw new Error('the plan is empty');
  const sh01 = { store: 'sh01', queue: 'sh-sales' };
  return {
    ...plan,
    stores: [store, { ...store, id: 'sh01', name: '上海一店' }],
    queues: [...plan.queues, { ...queue, id: 'sh-sales', store: 'sh01', keep: 1 }],
    hotlines: [...plan.hotlines, { ...hotline, number: '500', ...sh01 }],
    people: plan.people.map((one) =>
      one.queues ? { ...one, queues: [...one.queues, 'sh-sales'] } : one,
    ),
  };
}

describe('two stores that share people', () => {
  let dealership: Dealership;

  beforeAll(async () => {
    dealership = await Dealership.open({}, twoStores);
    await recordGreeting(dealership);
  }, 90_000);

  afterAll(() => dealership.close(), 30_000);

  /** Somebody calls, and whoever is rung picks up. */
  async function talks(number: string, hotline: string) {
    const caller = await dealership.caller(CALLER_HZ);
    const since = dealership.heardSoFar();
    dealership.calls(caller, number, { hotline });
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    const toTag = await dealership.isAnswered(caller);
    await hearEachOther(caller, agent);
    return { caller, agent, toTag };
  }

  async function ends(caller: Party, toTag: string, agent: Party): Promise<void> {
    const from = agent.sip.got.length;
    caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
    agent.sip.answer(await agent.sip.request('BYE', from), 200);
    agent.ear.hush();
  }

  test('a second caller of the one waits with music, while that of the other is taken at once', async () => {
    const first = await talks('13800000041', '400');
    const second = await dealership.caller(CALLER_HZ);
    const before = dealership.heardSoFar();
    dealership.calls(second, '13800000042');
    const toTag = await dealership.isAnswered(second);
    await hears(second, 'greeting');
    await hearsMusic(second.ear);
    expect(dealership.heardSoFar()).toEqual(before);

    const shanghai = await talks('13800000043', '500');
    expect(shanghai.agent).not.toBe(first.agent);

    // Nobody is left: each caller is greeted by the store that he called.
    const greeted = await dealership.caller(CALLER_HZ);
    dealership.calls(greeted, '13800000044', { hotline: '500' });
    const greetedTag = await dealership.isAnswered(greeted);
    await hears(greeted, OWN_GREETING);
    greeted.sip.ask(dealership.port, { method: 'BYE', toTag: greetedTag, cseq: 2 });

    const since = dealership.heardSoFar();
    await ends(first.caller, first.toTag, first.agent);
    const { agent, invite } = await dealership.rung(since);
    expect(agent).toBe(first.agent);
    picksUp(agent, invite);
    await hearEachOther(second, agent);
    await ends(second, toTag, agent);
    await ends(shanghai.caller, shanghai.toTag, shanghai.agent);
    await dealership.allIsClosed();
    const filed = await waitFor('the recordings', async () => {
      const rows = await dealership.rows(
        `select c.from_number, c.store_id, r.state from call c join recording r on r.call_id = c.id
          where r.state = 'stored' order by c.from_number`,
      );
      return rows.length === 3 ? rows : undefined;
    });
    expect(filed.map(({ from_number, store_id }) => [from_number, store_id])).toEqual([
      ['+8613800000041', 'bj01'],
      ['+8613800000042', 'bj01'],
      ['+8613800000043', 'sh01'],
    ]);
  }, 60_000);
});
