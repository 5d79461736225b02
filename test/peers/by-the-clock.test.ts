/**
 * What the clock brings, on the started product: opening hours that end while somebody waits, a holiday and a working
 * day in it (调休), three calls in vain to whom we owe one, and the test calls of a hotline. Most of them take minutes, so
 * they run beside one another, each with a hotline of its own.
 */
import type { HotlineView } from '../../src/domain/notices';
import { CALLER_HZ, hearEachOther, hearsMusic } from '../support/desk-talk';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import { PASSWORD, type TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ZONES: Record<number, string> = { 8: 'Asia/Shanghai', 9: 'Asia/Tokyo' };

/** Date and time on the wall of a zone that is so many hours before UTC: `2026-10-01T09:00`. */
const wallAt = (at: number, hours: number): string =>
  new Date(at + hours * 60 * MINUTE).toISOString().slice(0, 16);
const dayAt = (at: number, hours = OFFSET): string => wallAt(at, hours).slice(0, 10);

/** The store is where this day lasts for as long as these stories do. */
const OFFSET = [8, 9].find(
  (hours) => dayAt(Date.now(), hours) === dayAt(Date.now() + 10 * MINUTE, hours),
) as number;
/** When a day begins there, so many days from now. */
const midnight = (days: number): number =>
  Date.parse(`${dayAt(Date.now() + days * DAY)}T00:00Z`) - OFFSET * 60 * MINUTE;

/** What we owe is due half an hour after it opens. */
const DUE_MS = 30 * MINUTE;

const [OPEN, HOLIDAY, WORKDAY] = ['400', '402', '403'] as const;
const [CLOSING, TRIED, TESTED] = ['404', '405', '406'] as const;
const MOBILE = '13800000301';
/** What nobody is called back at by itself, and why. */
const TASKS = [
  ['01082345678', '+861082345678', 'own'],
  ['95588', '95588', 'short'],
  ['16812345', '16812345', 'premium'],
] as const;

let dealership: Dealership;
/** It answers all calls of ours with "busy". */
let gateway: Party;
let desk: PushClient;
let chen: PushClient;
/** The next full minute that leaves time for a call. */
let closesAt: number;

/** `agent0` has the callers of the queue, `agent1` those of 405, who are called back by him. */
function byTheClock(plan: TestPlan): TestPlan {
  const [[queue], [hotline], [trunk]] = [plan.queues, plan.hotlines, plan.trunks];
  if (!queue || !hotline || !trunk) throw new Error('the plan is empty');
  closesAt = Math.ceil((Date.now() + 10_000) / MINUTE) * MINUTE;
  const holidays = [`${dayAt(Date.now())}/${dayAt(Date.now() + DAY)}`];
  const workdays = [{ day: dayAt(Date.now()), open: '00:00-24:00' }];
  const daily = { daily: '00:00-24:00' };
  return {
    ...plan,
    stores: plan.stores.map((store) => ({ ...store, timezone: ZONES[OFFSET] as string })),
    trunks: [
      {
        ...{ ...trunk, watch: false, to: [`sip:127.0.0.1:${gateway.sip.port}`] },
        // It would carry them all.
        dial: ['mobile', 'fixed', 'service', 'premium', 'other'],
        numbers: TASKS.filter(([, , why]) => why === 'own').map(([number]) => number),
      },
    ],
    hours: [
      { id: 'holiday', week: daily, holidays },
      { id: 'workday', week: {}, holidays, workdays },
      { id: 'closing', week: { daily: `00:00-${wallAt(closesAt, OFFSET).slice(11)}` } },
    ],
    queues: [queue, { ...queue, id: 'tried' }],
    hotlines: [
      { ...hotline, number: OPEN },
      { ...hotline, number: HOLIDAY, hours: 'holiday' },
      { ...hotline, number: WORKDAY, hours: 'workday' },
      { ...hotline, number: CLOSING, hours: 'closing' },
      { ...hotline, number: TRIED, queue: 'tried', ringBack: { againMinutes: 1 } },
      { ...hotline, number: TESTED, testCallMinutes: 1 },
    ],
    people: plan.people.map((one) => (one.id === 'agent1' ? { ...one, queues: ['tried'] } : one)),
  };
}

beforeAll(async () => {
  gateway = await party(CALLER_HZ, '127.0.0.1');
  gateway.sip.got.each((message) => {
    if (message.method === 'INVITE') gateway.sip.answer(message, 486);
  });
  dealership = await Dealership.open({}, byTheClock);
  desk = await deskOf('agent0');
  chen = await deskOf('chen');
  for (const number of [MOBILE, ...TASKS.map(([caller]) => caller)])
    await dealership.givesUp(number, TRIED);
  picksUpAlways(dealership.agents[1]);
}, 90_000);

afterAll(async () => {
  for (const one of [desk, chen]) one.close();
  await dealership.close();
  for (const part of [gateway.sip, gateway.ear]) part.close();
}, 30_000);

const deskOf = (user: string): Promise<PushClient> =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

/** From now on, and puts down when he is told. */
function picksUpAlways(agent: Party): void {
  const known = new Set(agent.sip.got.all.map(({ callId }) => callId));
  agent.sip.got.each((message) => {
    if (message.method === 'BYE') {
      agent.sip.answer(message, 200);
      agent.ear.hush();
    } else if (message.method === 'INVITE' && !known.has(message.callId)) {
      known.add(message.callId);
      picksUp(agent, message);
    }
  });
}

const hears = ({ ear }: Party, prompt: string): Promise<void> =>
  ear.until(
    () => ear.heard.length % 25 === 0 && likeness(ear.heard, { language: 'zh-CN', prompt }) > 0.9,
    25_000,
    () => `${prompt} was not heard`,
  );

async function comes(number: string, hotline: string) {
  const caller = await dealership.caller(CALLER_HZ);
  dealership.calls(caller, number, { hotline });
  return { caller, toTag: await dealership.isAnswered(caller) };
}

const hangsUp = ({ caller, toTag }: { caller: Party; toTag: string }): void => {
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  caller.ear.hush();
};

/** Who is rung next has the caller, until that one hangs up. */
async function talks(caller: Party, since: number[]): Promise<void> {
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  await hearEachOther(caller, agent);
  const from = agent.sip.got.length;
  hangsUp({ caller, toTag });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  agent.ear.hush();
}

const boardOf = async (number: string): Promise<HotlineView | undefined> => {
  const { items } = (await (await chen.get('/api/hotlines')).json()) as { items: HotlineView[] };
  return items.find((one) => one.number === number);
};

/** How his call ended, and what he was promised. */
const outcomeOf = (number: string) =>
  waitFor(`the call of ${number} to be closed`, async () => {
    const [row] = await dealership.rows(`select c.outcome, p.reason, p.state, p.due_at
      from call c left join promise p on p.number = c.from_number
      where c.from_number = '${number}' and c.state = 'closed'`);
    return row;
  });

const promised = (dueAt: number) => ({
  ...{ outcome: 'promise', reason: 'closed', state: 'open', due_at: new Date(dueAt) },
});

test('closing time: who waits waits on and is picked up; who comes after it is promised a call for tomorrow', async () => {
  expect((await desk.post('/api/agents/me/not-ready', { reason: 'lunch' })).status).toBe(200);
  const waiting = await comes('13800000311', CLOSING);
  await hearsMusic(waiting.caller.ear);
  expect(Date.now()).toBeLessThan(closesAt);
  expect(await boardOf(CLOSING)).toMatchObject({ open: true });
  // Not asked sooner: who asks for a minute, again and again, is told to wait (429).
  const isClosed = async () => Date.now() >= closesAt && (await boardOf(CLOSING))?.open === false;
  await waitFor('closing time', isClosed, 80_000);
  expect(Date.now()).toBeGreaterThanOrEqual(closesAt);
  expect(Date.now()).toBeLessThan(closesAt + 2000);
  const opensAt = midnight(1);
  expect(await boardOf(CLOSING)).toMatchObject({ why: 'after-hours', opensAt });

  const late = await comes('13800000312', CLOSING);
  await hears(late.caller, 'closed');
  await hears(late.caller, 'tomorrow');
  hangsUp(late);
  expect(await outcomeOf('+8613800000312')).toEqual(promised(opensAt + DUE_MS));
  await hearsMusic(waiting.caller.ear);
  const since = dealership.heardSoFar();
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
  await talks(waiting.caller, since);
  expect(await outcomeOf('+8613800000311')).toMatchObject({ outcome: 'talk', reason: null });
}, 120_000);

test('a holiday: told so, and promised a call for the day after it; a working day in it: picked up', async () => {
  const opensAt = midnight(2);
  expect(await boardOf(HOLIDAY)).toMatchObject({ open: false, why: 'holiday', opensAt });
  const one = await comes('13800000321', HOLIDAY);
  await hears(one.caller, 'holiday');
  hangsUp(one);
  expect(await outcomeOf('+8613800000321')).toEqual(promised(opensAt + DUE_MS));

  expect(await boardOf(WORKDAY)).toMatchObject({ open: true });
  const since = dealership.heardSoFar();
  const caller = await dealership.caller(CALLER_HZ);
  dealership.calls(caller, '13800000322', { hotline: WORKDAY });
  await talks(caller, since);
  expect(await outcomeOf('+8613800000322')).toMatchObject({ outcome: 'talk', reason: null });
}, 60_000);

test('three calls in vain, a minute after one another, and a person is to see to it; as of numbers that nobody dials by itself', async () => {
  const promiseOf = async (number: string) =>
    (await dealership.rows(`select * from promise where number = '${number}'`))[0];
  await waitFor('the last try', async () => (await promiseOf(`+86${MOBILE}`))?.['task'], 170_000);
  const { items } = (await (await chen.get('/api/promises?state=task')).json()) as {
    items: object[];
  };
  const shared = { hotline: TRIED, state: 'open', reason: 'abandoned' };
  expect(items).toHaveLength(1 + TASKS.length);
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...shared, number: `+86${MOBILE}`, task: 'tried', tries: 3 }),
      ...TASKS.map(([, number, task]) => expect.objectContaining({ ...shared, number, task })),
    ]),
  );
  const tries = (await dealership.rows(
    `select number, outcome, agent_id, dialled_at, ended_at from attempt order by claimed_at`,
  )) as { dialled_at: Date; ended_at: Date }[];
  const vain = { number: `+86${MOBILE}`, outcome: 'busy', agent_id: 'agent1' };
  expect(tries).toMatchObject([vain, vain, vain]);
  const between = tries.slice(1).map((one, n) => +one.dialled_at - +(tries[n]?.ended_at ?? 0));
  for (const ms of between) {
    expect(ms).toBeGreaterThan(MINUTE);
    expect(ms).toBeLessThan(MINUTE + 10_000);
  }
  const dialled = gateway.sip.got.all.filter(({ method }) => method === 'INVITE');
  expect(new Set(dialled.map(({ uri }) => /^sip:(\d+)@/.exec(uri ?? '')?.[1]))).toEqual(
    new Set([MOBILE]),
  );
  expect(new Set(dialled.map(({ callId }) => callId)).size).toBe(3);
}, 180_000);

