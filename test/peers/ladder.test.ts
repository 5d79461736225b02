/**
 * Steps 2 and 3 of the ladder on the started product, and who is not let in: nobody picks up by the third ring, nobody
 * is signed in, the hotline is closed and opened by command, a wait would be hopeless, a caller is blocked for a while.
 * sipp is the callers, baresip the telemarketer's phone; what they hear is compared with the prompts.
 */
import { openline } from '../support/command';
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
} from '../support/office';
import type { TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import type { PushClient } from '../support/push-client';
import { answers, asks, calling, progress, receives, waitsForTest } from '../support/sipp-script';
import { waitFor } from '../support/wait';

const isAnswered = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
/** He hangs up when the test says so. */
const CALLS = calling(...isAnswered, waitsForTest, asks('BYE', { cseq: 2 }), receives(200));
/** We hang up, once he has been promised a call. */
const IS_PROMISED = calling(...isAnswered, receives('BYE'), answers(200));
const IS_DECLINED = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(603), asks('ACK', { likeInvite: true })],
);

/** Nobody works for 401; 403 lets nobody in who would wait for more than three minutes. */
function withHotlines(plan: TestPlan): TestPlan {
  const [[queue], [hotline]] = [plan.queues, plan.hotlines];
  if (!queue || !hotline) throw new Error('the plan is empty');
  const own = { ...hotline, voiceMessage: 'none' as const };
  return {
    ...plan,
    queues: [
      queue,
      { ...queue, id: 'nobody' },
      { ...queue, id: 'patient', announce: { firstSeconds: 0, everySeconds: 0 } },
      { ...queue, id: 'impatient', hopelessMinutes: 3 },
    ],
    hotlines: [
      own,
      { ...own, number: '401', queue: 'nobody' },
      { ...own, number: '402', queue: 'patient' },
      { ...own, number: '403', queue: 'impatient' },
    ],
    people: plan.people.map((one) =>
      one.queues ? { ...one, queues: [...one.queues, 'patient', 'impatient'] } : one,
    ),
  };
}

/** Thirty waits before, of four minutes each, as an app finds them that starts. */
async function learnsWaits(office: Office): Promise<void> {
  await office.rows(`insert into expected_wait
    select gen_random_uuid(), at, gen_random_uuid(), queue, 1, 1, 240000, null, 240000, 240000,
      4, 5, true, at + interval '243 seconds', 'connected'
    from (select now() - n * interval '5 minutes' as at from generate_series(1, 30) n) waits,
      unnest(array['patient', 'impatient']) queue`);
  const { app } = office.product.listening.pids;
  process.kill(app, 'SIGKILL');
  await office.product.restarted('app', app);
  for (const one of [office.wang, office.li]) {
    one.desk.close();
    one.desk = await office.deskOf(one.id);
  }
}

