/**
 * Decides what rows make of the customers and leads that are known (Q06): who has the number already is filled where something
 * is missing and keeps the rest; who is clearly another by his name, with the same number, is made beside him and goes to the work
 * list; whoever is new is made. What says something else than what is known stays in the timeline, so that no word is lost.
 */
import { identifies, whoIs, type Identifiable } from '../customer/same-person';
import type { Prospect } from '../lead/prospect';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import {
  FILLED,
  type FieldsOf,
  type FieldValue,
  type FilledTable,
  type KnownPerson,
  type Landed,
  type LandedRow,
  type Made,
} from './known';
import type { ReadNumber } from './numbers';
import type { IntakeRecord } from './record';
import type { LeadSource } from './words';

export interface LandingTerms {
  controller: string;
  at: Instant;
  /** Whether each has a lead, or is a customer without one. */
  as: 'leads' | 'customers';
  /** Of rows that name none. */
  source: LeadSource;
  /** Id of the person of the plan whom a consultant's name means; null: nobody, or several. */
  consultant: (name: string) => string | null;
  /** Whether a lead is to be confirmed before a dealer has it (A26). */
  wantsConfirmation: (lead: {
    source: string;
    prospect: Prospect | null;
    level: LeadLevel | null;
  }) => boolean;
  /** How the timeline names where a row came from. */
  origin: (row: number) => string;
  makeId: () => string;
}

/** A row that was read, and whether the same content has landed before. */
export interface ReadyRow {
  row: number;
  record: IntakeRecord;
  isKnown: boolean;
}

/** `known`: all who have one of the rows' numbers in these books. */
export function landRows(
  rows: readonly ReadyRow[],
  known: readonly KnownPerson[],
  terms: LandingTerms,
): Landed {
  const books = new Books(known, terms);
  for (const row of rows) books.land(row);
  return books.landed;
}

/** The same row by row, for who has others to let have their turn between them. */
export class Books {
  readonly landed: Landed = {
    ...{ customers: [], numbers: [], leads: [], vehicles: [], contacts: [], pairs: [], rows: [] },
  };
  private readonly byNumber = new Map<string, Set<KnownPerson>>();
  private readonly pairs = new Set<string>();

  constructor(
    known: readonly KnownPerson[],
    private readonly terms: LandingTerms,
  ) {
    for (const person of known) for (const { number } of person.numbers) this.has(number, person);
  }

  /** All whom rows may be about, as they are by now. */
  persons(): KnownPerson[] {
    return [...new Set([...this.byNumber.values()].flatMap((persons) => [...persons]))];
  }

  land({ row, record, isKnown }: ReadyRow): void {
    const landed: LandedRow = { row, outcome: 'same', customerId: null, leadId: null, made: {} };
    this.landed.rows.push(landed);
    if (isKnown) return;
    const { made } = landed;
    const newcomer = identifiable(record, this.terms.controller);
    const { same, doubtful } = whoIs(newcomer, this.candidates(record.numbers));
    const person = same ?? this.make(record, made);
    landed.customerId = person.id;
    const differing = same ? this.fill('customer', person, record, made) : [];
    // By what has been filled the next rows know him.
    person.name = person.fields.name ?? '';
    this.addNumbers(person, record.numbers, made);
    for (const { record: other, why, numbers } of doubtful)
      this.doubt(person, other, { why, numbers }, made);
    differing.push(...this.keepVehicle(person, record, made));
    if (this.terms.as === 'leads') {
      differing.push(...this.keepLead(person, record, made));
      landed.leadId = person.lead?.id ?? null;
    }
    landed.outcome = made.customer
      ? 'made'
      : hasNews(made) || differing.length > 0
        ? 'filled'
        : 'same';
    if (landed.outcome !== 'same') this.note(person, { row, record, differing }, made);
  }

  private candidates(numbers: readonly ReadNumber[]): KnownPerson[] {
    return [...new Set(numbers.flatMap(({ number }) => [...(this.byNumber.get(number) ?? [])]))];
  }

  private has(number: string, person: KnownPerson): void {
    const there = this.byNumber.get(number) ?? new Set();
    this.byNumber.set(number, there.add(person));
  }

  private make(record: IntakeRecord, made: Made): KnownPerson {
    const { terms, landed } = this;
    const id = terms.makeId();
    const fields = pick('customer', record);
    const { name, kind } = record;
    landed.customers.push({ id, fields, ownerId: this.ownerOf(record) });
    made.customer = id;
    const { controller, at: createdAt } = terms;
    return { id, createdAt, controller, name, kind, numbers: [], fields, lead: null, vehicles: [] };
  }

  /** Those that he has not yet. One by which somebody else is known does not name him as well. */
  private addNumbers(person: KnownPerson, numbers: readonly ReadNumber[], made: Made): void {
    for (const { number, kind } of numbers) {
      if (person.numbers.some((one) => one.number === number)) continue;
      const names = identifies({ number, kind, confirmed: false });
      const isFree = this.byNumber.get(number) === undefined || !names;
      const id = this.terms.makeId();
      this.landed.numbers.push({
        id,
        customerId: person.id,
        number,
        kind,
        identifies: names && isFree,
      });
      person.numbers.push({ number, kind, confirmed: false });
      this.has(number, person);
      (made.numbers ??= []).push(id);
    }
  }

