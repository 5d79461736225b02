/**
 * The menu of a hotline, and what a caller is asked after his talk, on the started product: what a caller hears of it is compared with the prompts, his keys are tones in
 * his sound, and the phone of whom he asked for rings.
 */
import { needs } from '../support/needs';
import { FAR_HZ, Office, picksUp, rings, talks, tell, type FarEnd } from '../support/office';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import { answers, asks, calling, progress, receives, waitsForTest } from '../support/sipp-script';

const CALLS = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
  ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
);

/** 李娜 has those of after-sales, and complaints. */
function withMenu(plan: TestPlan): TestPlan {
  const [[queue], [hotline]] = [plan.queues, plan.hotlines];
  if (!queue || !hotline) throw new Error('the plan is empty');
  const menu = { afterSales: 'service', complaint: 'service', language: 'en', seconds: 2 };
  return {
    ...plan,
    queues: [
      { ...queue, afterTalk: 'rating' },
      { ...queue, id: 'service' },
    ],
    hotlines: [{ ...hotline, menu }],
    people: plan.people.map((one) => (one.id === 'li' ? { ...one, queues: ['service'] } : one)),
  };
}

needs('sipp', 'baresip')('the menu of a hotline', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withMenu);
    await office.areReady(office.wang, office.li);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  async function comes(number: string): Promise<FarEnd> {
    const far = await office.calls(CALLS, { from: number });
    far.ear.talkTo(await far.sipp.heardSdp());
    return far;
  }

  /** Within so many packets of what he has heard so far. */
  async function hears({ ear }: FarEnd, language: string, ...prompts: string[]): Promise<void> {
    const heard = () => prompts.map((prompt) => likeness(ear.heard, { language, prompt }) > 0.9);
    await ear.until(() => ear.heard.length % 25 === 0 && heard().every(Boolean), 20_000);
  }

  const menuOf = async (number: string) =>
    (await office.rows(`select menu, queue_id from call where from_number = '${number}'`))[0];

  test('a key cuts it, and whom he asked for is rung', async () => {
    const { li } = office;
    const from = li.phone.events.length;
    const far = await comes('13800000701');
    await hears(far, 'zh-CN', 'greeting', 'menu-sales');
    await far.ear.sendKeyTone('2', 120);
    await picksUp(li, from);
    await talks(far, li);
    expect(likeness(far.ear.heard, { language: 'zh-CN', prompt: 'menu-repeat' })).toBeLessThan(0.7);
    await tell(far);
    await office.ends('+8613800000701', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, li.hz]] },
    });
    expect(await menuOf('+8613800000701')).toEqual({ menu: 'after-sales', queue_id: 'service' });
  }, 60_000);

  test('9 goes on in English, and who presses nothing is asked for by nobody: sales', async () => {
    const { wang } = office;
    const from = wang.phone.events.length;
    const far = await comes('13800000702');
    await hears(far, 'zh-CN', 'menu-sales');
    await far.ear.sendKeyTone('9', 120);
    far.ear.forget();
    await hears(far, 'en', 'menu-sales', 'menu-after-sales');
    await hears(far, 'zh-CN', 'menu-language');
    await rings(wang.phone, from);
    await tell(far);
    await office.ends('+8613800000702', { outcome: 'left', cause: 'hangup', segments: [] });
    expect(await menuOf('+8613800000702')).toEqual({ menu: 'sales', queue_id: 'sales' });
  }, 60_000);

  test('who goes on in English is for who speaks it, though another one has been idle for longer', async () => {
    const { wang, li } = office;
    await office.apply((plan) => ({
      ...plan,
      people: plan.people.map((one) =>
        one.id === 'li' ? { ...one, queues: ['sales', 'service'], skills: { en: 1 } } : one,
      ),
    }));
    await office.areReady(wang);
    await office.areReady(wang, li);
    const [from, since] = [wang.phone.events.length, li.phone.events.length];
    const far = await comes('13800000704');
    await hears(far, 'zh-CN', 'menu-sales');
    await far.ear.sendKeyTone('9', 120);
    await hears(far, 'en', 'menu-sales');
    await far.ear.sendKeyTone('1', 120);
    await picksUp(li, since);
    await talks(far, li);
    await tell(far);
    await office.ends('+8613800000704', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, li.hz]] },
    });
    expect(wang.phone.events.all.slice(from).map(({ type }) => type)).not.toContain(
      'CALL_INCOMING',
    );
    expect(
      await office.rows(`select o.agent_id, why -> 'wanted' as wanted, why -> 'free' as free
        from offer o join call c on c.id = o.call_id where from_number = '+8613800000704'`),
    ).toEqual([{ agent_id: 'li', wanted: { en: 1 }, free: 2 }]);
    await office.apply((plan) => plan);
    await office.areReady(wang, li);
  }, 60_000);

  test('his telemarketer hangs up: he rates the talk by keys, and is thanked', async () => {
    const { wang } = office;
    const number = '13800000703';
    const from = wang.phone.events.length;
    const script = calling(
      ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
      ...[receives('BYE'), answers(200)],
    );
    const far = await office.calls(script, { from: number });
    far.ear.talkTo(await far.sipp.heardSdp());
    await hears(far, 'zh-CN', 'menu-sales');
    await far.ear.sendKeyTone('1', 120);
    await picksUp(wang, from);
    await talks(far, wang);
    await wang.phone.hangUp();
    far.ear.forget();
    await far.ear.until(() => far.ear.heard.length > 25);
    await far.ear.sendKeyTone('4', 120);
    far.ear.forget();
    await hears(far, 'zh-CN', 'rating-settled');
    await far.ear.sendKeyTone('1', 120);
    await hears(far, 'zh-CN', 'rating-thanks');
    await office.ends(`+86${number}`, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, wang.hz]] },
    });
    expect(await office.rows('select agent_id, score, settled from rating')).toEqual([
      { agent_id: 'wang', score: 4, settled: true },
    ]);
  }, 60_000);
});