test('a hotline tests itself each minute: its board shows the last one, and the ledger knows of none', async () => {
  const tests = (): NonNullable<HotlineView['test']>[] => {
    const all = chen.frames.all.flatMap((frame) =>
      frame.type === 'hotline.updated' && (frame.data as HotlineView).number === TESTED
        ? ((frame.data as HotlineView).test ?? [])
        : [],
    );
    return all.filter(({ at }, n) => at !== all[n - 1]?.at);
  };
  await waitFor('the second test', () => tests().length > 1, 150_000);
  const [first, second] = tests();
  expect([first, second]).toMatchObject([
    { fault: null, failures: 0 },
    { fault: null, failures: 0 },
  ]);
  expect(second?.mos).toBeGreaterThan(3.5);
  const apart = (second?.at ?? 0) - (first?.at ?? 0);
  expect(Math.abs(apart - MINUTE)).toBeLessThan(10_000);
  expect((await boardOf(TESTED))?.test).toEqual(tests().at(-1));
  expect((await boardOf(OPEN))?.test).toBeNull();
  const ledger: unknown = await (await chen.get(`/api/ledger?hotline=${TESTED}`)).json();
  expect(ledger).toMatchObject({ arrived: 0, balanced: true });
  await dealership.allIsClosed();
}, 180_000);
