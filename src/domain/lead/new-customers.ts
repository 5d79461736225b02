/**
 * Decides when a direct salesperson (直销员) has too many new customers: five in a day of the store, and the sixth is a
 * warning (A38, N07). Nobody is refused for it: he is there, and somebody has to receive him.
 */
import { dayIn } from '../day';
import type { Instant } from '../time';
import type { LeadRules } from './rules';

/** `count`: new customers of his on that day, with the one that came now. Each beyond the limit warns again. */
export const isTooManyNewCustomers = (
  count: number,
  { newCustomersADay }: Pick<LeadRules, 'newCustomersADay'>,
): boolean => count > newCustomersADay;

/** How many of these arrivals were on the day of the zone in which `now` lies. */
export function newCustomersOfDay(
  arrivals: readonly Instant[],
  zone: string,
  now: Instant,
): number {
  const { startsAt, endsAt } = dayIn(zone, now);
  return arrivals.filter((at) => startsAt <= at && at < endsAt).length;
}
