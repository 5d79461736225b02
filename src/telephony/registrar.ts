/**
 * Where phones can be reached: REGISTER with digest (RFC 3261 §10.3) for phones that register, the
 * plan's contact for static ones. Tells the engine when a phone becomes reachable or is lost.
 * Phones are few and are asked for on every INVITE, so everything lives in memory; a snapshot in
 * the data folder brings the bindings back after a restart.
 */
import type { PhoneId } from '../domain/ids';
import type { Plan, PlanPhone } from '../domain/plan';
import type { Submit } from '../engine/ports';
import type { Logger } from 'pino';
import type { Binding, BindingFile } from './binding-file';
import { DigestGate } from './digest';
import type { SipRequest, SipResponse } from './drachtio';
import { userPart } from './identity';

/** Where an INVITE to a phone goes. */
export interface PhoneTarget {
  uri: string;
  /** Next hop of a registered phone: the address its REGISTER came from. */
  proxy?: string;
  /** Signalling with it is encrypted, and so may be the keys for its sound (RFC 4568 §7). */
  secure: boolean;
}

/** Granted at most: UDP bindings must be short-lived because a NAT forgets them. */
const MAX_EXPIRES_S = { udp: 300, flow: 120 };
const MIN_EXPIRES_S = 10;
const SECURE_TRANSPORTS = ['tls', 'wss'];

export interface RegistrarOptions {
  submit: Submit;
  log: Logger;
  now: () => number;
  file: BindingFile;
}

export class Registrar {
  private phones = new Map<PhoneId, PlanPhone>();
  private realm = 'openline';
  private readonly bindings = new Map<PhoneId, Binding[]>();
  private readonly expiry = new Map<PhoneId, NodeJS.Timeout>();
  /** `address port` of every phone's place; asked on every INVITE. */
  private readonly places = new Map<string, PhoneId>();
  private readonly gate: DigestGate;

  constructor(private readonly options: RegistrarOptions) {
    this.gate = new DigestGate(
      () => this.realm,
      (user) => {
        const phone = this.phones.get(user);
        return phone?.kind === 'register' ? phone.ha1 : undefined;
      },
    );
  }

  /** Takes over a plan's phones; bindings of phones that went away are dropped. */
  applyPlan(plan: Plan): void {
    this.realm = plan.sip.realm;
    const before = this.phones;
    this.phones = new Map(plan.phones.map((phone) => [phone.id, phone]));
    for (const [id, phone] of before) {
      if (phone.kind === 'static') this.places.delete(staticPlace(phone.contact));
      if (this.phones.get(id)?.kind === phone.kind) continue;
      this.setBindings(id, []);
      if (phone.kind === 'static') this.tell('phone.unreachable', id);
    }
    for (const phone of plan.phones) {
      if (phone.kind !== 'static') continue;
      this.places.set(staticPlace(phone.contact), phone.id);
      this.tell('phone.reachable', phone.id);
    }
  }

  /** Brings bindings of a former run back and tells of each phone that can still be reached. */
  restore(): void {
    const now = this.options.now();
    for (const binding of this.options.file.read()) {
      if (binding.expiresAt <= now || this.phones.get(binding.phoneId)?.kind !== 'register')
        continue;
      this.setBindings(binding.phoneId, [...(this.bindings.get(binding.phoneId) ?? []), binding]);
    }
  }

  /** The newest way to a phone, or undefined while it cannot be reached. */
  target(phoneId: PhoneId): PhoneTarget | undefined {
    const phone = this.phones.get(phoneId);
    if (phone?.kind === 'static') {
      return { uri: phone.contact, secure: isSecureUri(phone.contact) };
    }
    const binding = this.live(phoneId).at(-1);
    if (!binding) return undefined;
    const secure = SECURE_TRANSPORTS.includes(binding.protocol);
    return { uri: binding.contact, proxy: nextHop(binding), secure };
  }

  /** The phone that sends from this address and port, if one does. */
  phoneAt(address: string, port: number): PhoneId | undefined {
    return this.places.get(`${address} ${port}`);
  }

  handle(req: SipRequest, res: SipResponse): void {
    const now = this.options.now();
    const authorization = req.has('Authorization') ? req.get('Authorization') : undefined;
    const verdict = this.gate.check({ method: req.method, authorization, now });
    const aor = userPart(req.get('To'));
    if (verdict.result !== 'good') {
      const stale = verdict.result === 'stale';
      res.send(401, { headers: { 'WWW-Authenticate': this.gate.challenge(now, stale) } });
      if (verdict.result === 'wrong') {
        this.options.log.warn(
          { phoneId: aor, address: req.source_address, port: req.source_port },
          'REGISTER with wrong credentials',
        );
      }
      return;
    }
    if (verdict.username !== aor) {
      res.send(403);
      return;
    }
    this.bind(aor, req, res, now);
  }

