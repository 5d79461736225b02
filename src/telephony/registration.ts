/**
 * Reads what a REGISTER asks for (RFC 3261 §10.3 steps 6 and 7, RFC 5626 §6) and decides for how long
 * it is granted. Pure; whether it comes from the phone was decided before.
 */
import type { SipRequest } from './drachtio';

/** Granted at most: UDP bindings must be short-lived because a NAT forgets them. */
const MAX_EXPIRES_S = { udp: 300, flow: 120 };
/** Less is refused with 423: who asks so often asks by mistake. */
export const MIN_EXPIRES_S = 10;
/** What holds where the phone does not say, or says it wrong (RFC 3261 §10.2.1.1). */
const DEFAULT_EXPIRES_S = 3600;
/** Places of one phone; the oldest goes first when there is one more. */
export const MAX_BINDINGS = 5;
/** A SIP URI without headers: those would be put into our INVITE (RFC 3261 §19.1.5). */
const CONTACT_URI = /^sips?:[^\s<>"?]{1,500}$/i;

/** A contact of a REGISTER with the time it is granted; 0 takes it away. */
export interface GrantedContact {
  uri: string;
  seconds: number;
  /** Instance and `reg-id`: the same flow of the same phone, whatever its address is now. */
  flow?: string;
}

export type Registration =
  /** Without Contact: it asks what is bound. */
  | { is: 'query' }
  /** `Contact: *`: all of them are to go. */
  | { is: 'removal' }
  | { is: 'binding'; contacts: GrantedContact[] }
  | { is: 'refused'; status: 400 | 403 | 423; headers?: Record<string, string> };

export function readRegistration(req: Pick<SipRequest, 'get' | 'has' | 'protocol'>): Registration {
  if (!req.has('Contact')) return { is: 'query' };
  const asked = splitContacts(req.get('Contact'));
  const header = req.has('Expires') ? secondsOf(req.get('Expires')) : DEFAULT_EXPIRES_S;
  if (asked.includes('*')) {
    return asked.length === 1 && header === 0 ? { is: 'removal' } : { is: 'refused', status: 400 };
  }
  if (asked.length > MAX_BINDINGS) return { is: 'refused', status: 403 };
  const contacts = asked.map((contact) => grant(contact, header, req.protocol));
  if (contacts.some(({ uri }) => !CONTACT_URI.test(uri))) return { is: 'refused', status: 400 };
  if (contacts.some(({ seconds }) => seconds > 0 && seconds < MIN_EXPIRES_S)) {
    return { is: 'refused', status: 423, headers: { 'Min-Expires': `${MIN_EXPIRES_S}` } };
  }
  return { is: 'binding', contacts };
}

/** RFC 3261 §10.2.1.1: the contact's own `expires` goes before the Expires header. */
function grant(contact: string, header: number, protocol: string): GrantedContact {
  const { uri, params } = partsOf(contact);
  const own = /;\s*expires\s*=\s*([^;\s]+)/i.exec(params)?.[1];
  const asked = own === undefined ? header : secondsOf(own);
  const most = protocol === 'udp' ? MAX_EXPIRES_S.udp : MAX_EXPIRES_S.flow;
  const granted = { uri, seconds: Math.min(most, asked) };
  const instance = /;\s*\+sip\.instance\s*=\s*"([^"]*)"/i.exec(params)?.[1];
  const regId = /;\s*reg-id\s*=\s*(\d+)/i.exec(params)?.[1];
  return instance === undefined || regId === undefined
    ? granted
    : { ...granted, flow: `${instance} ${regId}` };
}

const secondsOf = (text: string): number =>
  /^\d{1,10}$/.test(text.trim()) ? Number(text) : DEFAULT_EXPIRES_S;

/** A bare URI has no parameters of its own: all behind it are the contact's (RFC 3261 §20.10). */
function partsOf(contact: string): { uri: string; params: string } {
  const bracketed = /<([^>]*)>(.*)$/s.exec(contact);
  if (bracketed) return { uri: (bracketed[1] ?? '').trim(), params: bracketed[2] ?? '' };
  const [uri = '', ...params] = contact.split(';');
  return { uri: uri.trim(), params: params.map((one) => `;${one}`).join('') };
}

/** Splits a comma-joined Contact value; commas inside quotes or angle brackets do not count. */
function splitContacts(value: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value[i];
    if (c === '"' && value[i - 1] !== '\\') quoted = !quoted;
    else if (c === '<' && !quoted) depth++;
    else if (c === '>' && !quoted) depth--;
    else if (c === ',' && depth === 0 && !quoted) {
      parts.push(value.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, value.slice(start).trim()].filter((part) => part !== '');
}
