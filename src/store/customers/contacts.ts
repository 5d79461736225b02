/** Rows of the timeline of customers. */
import type { CustomerContact } from '../../domain/customer/customer';
import { timestamp } from '../statement';
import type { Deed } from './deed';

/** Of a contact that somebody, or something, notes; those of calls come by the linker. */
export type NewContact = Pick<CustomerContact, 'customerId' | 'storeId' | 'kind'> &
  Partial<Pick<CustomerContact, 'leadId' | 'at' | 'body' | 'byId'>>;

/**
 * Adds an entry to the timeline of a customer, and answers its id. At the deed's moment and by who does it, if nothing is said. What
 * is about a lead is with the row that has the lead, which waits for whoever takes that out of a customer: it goes where that goes.
 */
export async function addContact(deed: Deed, contact: NewContact): Promise<string> {
  const { trx, makeId, at, by } = deed;
  const id = makeId();
  const { leadId = null } = contact;
  const lead =
    leadId === null
      ? undefined
      : await trx('lead').where({ id: leadId }).forShare().first('customer_id');
  await trx('contact').insert({
    ...{ id, customer_id: lead?.customer_id ?? contact.customerId, lead_id: leadId },
    ...{ store_id: contact.storeId, at: timestamp(contact.at ?? at), kind: contact.kind },
    ...{ by_id: contact.byId ?? (by === '' ? null : by), body: contact.body ?? '' },
  });
  return id;
}
