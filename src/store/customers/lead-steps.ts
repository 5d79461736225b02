/** The steps of leads (port `LeadSteps` of http): each deed in one transaction. */
import type { Doing } from '../../http/customer-ports';
import type { FeeRow, LeadSteps } from '../../http/lead-step-ports';
import type { Database } from '../database';
import { isUuid, page } from '../page';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';
import { arrive, close, deliver, invite } from './steps';

interface FeeDbRow {
  id: string;
  store_id: string;
  lead_id: string;
  deal_id: string;
  person_id: string;
  way: FeeRow['way'];
  /** bigint, which pg gives as text. */
  amount: string;
  entered_at: Date;
  paid_at: Date | null;
  paid_by: string | null;
}

export function storeLeadSteps(db: Database, makeId: () => string): LeadSteps {
  const within = <T>({ by, at }: Doing, work: (deed: Deed) => Promise<T>): Promise<T> =>
    db.transaction((trx) => work({ trx, makeId, at, by }));
  const storeOf = async (table: 'deal' | 'information_fee', id: string) => {
    if (!isUuid(id)) return null;
    const row = await db(table).where({ id }).first<{ store_id: string } | undefined>('store_id');
    return row?.store_id ?? null;
  };
  return {
    invite: (asked, doing) =>
      within(doing, async (deed) => {
        const id = await invite(deed, asked);
        await doing.noted(asked.leadId);
        return id;
      }),
    arrive: (asked, doing) =>
      within(doing, async (deed) => {
        const arrived = await arrive(deed, asked);
        await doing.noted(asked.leadId);
        return arrived;
      }),
    deal: (asked, doing) =>
      within(doing, async (deed) => {
        const made = await close(deed, asked);
        await doing.noted(asked.leadId ?? made.id);
        return made;
      }),
    storeOfDeal: (id) => storeOf('deal', id),
    deliver: (asked, doing) =>
      within(doing, async (deed) => {
        const id = await deliver(deed, asked);
        await doing.noted(asked.dealId);
        return id;
      }),
    fees: async ({ storeIds, state }, request) => {
      const query = db<FeeDbRow>('information_fee').whereIn('store_id', storeIds);
      if (state === 'owed') query.whereNull('paid_at');
      if (state === 'paid') query.whereNotNull('paid_at');
      return page(query, request, { timeColumn: 'entered_at', fromRow: feeFromRow });
    },
    storeOfFee: (id) => storeOf('information_fee', id),
    pay: (id, doing) =>
      within(doing, async ({ trx, at, by }) => {
        await doing.noted(id);
        await trx('information_fee')
          .where({ id })
          .whereNull('paid_at')
          .update({ paid_at: timestamp(at), paid_by: by });
      }),
  };
}

const feeFromRow = (row: FeeDbRow): FeeRow => ({
  ...{ id: row.id, storeId: row.store_id, leadId: row.lead_id, dealId: row.deal_id },
  ...{ personId: row.person_id, way: row.way, amount: Number(row.amount) },
  ...{ enteredAt: instant(row.entered_at), paidAt: instant(row.paid_at), paidBy: row.paid_by },
});
