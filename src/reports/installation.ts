/** What `npx openline doctor` looks at: gathered here, judged in domain/doctor. Never rejects: what fails is a fact. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { DatabaseFact, DoctorFacts, FolderFact } from '../domain/doctor/findings';
import type { MachineFacts } from '../domain/doctor/machine';
import type { HotlineView } from '../domain/notices';
import type { Plan } from '../domain/plan';
import { lintPlan } from '../domain/plan-lint/lint';
import { byPasswordAlone } from '../domain/sign-in/settings';
import { LANGUAGES, PROMPT_KEYS } from '../domain/spoken';
import { seconds, type Instant } from '../domain/time';
import type { TrunkView } from '../domain/trunk/view';
import { trunkTraffic } from './trunk-traffic';
import { unconfirmedLeads } from './unconfirmed';

const WEEK_MS = seconds(7 * 24 * 3600);

export interface Installation {
  db: Knex;
  now: () => Instant;
  missing: () => string[];
  plan: () => Plan;
  /** Folders of prompts, the store's own first. */
  promptsDirs: readonly string[];
  recordingsDirs: readonly string[];
  machine: () => Promise<MachineFacts>;
  hotlines: () => HotlineView[];
  /** Hotline calls that came and are neither ended nor there. */
  counted: () => { lost: number };
  trunks: () => TrunkView[];
}

export async function factsOf(installation: Installation): Promise<DoctorFacts> {
  const { db, now, promptsDirs, recordingsDirs } = installation;
  const traffic = await trunkTraffic(db, [now() - WEEK_MS, now()]).catch(() => null);
  const missing = promptsMissing(promptsDirs);
  const plan = installation.plan();
  return {
    machine: await installation.machine(),
    recordedHours: await recordedHours(db, now() - WEEK_MS),
    database: await databaseFact(db, now),
    missing: installation.missing(),
    promptsMissing: missing,
    plan: lintPlan(plan, { promptsMissing: new Set(missing) }),
    byPasswordAlone: {
      people: byPasswordAlone(plan),
      isMeant: plan.signIn?.secondFactor !== undefined,
    },
    folders: await Promise.all(recordingsDirs.map(roomIn)),
    unconfirmed: await unconfirmedLeads(db, now()).catch(() => null),
    hotlines: installation.hotlines(),
    callsLost: installation.counted().lost,
    trunks: installation.trunks().map((view) => {
      const { busiest = null, peak = 0 } = traffic?.get(view.id) ?? {};
      return { view, busiest, peak };
    }),
  };
}

async function databaseFact(db: Knex, now: () => Instant): Promise<DatabaseFact | null> {
  const asked = now();
  try {
    const { rows } = await db.raw<{ rows: [DatabaseRow] }>(
      `select clock_timestamp() as at, current_setting('server_version') as version,
              pg_database_size(current_database()) as bytes`,
    );
    const [{ at, version, bytes }] = rows;
    // Ours at the middle of the question.
    const clockOffMs = at.getTime() - (asked + now()) / 2;
    return { clockOffMs, version, bytes: Number(bytes), latencyMs: now() - asked };
  } catch {
    return null;
  }
}

interface DatabaseRow {
  at: Date;
  version: string;
  bytes: string;
}

async function recordedHours(db: Knex, since: Instant): Promise<number | null> {
  try {
    const found = await db('recording')
      .where('started_at', '>=', new Date(since))
      .sum<{ ms: string | null }[]>({ ms: 'duration_ms' });
    return Number(found[0]?.ms ?? 0) / 3_600_000;
  } catch {
    return null;
  }
}

/** Prompts that a language lacks, as `en/greeting`; folders as in `Installation`. */
export const promptsMissing = (folders: readonly string[]): string[] =>
  LANGUAGES.flatMap((language) =>
    PROMPT_KEYS.filter(
      (key) => !folders.some((folder) => existsSync(join(folder, language, `${key}.wav`))),
    ).map((key) => `${language}/${key}`),
  );

async function roomIn(path: string): Promise<FolderFact> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize };
  } catch {
    return { path, freeBytes: null };
  }
}
