import { Client } from 'pg';
import { readPlanFile } from '../../src/cli/plan-file';
import type { Plan } from '../../src/domain/plan';
import { documentOf } from '../../src/domain/plan-document';
import type { PlanResult } from '../../src/http/ports';
import { planYaml } from '../../src/http/plan-yaml';
import { storePlans } from '../../src/store/applying';
import { loadPlan } from '../../src/store/plan-rows';
import { seeded, type Random } from '../simulation/random';
import { byHand } from '../support/plan-by-hand';
import { changed } from '../support/plan-changes';
import { useDatabase } from '../support/postgres';
import { randomPlan } from '../support/random-plan';

/** `PLAN_CHANGES_DB=10000 npx jest test/db/plan-changes` for all; a failure names its seed. */
const CHANGES = Number(process.env['PLAN_CHANGES_DB'] ?? 120);
const EACH = 20;

const database = useDatabase();

const TABLES = ['store', 'trunk', 'queue', 'hotline', 'person', 'phone', 'setting', 'plan_version'];

/** Whatever the database holds of the plan, as one text. */
async function rows(): Promise<string> {
  const all = [];
  for (const table of [...TABLES, 'queue_person', 'department'])
    all.push(await database.db(table).select().orderByRaw('1, 2'));
  return JSON.stringify(all);
}

/** Nothing can be written to that table while it goes on: as with a full disk. */
async function withBroken<T>(table: string, work: () => Promise<T>): Promise<T> {
  await database.db.raw(`alter table ${table} add constraint broken check (false) not valid`);
  try {
    return await work();
  } finally {
    await database.db.raw(`alter table ${table} drop constraint broken`);
  }
}

/** What stands in the database; the pool may hand out connections that were cut, once each. */
async function standing(): Promise<Plan> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await loadPlan(database.db);
    } catch (error) {
      if (tries === 20 || !/terminat|ECONNRESET|EPIPE/i.test(String(error))) throw error;
    }
  }
}

interface Told {
  result: PlanResult | null;
  error: unknown;
}

const outcome = (applying: Promise<PlanResult>): Promise<Told> =>
  applying.then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error }),
  );

async function live(seed: number, count: Record<'taken' | 'refused' | 'failed', number>) {
  const random: Random = seeded(seed);
  const memory: Plan[] = [];
  const plans = storePlans(database.db, (plan) => memory.push(plan));
  expect(await plans.apply(randomPlan(random))).toMatchObject({ applied: true });
  for (let n = 0; n < EACH; n += 1) {
    const { document: standing } = await plans.standing();
    const { document, did } = changed(standing, random);
    const told = `seed ${seed}, change ${n}: ${did.join('; ')}`;
    const before = await rows();
    const broken = random.chance(0.4) ? random.pick(TABLES) : undefined;
    const applying = () => outcome(plans.apply(document));
    const { result, error } = await (broken ? withBroken(broken, applying) : applying());
    const after = await loadPlan(database.db);
    expect({ told, memory: memory.at(-1) }).toEqual({ told, memory: after });
    if (result?.applied) {
      count.taken += 1;
      const file = await plans.standing();
      expect({ told, document: documentOf(after) }).toEqual({ told, document: file.document });
      if (n % 4 > 0) continue;
      const all = await rows();
      expect(await plans.apply(file.document)).toMatchObject({ applied: true, changes: [] });
      expect({ told, rows: await rows() }).toEqual({ told, rows: all });
      continue;
    }
    expect({ told, rows: await rows() }).toEqual({ told, rows: before });
    if (error !== null) {
      count.failed += 1;
      expect({ told, error: String(error) }).toEqual({
        ...{ told, error: expect.stringContaining('"broken"') },
      });
      continue;
    }
    count.refused += 1;
    const problems = result && !result.applied ? result.problems : [];
    expect({ told, count: problems.length }).not.toEqual({ told, count: 0 });
    expect(problems.every(({ code, zh, en }) => code && zh && en)).toBe(true);
  }
}

test(`of ${CHANGES} changes each is applied whole or not at all, in the database and in memory`, async () => {
  const count = { taken: 0, refused: 0, failed: 0 };
  for (let seed = 0; seed < CHANGES / EACH; seed += 1) await live(seed, count);
  expect(Math.min(count.taken, count.refused, count.failed)).toBeGreaterThan(CHANGES / 60);
}, 3_600_000);

test('a plan that was written by hand, exported and applied again, changes nothing', async () => {
  const plans = storePlans(database.db, () => undefined);
  const inFile = (text: string): unknown => {
    const file = readPlanFile(text);
    if (!file.ok) throw new Error(`${JSON.stringify(file.faults)}\n${text}`);
    return file.document;
  };
  const written = { aliases: 0, remarks: 0 };
  for (let seed = 0; seed < Math.max(6, CHANGES / 50); seed += 1) {
    const random = seeded(seed);
    const text = byHand(randomPlan(random), random);
    written.aliases += /: \*a\d/.test(text) ? 1 : 0;
    written.remarks += text.includes('# ') ? 1 : 0;
    expect({ seed, ...(await plans.apply(inFile(text))) }).toMatchObject({ seed, applied: true });
    const all = await rows();
    const { version, document } = await plans.standing();
    const exported = inFile(planYaml(document, { version, at: seed }));
    const again = await plans.apply(exported);
    expect({ seed, ...again }).toMatchObject({ seed, applied: true, changes: [] });
    expect({ seed, rows: await rows() }).toEqual({ seed, rows: all });
  }
  expect(Math.min(written.aliases, written.remarks)).toBeGreaterThan(2);
}, 3_600_000);

test('a connection that is cut while a plan is applied leaves one of the two, the same in memory', async () => {
  const random = seeded(7);
  const memory: Plan[] = [];
  const plans = storePlans(database.db, (plan) => memory.push(plan));
  await plans.apply(randomPlan(random));
  const axe = new Client({ connectionString: database.url });
  await axe.connect();
  let cut = 0;
  try {
    for (let n = 0; n < 12; n += 1) {
      const before = documentOf(await standing());
      const applying = outcome(
        plans.change((standing) => ({ ...standing, dialling: { pauseMinutes: n + 1 } })),
      );
      // At another moment each time: so many questions later.
      for (let turn = 0; turn < n * 4; turn += 1) await axe.query('select 1');
      await axe.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      const { result, error } = await applying;
      if (error !== null) cut += 1;
      const after = documentOf(await standing());
      const wanted = { ...before, dialling: { pauseMinutes: n + 1 } };
      expect({ n, after }).toEqual({ n, after: result === null ? before : wanted });
      expect(memory.at(-1)).toEqual(await standing());
    }
  } finally {
    await axe.end();
  }
  expect(cut).toBeGreaterThan(0);
}, 120_000);
