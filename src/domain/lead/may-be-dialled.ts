/**
 * Whether a lead may be dialled at all (A22, A23, A26, A27): every list of leads that are to be called asks this, or the same rule as
 * SQL (store/customers/dialable-leads.ts). It says nothing of whether its person wants calls now, nor of hours and tries.
 */
import type { NumberKind } from '../number/kinds';
import type { Instant } from '../time';
import { isHeld } from './confirmation';

/** Somebody of ours typed it in while he talked with the person; whatever came in another way is cleaned first. */
export const BY_HAND = 'manual';

/** What it is said to be that leads nowhere: it goes to the archive. */
export const HOPELESS = ['junk', 'none'] as const;

/** In these states it is worked, or was brought to an end after which its person may be called for another reason. */
export const DIALLED_STATES = ['open', 'arrived', 'won', 'defeated', 'lost-control'] as const;

export interface DialledLead {
  source: string;
  /** A call with him opened it: what an import says of a call is no such thing. */
  openedByCall: boolean;
  state: string;
  validity: 'unchecked' | 'valid' | 'invalid';
  /** Null: nobody has said. */
  prospect: string | null;
  /** When it is to be called to confirm it; null: it is not held for that. */
  confirmNextAt: Instant | null;
  /** `''`: none. */
  number: string;
  /** Its customer is there and was cleaned once; null: it has none yet. */
  customer: { active: boolean; cleaned: boolean } | null;
}

/** Why not, the first that holds: what the agent is told, and what lists count. */
export type NotDialled =
  'no-number' | 'invalid' | 'archived' | 'hopeless' | 'erased' | 'unclean' | 'unconfirmed';

/** Null: it may. */
export function notDialled(lead: DialledLead): NotDialled | null {
  const { state, validity, prospect, number, customer } = lead;
  if (validity === 'invalid' || state === 'invalid') return 'invalid';
  if (!isOneOf(DIALLED_STATES, state)) return 'archived';
  if (isOneOf(HOPELESS, prospect)) return 'hopeless';
  if (number === '') return 'no-number';
  if (customer?.active === false) return 'erased';
  if (!isOwn(lead) && !(validity === 'valid' && customer?.cleaned === true)) return 'unclean';
  return isHeld({ state, nextAt: lead.confirmNextAt }) ? 'unconfirmed' : null;
}

/** Whether it came by one of us: what is wrong with it, he knows. */
export const isOwn = ({ source, openedByCall }: Pick<DialledLead, 'source' | 'openedByCall'>) =>
  openedByCall || source === BY_HAND;

export const mayBeDialled = (lead: DialledLead): boolean => notDialled(lead) === null;

/**
 * Why a number makes a lead of a list invalid (W02); null: it can be called. `expired`: a privacy number after its last day. A
 * foreign number is one, and so is a switchboard: behind it somebody can be asked for.
 */
export function numberFault(kind: NumberKind, expired: boolean): InvalidReason | null {
  switch (kind) {
    case 'mobile':
    case 'fixed':
    case 'switchboard':
    case 'foreign':
      return null;
    case 'privacy':
      return expired ? 'number-expired' : null;
    case 'withheld':
      return 'no-number';
    case 'own':
      return 'own-number';
    default:
      return 'not-a-number';
  }
}

/** Why a lead is invalid: its number, or what somebody found out. */
export const INVALID_REASONS = [
  ...(['no-number', 'not-a-number', 'own-number', 'number-expired'] as const),
  ...(['wrong-person', 'not-a-customer', 'refused'] as const),
] as const;
export type InvalidReason = (typeof INVALID_REASONS)[number];

const isOneOf = (list: readonly string[], text: string | null): boolean =>
  text !== null && list.includes(text);
