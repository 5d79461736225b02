/** What a plan says of numbers, in the form in which they are compared. */
import { CHINA_MS, endOfDay } from '../day';
import type { StoreId } from '../ids';
import type { Plan, PlanTrunk } from '../plan';
import type { Instant } from '../time';
import { normaliseNumber } from './normalise';

export interface NumberBook {
  country: string;
  /** Numbers for help of any store: no rule touches them, and nobody pays for them. */
  emergency: ReadonlySet<string>;
  /** Those of a store that does not name its own. */
  usualEmergency: ReadonlySet<string>;
  emergencyOf: ReadonlyMap<StoreId, ReadonlySet<string>>;
  outsidePrefixes: readonly string[];
  own: ReadonlySet<string>;
  switchboards: ReadonlySet<string>;
  privacy: readonly { from: string; to: string; until: Instant }[];
  premium: readonly string[];
}

/** Numbers for help by country; elsewhere 112, which GSM phones dial without a card. */
const EMERGENCY: Record<string, readonly string[]> = {
  CN: ['110', '119', '120', '122'],
  HK: ['999', '112'],
  MO: ['999', '112'],
  TW: ['110', '119', '112'],
};

export const countryOf = (plan: Plan, trunk?: PlanTrunk): string =>
  trunk?.country ?? plan.numbers?.country ?? 'CN';

export function numberBook(plan: Plan): NumberBook {
  const { numbers = {} } = plan;
  const country = countryOf(plan);
  const key = (number: string) => normaliseNumber(number, country);
  const own = [
    ...plan.hotlines.map(({ number }) => key(number)),
    ...plan.trunks.flatMap((trunk) =>
      (trunk.numbers ?? []).map((number) =>
        normaliseNumber(number, countryOf(plan, trunk), trunk.area),
      ),
    ),
  ];
  const usual = numbers.emergency ?? EMERGENCY[country] ?? ['112'];
  const byStore = plan.stores.flatMap(({ id, emergency }) =>
    emergency ? [{ id, emergency }] : [],
  );
  return {
    country,
    emergency: new Set([...usual, ...byStore.flatMap(({ emergency }) => emergency)]),
    usualEmergency: new Set(usual),
    emergencyOf: new Map(byStore.map(({ id, emergency }) => [id, new Set(emergency)])),
    outsidePrefixes: numbers.outsidePrefixes ?? [],
    own: new Set(own),
    switchboards: new Set((numbers.switchboards ?? []).map(key)),
    privacy: (numbers.privacy ?? []).map(({ from, to, until }) => ({
      from: key(from),
      to: key(to),
      until: (endOfDay(until) ?? 0) - CHINA_MS,
    })),
    premium: numbers.premium ?? [],
  };
}

/** As the people of a store dial: what is help there. */
export const bookOfStore = (book: NumberBook, storeId: StoreId): NumberBook => ({
  ...book,
  emergency: book.emergencyOf.get(storeId) ?? book.usualEmergency,
});
