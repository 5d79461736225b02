/**
 * Whose turn it is, on the started product: the owner of a lead and who suits first, then anyone; who left and rings
 * back, and who is called back, in their places; an agent who signs out while his phone rings. sipp is the callers,
 * baresip the telemarketers' phones.
 */
import { randomUUID } from 'node:crypto';
import { hearsMusic } from '../support/desk-talk';
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  picksUp,
  rings,
  talks,
  tell,
  wentAsWritten,
  type FarEnd,
  type Telemarketer,
} from '../support/office';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';
import { waitFor } from '../support/wait';

const isAnswered = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
/** He hangs up when the test says so. */
const CALLS = calling(...isAnswered, waitsForTest, asks('BYE', { cseq: 2 }), receives(200));
/** We hang up, once he has been promised a call. */
const IS_PROMISED = calling(...isAnswered, receives('BYE'), answers(200));
const IS_REACHED = answering(
  ...[answersInvite(200, { sdp: true }), receives('ACK')],
  ...[waitsForTest, asks('BYE'), receives(200)],
);
const FIRST_MS = 2000;

/** 400 waits for the owner of a lead, 401 for who knows the brand best, who is 李娜; both no longer than two seconds. */
function withTurns(plan: TestPlan): TestPlan {
  const [[queue], [hotline]] = [plan.queues, plan.hotlines];
  if (!queue || !hotline) throw new Error('the plan is empty');
  const announce = { firstSeconds: 0, everySeconds: 20 };
  const brand = {
    ...{ id: 'brand', wants: { volvo: 3 } },
    widen: [{ after: FIRST_MS / 1000, wants: { volvo: 1 } }],
  };
  return {
    ...plan,
    queues: [
      { ...queue, announce, ownerSeconds: FIRST_MS / 1000 },
      { ...queue, ...brand },
    ],
    hotlines: [hotline, { ...hotline, number: '401', queue: 'brand' }],
    people: plan.people.map((one) =>
      one.queues
        ? { ...one, queues: ['sales', 'brand'], skills: { volvo: one.id === 'li' ? 3 : 1 } }
        : one,
    ),
  };
}

