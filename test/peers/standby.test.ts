/**
 * A standby beside the active app. That one is killed, and then hangs, while some talk and some wait: the other has the
 * claim and the live calls within 10 s, nobody hears a gap, the line stands as it stood, and never are two active.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FullHouse, hearsSomething, type Guest, type Seat } from '../support/full-house';
import { onlyOurs } from '../support/needs';
import { epochOf, isActive, startStandby, type Standby } from '../support/standby';
import { longestGapMs, missingPackets } from '../support/tone-meter';
import { waitFor } from '../support/wait';

const MOST_GAP_MS = 400;
const TAKEN_OVER_WITHIN_MS = 10_000;

let house: FullHouse;
let standby: Standby;
const loop = monitorEventLoopDelay({ resolution: 10 });

beforeAll(async () => {
  house = await FullHouse.open(2);
  loop.enable();
}, 120_000);

/** The launcher's app is the active one, and another stands by. */
beforeEach(async () => {
  standby?.kill();
  const { events } = house.product;
  await waitFor("the launcher's app", () => events.all.at(-1)?.event === 'listening', 20_000);
  standby = await startStandby(house.product);
}, 60_000);

afterAll(async () => {
  standby?.kill();
  await house?.close();
}, 30_000);

const heardOf = (guests: (Guest | Seat)[]) =>
  guests.map(({ ear }) => [
    missingPackets(ear.heard),
    longestGapMs(ear.heard) < MOST_GAP_MS + loop.max / 1e6,
  ]);
const allWell = (guests: unknown[]) => guests.map(() => [0, true]);

/** Two talk, two wait; answers all of them after the line has been taken over and worked off. */
async function survives(
  kind: string,
  takeOver: () => Promise<number>,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const talks = [await house.talk(`1380010${kind}1`), await house.talk(`1380010${kind}2`)];
  const waiting = [await house.waits(`1380020${kind}1`), await house.waits(`1380020${kind}2`)];
  for (const one of waiting) await hearsSomething(one);
  const everybody = [...talks.flatMap(({ guest, seat }) => [guest, seat]), ...waiting];
  for (const { ear } of everybody) ear.forget();
  const epoch = epochOf(house.product);

  expect(await takeOver()).toBeLessThan(TAKEN_OVER_WITHIN_MS);
  expect(epochOf(house.product)).toBe(epoch + 1);
  // He calls the new one, and stands behind those who waited.
  const fresh = await house.waits(`1380030${kind}1`);
  expect(heardOf(everybody)).toEqual(allWell(everybody));
  // Who hangs up makes his telemarketer free for the next in line.
  const going = [...talks];
  for (const next of [...waiting, fresh]) {
    const { guest, seat } = going.shift() as { guest: Guest; seat: Seat };
    await house.hangsUp(guest);
    await house.isHungUp(seat);
    const rung = await house.rings();
    expect(rung.number).toBe(next.number);
    await house.talks(next, rung);
    going.push({ guest: next, seat: rung.seat });
  }
  for (const { guest, seat } of going) {
    await house.hangsUp(guest);
    await house.isHungUp(seat);
  }
  await afterwards();
  await house.nothingIsLeft();
}

/** The launcher's app is sent the signal; answers how long it takes until the standby is active. */
async function after(signal: NodeJS.Signals): Promise<number> {
  const from = performance.now();
  process.kill(house.product.listening.pids.app, signal);
  await isActive(standby);
  return performance.now() - from;
}

const launcherStandsBy = () =>
  waitFor('the launcher', () => house.product.events.all.at(-1)?.event === 'standing-by', 20_000);

onlyOurs(
  'the active app is killed: the standby has its calls, and the next app stands by',
  async () => {
    await survives('010', () => after('SIGKILL'));
    await launcherStandsBy();
  },
  120_000,
);

onlyOurs(
  'the active app hangs: the standby ends it and has its calls',
  async () => {
    await survives('020', () => after('SIGSTOP'));
    await launcherStandsBy();
    expect(standby.stderr()).toContain('the app that was active before is ended');
  },
  120_000,
);

/** Who is only in the journal when the app is killed. */
const LEFT = '13800400301';

function isJournalled(words: string): boolean {
  const folder = join(house.product.dataDir, 'journal');
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(words));
}

onlyOurs(
  'the database is away all the while: nothing is missing when it is back, and nothing doubled',
  async () => {
    const killed = async () => {
      await house.databaseFalls();
      const guest = await house.waits(LEFT);
      await waitFor('him in the journal', () => isJournalled(LEFT));
      await house.hangsUp(guest);
      return after('SIGKILL');
    };
    await survives('030', killed, async () => {
      await house.databaseReturns();
      await launcherStandsBy();
    });
    expect(standby.stderr()).toContain('taken over from the local snapshot');
    const calls = await house.rows(`select from_number as number, outcome, count(*)::int as calls,
        (select count(*)::int from promise p where p.number = from_number) as promises
      from call where from_number like '+8613800_0030_' group by 1, 2 order by 1`);
    const ended = (number: string, outcome: string, promises: number) => ({
      ...{ number: `+86${number}`, outcome, calls: 1, promises },
    });
    expect(calls).toEqual([
      ended('13800100301', 'talk', 0),
      ended('13800100302', 'talk', 0),
      ended('13800200301', 'talk', 0),
      ended('13800200302', 'talk', 0),
      ended('13800300301', 'talk', 0),
      ended(LEFT, 'left', 1),
    ]);
  },
  120_000,
);

onlyOurs(
  'whoever goes hands over without waiting',
  async () => {
    expect(await after('SIGTERM')).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    await launcherStandsBy();
  },
  60_000,
);
