/**
 * Leads that other systems hand in: a web site by its form, HQ by its API (总部下发). Decides what may be said in them, and makes
 * of each the one format in which all input ends (A25); where it comes from the route says, and never the lead.
 */
import { REASONS, type ReasonCode } from './cell';
import type { Field } from './fields';
import { readRow, type IntakeRecord, type RecordRules } from './record';

/** What a form may say. Whose the lead is, and where it is from, a visitor of a web site does not say. */
export const FORM_FIELDS = [
  ...(['number', 'name', 'sex', 'kind', 'customerType', 'area', 'address', 'bornOn'] as const),
  ...(['note', 'channel', 'presentCar', 'interestSeries', 'interestModel', 'intendedOn'] as const),
  ...(['plate', 'vin', 'series', 'model', 'boughtOn', 'registeredOn', 'insuredUntil'] as const),
  'message',
] as const satisfies readonly Field[];

/** What HQ may say besides. */
export const HQ_FIELDS = [
  ...FORM_FIELDS,
  ...(['level', 'prospect', 'consultant', 'contactResult', 'nextPlan'] as const),
] as const satisfies readonly Field[];

export type SaidFields = Partial<Record<Field, string>>;

/** What he agreed to, in the words that he was shown. */
export interface Consent {
  given: boolean;
  text: string;
}

/** Why a lead is not taken: which field, and what is wrong with it. */
export interface IncomingRefusal {
  /** Null: the lead as a whole. */
  field: string | null;
  code: ReasonCode | 'STORE_UNKNOWN';
  zh: string;
  en: string;
}

/** The store is none, or not one for which its sender may hand in leads: which of the two is not told. */
export const STORE_UNKNOWN: IncomingRefusal = {
  ...{ field: 'store', code: 'STORE_UNKNOWN' },
  ...{ zh: '没有这个门店代码，或无权向其下发', en: 'is no store for which you may hand in leads' },
};

/** The record of a lead, or all that is wrong with it. */
export function readIncoming(
  said: SaidFields,
  rules: Omit<RecordRules, 'from1904'>,
): { record: IntakeRecord } | { refusals: IncomingRefusal[] } {
  const fields = Object.keys(said) as Field[];
  const cells = fields.map((field) => said[field] ?? '');
  const read = readRow({ row: 1, cells }, fields, { ...rules, from1904: false });
  if ('record' in read) return read;
  return {
    refusals: read.refusals.map(({ code, column }) => ({
      ...{ field: column === null ? null : (fields[column] ?? null), code },
      ...{ zh: REASONS[code].zh, en: REASONS[code].en },
    })),
  };
}