needs('sipp', 'baresip')('whose turn it is', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withTurns);
  }, 90_000);

  beforeEach(() => office.areReady());

  afterAll(() => office?.close(), 30_000);

  /** A lead of 李娜's. */
  const hasLead = (number: string) =>
    office.rows(`insert into lead (id, store_id, number, name, source, owner_id, opened_at)
      values ('${randomUUID()}', 'bj01', '+86${number}', '张伟', 'hq', 'li', now())`);

  const becomes = (number: string, { hz }: Telemarketer) =>
    office.became(`+86${number}`, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, hz]] },
    });

  /** The phone rings, is picked up, and both hear each other. */
  async function hasTalk(far: FarEnd, by: Telemarketer, from: number): Promise<void> {
    await picksUp(by, from);
    await talks(far, by);
  }

  async function leaves(far: FarEnd, number: string, by: Telemarketer): Promise<void> {
    const from = by.phone.events.length;
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(by, from, FAR_HZ);
    await becomes(number, by);
  }

  /** Answered by nobody yet, and hears music. */
  async function waits(from: string, script = CALLS): Promise<FarEnd> {
    const far = await office.calls(script, { from });
    far.ear.talkTo(await far.sipp.heardSdp());
    return far;
  }

  const hears = ({ ear }: FarEnd, prompt: string) =>
    ear.until(
      () => ear.heard.length % 25 === 0 && likeness(ear.heard, { language: 'zh-CN', prompt }) > 0.9,
      25_000,
      () => `${prompt} was not heard`,
    );

  /** Keys, as tones in his sound, and some of his voice after each. */
  async function presses({ ear }: FarEnd, keys: string): Promise<void> {
    for (const key of keys) {
      await ear.sendKeyTone(key, 100);
      const sent = ear.sentPayloads().length;
      await waitFor('the key to be up', () => ear.sentPayloads().length > sent + 4);
    }
  }

  /** Whom a telemarketer's desktop shows next. */
  const offeredTo = async ({ desk }: Telemarketer, from: number) =>
    (await desk.next('offer.created', () => true, { from })).data;

  test.each([
    ['the owner of the lead', '400', 'owner', ['13800001001', '13800001002']],
    ['who suits the caller', '401', 'turn', ['13800001003', '13800001004']],
  ] as const)(
    '%s is rung first; busy, she is waited for, and then anyone is rung',
    async (_who, number, by, [one, other]) => {
      const { wang, li } = office;
      if (by === 'owner') for (const caller of [one, other]) await hasLead(caller);
      // She has been idle longer.
      await office.areReady(wang);
      await office.areReady(wang, li);
      const [silent, from, frames] = [
        wang.phone.events.length,
        li.phone.events.length,
        li.desk.frames.length,
      ];
      const first = await office.calls(CALLS, { from: one, number });
      expect(await offeredTo(li, frames)).toMatchObject({ why: { by } });
      await hasTalk(first, li, from);
      expect(wang.phone.events.all.slice(silent)).toEqual([]);

      const at = performance.now();
      const second = await office.calls(CALLS, { from: other, number });
      second.ear.talkTo(await second.sipp.heardSdp());
      await rings(wang.phone, silent);
      expect(performance.now() - at).toBeGreaterThan(FIRST_MS);
      expect(performance.now() - at).toBeLessThan(FIRST_MS + 1500);
      await hasTalk(second, wang, silent);
      await leaves(second, other, wang);
      await leaves(first, one, li);
      await office.nothingIsLeft();
    },
    60_000,
  );

  test('who left and rings back within minutes is before who came meanwhile', async () => {
    const { wang } = office;
    const gone = await waits('13800001011');
    await hearsMusic(gone.ear);
    await tell(gone);
    await wentAsWritten(gone);
    const meanwhile = await waits('13800001012');
    await hearsMusic(meanwhile.ear);
    const again = await waits('13800001011');
    await hearsMusic(again.ear);
    const from = wang.phone.events.length;
    await office.areReady(wang);
    await hasTalk(again, wang, from);
    const next = wang.phone.events.length;
    await leaves(again, '13800001011', wang);
    await hasTalk(meanwhile, wang, next);
    await leaves(meanwhile, '13800001012', wang);
    await office.nothingIsLeft();
  }, 60_000);

  test('who withholds his number, presses 1 and keys it in is called back there, before who came after him', async () => {
    const { wang } = office;
    const number = '13900001021';
    const customer = await office.waits(IS_REACHED);
    for (const trunk of office.plan.trunks)
      Object.assign(trunk, { watch: false, to: [`sip:127.0.0.1:${customer.sipp.port}`] });
    await office.apply((plan) => plan);
    const far = await waits('anonymous', IS_PROMISED);
    await hears(far, 'position-next');
    await presses(far, '1');
    await hears(far, 'number-ask');
    await presses(far, `${number}#`);
    await hears(far, 'number-confirm-before');
    await presses(far, '1');
    await hears(far, 'callback-taken');
    await wentAsWritten(far);
    await office.became('', { outcome: 'promise', cause: 'announced', segments: [] });

    const behind = await waits('13800001022');
    await hearsMusic(behind.ear);
    // Nobody is called back in the moment in which he hangs up.
    const isDue = `number = '+86${number}' and not_before < now() - interval '500 ms'`;
    await waitFor('his turn', async () =>
      (await office.rows(`select id from promise where ${isDue}`)).at(0),
    );
    const [from, frames] = [wang.phone.events.length, wang.desk.frames.length];
    await office.areReady(wang);
    expect(await offeredTo(wang, frames)).toMatchObject({
      ...{ from: `+86${number}`, callBack: { reason: 'asked' } },
    });
    await picksUp(wang, from);
    await talks(customer, wang);
    await hearsMusic(behind.ear);
    const next = wang.phone.events.length;
    await tell(customer);
    await wentAsWritten(customer);
    await heardAtPhone(wang, next, FAR_HZ);
    await hasTalk(behind, wang, next);
    await leaves(behind, '13800001022', wang);
    await becomes(number, wang);
    expect(await office.rows('select state, reason from promise where reason = $$asked$$')).toEqual(
      [{ state: 'kept', reason: 'asked' }],
    );
    await office.nothingIsLeft();
  }, 60_000);

  test('she signs out while her phone rings: the next one rings at once, and the caller hears no change', async () => {
    const { wang, li } = office;
    await office.areReady(wang);
    await office.areReady(wang, li);
    const [from, since] = [wang.phone.events.length, li.phone.events.length];
    const far = await office.calls(CALLS, { from: '13800001031' });
    await rings(wang.phone, from);
    const at = performance.now();
    expect((await wang.desk.delete('/api/session')).status).toBe(204);
    await rings(li.phone, since);
    expect(performance.now() - at).toBeLessThan(1000);
    await heardAtPhone(wang, from);
    expect(far.sipp.messages().match(/^SIP\/2.0 .*$/gm)).toEqual([
      expect.stringContaining('100'),
      expect.stringContaining('180'),
    ]);
    await hasTalk(far, li, since);
    await leaves(far, '13800001031', li);
    await office.nothingIsLeft();
    const legs =
      await office.rows(`select l.agent_id, l.end_cause from leg l join call c on c.id = l.call_id
      where c.from_number = '+8613800001031' and l.role = 'agent' order by l.started_at`);
    expect(legs).toEqual([
      { agent_id: 'wang', end_cause: 'withdrawn' },
      { agent_id: 'li', end_cause: 'partner-left' },
    ]);
  }, 60_000);
});
