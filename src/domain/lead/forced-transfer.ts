/**
 * Decides when a lead of the showroom becomes the centre's by force (强制转入, W07): open for two calendar months (A32,
 * N19), or defeated or lost (A33). The whole of the day two months later is still the showroom's; the transfer is due at
 * the midnight of the store's zone that ends it, so that nobody is taken before his two months are full.
 */
import { instantOf, localTime, type DayNumber } from '../hours/local-time';
import { monthsAfter } from '../months';
import type { Instant } from '../time';
import type { LeadRules } from './rules';

type Months = Pick<LeadRules, 'forcedTransferMonths'>;

export interface TransferCandidate {
  /** Who works it. */
  place: 'centre' | 'showroom';
  state: string;
  openedAt: Instant;
  /** He was handed to a direct salesperson of the centre, whose he is. */
  isReceived?: boolean;
}

/** Why it is transferred. */
export type TransferReason = 'two-months' | 'defeated' | 'lost-control';

/** When a lead of the showroom that came at `openedAt` is the centre's, if it is open then. */
export function transferDueAt(
  openedAt: Instant,
  zone: string,
  { forcedTransferMonths }: Months,
): Instant {
  const last = monthsAfter(localTime(openedAt, zone).day, forcedTransferMonths);
  return midnight(last + 1, zone);
}

/** Leads of the showroom that came before this moment are due by now: what a search by index asks for. */
export function transferredBefore(
  now: Instant,
  zone: string,
  { forcedTransferMonths }: Months,
): Instant {
  const today = localTime(now, zone).day;
  let day = monthsAfter(today, -forcedTransferMonths);
  while (monthsAfter(day, forcedTransferMonths) >= today) day -= 1;
  while (monthsAfter(day + 1, forcedTransferMonths) < today) day += 1;
  return midnight(day + 1, zone);
}

/**
 * Why a lead is to be the centre's now; null: it is already, or stays where it is. Who has arrived and was received for the
 * centre is not taken from whom he knows, however long he thinks it over (A40); only when he is lost.
 */
export function transferReason(
  { place, state, openedAt, isReceived = false }: TransferCandidate,
  { now, zone }: { now: Instant; zone: string },
  rules: Months,
): TransferReason | null {
  if (place === 'centre') return null;
  const failure = failureReason({ place, state });
  if (failure !== null) return failure;
  const isOpen = state === 'open' || (state === 'arrived' && !isReceived);
  return isOpen && transferDueAt(openedAt, zone, rules) <= now ? 'two-months' : null;
}

/** That of a lead which the showroom has lost (A33), and of no other. */
export const failureReason = ({
  place,
  state,
}: Pick<TransferCandidate, 'place' | 'state'>): TransferReason | null =>
  place === 'showroom' && (state === 'defeated' || state === 'lost-control') ? state : null;

const midnight = (day: DayNumber, zone: string): Instant => instantOf({ day, minute: 0 }, zone);
