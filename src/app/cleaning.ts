/** Merging and cleaning, wired to this app: the plan that stands, the calls that go on, the hour of the night. */
import { controllerOf, type Controller } from '../domain/customer/controller';
import type { CallSnapshot } from '../domain/records';
import { leadRulesOf } from '../domain/lead/rules';
import type { Plan } from '../domain/plan';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Cleaning, Merging } from '../http/merge-ports';
import { Sweeping } from '../jobs/sweeping';
import { unconfirmedByStore } from '../reports/unconfirmed';
import { NightlyCleaning, type Books } from '../jobs/nightly-cleaning';
import {
  beginRun,
  cleaningRunPage,
  goOn,
  lastDone,
  leftRuns,
  type CleaningWorld,
} from '../store/customers/cleaning-runs';
import { hashKeyOf } from '../store/customers/erased-numbers';
import { handOver } from '../store/customers/handover';
import { storeMerging } from '../store/customers/merge-desk';
import type { Database } from '../store/database';
import { forgetRejects } from '../store/intake/rejects';
import type { Centre, Parts } from './centre';

/** Who is there again has his leads back so soon. */
const HANDOVER_MS: Millis = seconds(300);

export interface CustomerCare {
  merging: Merging;
  cleaning: Cleaning;
  /** `mayChange`: whether what is kept may be changed; while it may not, nobody's leads are handed over. */
  start: (mayChange: () => boolean) => void;
  /** Waits for the batch in hand. */
  stop: () => Promise<void>;
}

export function customerCare(
  { config, db, log, makeId, there }: Parts,
  { engine, clock, replayer }: Centre,
): CustomerCare {
  const part = log.child({ part: 'cleaning' });
  const key = hashKeyOf(Buffer.from(config.secrets.seal, 'hex'));
  const now = () => clock.now();
  const world: CleaningWorld = {
    ...{ db, makeId, now, key, plan: () => engine.plan() },
    busy: () => busyIn(engine.calls()),
    stopped: () => nightly.isStopped,
    onError: (err) => part.warn({ err }, 'a part of the cleaning is left for the next run'),
  };
  const begin = (controller: string, by: string | null) =>
    beginRun(world, { controller, why: by === null ? 'night' : 'asked', by: by ?? 'openline' });
  const nightly = new NightlyCleaning({
    books: () => booksIn(engine.plan()),
    lastDone: (controller) => lastDone(db, controller),
    left: async () => {
      await there.ready();
      return leftRuns(db);
    },
    begin: async (controller, by) => (await begin(controller, by)).run.id,
    goOn: async (id) => {
      // Leads of calls are rows before they are looked at.
      await replayer.caughtUp();
      const run = await goOn(world, id);
      if (run !== null) {
        part.info({ run }, 'customers are cleaned');
        const at = now();
        const late = await lateConfirmations(db, { plan: engine.plan(), of: run.controller, at });
        for (const alarm of late) engine.submit({ type: 'alarm.raised', at, ...alarm });
      }
      await forgetOldRejects(db, engine.plan(), now());
    },
    now,
    onError: (err) => part.warn({ err }, 'cleaning waits for the database'),
  });
  let mayChange = () => true;
  const handovers = new Sweeping({
    sweep: async () => {
      if (!mayChange()) return 0;
      await there.ready();
      const { given, returned } = await handOver({
        ...world,
        onError: (err) => part.warn({ err }, 'a lead is handed over another time'),
      });
      if (given + returned > 0) part.info({ given, returned }, 'leads are handed over');
      return 0;
    },
    onError: (err) => part.warn({ err }, 'handing over waits for the database'),
    everyMs: HANDOVER_MS,
  });
  return {
    merging: storeMerging(db, makeId, key),
    cleaning: {
      runs: (books, request) => cleaningRunPage(db, books, request),
      begin: async (controller, by) => {
        const { run } = await begin(controller, by);
        nightly.wake(run.id);
        return run;
      },
    },
    start: (may) => {
      mayChange = may;
      nightly.start();
      handovers.start();
    },
    stop: async () => {
      await Promise.all([nightly.stop(), handovers.stop()]);
    },
  };
}

/** Of the stores of those books, each with how many leads of HQ wait for a confirmation that nobody makes (A26). */
export async function lateConfirmations(
  db: Database,
  { plan, of, at }: { plan: Plan; of: Controller; at: Instant },
) {
  const late = await unconfirmedByStore(db, at);
  return late
    .filter(({ storeId }) => controllerOf(plan, storeId) === of)
    .map(({ storeId, count }) => ({
      ...{ code: 'CONFIRMATIONS_WAIT' as const, storeId, detail: String(count) },
    }));
}

/** What stood in rejected rows of imports that nobody has corrected for so long. */
async function forgetOldRejects(db: Database, plan: Plan, now: Instant): Promise<void> {
  for (const { id: storeId } of plan.stores) {
    const { rejectedRowsDays } = leadRulesOf(plan, storeId);
    await forgetRejects(db, { storeId, before: now - seconds(rejectedRowsDays * 24 * 3600) });
  }
}

/** Each once, in the zone of the first store of them. */
export function booksIn(plan: Plan): Books[] {
  const zones = new Map<string, string>();
  for (const { id, timezone } of plan.stores) {
    const controller = controllerOf(plan, id);
    if (!zones.has(controller)) zones.set(controller, timezone);
  }
  return [...zones].map(([controller, zone]) => ({ controller, zone }));
}

/** Numbers, leads and customers of calls that go on. */
export const busyIn = (calls: readonly CallSnapshot[]): ReadonlySet<string> =>
  new Set(
    calls
      .flatMap(({ from, to, leadId, customerId }) => [from, to, leadId, customerId])
      .filter((one): one is string => one !== null && one !== ''),
  );