  private doubt(
    person: KnownPerson,
    other: KnownPerson,
    { why, numbers: [mine, his] }: { why: string; numbers: readonly [string, string] },
    made: Made,
  ): void {
    const isLeft = person.id < other.id;
    const [left, right] = isLeft ? [person.id, other.id] : [other.id, person.id];
    if (this.pairs.has(`${left} ${right}`)) return;
    this.pairs.add(`${left} ${right}`);
    const id = this.terms.makeId();
    const [leftNumber, rightNumber] = isLeft ? [mine, his] : [his, mine];
    this.landed.pairs.push({ id, left, right, why, leftNumber, rightNumber });
    (made.pairs ??= []).push(id);
  }

  private keepVehicle(person: KnownPerson, record: IntakeRecord, made: Made): string[] {
    const fields = pick('vehicle', record);
    if (Object.values(fields).every(isNothing)) return [];
    const vehicle = person.vehicles.find((one) => isVehicle(one.fields, fields));
    if (vehicle) return this.fill('vehicle', vehicle, record, made);
    const id = this.terms.makeId();
    this.landed.vehicles.push({ id, customerId: person.id, fields });
    person.vehicles.push({ id, fields });
    (made.vehicles ??= []).push(id);
    return [];
  }

  private keepLead(person: KnownPerson, record: IntakeRecord, made: Made): string[] {
    if (person.lead) return this.fill('lead', person.lead, record, made);
    const id = this.terms.makeId();
    const fields = pick('lead', record);
    const [{ number } = { number: '' }] = record.numbers;
    const { prospect, level } = record;
    const source = record.source ?? this.terms.source;
    this.landed.leads.push({
      ...{ id, customerId: person.id, number, ownerId: this.ownerOf(record), source, fields },
      isHeld: this.terms.wantsConfirmation({ source, prospect, level }),
    });
    person.lead = { id, fields };
    made.lead = id;
    return [];
  }

  private ownerOf({ consultant }: IntakeRecord): string | null {
    return consultant === '' ? null : this.terms.consultant(consultant);
  }

  /** Empty fields take what the row has; answers what it says otherwise. */
  private fill<T extends FilledTable>(
    table: T,
    there: { id: string; fields: FieldsOf<T> },
    record: IntakeRecord,
    made: Made,
  ): string[] {
    const said: [string, FieldValue][] = Object.entries(pick(table, record));
    const fields = there.fields as Record<string, FieldValue>;
    const news = said.filter(([field, value]) => !isNothing(value) && isNothing(fields[field]));
    const others = said.filter(
      ([field, value]) => !isNothing(value) && !isNothing(fields[field]) && fields[field] !== value,
    );
    if (news.length > 0) {
      const values = Object.fromEntries(news);
      Object.assign(fields, values);
      (made.fills ??= []).push({ table, id: there.id, values });
    }
    return others.map(([field, value]) => `${field}: ${value}`);
  }

  private note(
    person: KnownPerson,
    { row, record, differing }: { row: number; record: IntakeRecord; differing: readonly string[] },
    made: Made,
  ): void {
    const { consultant } = record;
    const isNobody = consultant !== '' && this.ownerOf(record) === null;
    const said = [...new Set(differing), ...(isNobody ? [`consultant: ${consultant}`] : [])];
    const id = this.terms.makeId();
    const body = [this.terms.origin(row), ...said].join('\n');
    const leadId = made.lead ?? person.lead?.id ?? null;
    this.landed.contacts.push({ id, customerId: person.id, leadId, body });
    made.contact = id;
  }
}

const identifiable = (record: IntakeRecord, controller: string): Identifiable => ({
  ...{ controller, name: record.name, kind: record.kind },
  numbers: record.numbers.map(({ number, kind }) => ({ number, kind, confirmed: false })),
});

const isNothing = (value: FieldValue | undefined): boolean =>
  value === undefined || value === null || value === '';

/** A pair that is asked of says nothing new of either. */
const hasNews = ({ lead, numbers, vehicles, fills }: Made): boolean =>
  [lead, numbers, vehicles, fills].some((one) => one !== undefined);

function pick<T extends FilledTable>(table: T, record: IntakeRecord): FieldsOf<T> {
  const fields: readonly string[] = FILLED[table];
  const values = record as unknown as Record<string, FieldValue>;
  return Object.fromEntries(fields.map((field) => [field, values[field] ?? null])) as FieldsOf<T>;
}

/** By VIN or plate; of a car without either, when nothing speaks against it. */
function isVehicle(there: FieldsOf<'vehicle'>, said: FieldsOf<'vehicle'>): boolean {
  for (const field of ['vin', 'plate'] as const)
    if (!isNothing(there[field]) && !isNothing(said[field])) return there[field] === said[field];
  return FILLED.vehicle.every(
    (field) => isNothing(there[field]) || isNothing(said[field]) || there[field] === said[field],
  );
}
