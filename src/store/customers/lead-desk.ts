/** Leads by a filter, kept filters, and deeds on many leads (port `LeadDesk` of http). */
import type { Doing } from '../../http/customer-ports';
import type { LeadDesk } from '../../http/lead-desk-ports';
import type { Database } from '../database';
import type { Deed } from './deed';
import { changeMany, deedPage, undoMany } from './lead-many';
import { countLeads, leadVersions } from './lead-search';
import { changeView, findView, keepView, viewPage } from './lead-views';

export function storeLeadDesk(db: Database, makeId: () => string): LeadDesk {
  const tools = { db, makeId };
  const within = <T>({ by, at }: Doing, work: (deed: Deed) => Promise<T>): Promise<T> =>
    db.transaction((trx) => work({ trx, makeId, at, by }));
  return {
    count: (asked) => countLeads(db, asked),
    versions: (asked, most) => leadVersions(db, asked, most),
    changeMany: (rows, kept, rules, doing) => changeMany(tools, rows, { kept, rules, doing }),
    undoMany: (id, rules, doing) => undoMany(tools, id, { rules, doing }),
    deeds: (storeIds, request) => deedPage(db, storeIds, request),
    views: (asked, request) => viewPage(db, asked, request),
    view: (id) => findView(db, id),
    keepView: (view, doing) =>
      within(doing, async (deed) => {
        const id = await keepView(deed, view);
        await doing.noted(id);
        return id;
      }),
    changeView: (seen, said, doing) =>
      within(doing, async (deed) => {
        const next = await changeView(deed, seen, said);
        await doing.noted(seen.id);
        return next;
      }),
    dropView: (id, doing) =>
      within(doing, async ({ trx }) => {
        await doing.noted(id);
        await trx('lead_view').where({ id }).delete();
      }),
  };
}
