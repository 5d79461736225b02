/** Customers and leads as people work with them (port `Customers` of http): each deed in one transaction. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { Customers, Doing, Seen } from '../../http/customer-ports';
import type { Database } from '../database';
import { isUuid } from '../page';
import { changeCustomer, findCustomer, makeCustomer, moved } from './customers';
import type { Deed } from './deed';
import { demandReleased } from './confirmations';
import { noteEdits } from './edits';
import { giveLead, heldLead, sayOfLead } from './lead-changes';
import { makeLead } from './leads';
import { addNumbers } from './numbers';
import { contactPage, customerDetail, customerPage, leadDetail } from './reading';

export function storeCustomers(db: Database, makeId: () => string): Customers {
  const within = <T>({ by, at }: Doing, work: (deed: Deed) => Promise<T>): Promise<T> =>
    db.transaction((trx) => work({ trx, makeId, at, by }));
  return {
    list: (asked, request) => customerPage(db, asked, request),
    find: async (id, now) => (isUuid(id) ? customerDetail(db, id, now) : null),
    contacts: async (asked, request) =>
      isUuid(asked.customerId) ? contactPage(db, asked, request) : { items: [], next: null },

    make: (made, doing) =>
      within(doing, async (deed) => {
        const id = await makeCustomer(deed, { ...made, source: 'manual' });
        await doing.noted(id);
        return id;
      }),

    change: (seen, { fields, numbers }, doing) =>
      within(doing, async (deed) => {
        const was = await customerSeen(deed.trx, seen);
        const { controller } = was;
        await addNumbers(deed, { customerId: seen.id, controller, source: 'manual' }, numbers);
        const version = await changeCustomer(deed, seen, fields);
        await noteEdits(deed, seen.id, { was, now: fields });
        await doing.noted(seen.id);
        return version;
      }),

    lead: async (id) => (isUuid(id) ? leadDetail(db, id) : null),

    makeLead: (made, doing) =>
      within(doing, async (deed) => {
        const id = await makeLead(deed, made);
        await doing.noted(id);
        return id;
      }),

    changeLead: (seen, { fields, state, stays }, doing) =>
      within(doing, async (deed) => {
        const lead = await heldLead(deed.trx, seen.id);
        const { version } = seen;
        const next = await sayOfLead(deed, lead, { version, fields, state, stays });
        await doing.noted(seen.id);
        return next;
      }),

    changeOwner: ({ id, version }, change, doing) =>
      within(doing, async (deed) => {
        if (change.ownerId !== null) await demandReleased(deed.trx, id);
        const next = await giveLead(deed, { leadId: id, version, ...change });
        await doing.noted(id);
        return next;
      }),
  };
}

/** Throws when he is another one by now: nothing of him is changed then. */
async function customerSeen(trx: Knex.Transaction, { id, version }: Seen) {
  const customer = await findCustomer(trx, id);
  if (customer?.id !== id) throw new CodedError('UNKNOWN_CUSTOMER');
  if (customer.version !== version) throw await moved(trx, 'customer', id);
  return customer;
}
