/**
 * Rows of what is counted by the day and must outlive the app: what may still be dialled, and how full trunks were.
 * Days are those of China (UTC+8).
 */
import type { Knex } from 'knex';
import { UNUSED, type DialBudget } from '../domain/dial/budget';
import type { BudgetChange } from '../domain/dial/kept-budget';
import type { TrunkId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { TrunkUse } from '../domain/trunk/use';
import {
  instant,
  rowsOf,
  run,
  timestamp,
  upsert,
  type Columns,
  type Line,
  type Statement,
} from './statement';

const ATTEMPT: Columns = { at: 'timestamptz', agent_id: 'text', store_id: 'text' };
const ADD_ATTEMPTS: Statement = {
  name: 'add_dial_attempts',
  sql: `insert into dial_attempt (at, agent_id, store_id)
    select r.at, r.agent_id, r.store_id from ${rowsOf(ATTEMPT)}`,
};
const SPENT = upsert('dial_spent', { subject: 'text', day: 'integer', sum: 'bigint' }, 'subject');
const PAUSE = upsert('dial_pause', { subject: 'text', until: 'timestamptz' }, 'subject');
const TRUNK = upsert(
  'trunk_use',
  {
    ...{ trunk_id: 'text', day: 'integer', used: 'integer', peak: 'integer' },
    ...{ full_ms: 'bigint', since: 'timestamptz' },
  },
  'trunk_id',
);

const HOUR_MS = 3_600_000;

/** Each change once, the oldest first. */
export async function saveDialCounts(line: Line, changes: readonly BudgetChange[]): Promise<void> {
  const attempts = changes.flatMap((change) => change.attempts);
  const spent = new Map(
    changes.flatMap(({ day, spent: sums }) =>
      Object.entries(sums).map(([subject, sum]) => [subject, { subject, day, sum }] as const),
    ),
  );
  const pauses = Object.assign({}, ...changes.map(({ paused }) => paused)) as Record<
    string,
    Instant
  >;
  const made = attempts.map(({ at, who: { agentId, storeId } }) => ({
    ...{ at: timestamp(at), agent_id: agentId, store_id: storeId },
  }));
  const paused = Object.entries(pauses).map(([subject, at]) => ({ subject, until: timestamp(at) }));
  await Promise.all([
    run(line, ADD_ATTEMPTS, made),
    run(line, SPENT, [...spent.values()]),
    run(line, PAUSE, paused),
  ]);
}

/** As it stood when its last change was written; what is older than the limits look back is let go. */
export async function loadDialBudget(db: Knex, now: Instant): Promise<DialBudget> {
  await db('dial_attempt')
    .where('at', '<', timestamp(now - HOUR_MS))
    .delete();
  const attempts = await db<{ at: Date; agent_id: string; store_id: string }>(
    'dial_attempt',
  ).orderBy('at');
  const sums = await db<{ subject: string; day: number; sum: string }>('dial_spent');
  const pauses = await db<{ subject: string; until: Date }>('dial_pause');
  const day = Math.max(UNUSED.day, ...sums.map((row) => row.day));
  return {
    attempts: attempts.map(({ at, agent_id: agentId, store_id: storeId }) => ({
      ...{ at: instant(at), who: { agentId, storeId } },
    })),
    day,
    spent: new Map(
      sums.filter((row) => row.day === day).map(({ subject, sum }) => [subject, Number(sum)]),
    ),
    broken: new Map(pauses.map(({ subject, until }) => [subject, instant(until)])),
  };
}

/** At most one of a trunk. */
export async function saveTrunkUses(
  line: Line,
  uses: readonly { trunkId: TrunkId; use: TrunkUse }[],
): Promise<void> {
  const rows = uses.map(({ trunkId, use: { day, used, peak, fullMs, since } }) => ({
    ...{ trunk_id: trunkId, day, used, peak, full_ms: Math.round(fullMs) },
    since: timestamp(since),
  }));
  await run(line, TRUNK, rows);
}

export async function loadTrunkUses(db: Knex): Promise<Map<TrunkId, TrunkUse>> {
  const rows = await db<{
    trunk_id: string;
    day: number;
    used: number;
    peak: number;
    full_ms: string;
    since: Date;
  }>('trunk_use');
  return new Map(
    rows.map(({ trunk_id: id, day, used, peak, full_ms: full, since }) => [
      id,
      { day, used, peak, fullMs: Number(full), since: instant(since), nearFull: false },
    ]),
  );
}
