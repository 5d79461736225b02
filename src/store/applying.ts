/**
 * Applies a plan (port `Plans` of http): check, store, load back, all in one transaction, one plan after the other.
 * Decides what of it is a new version, and that a dry run leaves nothing, nor what cannot be noted. Its passwords are hashed before, which may take
 * minutes: by then another app may have changed what stands, so all but the hashing is done again.
 */
import type { Knex } from 'knex';
import { CodedError } from '../domain/errors';
import type { AgentId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { checkPlan, type CheckedPlan } from '../domain/plan-check';
import { differenceOf } from '../domain/plan-difference/difference';
import { documentOf, type PlanDocument } from '../domain/plan-document';
import type { PlanFinding } from '../domain/plan-lint/finding';
import type { PlanOrder, PlanResult, Plans, PlanVersion } from '../http/ports';
import { Turns } from '../turns';
import { MOST, type Database } from './database';
import { LeaseOver } from './lease';
import { loadPlan } from './plan-rows';
import { addVersion, documentOfVersion, pageOfVersions, standingVersion } from './plan-versions';
import { personHashes, type PersonHashes } from './person-hashes';
import { replacePlan, storedPasswords, type StoredPasswords } from './plans';
import { loadPlanHashes } from './sign-in/credentials';

/** One plan at a time: number of the advisory lock, any fixed number of ours. */
const PLAN_LOCK = 1_330_664_014;

/** All of it as it stood at one moment. */
const READING = { isolationLevel: 'repeatable read' } as const;

/** What is to be the plan, given what is; `undone`: passwords of who comes back are still good. */
interface Wanted {
  what: PlanVersion['what'];
  document: (trx: Knex, standing: { version: number; document: PlanDocument }) => unknown;
}

/** What is asked for, when its passwords are hashed. */
interface Hashed {
  wanted: Wanted;
  order: PlanOrder;
  hashed: PersonHashes;
}

/** `onApplied` gets the plan as it stands in the database, and by person how his password is kept, after the commit. */
export function storePlans(
  db: Database,
  onApplied: (plan: Plan, passwordHashes: Map<AgentId, string>) => void,
  lint: (plan: CheckedPlan) => PlanFinding[] = () => [],
): Plans {
  const turns = new Turns(1);
  const apply = (wanted: Wanted, order: PlanOrder = {}): Promise<PlanResult> =>
    // Also within this process: who commits first is handed on first.
    turns.run(async () => {
      try {
        const asked = await db.transaction((trx) => readAsked(trx, wanted, order), READING);
        if (!asked.ok) return { applied: false, problems: asked.problems };
        const hashed = await personHashes(asked.plan.people, asked.passwords);
        return await storeHashed({ wanted, order, hashed });
      } catch (error) {
        throw await whyCut(db, error);
      }
    });
  const storeHashed = async (what: Hashed): Promise<PlanResult> => {
    const trx = await db.transaction();
    try {
      const result = await store(trx, what);
      const stays = 'plan' in result && !what.order.dryRun;
      if (stays) {
        await what.order.noted?.();
        await commit(db, trx, result);
      } else await trx.rollback();
      if (!('plan' in result)) return { applied: false, problems: result.problems };
      const { plan, checked, passwordHashes, ...told } = result;
      if (stays) onApplied(plan, passwordHashes);
      return { applied: true, ...told, findings: lint(checked) };
    } catch (error) {
      // One whose connection was cut has nothing to take back, and says so.
      if (!trx.isCompleted()) await trx.rollback().catch(() => undefined);
      throw error;
    }
  };
  return {
    apply: (document, order) => apply({ what: 'applied', document: () => document }, order),
    change: (edit, order) =>
      apply({ what: 'applied', document: (_trx, { document }) => edit(document) }, order),
    undo: ({ to, ...order }) =>
      apply({ what: 'undone', document: (trx, { version }) => before(trx, version, to) }, order),
    async standing() {
      return db.transaction(
        async (trx) => ({
          version: await standingVersion(trx),
          document: documentOf(await loadPlan(trx)),
        }),
        READING,
      );
    },
    async check(document) {
      const { stored } = await storedPasswords(db, { removed: false });
      const check = checkPlan(document, stored);
      return check.ok
        ? { problems: [], findings: lint(check.plan) }
        : { problems: check.problems, findings: [] };
    },
    versions: (page) => pageOfVersions(db, page),
    version: (version) => documentOfVersion(db, { version }),
  };
}

/** A connection that was cut may have been so for the app that has taken over. */
async function whyCut(db: Database, error: unknown): Promise<unknown> {
  if (error instanceof CodedError || error instanceof LeaseOver) return error;
  return versionAfterCut(db).then(
    () => error,
    (why: unknown) => (why instanceof LeaseOver ? why : error),
  );
}

/** The pool may hand out connections that were cut as well, each of them once. */
async function versionAfterCut(db: Database): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await standingVersion(db);
    } catch (error) {
      if (error instanceof LeaseOver || tries === MOST) throw error;
    }
  }
}

