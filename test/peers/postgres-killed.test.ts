/**
 * PostgreSQL is killed (SIGKILL) while some talk and some wait, and stays away for a while: callers and agents notice
 * nothing. Who waits is offered, who calls is answered, the pop comes (and says that nobody could be looked up), a form
 * is kept; and when the product has started PostgreSQL again, all of it is there, once. Who is signed in stays so, who is
 * known signs in, and a session that was ended stays ended. Falls the app as well, it is found out afterwards who called.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  FullHouse,
  hearEachOther,
  hearsSomething,
  type Guest,
  type Seat,
} from '../support/full-house';
import { PASSWORD, type TestPlan } from '../support/plan';
import type { Product } from '../support/product';
import type { PushClient } from '../support/push-client';
import { longestGapMs, missingPackets } from '../support/tone-meter';
import { waitFor } from '../support/wait';

/** What the machine does by itself, where neighbours keep it busy. */
const MOST_GAP_MS = 400;
const ANSWERED_WITHIN_MS = 2000;
const sale = { kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' };

let house: FullHouse;
let desk: PushClient;

beforeAll(async () => {
  // One has a desktop at which calls pop up; the other works by the phone alone.
  const withDesk = (plan: TestPlan): TestPlan => ({
    ...plan,
    phones: plan.phones.map((phone) =>
      phone.person === 't001' ? { ...phone, autoReady: false } : phone,
    ),
  });
  house = await FullHouse.open(2, withDesk);
  desk = await house.desk('t001');
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
}, 120_000);

afterAll(async () => {
  desk?.close();
  await house?.close();
}, 30_000);

/** Who waits as the next one gets the telemarketer whose caller hangs up; answers what popped up. */
async function isNext(guest: Guest, { of, at }: { of: Guest; at: Seat }) {
  const from = desk.frames.length;
  await house.hangsUp(of);
  await house.isHungUp(at);
  const rung = await house.rings([at]);
  expect(rung.number).toBe(guest.number);
  await house.talks(guest, rung);
  const offer = await desk.next('offer.created', ({ data }) => data.agentId === 't001', { from });
  return offer.data;
}

/** How late this process is itself. */
const loop = monitorEventLoopDelay({ resolution: 10 });

const heardOf = (guests: (Guest | Seat)[]) =>
  guests.map(({ ear }) => [
    missingPackets(ear.heard),
    longestGapMs(ear.heard) < MOST_GAP_MS + loop.max / 1e6,
  ]);

/** A session of a page, by what it is answered. */
async function signsIn(user: string, password = PASSWORD) {
  const at = `${house.product.http}/api/session`;
  const ask = (method: string, cookie: string) =>
    fetch(at, { method, headers: { origin: house.product.http, cookie } });
  const { status, headers } = await fetch(at, {
    method: 'POST',
    headers: { origin: house.product.http, 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const cookie = /openline_session=[^;]+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? '';
  return {
    status,
    lives: async () => (await ask('GET', cookie)).status === 200,
    signsOut: async () => (await ask('DELETE', cookie)).status,
  };
}

/** Of chen's sessions, how many stand and how many are ended, as the database has them. */
const sessionsOfChen = () =>
  house.rows<{ standing: number; ended: number }>(
    `select count(*) filter (where ended_at is null)::int as standing,
       count(*) filter (where ended_at is not null)::int as ended
     from session where person_id = 'chen'`,
  );

test('callers and agents notice nothing, and nothing is lost', async () => {
  const first = await house.talk('13800100001');
  const second = await house.talk('13800100002');
  const [byDesk, byPhone] = first.seat.id === 't001' ? [first, second] : [second, first];
  const waiting = [await house.waits('13800200001'), await house.waits('13800200002')] as const;
  for (const one of waiting) await hearsSomething(one);
  const callId = byDesk.seat.invite?.get('x-call-id') ?? '';
  const [kept, over, ending] = [
    await signsIn('chen'),
    await signsIn('chen'),
    await signsIn('chen'),
  ];
  await over.signsOut();
  for (const { ear } of [byPhone.guest, byPhone.seat, waiting[1]]) ear.forget();
  loop.enable();

  await house.databaseFalls();
  const isAsItWas = async () => {
    const lives = await Promise.all([kept, over, ending].map((one) => one.lives()));
    return [...lives, (await desk.get('/api/session')).status];
  };
  expect(await isAsItWas()).toEqual([true, false, true, 200]);
  expect(await ending.signsOut()).toBe(204);
  const later = await signsIn('chen');
  expect([later.status, await later.lives()]).toEqual([200, true]);
  expect((await signsIn('chen', 'guessed')).status).toBe(401);
  expect(await isAsItWas()).toEqual([true, false, false, 200]);
  const known = await isNext(waiting[0], { of: byDesk.guest, at: byDesk.seat });
  expect(known).toMatchObject({ lookup: 'none', from: '+8613800200001' });
  const answer = await desk.post(`/api/calls/${callId}/form`, sale);
  expect([answer.status, await answer.json()]).toMatchObject([200, { state: 'complete' }]);
  const fresh = await house.calls('13800300001');
  expect(await house.isAnswered(fresh)).toBeLessThan(ANSWERED_WITHIN_MS);
  expect(heardOf([waiting[1]])).toEqual([[0, true]]);
  await isNext(waiting[1], { of: waiting[0], at: byDesk.seat });
  const pop = await isNext(fresh, { of: waiting[1], at: byDesk.seat });
  expect(pop).toMatchObject({
    lookup: 'unavailable',
    from: '+8613800300001',
    why: expect.anything(),
  });
  expect((await desk.post('/api/agents/me/not-ready', { reason: 'lunch' })).status).toBe(200);

  await house.databaseReturns();
  expect(await isAsItWas()).toEqual([true, false, false, 200]);
  expect(await later.lives()).toBe(true);
  for (const { ear } of [fresh, byDesk.seat]) ear.forget();
  await hearEachOther(fresh, byDesk.seat);
  expect(heardOf([byPhone.guest, byPhone.seat])).toEqual([
    [0, true],
    [0, true],
  ]);
  for (const { guest, seat } of [{ ...byDesk, guest: fresh }, byPhone]) {
    await house.hangsUp(guest);
    await house.isHungUp(seat);
  }

  await waitFor(
    'all five calls, each with its lead',
    async () => {
      return (
        (await house.rows(`select id from call where state = 'closed' and lead_id is not null`))
          .length === 5
      );
    },
    20_000,
  );
  await house.nothingIsLeft();
  expect(await sessionsOfChen()).toEqual([{ standing: 2, ended: 2 }]);
  const calls = await house.rows(
    `select c.from_number as number, c.outcome, c.lead_id is not null as lead,
       (select count(*)::int from recording r where r.call_id = c.id and r.state = 'stored') as files,
       (select count(*)::int from queue_entry e where e.call_id = c.id and e.outcome = 'connected') as places,
       (select count(*)::int from lead l where l.number = c.from_number) as leads
     from call c order by number`,
  );
  const numbers = ['100001', '100002', '200001', '200002', '300001'];
  expect(calls).toEqual(
    numbers.map((number) => ({
      ...{ number: `+8613800${number}`, outcome: 'talk', lead: true },
      ...{ files: 1, places: 1, leads: 1 },
    })),
  );
  expect(
    await house.rows(
      `select kind, level, source, disposition, state from call_form where call_id = '${callId}'`,
    ),
  ).toEqual([{ ...sale, state: 'complete' }]);
  const [wang] = await house.rows(`select intent, reason from agent_state where agent_id = 't001'`);
  expect(wang).toEqual({ intent: 'not-ready', reason: 'lunch' });
  expect((await house.board()).agents.map(({ activity }) => activity)).toEqual(['idle', 'idle']);
}, 120_000);

/** What the app has written down, as it stands on the disk. */
function journalOf({ dataDir }: Product): string[] {
  const folder = join(dataDir, 'journal');
  const segments = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return segments.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
}

test('A19: who came and went while it was away, with an app that fell, has his lead, and his recording has it', async () => {
  await house.databaseFalls();
  const { guest, seat } = await house.talk('13800400001');
  await house.hangsUp(guest);
  await house.isHungUp(seat);
  await waitFor('call and recording to be in the journal', () => {
    const lines = journalOf(house.product);
    const callId = seat.invite?.get('x-call-id') ?? '';
    const isIn = (what: string, said: string) =>
      lines.some((line) => [what, said, callId].every((part) => line.includes(part)));
    return (
      isIn('"call.saved"', '"unknown":{"number":"+8613800400001"') &&
      isIn('"recording.saved"', '"stored"')
    );
  });
  const killed = house.product.listening.pids.app;
  process.kill(killed, 'SIGKILL');
  await house.databaseReturns();
  await house.product.restarted('app', killed);
  const his = () =>
    house.rows(
      `select l.source, l.customer_id is not null as customer, k.lead_id = l.id as contact,
         r.lead_id = l.id as recording
       from call c join lead l on l.id = c.lead_id and l.opened_by_call = c.id
       join contact k on k.call_id = c.id join recording r on r.call_id = c.id and r.state = 'stored'
       where c.from_number = '+8613800400001'`,
    );
  const whole = { source: 'inbound', customer: true, contact: true, recording: true };
  await waitFor(
    'his lead, and what hangs on it',
    async () => (await his()).some((one) => Object.values(one).every(Boolean)),
    20_000,
  );
  expect(await his()).toEqual([whole]);
  await house.nothingIsLeft();
}, 120_000);
