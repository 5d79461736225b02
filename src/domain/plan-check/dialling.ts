/** Decides what a plan may say of calls that its people place. */
import {
  DIAL_CLASSES,
  type DialClass,
  type PlanDialling,
  type PlanDialLimit,
  type PlanStore,
} from '../plan';
import { integer, listOf, matching, objectOf, oneOf, optionally, type Fields } from './fields';

/** What a person may dial, or a trunk carry. */
export const DIAL = optionally(listOf<DialClass>(oneOf(...DIAL_CLASSES)));

const id = matching(/^\S{1,64}$/u, '中继的 id', 'the id of a trunk');

/** Whose trunks a store calls by, and which number it shows. */
export const STORE_CALLS: Fields<Pick<PlanStore, 'trunks' | 'group' | 'shows'>> = {
  trunks: optionally(listOf(id, 1)),
  group: optionally(matching(/^\S{1,64}$/u, '集团的名称', 'the name of a group')),
  shows: optionally(matching(/^\+?[\d*#]{1,32}$/, '号码', 'a number')),
};

const LIMIT: Fields<PlanDialLimit> = {
  perMinute: optionally(integer(1, 10_000)),
  perHour: optionally(integer(1, 100_000)),
  spendPerDay: optionally(integer(0, 1_000_000_000)),
};
const price = optionally(integer(0, 1_000_000));

/** The section `dialling`. */
export const DIALLING: Fields<PlanDialling> = {
  person: optionally(objectOf(LIMIT)),
  store: optionally(objectOf(LIMIT)),
  tariff: optionally(
    objectOf<NonNullable<PlanDialling['tariff']>>({
      mobile: price,
      fixed: price,
      service: price,
      premium: price,
      foreign: price,
      other: price,
    }),
  ),
  pauseMinutes: optionally(integer(1, 1440)),
};