/** Where the answer to the commit is lost, it is asked whether it was one: memory has what the database has. */
async function commit(
  db: Database,
  trx: Knex.Transaction,
  { version, changes }: { version: number; changes: readonly unknown[] },
): Promise<void> {
  try {
    await trx.commit();
    // knex says of a commit that failed nothing but here.
    await trx.executionPromise;
  } catch (error) {
    const isThere = changes.length > 0 && (await versionAfterCut(db)) === version;
    if (!isThere) throw error;
  }
}

async function before(trx: Knex, version: number, to: number | undefined): Promise<PlanDocument> {
  const asked = to === undefined ? { below: version } : { version: to };
  const document = await documentOfVersion(trx, asked);
  if (document === null) throw new CodedError('NOTHING_TO_UNDO');
  return document;
}

/** What is to be the plan, and what stands now; throws `PLAN_MOVED`. */
async function readAsked(trx: Knex, wanted: Wanted, order: PlanOrder) {
  const standing = await loadPlan(trx);
  const version = await standingVersion(trx);
  if (order.meant && !order.meant(version)) throw new CodedError('PLAN_MOVED', { version });
  const standingDocument = documentOf(standing);
  const document = await wanted.document(trx, { version, document: standingDocument });
  const { stored, passwords } = await storedPasswords(trx, { removed: wanted.what === 'undone' });
  const check = checkPlan(document, stored);
  if (!check.ok) return { ok: false as const, problems: check.problems };
  const { plan } = check;
  return { ok: true as const, plan, standing, version, standingDocument, stored, passwords };
}

async function store(trx: Knex, { wanted, order, hashed }: Hashed) {
  await trx.raw('select pg_advisory_xact_lock(?)', [PLAN_LOCK]);
  const asked = await readAsked(trx, wanted, order);
  if (!asked.ok) return { problems: asked.problems };
  const { standing, version, standingDocument, stored, passwords } = asked;
  const made = await personHashes(asked.plan.people, passwords, hashed);
  const kept = await stamped(trx, standing);
  const summary = await replacePlan(trx, asked.plan, passwords, made);
  const plan = await loadPlan(trx);
  const changes = differenceOf(kept, await stamped(trx, plan));
  const passwordHashes = await loadPlanHashes(trx);
  const told = { plan, passwordHashes, checked: asked.plan, summary, changes };
  if (changes.length === 0) return { ...told, version };
  const who = order.who ?? 'nobody';
  if (version === 0 && stored.realm !== null)
    await addVersion(trx, {
      ...{ version: 0, who, what: 'found', document: standingDocument, changes: [] },
    });
  await addVersion(trx, {
    ...{ version: version + 1, who, what: wanted.what },
    ...{ document: documentOf(plan), changes },
  });
  return { ...told, version: version + 1 };
}

/** The document with a stamp where a secret is kept, so that another one is seen to be another. */
async function stamped(trx: Knex, plan: Plan): Promise<PlanDocument> {
  const { passwords } = await storedPasswords(trx, { removed: false });
  const { people = [], phones = [], trunks = [], ...said } = documentOf(plan) as Sections;
  return {
    ...said,
    trunks: trunks.map((trunk, index) => withStamp(trunk, plan.trunks[index]?.register?.ha1)),
    people: people.map((person) => ({ ...person, ...personStamps(person.id, passwords) })),
    phones: phones.map((phone) => ({ ...phone, password: passwords.ha1s.get(phone.id)?.ha1 })),
  };
}

type Sections = Record<string, { id: string; register?: object }[] | undefined>;

const withStamp = (trunk: { register?: object }, password: string | undefined) =>
  trunk.register ? { ...trunk, register: { ...trunk.register, password } } : trunk;

const personStamps = (id: string, { hashes, pins }: StoredPasswords) => ({
  password: hashes.get(id),
  pin: pins.get(id) || undefined,
});
