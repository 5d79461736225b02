/** A number that a caller keys in to be called at, and how a number is read back to him. */
import type { StoreId } from '../ids';
import type { Plan } from '../plan';
import { countryOf } from './book';
import { nationalOf } from './kinds';
import { normaliseNumber } from './normalise';

/** How who calls a store dials: its country, and its area where its trunks are of one. */
export interface Numbering {
  readonly country: string;
  /** `010`; `''` without. */
  readonly area: string;
}

/** Of those of one store that keep silent about it: mainland China, and no area. */
export const USUAL_NUMBERING: Numbering = { country: 'CN', area: '' };

export function numberingOf(plan: Plan, storeId: StoreId): Numbering {
  const own = plan.stores.find(({ id }) => id === storeId)?.trunks;
  const trunks = plan.trunks.filter(({ id }) => own === undefined || own.includes(id));
  const areas = new Set(trunks.flatMap(({ area }) => (area === undefined ? [] : [area])));
  const [area = ''] = areas;
  return { country: countryOf(plan, trunks[0]), area: areas.size === 1 ? area : '' };
}

/** What keys can say of a number: `0085212345678` as well as `13800138000`. Null: nobody has such a number. */
export function enteredNumber(digits: string, { country, area }: Numbering): string | null {
  const number = normaliseNumber(digits, country, area);
  return number.startsWith('+') ? number : null;
}

/** As it is read digit by digit, of an extension its switchboard's; null when it has other signs than digits. */
export function readBack(number: string): string | null {
  const digits = nationalOf(number.replace(/;ext=\d+$/, ''));
  return /^\+?\d{3,31}$/.test(digits) ? digits : null;
}
