/**
 * How efficient each channel (渠道) is (A30, B11, N48): how many leads came by it, which share of all that is, and how many
 * of them really became customers (实际转换率). A line for each channel that the store knows, also for one by which nobody
 * came; and one for leads of which nobody has said it.
 */
import { ratioOf, type Ratio } from './ratio';

export interface ChannelCount {
  /** Null: nobody has said by which. */
  channel: string | null;
  leads: number;
  deals: number;
}

export interface ChannelLine extends ChannelCount {
  /** Of all leads of the period. */
  share: Ratio;
  /** Deals of its leads. */
  conversion: Ratio;
}

/** In the order of `channels`, then those that are no more in the list, then who is of none. */
export function channelEfficiency(
  channels: readonly string[],
  counts: readonly ChannelCount[],
): ChannelLine[] {
  const all = counts.reduce((sum, { leads }) => sum + leads, 0);
  const named = counts.map(({ channel }) => channel).filter((one) => one !== null);
  const left = [...new Set(named)].filter((one) => !channels.includes(one)).sort();
  const unsaid = counts.some(({ channel }) => channel === null) ? [null] : [];
  return [...channels, ...left, ...unsaid].map((channel) => {
    const own = counts.filter((one) => one.channel === channel);
    const leads = own.reduce((sum, one) => sum + one.leads, 0);
    const deals = own.reduce((sum, one) => sum + one.deals, 0);
    return {
      ...{ channel, leads, deals },
      share: ratioOf(leads, all),
      conversion: ratioOf(deals, leads),
    };
  });
}
