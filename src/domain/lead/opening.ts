/**
 * Decides who is opened as a lead: a caller whom the look-up does not know and who has a number
 * (A19). An unavailable look-up decides nothing; it is asked again.
 */
import type { Effect } from '../effects';
import type { Lookup } from '../events';
import type { CallId, CustomerId, LeadId, StoreId } from '../ids';
import type { NewLead } from '../records';
import type { Instant, Millis } from '../time';
import { seconds } from '../time';

/** A look-up that was unavailable is asked again after this while, until the call is let go. */
export const LOOKUP_AGAIN_MS: Millis = seconds(5);

/** Who the caller is, as far as is known. */
export interface Identity {
  lookup: Lookup['result'];
  callerName: string;
  leadId: LeadId | null;
  customerId: CustomerId | null;
}

interface Caller {
  callId: CallId;
  storeId: StoreId;
  /** `''` when withheld. */
  number: string;
  /** Whether he called, or we called him. */
  source?: NewLead['source'];
  /** The id set aside for a lead that this call may open. */
  leadId: LeadId;
}

/** What a look-up's result makes of the caller, and the lead that has to be opened, if any. */
export function identify(
  lookup: Lookup,
  caller: Caller,
  now: Instant,
): { identity: Identity; effects: Effect[] } {
  if (lookup.result === 'found')
    return {
      identity: {
        lookup: 'found',
        callerName: lookup.name,
        leadId: lookup.leadId ?? null,
        customerId: lookup.customerId ?? null,
      },
      effects: [],
    };
  const opens = lookup.result === 'none' && caller.number !== '';
  return {
    identity: {
      lookup: lookup.result,
      callerName: '',
      leadId: opens ? caller.leadId : null,
      customerId: null,
    },
    effects: opens ? [open(caller, now)] : [],
  };
}

const open = (caller: Caller, now: Instant): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'lead.opened',
    lead: {
      id: caller.leadId,
      storeId: caller.storeId,
      number: caller.number,
      source: caller.source ?? 'inbound',
      openedByCall: caller.callId,
      openedAt: now,
    },
  },
});