needs('sipp', 'baresip')('the ladder', () => {
  let office: Office;
  let overseer: PushClient;

  beforeAll(async () => {
    office = await Office.open(withHotlines);
    await learnsWaits(office);
    overseer = await office.deskOf('chen');
  }, 90_000);

  beforeEach(() => office.areReady());

  afterAll(async () => {
    overseer?.close();
    await office?.close();
  }, 30_000);

  async function calls(from: string, script = CALLS, number = '400'): Promise<FarEnd> {
    const far = await office.calls(script, { from, number });
    far.ear.talkTo(await far.sipp.heardSdp(20_000));
    return far;
  }

  const hears = ({ ear }: FarEnd, prompt: string) =>
    ear.until(
      () => ear.heard.length % 25 === 0 && likeness(ear.heard, { language: 'zh-CN', prompt }) > 0.9,
      25_000,
      () => `${prompt} was not heard`,
    );

  /** He is told that nobody is there, confirms his number, and is called back. */
  async function isPromised(far: FarEnd, number: string, reason: string): Promise<void> {
    await hears(far, 'no-agents');
    await hears(far, 'number-confirm-before');
    await far.ear.sendKeyTone('1', 120);
    await hears(far, 'promise-taken');
    await wentAsWritten(far);
    await office.became(number, { outcome: 'promise', cause: 'announced', segments: [] });
    expect(
      await office.rows(`select state, reason from promise where number = '${number}'`),
    ).toEqual([{ state: 'open', reason }]);
  }

  test('nobody picks up by the third ring: he is greeted while the phone rings on, and picked up in mid-greeting', async () => {
    const { wang } = office;
    await office.areReady(wang);
    const [from, at] = [wang.phone.events.length, performance.now()];
    const answered = calls('13800001101');
    await rings(wang.phone, from);
    const far = await answered;
    // Three rings of five seconds.
    expect(performance.now() - at).toBeGreaterThan(14_900);
    await hears(far, 'greeting');
    await picksUp(wang, from);
    await talks(far, wang);
    const talking = wang.phone.events.length;
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, talking, FAR_HZ);
    await office.ends('+8613800001101', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, wang.hz]] },
    });
  }, 60_000);

  test('nobody is signed in: he is answered at once, told so, and promised a call', async () => {
    const far = await calls('13800001111', IS_PROMISED, '401');
    expect(far.sipp.messages()).not.toMatch(/SIP\/2.0 180/);
    await isPromised(far, '+8613800001111', 'nobody-signed-in');
    await office.nothingIsLeft();
  }, 60_000);

  test('closed by command: who waits waits on, the next one is promised a call; opened, callers wait again, and hear what they are to know', async () => {
    const { wang } = office;
    const waiting = await calls('13800001121');
    await hearsMusic(waiting.ear);
    const order = async (...args: string[]): Promise<string> => {
      const { code, out } = await openline(office.product, ...args);
      expect([out, code]).toEqual([out, 0]);
      return out;
    };
    expect(await order('close', '400')).toMatch(/^400 .*closed/m);
    await isPromised(await calls('13800001122', IS_PROMISED), '+8613800001122', 'closed');
    await hearsMusic(waiting.ear);
    expect(await order('open', '400')).toMatch(/^400 .*open/m);
    await order('message', '400', '--say', 'holiday');
    const later = await calls('13800001123');
    for (const prompt of ['holiday', 'greeting']) await hears(later, prompt);
    await hearsMusic(later.ear);
    await order('message', '400', '--none');
    const from = wang.phone.events.length;
    await office.areReady(wang);
    await picksUp(wang, from);
    await talks(waiting, wang);
    await tell(later);
    await wentAsWritten(later);
    const talking = wang.phone.events.length;
    await tell(waiting);
    await wentAsWritten(waiting);
    await heardAtPhone(wang, talking, FAR_HZ);
    await office.became('+8613800001123', { outcome: 'left', cause: 'hangup', segments: [] });
    await office.ends('+8613800001121', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, wang.hz]] },
    });
  }, 60_000);

  test('a blocked caller is declined until his block is over', async () => {
    const from = '13800001131';
    const until = new Date(Date.now() + 3000).toISOString();
    const answer = await overseer.post('/api/blocked-callers', {
      ...{ number: from, reason: 'nuisance', until },
    });
    expect(answer.status).toBe(200);
    await wentAsWritten(await office.calls(IS_DECLINED, { from }));
    await office.became(`+86${from}`, { outcome: 'blocked', cause: 'blocked', segments: [] });
    await waitFor('his block to be over', async () => {
      const list = (await (await overseer.get('/api/blocked-callers')).json()) as { items: [] };
      return list.items.length === 0;
    });
    const again = await calls(from);
    await hearsMusic(again.ear);
    await tell(again);
    await wentAsWritten(again);
    await office.ends(`+86${from}`, { outcome: 'left', cause: 'hangup', segments: [] });
  }, 60_000);

  test('waits before him took four minutes: he is told so; where that is hopeless he is promised a call', async () => {
    const { wang } = office;
    await office.areReady(wang);
    const from = wang.phone.events.length;
    const talking = await office.calls(CALLS, { from: '13800001141' });
    await picksUp(wang, from);
    await talks(talking, wang);
    const patient = await calls('13800001142', CALLS, '402');
    for (const prompt of ['position-next', 'wait-time', 'number-4', 'number-5'])
      await hears(patient, prompt);
    await isPromised(await calls('13800001143', IS_PROMISED, '403'), '+8613800001143', 'hopeless');
    for (const far of [patient, talking]) {
      await tell(far);
      await wentAsWritten(far);
    }
    await office.became('+8613800001142', { outcome: 'left', cause: 'hangup', segments: [] });
    await office.ends('+8613800001141', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, wang.hz]] },
    });
  }, 90_000);

  test('who shows a number abroad and leaves is promised a call by a person, and by nobody else', async () => {
    const far = await calls('0012025550123');
    await hearsMusic(far.ear);
    await tell(far);
    await wentAsWritten(far);
    await office.ends('+12025550123', { outcome: 'left', cause: 'hangup', segments: [] });
    const tasks = await (await overseer.get('/api/promises?state=task')).json();
    const his = { number: '+12025550123', state: 'open', reason: 'abandoned', task: 'foreign' };
    expect((tasks as { items: object[] }).items).toContainEqual(expect.objectContaining(his));
  }, 60_000);

  test('of all of them the ledger balances, and it is known who was answered within three rings (A04)', async () => {
    const calls = await office.rows('select hotline, outcome from call');
    const of = (hotline: string, outcome: string) =>
      calls.filter((one) => one['hotline'] === hotline && one['outcome'] === outcome).length;
    for (const number of ['400', '401', '402', '403']) {
      const ledger: unknown = await (await overseer.get(`/api/ledger?hotline=${number}`)).json();
      expect(ledger).toMatchObject({
        ...{ arrived: calls.filter(({ hotline }) => hotline === number).length, balanced: true },
        ...{ talks: of(number, 'talk'), promises: of(number, 'promise'), left: of(number, 'left') },
        ...{ blocked: of(number, 'blocked'), refused: 0, overCapacity: 0, broken: 0 },
      });
    }
    expect([of('400', 'talk'), of('400', 'promise'), of('401', 'promise')]).toEqual([3, 1, 1]);
    expect([of('400', 'left'), of('400', 'blocked'), of('403', 'promise')]).toEqual([3, 1, 1]);
    const report = await (await overseer.get('/api/reports/pick-ups')).json();
    const { days } = report as { days: Record<'calls' | 'talks' | 'withinThreeRings', number>[] };
    const sum = (what: 'calls' | 'talks' | 'withinThreeRings') =>
      days.reduce((all, day) => all + day[what], 0);
    // One was picked up only when he had been greeted, after three rings, and one when he had waited.
    expect([sum('calls'), sum('talks'), sum('withinThreeRings')]).toEqual([calls.length, 3, 1]);
  }, 30_000);
});
