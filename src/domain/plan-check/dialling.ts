/** Decides what a plan may say of calls that its people place. */
import { DIAL_CLASSES, type DialClass, type PlanStore } from '../plan';
import { listOf, matching, oneOf, optionally, type Fields } from './fields';

/** What a person may dial, or a trunk carry. */
export const DIAL = optionally(listOf<DialClass>(oneOf(...DIAL_CLASSES)));

const id = matching(/^\S{1,64}$/u, '中继的 id', 'the id of a trunk');

/** Whose trunks a store calls by, and which number it shows. */
export const STORE_CALLS: Fields<Pick<PlanStore, 'trunks' | 'shows'>> = {
  trunks: optionally(listOf(id, 1)),
  shows: optionally(matching(/^\+?[\d*#]{1,32}$/, '号码', 'a number')),
};
