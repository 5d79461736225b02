/**
 * The funnel (B06): of leads that came, how many were invited (邀约), arrived (到店) and closed (成交), with the ratios of
 * which the documents make their two products (A41): arrivals = new leads x arrival rate (N13b), deals = arrivals x deal
 * rate (N13). They hold exactly, because a ratio is kept as its two counts.
 */
import { ratioOf, type Ratio } from './ratio';

/** Of one group of leads; who closed has arrived. */
export interface FunnelCounts {
  leads: number;
  invited: number;
  arrived: number;
  /** Those of the invited who arrived. */
  invitedArrived: number;
  deals: number;
}

export interface Funnel extends FunnelCounts {
  /** Invited of leads (邀约率). */
  invitation: Ratio;
  /** Arrived of leads: the invitation-to-store rate (到店邀约率) by which N13b multiplies. */
  arrival: Ratio;
  /** Arrived of invited, which the documents have beside it (Q07). */
  invitedToArrived: Ratio;
  /** Deals of arrivals (成交率). */
  deal: Ratio;
}

export const funnelOf = (counts: FunnelCounts): Funnel => ({
  ...counts,
  invitation: ratioOf(counts.invited, counts.leads),
  arrival: ratioOf(counts.arrived, counts.leads),
  invitedToArrived: ratioOf(counts.invitedArrived, counts.invited),
  deal: ratioOf(counts.deals, counts.arrived),
});

const NOTHING: FunnelCounts = { leads: 0, invited: 0, arrived: 0, invitedArrived: 0, deals: 0 };

/** Of several groups without a common lead. */
export const together = (groups: readonly FunnelCounts[]): FunnelCounts =>
  groups.reduce(
    (sum, one) => ({
      leads: sum.leads + one.leads,
      invited: sum.invited + one.invited,
      arrived: sum.arrived + one.arrived,
      invitedArrived: sum.invitedArrived + one.invitedArrived,
      deals: sum.deals + one.deals,
    }),
    NOTHING,
  );
