/**
 * What a binding is (RFC 3261 §10), and what a REGISTER that was granted makes of those of a phone. Pure.
 */
import type { PhoneId } from '../domain/ids';
import type { SipRequest } from './drachtio';
import { atMost, withoutOutdated } from './overdue';
import type { PhoneTarget } from './phone-watch';
import { MAX_BINDINGS, type GrantedContact, type Registration } from './registration';

const SECURE_TRANSPORTS = ['tls', 'wss'];

/**
 * What carries the request. Of a WebSocket drachtio says `tcp`; then the phone's Via has `WS` or `WSS`. It may lie, but
 * only about what encryption it asks for itself.
 */
export function transportOf(req: Pick<SipRequest, 'get' | 'protocol'>): string {
  if (req.protocol !== 'tcp') return req.protocol;
  return /^\s*SIP\s*\/\s*2\.0\s*\/\s*(wss?)\s/i.exec(req.get('Via'))?.[1]?.toLowerCase() ?? 'tcp';
}

/** One contact of a phone. */
export interface Binding {
  phoneId: PhoneId;
  contact: string;
  /** See `transportOf`. */
  protocol: string;
  /** Where the REGISTER came from: also the way back through a NAT. */
  address: string;
  port: number;
  callId: string;
  cseq: number;
  /** Instance and `reg-id` of a phone that keeps its flows apart (RFC 5626). */
  flow?: string;
  expiresAt: number;
  /** It could not be refreshed: until when it may be kept although it has run out (see `overdue.ts`). */
  keptUntil?: number;
}

/** Where a request to the binding goes. */
export function targetOf(binding: Binding): PhoneTarget {
  return {
    uri: binding.contact,
    proxy: nextHop(binding),
    secure: SECURE_TRANSPORTS.includes(binding.protocol),
  };
}

/** It was made by a connection, and ends with it. */
export const isByConnection = ({ protocol }: Binding): boolean => protocol !== 'udp';

/** Where a request to a static phone goes. */
export const staticTarget = (uri: string): PhoneTarget => ({ uri, secure: isSecureUri(uri) });

/** Signalling with a static contact is encrypted. */
function isSecureUri(uri: string): boolean {
  const transport = /;\s*transport=(\w+)/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  return /^<?sips:/i.test(uri) || SECURE_TRANSPORTS.includes(transport);
}

/** Place of a static contact: `address port`, 5060 when none is named (RFC 3261 §19.1.2). */
export function staticPlace(contact: string): string {
  const bare = contact.replace(/^<?sips?:/i, '').split(/[;>?]/)[0] ?? '';
  const at = /^(?:.*@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(bare);
  return `${at?.[1] ?? at?.[2] ?? ''} ${at?.[3] ?? 5060}`;
}

function nextHop(binding: Binding): string {
  const host = binding.address.includes(':') ? `[${binding.address}]` : binding.address;
  // A WebSocket is found by its far end, under the name that drachtio has for it.
  const named = /^wss?$/.test(binding.protocol) ? 'tcp' : binding.protocol;
  const transport = named === 'udp' ? '' : `;transport=${named}`;
  return `sip:${host}:${binding.port}${transport}`;
}

/** What all bindings of one REGISTER have in common. */
type Registering = Omit<Binding, 'contact' | 'expiresAt' | 'flow' | 'keptUntil'>;

/** A phone's bindings after a REGISTER with these contacts was granted. */
export function withContacts(
  bindings: Binding[],
  contacts: readonly GrantedContact[],
  common: Registering,
  now: number,
): Binding[] {
  const uris = contacts.map(({ uri }) => uri);
  const believed = withoutOutdated(bindings, { ...common, uris }, now);
  const all = contacts.reduce((some, one) => withContact(some, one, common, now), believed);
  return atMost(MAX_BINDINGS, all, now);
}

/** One more contact among them. What is refreshed keeps its place, what is new is last. */
function withContact(
  bindings: Binding[],
  { uri, seconds, flow }: GrantedContact,
  common: Registering,
  now: number,
): Binding[] {
  const isSame = (b: Binding) => b.contact === uri || (flow !== undefined && b.flow === flow);
  const others = bindings.filter((b) => !isSame(b));
  if (seconds === 0) return others;
  const binding: Binding = { ...common, contact: uri, expiresAt: now + seconds * 1000 };
  if (flow !== undefined) binding.flow = flow;
  const at = bindings.findIndex((b) => b.contact === uri && b.callId === common.callId);
  const isRefresh = at >= 0 && others.length === bindings.length - 1;
  return isRefresh ? bindings.with(at, binding) : [...others, binding];
}

/** Every binding as it stands (RFC 3261 §10.3 step 8); no Contact where there is none. */
export function boundHeaders(bindings: Binding[], now: number): Record<string, string> {
  const contacts = bindings.map(
    (b) => `<${b.contact}>;expires=${Math.max(1, Math.round((b.expiresAt - now) / 1000))}`,
  );
  return contacts.length > 0 ? { Contact: contacts.join(', ') } : {};
}

/** RFC 5626 §6: the phone is told that its flow is used, and keeps it alive. UDP has no STUN here. */
export function outboundHeaders(req: SipRequest, asked: Registration): Record<string, string> {
  const supported =
    req.has('Supported') && /(^|[\s,])outbound($|[\s,])/i.test(req.get('Supported'));
  const byFlow = asked.is === 'binding' && asked.contacts.some(({ flow }) => flow !== undefined);
  return supported && byFlow && req.protocol !== 'udp' ? { Require: 'outbound' } : {};
}
