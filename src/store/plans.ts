/**
 * The rows of a checked plan. Decides how passwords of phones are kept: HA1. Those of people are hashed before
 * (person-hashes.ts). Which plan is applied, and when, is decided in applying.ts.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type {
  CheckedPerson,
  CheckedPlan,
  CheckedRegisterPhone,
  CheckedStaticPhone,
} from '../domain/plan-check';
import type { Plan, PlanRegistration } from '../domain/plan';
import { accountKey, type StoredSecrets } from '../domain/plan-check/passwords';
import type { CheckedTrunk } from '../domain/plan-check/trunks';
import { controllerOf } from '../domain/customer/controller';
import { controllersOfStores, moveBooks } from './customers/books';
import { replaceDepartments, replaceOwners } from './organisation';
import { placesThatDiffer, replacePlaces, type PersonDbRow } from './people';
import type { PersonHashes, StoredHashes } from './person-hashes';
import { postsRow } from './person-posts';
import {
  replaceOrder,
  replaceRealm,
  replaceRows,
  replaceSection,
  storedRealm,
  type Change,
  type PlanRow,
} from './plan-rows';

/** What is stored of passwords: for the check, and to be kept. With `removed`, also of who and what left the plan. */
export async function storedPasswords(
  trx: Knex,
  { removed }: { removed: boolean },
): Promise<{ stored: StoredSecrets; passwords: StoredPasswords }> {
  const rows = (table: string): Knex.QueryBuilder =>
    removed ? trx(table) : trx(table).whereNull('removed_at');
  const people = await rows('person').select<
    Pick<PersonDbRow, 'id' | 'password_hash' | 'pin_hash'>[]
  >('id', 'password_hash', 'pin_hash');
  const phones = await rows('phone')
    .whereNotNull('ha1')
    .select<({ id: string } & Ha1s)[]>('id', 'ha1', 'ha1_sha256');
  const trunks = await rows('trunk').select<{ numbering: string | null }[]>('numbering');
  const passwords: StoredPasswords = {
    hashes: new Map(people.map((row) => [row.id, row.password_hash])),
    pins: new Map(people.map((row) => [row.id, row.pin_hash ?? ''])),
    ha1s: new Map(phones.map(({ id, ...kept }) => [id, kept])),
    accounts: new Map(trunks.flatMap(accountOf)),
  };
  const stored: StoredSecrets = {
    realm: await storedRealm(trx),
    people: new Set(passwords.hashes.keys()),
    phones: new Set(passwords.ha1s.keys()),
    accounts: new Set(passwords.accounts.keys()),
  };
  return { stored, passwords };
}

function accountOf({ numbering }: { numbering: string | null }): [string, AccountSecrets][] {
  const { register } = JSON.parse(numbering ?? '{}') as Pick<Plan['trunks'][number], 'register'>;
  return register ? [[accountKey(register), register]] : [];
}

/** HA1 of a phone by algorithm, as it is kept. */
interface Ha1s {
  ha1: string;
  /** Null while only a version before SHA-256 was told the password. */
  ha1_sha256: string | null;
}

/** By id: argon2id hashes of people, HA1 of phones; by `accountKey` those of our accounts at carriers. */
export interface StoredPasswords extends StoredHashes {
  ha1s: ReadonlyMap<string, Ha1s>;
  accounts: ReadonlyMap<string, AccountSecrets>;
}

type AccountSecrets = Pick<PlanRegistration, 'ha1' | 'ha1Sha256'>;

/** In the order in which the rows refer to each other. */
export async function replacePlan(
  trx: Knex,
  plan: CheckedPlan,
  { hashes, pins, ha1s, accounts }: StoredPasswords,
  made: PersonHashes,
): Promise<Record<string, Change>> {
  const people = plan.people.map((person) => personRow(person, { hashes, pins }, made));
  const sip = await replaceRealm(trx, plan.sip.realm);
  const owners = await replaceOwners(trx, plan);
  const books = await controllersOfStores(trx);
  const stores = await replaceRows(trx, {
    table: 'store',
    rows: plan.stores.map((store) => storeRow(store, controllerOf(plan, store.id))),
  });
  await moveBooks(trx, books);
  const departments = await replaceDepartments(trx, plan);
  const trunkRows = plan.trunks.map((trunk) => trunkRow(trunk, accounts));
  const trunks = await replaceRows(trx, { table: 'trunk', rows: trunkRows });
  const queues = await replaceRows(trx, { table: 'queue', rows: plan.queues.map(queueRow) });
  const hotlines = await replaceRows(trx, {
    table: 'hotline',
    key: 'number',
    rows: plan.hotlines.map(hotlineRow),
  });
  const moved = await placesThatDiffer(trx, plan.people);
  const persons = await replaceRows(trx, { table: 'person', rows: people, touched: moved });
  await replacePlaces(trx, plan.people);
  const phoneRows = plan.phones.map((phone) => phoneRow(phone, plan.sip.realm, ha1s));
  const phones = await replaceRows(trx, { table: 'phone', rows: phoneRows });
  const hours = await replaceSection(trx, 'hours', plan.hours);
  const numbers = await replaceSection(trx, 'numbers', plan.numbers);
  const dialling = await replaceSection(trx, 'dialling', plan.dialling);
  const forms = await replaceSection(trx, 'forms', plan.forms);
  const leads = await replaceSection(trx, 'leads', plan.leads);
  const signIn = await replaceSection(trx, 'signIn', plan.signIn);
  await replaceOrder(trx, plan);
  const said = {
    ...(hours === null ? {} : { hours }),
    ...(numbers === null ? {} : { numbers }),
    ...(dialling === null ? {} : { dialling }),
    ...(forms === null ? {} : { forms }),
    ...(leads === null ? {} : { leads }),
    ...(signIn === null ? {} : { signIn }),
  };
  const objects = { stores, ...departments, trunks, queues, hotlines, people: persons, phones };
  return { sip, ...owners, ...objects, ...said };
}

