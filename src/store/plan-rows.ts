/**
 * Rows of the plan's objects, and how a section of a plan replaces the stored one: new rows are
 * added, changed ones updated, and those that left the plan are marked, because past calls name them.
 */
import type { Knex } from 'knex';
import type {
  PhoneProfile,
  Plan,
  PlanDialling,
  PlanForms,
  PlanHotline,
  PlanHours,
  PlanLeads,
  PlanNumbers,
  PlanPhone,
  PlanQueue,
  PlanSignIn,
  PlanTrunk,
} from '../domain/plan';
import { withStores } from '../domain/organisation';
import { loadOrganisation } from './organisation';
import { meaning } from './meaning';
import { loadPeople } from './people';

/** How a section of the plan changed. */
export interface Change {
  added: number;
  changed: number;
  removed: number;
}

/** A row of a plan table without `removed_at`. */
export type PlanRow = Record<string, string | number | boolean | null | string[]>;
type StoredRow = PlanRow & { removed_at: Date | null };

const REALM = 'sip.realm';
const DEFAULT_REALM = 'openline';

interface PlanSection {
  table: string;
  key?: string;
  rows: readonly PlanRow[];
  /** Keys of rows that changed elsewhere, too. */
  touched?: ReadonlySet<unknown>;
}

/** Makes `rows` the active rows of their table. */
export async function replaceRows(
  db: Knex,
  { table, key = 'id', rows, touched = new Set() }: PlanSection,
): Promise<Change> {
  const stored = new Map<unknown, StoredRow>();
  for (const row of (await db(table).select()) as StoredRow[]) stored.set(row[key], row);
  const active = (row: StoredRow | undefined): row is StoredRow => row?.removed_at === null;

  const added = rows.filter((row) => !active(stored.get(row[key])));
  const changed = rows.filter((row) => {
    const before = stored.get(row[key]);
    return active(before) && differs(row, before);
  });
  const write = [...added, ...changed].map((row) => ({ ...row, removed_at: null }));
  if (write.length > 0) await db(table).insert(write).onConflict(key).merge();

  const wanted = new Set(rows.map((row) => row[key]));
  const removed = [...stored.values()].filter((row) => active(row) && !wanted.has(row[key]));
  const gone = removed.map((row) => row[key] as string);
  if (gone.length > 0) await db(table).whereIn(key, gone).update({ removed_at: db.fn.now() });

  const isNew = new Set(added.map((row) => row[key]));
  const changedKeys = new Set([...changed.map((row) => row[key]), ...touched]);
  return {
    added: added.length,
    changed: [...changedKeys].filter((one) => !isNew.has(one as string)).length,
    removed: removed.length,
  };
}

function differs(row: PlanRow, stored: PlanRow): boolean {
  return Object.keys(row).some((name) => meaning(row[name]) !== meaning(stored[name]));
}

/** Stores the realm and says whether it changed. */
export async function replaceRealm(db: Knex, realm: string): Promise<Change> {
  const before = await storedRealm(db);
  await db('setting')
    .insert({ key: REALM, value: JSON.stringify(realm) })
    .onConflict('key')
    .merge();
  const isNew = before === null;
  return { added: isNew ? 1 : 0, changed: !isNew && before !== realm ? 1 : 0, removed: 0 };
}

/** Whose order says something: the first trunk is asked first, the first hotline's number is shown. */
const ORDERED = ['stores', 'trunks', 'queues', 'hotlines'] as const;
const ORDER = 'order';

type Order = Record<(typeof ORDERED)[number], string[]>;
type Keyed = { id: string } | { number: string };
type Ordered = Record<(typeof ORDERED)[number], readonly Keyed[]>;

const keyOf = (one: Keyed): string => ('id' in one ? one.id : one.number);

/** Sections that are kept as text. */
type Section = 'hours' | 'numbers' | 'dialling' | 'forms' | 'leads' | 'signIn';

/** Stores a section of the plan as text, and says whether it changed; null when it was never there. */
export async function replaceSection(
  db: Knex,
  key: Section,
  said: object | undefined,
): Promise<Change | null> {
  const before = await storedSection(db, key);
  const after = said === undefined ? null : JSON.stringify(said);
  if (before === null && after === null) return null;
  if (after === null) await db('setting').where({ key }).delete();
  else
    await db('setting')
      .insert({ key, value: JSON.stringify(after) })
      .onConflict('key')
      .merge();
  return {
    added: before === null ? 1 : 0,
    changed: before !== null && after !== null && before !== after ? 1 : 0,
    removed: after === null ? 1 : 0,
  };
}

async function storedSection(db: Knex, key: Section): Promise<string | null> {
  const row = await db<{ key: string; value: string }>('setting').where({ key }).first();
  return row?.value ?? null;
}

/** Null before the first plan. */
export async function storedRealm(db: Knex): Promise<string | null> {
  const row = await db<{ key: string; value: string }>('setting').where({ key: REALM }).first();
  return row?.value ?? null;
}

/** Keeps in which order the plan names what it names. */
export async function replaceOrder(db: Knex, plan: Ordered): Promise<void> {
  const ids = ORDERED.map((section) => [section, plan[section].map(keyOf)]);
  await db('setting')
    .insert({ key: ORDER, value: JSON.stringify(Object.fromEntries(ids)) })
    .onConflict('key')
    .merge();
}

/** Puts each section in the order of the plan; one that was stored before that was kept stays in order of id. */
async function inOrder<P extends Ordered>(db: Knex, plan: P): Promise<P> {
  const row = await db<{ key: string; value: Order }>('setting').where({ key: ORDER }).first();
  if (!row) return plan;
  const sorted = ORDERED.map((section) => {
    const place = new Map(row.value[section].map((id, index) => [id, index]));
    const placeOf = (one: Keyed): number => place.get(keyOf(one)) ?? place.size;
    return [section, [...plan[section]].sort((a, b) => placeOf(a) - placeOf(b))];
  });
  return { ...plan, ...(Object.fromEntries(sorted) as Ordered) };
}

