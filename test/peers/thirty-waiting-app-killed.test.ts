/**
 * The app is killed (SIGKILL) while thirty talk and thirty wait for them: the line stands as it stood, also for who
 * has a head start or had his place back, agents are in the states that they were in, and who calls meanwhile is
 * answered within 10 s of his INVITE and stands behind everybody.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Snapshot } from '../../src/push/events';
import { FullHouse, hearsSomething, type Guest, type Seat } from '../support/full-house';
import type { TestPlan } from '../support/plan';
import { longestGapMs, missingPackets } from '../support/tone-meter';

const MANY = 30;
/** Nobody hears nothing for longer; fifty-calls-app-killed.test.ts measures by the packet. */
const MOST_GAP_MS = 400;
const ANSWERED_WITHIN_MS = 10_000;

const talkerOf = (n: number) => `138001000${String(n).padStart(2, '0')}`;
const numberOf = (n: number) => `138002000${String(n).padStart(2, '0')}`;
const newOf = (n: number) => `138003000${String(n).padStart(2, '0')}`;
const EVERY = Array.from({ length: MANY }, (_, n) => n);

/** He means to buy within the week, which counts as a minute that he has waited. */
const HOT = 20;
/** He gave up as the third, and rang again as the last. */
const BACK = 29;
/** They hang up while no app is there. */
const LEAVE = [4, 12];

/** Three more telemarketers, of another queue: one of them talks there, and has a long wrap-up behind it. */
function withAfterSales(plan: TestPlan): TestPlan {
  const [sales] = plan.queues;
  if (!sales) throw new Error('the plan has no queue');
  const elsewhere = new Set(plan.people.slice(-3).map(({ id }) => id));
  return {
    ...plan,
    queues: [sales, { ...sales, id: 'service', wrapUpSeconds: 600 }],
    hotlines: [
      ...plan.hotlines,
      { number: '401', store: 'bj01', queue: 'service', notice: 'none' },
    ],
    people: plan.people.map((one) =>
      elsewhere.has(one.id) ? { ...one, queues: ['service'] } : one,
    ),
  };
}

interface Talk {
  guest: Guest;
  seat: Seat;
}

interface Place {
  id: string;
  number: string;
  joined_at: Date;
}

let house: FullHouse;
let talks: Talk[];
/** In the order in which they called last. */
let waiters: Guest[];
/** They call while no app is there, and right after. */
let fresh: Guest[];
let answeredAfterMs: number[];
let before: Snapshot;
let after: Snapshot;
let placesBefore: Place[];
/** The most that this process was late itself. */
let stallMs: number;

beforeAll(async () => {
  house = await FullHouse.open(MANY + 3, withAfterSales);
  talks = [];
  for (const n of EVERY) talks.push(await house.talk(talkerOf(n)));
  await serviceBegins();
  waiters = await lineFills();
  for (const waiter of waiters) await hearsSomething(waiter);
  before = await house.board();
  placesBefore = await places();
  for (const { ear } of everybody()) ear.forget();
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();

  const { app } = house.product.listening.pids;
  process.kill(app, 'SIGKILL');
  for (const n of LEAVE) await house.hangsUp(waiterOf(n));
  await house.hangsUp((talks[0] as Talk).guest);
  fresh = [await house.calls(newOf(0)), await house.calls(newOf(1))];
  await house.product.restarted('app', app);
  fresh.push(await house.calls(newOf(2)), await house.calls(newOf(3)));
  answeredAfterMs = await Promise.all(fresh.map((one) => house.isAnswered(one)));
  after = await house.board();
  stallMs = loop.max / 1e6;
}, 180_000);

afterAll(() => house?.close(), 30_000);

/** Of three of after-sales one has lunch, one his wrap-up, and one is free. */
async function serviceBegins(): Promise<void> {
  const desk = await house.desk('t031');
  expect((await desk.post('/api/agents/me/not-ready', { reason: 'lunch' })).status).toBe(200);
  desk.close();
  const { guest, seat } = await house.talk('13800400000', '401');
  await house.hangsUp(guest);
  await house.isHungUp(seat);
}

