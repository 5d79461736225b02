/**
 * Leads opened a moment ago may not have reached the database when their number rings again; the
 * look-up then says `none` and a second lead would be opened. This remembers the newest of them.
 */
import type { Lookup } from '../domain/events';
import type { LeadId, StoreId } from '../domain/ids';
import type { NewLead } from '../domain/records';

/** Ten thousand unknown callers are more than an hour of the busiest hotline. */
const LIMIT = 10_000;

/** Keeps the newest ten thousand by store and number. */
export class RecentLeads {
  private readonly leads = new Map<string, LeadId>();

  opened(lead: NewLead): void {
    this.leads.set(key(lead.storeId, lead.number), lead.id);
    if (this.leads.size <= LIMIT) return;
    const oldest = this.leads.keys().next();
    if (!oldest.done) this.leads.delete(oldest.value);
  }

  /** The look-up's answer, corrected by what was opened since. */
  correct(lookup: Lookup, storeId: StoreId, number: string): Lookup {
    if (lookup.result !== 'none' || lookup.shared) return lookup;
    const leadId = this.leads.get(key(storeId, number));
    return leadId === undefined ? lookup : { ...lookup, result: 'found', leadId, name: '' };
  }
}

const key = (storeId: StoreId, number: string): string => `${storeId}|${number}`;