/** The stored plan, people and phones in order of id; without one, a plan of nothing. */
export async function loadPlan(db: Knex): Promise<Plan> {
  const active = <R>(table: string, key = 'id'): Promise<R[]> =>
    db(table).whereNull('removed_at').orderBy(key).select() as Promise<R[]>;
  // One after the other: inside a transaction there is one connection anyway.
  const realm = await storedRealm(db);
  const numbers = await storedSection(db, 'numbers');
  const dialling = await storedSection(db, 'dialling');
  const hours = await storedSection(db, 'hours');
  const forms = await storedSection(db, 'forms');
  const leads = await storedSection(db, 'leads');
  const stores = (await active<StoreDbRow>('store')).map(storeFromRow);
  const signIn = await storedSection(db, 'signIn');
  const trunks = await active<TrunkDbRow>('trunk');
  const queues = await active<QueueDbRow>('queue');
  const hotlines = await active<HotlineDbRow>('hotline', 'number');
  const organisation = await loadOrganisation(db);
  const people = await loadPeople(db);
  const phones = await active<PhoneDbRow>('phone');
  return inOrder(db, {
    sip: { realm: realm ?? DEFAULT_REALM },
    ...organisation,
    stores,
    trunks: trunks.map(trunkFromRow),
    queues: queues.map(queueFromRow),
    hotlines: hotlines.map((row) => ({
      number: row.number,
      store: row.store_id,
      queue: row.queue_id,
      notice: row.notice,
      ...(JSON.parse(row.routing ?? '{}') as Omit<
        PlanHotline,
        'number' | 'store' | 'queue' | 'notice'
      >),
    })),
    people: people.map((person) => withStores(person, { stores, ...organisation })),
    phones: phones.map(phoneFromRow),
    ...(hours === null ? {} : { hours: JSON.parse(hours) as PlanHours[] }),
    ...(numbers === null ? {} : { numbers: JSON.parse(numbers) as PlanNumbers }),
    ...(forms === null ? {} : { forms: JSON.parse(forms) as PlanForms }),
    ...(leads === null ? {} : { leads: JSON.parse(leads) as PlanLeads }),
    ...(signIn === null ? {} : { signIn: JSON.parse(signIn) as PlanSignIn }),
    ...(dialling === null ? {} : { dialling: JSON.parse(dialling) as PlanDialling }),
  });
}

interface StoreDbRow {
  id: string;
  name: string;
  timezone: string;
  /** JSON of what the plan says of the store's own calls. */
  calling: string | null;
  entity_id: string | null;
  park_seconds: number | null;
}

interface TrunkDbRow {
  id: string;
  from_addresses: string[];
  channels: number;
  /** JSON of what else the plan says of the trunk. */
  numbering: string | null;
}

interface QueueDbRow {
  id: string;
  store_id: string;
  strategy: Plan['queues'][number]['strategy'];
  ring_seconds: number;
  wrap_up_seconds: number;
  /** JSON of what else the plan says of the queue. */
  asking: string | null;
}

interface HotlineDbRow {
  number: string;
  store_id: string;
  queue_id: string;
  notice: Plan['hotlines'][number]['notice'];
  /** JSON of what else the plan says of the hotline. */
  routing: string | null;
}

interface PhoneDbRow {
  id: string;
  person_id: string | null;
  kind: PlanPhone['kind'];
  /** Set by the table's checks for the kind that needs it. */
  ha1: string | null;
  ha1_sha256: string | null;
  contact: string | null;
  auto_ready: boolean;
  watch: boolean;
  mode: 'ring' | 'auto-answer' | 'nailed-up';
  profile: PhoneProfile;
}

function storeFromRow({
  id,
  name,
  timezone,
  calling,
  entity_id,
  park_seconds,
}: StoreDbRow): Plan['stores'][number] {
  return {
    ...{ id, name, timezone },
    ...(entity_id === null ? {} : { entity: entity_id }),
    ...(JSON.parse(calling ?? '{}') as object),
    ...(park_seconds === null ? {} : { parkSeconds: park_seconds }),
  };
}

const queueFromRow = (row: QueueDbRow): PlanQueue => ({
  id: row.id,
  store: row.store_id,
  strategy: row.strategy,
  ringSeconds: row.ring_seconds,
  wrapUpSeconds: row.wrap_up_seconds,
  ...(JSON.parse(row.asking ?? '{}') as object),
});

function trunkFromRow(row: TrunkDbRow): PlanTrunk {
  const numbering = JSON.parse(row.numbering ?? '{}') as Partial<PlanTrunk>;
  return { id: row.id, from: row.from_addresses, channels: row.channels, ...numbering };
}

function phoneFromRow(row: PhoneDbRow): PlanPhone {
  const mode = {
    ...(row.mode === 'ring' ? {} : { autoAnswer: row.profile }),
    ...(row.mode === 'nailed-up' ? { nailedUp: true as const } : {}),
  };
  const person = row.person_id === null ? {} : { person: row.person_id };
  const common = { id: row.id, ...person, autoReady: row.auto_ready, ...mode };
  if (row.kind === 'static')
    return { ...common, kind: 'static', contact: row.contact ?? '', watch: row.watch };
  const strong = row.ha1_sha256 === null ? {} : { ha1Sha256: row.ha1_sha256 };
  return { ...common, kind: 'register', ha1: row.ha1 ?? '', ...strong };
}