async function lineFills(): Promise<Guest[]> {
  await house.rows(`insert into lead (id, store_id, number, source, level, opened_at)
    values (gen_random_uuid(), 'bj01', '+86${numberOf(HOT)}', 'web', 'H', now())`);
  const line: Guest[] = [];
  for (const n of EVERY) {
    if (n === 3) await house.hangsUp(await house.waits(numberOf(BACK)));
    line.push(await house.waits(numberOf(n)));
  }
  return line;
}

const waiterOf = (n: number): Guest => waiters[n] as Guest;
const stay = (): Guest[] => waiters.filter((_, n) => !LEAVE.includes(n));

/** Who hears somebody or something from before the fall until after it. */
const everybody = () => [...talks.slice(1).flatMap(({ guest, seat }) => [guest, seat]), ...stay()];

/** Who stands in the line of sales, or stood in it when he left. */
const places = (): Promise<Place[]> =>
  house.rows(`select e.id, c.from_number as number, e.joined_at from queue_entry e
    join call c on c.id = e.call_id where e.queue_id = 'sales' and c.from_number like '+86138002%'
    order by c.arrived_at`);

test('who calls while no app is there, or right after, is answered within 10 s', () => {
  expect(Math.max(...answeredAfterMs)).toBeLessThan(ANSWERED_WITHIN_MS);
});

test('nobody who talks or waits hears a gap', () => {
  for (const { ear } of everybody()) {
    expect(missingPackets(ear.heard)).toBe(0);
    expect(longestGapMs(ear.heard)).toBeLessThan(MOST_GAP_MS + stallMs);
  }
});

test('agents, calls and the line are shown as they were', () => {
  // One telemarketer has lost his caller, and has the first of the line.
  const [freed] = talks as [Talk];
  const agents = (board: Snapshot) =>
    board.agents.filter(({ id }) => id !== freed.seat.id).map(({ desktop: _, ...agent }) => agent);
  expect(agents(after)).toEqual(agents(before));
  const others = [freed.guest, waiterOf(HOT), ...LEAVE.map(waiterOf), ...fresh];
  const calls = (board: Snapshot) =>
    board.calls
      .filter(({ from }) => !others.some(({ number }) => from.endsWith(number)))
      .map(({ id, state, agentId, leadId, arrivedAt, talkStartedAt }) => ({
        ...{ id, state, agentId, leadId, arrivedAt, talkStartedAt },
      }));
  expect(calls(after)).toEqual(calls(before));
  expect(calls(after)).toHaveLength(2 * MANY - 2 - LEAVE.length);
  const waiting = MANY - LEAVE.length - 1 + fresh.length;
  expect(after.queues).toEqual(
    before.queues.map((queue) =>
      queue.id === 'sales' ? { ...queue, waiting, offered: 1, told: expect.anything() } : queue,
    ),
  );
});

test('whoever is free is offered who came first', async () => {
  const line = [waiterOf(HOT), ...[0, 1, 2, BACK].map(waiterOf)];
  line.push(...stay().filter((one) => !line.includes(one)), ...fresh);
  const talking = [...talks];
  const offered: string[] = [];
  for (const [n, guest] of line.entries()) {
    const { guest: gone, seat } = talking[n] as Talk;
    if (n > 0) await house.hangsUp(gone);
    await house.isHungUp(seat);
    const rung = await house.rings([seat]);
    offered.push(rung.number);
    const taken = line.find(({ number }) => number === rung.number) ?? guest;
    await house.talks(taken, rung);
    talking.push({ guest: taken, seat });
  }
  expect(offered).toEqual(line.map(({ number }) => number));
  for (const { guest, seat } of talking.slice(line.length)) {
    await house.hangsUp(guest);
    await house.isHungUp(seat);
  }
}, 120_000);

test('each has the place in the records that he had, and the ledger balances', async () => {
  await house.nothingIsLeft();
  expect(await places()).toEqual(placesBefore);
  const desk = await house.desk('chen');
  const ledger: unknown = await (await desk.get('/api/ledger?hotline=400')).json();
  desk.close();
  expect(ledger).toMatchObject({
    ...{ arrived: 2 * MANY + 1 + fresh.length, talks: 2 * MANY + fresh.length - LEAVE.length },
    ...{ left: 1 + LEAVE.length, promises: 0, broken: 0, inProgress: 0, balanced: true },
  });
}, 60_000);