const storeRow = (
  { id, name, timezone, parkSeconds, entity, ...calling }: Plan['stores'][number],
  controller: string,
): PlanRow => ({
  ...{ id, name, timezone, park_seconds: parkSeconds ?? null, entity_id: entity ?? null },
  ...{ calling: textOf(calling), controller },
});

/** JSON of what the plan says; null when it says nothing. */
const textOf = (said: object): string | null =>
  Object.keys(said).length === 0 ? null : JSON.stringify(said);

function trunkRow(
  { id, from, channels, register, ...said }: CheckedTrunk,
  accounts: ReadonlyMap<string, AccountSecrets>,
): PlanRow {
  const numbering = { ...said, ...(register ? { register: withSecrets(register, accounts) } : {}) };
  return { id, from_addresses: from, channels, numbering: textOf(numbering) };
}

function withSecrets(
  { password, ...said }: NonNullable<CheckedTrunk['register']>,
  accounts: ReadonlyMap<string, AccountSecrets>,
): PlanRegistration {
  const { account, realm } = said;
  const kept = accounts.get(accountKey(said)) ?? { ha1: '', ha1Sha256: '' };
  const { ha1, ha1Sha256 } = kept;
  if (password === null) return { ...said, ha1, ha1Sha256 };
  const [md5, sha256] = [md5Ha1, sha256Ha1].map((make) => make(account, realm, password));
  return { ...said, ha1: md5 ?? '', ha1Sha256: sha256 ?? '' };
}

const queueRow = ({
  id,
  store,
  strategy,
  ringSeconds,
  wrapUpSeconds,
  ...asking
}: Plan['queues'][number]): PlanRow => ({
  ...{ id, store_id: store, strategy },
  ...{ ring_seconds: ringSeconds, wrap_up_seconds: wrapUpSeconds },
  asking: textOf(asking),
});

const hotlineRow = ({
  number,
  store,
  queue,
  notice,
  ...routing
}: Plan['hotlines'][number]): PlanRow => ({
  ...{ number, store_id: store, queue_id: queue, notice },
  routing: textOf(routing),
});

function personRow(
  person: CheckedPerson,
  { hashes, pins }: StoredHashes,
  made: PersonHashes,
): PlanRow {
  const { id } = person;
  return {
    id,
    name: person.name,
    post: person.post,
    store_id: person.store,
    ...postsRow(person),
    dial: person.dial === undefined ? null : JSON.stringify(person.dial),
    extension: person.extension ?? null,
    skills: person.skills === undefined ? null : JSON.stringify(person.skills),
    password_hash: made.get(id)?.password?.hash ?? hashes.get(id) ?? '',
    pin_hash: (made.get(id)?.pin?.hash ?? pins.get(id)) || null,
  };
}

function phoneRow(
  phone: CheckedRegisterPhone | CheckedStaticPhone,
  realm: string,
  ha1s: ReadonlyMap<string, Ha1s>,
): PlanRow {
  const { id, person, autoReady: auto_ready, mode } = phone;
  // Whose headers it understands says nothing of a phone that rings, and is not to be seen to change.
  const profile = mode === 'ring' ? 'standard' : phone.profile;
  const common = { id, person_id: person ?? null, auto_ready, mode, profile };
  if (phone.kind === 'static') {
    return {
      ...common,
      kind: 'static',
      ha1: null,
      ha1_sha256: null,
      contact: phone.contact,
      watch: phone.watch,
    };
  }
  const given = phone.password === null ? null : ha1sOf(phone.id, realm, phone.password);
  const kept = given ?? ha1s.get(phone.id) ?? { ha1: null, ha1_sha256: null };
  const secrets = phone.digest === 'md5' ? { ...kept, ha1_sha256: null } : kept;
  return { ...common, kind: 'register', ...secrets, contact: null, watch: true };
}

const ha1sOf = (user: string, realm: string, password: string) => ({
  ha1: md5Ha1(user, realm, password),
  ha1_sha256: sha256Ha1(user, realm, password),
});

/** H(A1) of RFC 7616 section 3.4.2; the phone's id is its user name. */
export function md5Ha1(user: string, realm: string, password: string): string {
  return createHash('md5').update(`${user}:${realm}:${password}`).digest('hex');
}

/** The same by SHA-256 (RFC 8760). */
export function sha256Ha1(user: string, realm: string, password: string): string {
  return createHash('sha256').update(`${user}:${realm}:${password}`).digest('hex');
}
