/** By what leads are looked for in their list, kept views, exports and deeds on many; what is not named is not asked. */
import type { StoreId } from '../ids';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import type { LeadPlace, LeadState } from './lead';

/** What nobody has: no owner, no level, no channel. */
export const NONE = 'none';

export interface LeadFilter {
  store?: StoreId;
  states?: LeadState[];
  /** Who works them: the showroom, or the centre. */
  places?: LeadPlace[];
  levels?: (LeadLevel | typeof NONE)[];
  channels?: string[];
  sources?: string[];
  owners?: string[];
  /** What is late now; false: what is not. */
  overdue?: boolean;
  /** From (inclusive) and to (exclusive). */
  createdFrom?: Instant;
  createdTo?: Instant;
  dueFrom?: Instant;
  dueTo?: Instant;
  /** Words by which the customer is found. */
  q?: string;
}

/** As it may be kept beside what was done: without words, which may be somebody's name or number. */
export const withoutWords = ({ q, ...filter }: LeadFilter): object => ({
  ...filter,
  ...(q !== undefined && { q: '…' }),
});