  close(): void {
    for (const timer of this.expiry.values()) clearTimeout(timer);
    this.expiry.clear();
  }

  /** RFC 3261 §10.3 steps 6-8 for one authenticated REGISTER. */
  private bind(phoneId: PhoneId, req: SipRequest, res: SipResponse, now: number): void {
    const callId = req.get('Call-ID');
    const cseq = parseInt(req.get('CSeq'), 10);
    const kept = this.live(phoneId);
    // Step 7: an older request of the same registration must not undo a newer one.
    if (kept.some((b) => b.callId === callId && b.cseq >= cseq)) {
      res.send(500, { headers: { 'Retry-After': '1' } });
      return;
    }
    const contacts = req.has('Contact') ? splitContacts(req.get('Contact')) : [];
    const header = req.has('Expires') ? Number(req.get('Expires')) : 3600;
    if (contacts.includes('*')) {
      this.setBindings(phoneId, []);
      res.send(200);
      return;
    }
    let next = kept;
    for (const contact of contacts) {
      const uri = contactUri(contact);
      next = next.filter((b) => b.contact !== uri);
      const expires = grantedExpires(contact, header, req.protocol);
      if (expires === 0) continue;
      next.push({
        phoneId,
        contact: uri,
        protocol: req.protocol,
        address: req.source_address,
        port: req.source_port,
        callId,
        cseq,
        expiresAt: now + expires * 1000,
      });
    }
    this.setBindings(phoneId, next);
    res.send(200, next.length > 0 ? { headers: { Contact: contactHeader(next, now) } } : {});
  }

  private live(phoneId: PhoneId): Binding[] {
    const now = this.options.now();
    return (this.bindings.get(phoneId) ?? []).filter((b) => b.expiresAt > now);
  }

  private setBindings(phoneId: PhoneId, next: Binding[]): void {
    const before = this.bindings.get(phoneId) ?? [];
    const had = before.length > 0;
    for (const b of before) this.places.delete(`${b.address} ${b.port}`);
    for (const b of next) this.places.set(`${b.address} ${b.port}`, phoneId);
    clearTimeout(this.expiry.get(phoneId));
    this.expiry.delete(phoneId);
    if (next.length > 0) {
      this.bindings.set(phoneId, next);
      const soonest = Math.min(...next.map((b) => b.expiresAt));
      const timer = setTimeout(
        () => this.setBindings(phoneId, this.live(phoneId)),
        Math.max(0, soonest - this.options.now()) + 10,
      );
      this.expiry.set(phoneId, timer);
    } else {
      this.bindings.delete(phoneId);
    }
    if (next.length > 0 !== had) this.tell(had ? 'phone.unreachable' : 'phone.reachable', phoneId);
    this.options.file.write([...this.bindings.values()].flat());
  }

  private tell(type: 'phone.reachable' | 'phone.unreachable', phoneId: PhoneId): void {
    this.options.submit({ type, at: this.options.now(), phoneId });
  }
}

/** Place of a static contact: `address port`, 5060 when none is named (RFC 3261 §19.1.2). */
function staticPlace(contact: string): string {
  const bare = contact.replace(/^<?sips?:/i, '').split(/[;>?]/)[0] ?? '';
  const at = /^(?:.*@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(bare);
  return `${at?.[1] ?? at?.[2] ?? ''} ${at?.[3] ?? 5060}`;
}

function isSecureUri(uri: string): boolean {
  const transport = /;\s*transport=(\w+)/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  return /^<?sips:/i.test(uri) || SECURE_TRANSPORTS.includes(transport);
}

function nextHop(binding: Binding): string {
  const host = binding.address.includes(':') ? `[${binding.address}]` : binding.address;
  const transport = binding.protocol === 'udp' ? '' : `;transport=${binding.protocol}`;
  return `sip:${host}:${binding.port}${transport}`;
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

function contactUri(contact: string): string {
  const bracketed = /<([^>]*)>/.exec(contact);
  return bracketed?.[1] ?? contact.split(';')[0] ?? contact;
}

/** RFC 3261 §10.2.1.1: the contact's own `expires` goes before the Expires header. */
function grantedExpires(contact: string, header: number, protocol: string): number {
  const own = /;\s*expires\s*=\s*(\d+)/i.exec(contact.replace(/<[^>]*>/, ''));
  const asked = own?.[1] ? Number(own[1]) : Number.isFinite(header) ? header : 3600;
  if (asked === 0) return 0;
  const most = protocol === 'udp' ? MAX_EXPIRES_S.udp : MAX_EXPIRES_S.flow;
  return Math.min(most, Math.max(MIN_EXPIRES_S, asked));
}

function contactHeader(bindings: Binding[], now: number): string {
  return bindings
    .map((b) => `<${b.contact}>;expires=${Math.max(1, Math.round((b.expiresAt - now) / 1000))}`)
    .join(', ');
}
