/**
 * Where phones can be reached: REGISTER with digest (RFC 3261 §10.3) for phones that register, the
 * plan's contact for static ones. Tells the engine when a phone becomes reachable or is lost.
 * Phones are few and are asked for on every INVITE, so everything lives in memory; a journal in
 * the data folder brings the bindings back after a restart.
 */
import type { PhoneLossReason } from '../domain/agent/phone-loss';
import type { AgentId, PhoneId } from '../domain/ids';
import type { PhoneProfile, Plan, PlanPhone } from '../domain/plan';
import type { Submit } from '../engine/ports';
import type { FlowPlace } from '../../sip/index';
import type { Logger } from 'pino';
import type { BindingJournal } from './binding-journal';
import {
  boundHeaders,
  isByConnection,
  isSecureUri,
  outboundHeaders,
  staticPlace,
  targetOf,
  transportOf,
  withContact,
  type Binding,
} from './bindings';
import { DigestGate, type DigestVerdict } from './digest';
import { severalValues, type SipRequest, type SipResponse } from './drachtio';
import { userPart } from './identity';
import type { PhoneTarget, PhoneWatch } from './phone-watch';
import { PhoneSecrets } from './phone-secrets';
import { RefusedRegistrations } from './refused-registrations';
import { MAX_BINDINGS, readRegistration } from './registration';

export interface RegistrarOptions {
  submit: Submit;
  log: Logger;
  now: () => number;
  journal: BindingJournal;
  /** Made with what is to be told when a place of a phone falls silent. */
  watch: (onChange: (phoneId: PhoneId) => void) => PhoneWatch;
}

export class Registrar {
  private phones = new Map<PhoneId, PlanPhone>();
  private realm = 'openline';
  private readonly bindings = new Map<PhoneId, Binding[]>();
  private readonly expiry = new Map<PhoneId, NodeJS.Timeout>();
  /** `address port` of every phone's place; asked on every INVITE. */
  private readonly places = new Map<string, PhoneId>();
  private readonly gate: DigestGate;
  private secrets = new PhoneSecrets([]);
  private readonly watch: PhoneWatch;
  private readonly refused: RefusedRegistrations;
  /** Phones that have no binding because their connection ended. */
  private readonly disconnected = new Set<PhoneId>();
  /** What was told last of each phone; null: it can be rung. */
  private readonly told = new Map<PhoneId, PhoneLossReason | null>();

  constructor(private readonly options: RegistrarOptions) {
    this.refused = new RefusedRegistrations(options);
    this.watch = options.watch((phoneId) => this.settle(phoneId));
    this.gate = new DigestGate(
      () => this.realm,
      (user) => this.secrets.of(user),
    );
  }

  /** Takes over a plan's phones; bindings of phones that went away are dropped. */
  applyPlan(plan: Plan): void {
    this.realm = plan.sip.realm;
    this.secrets = new PhoneSecrets(plan.phones);
    const before = this.phones;
    this.phones = new Map(plan.phones.map((phone) => [phone.id, phone]));
    for (const [id, phone] of before) {
      if (phone.kind === 'static') this.places.delete(staticPlace(phone.contact));
      if (this.phones.get(id)?.kind !== phone.kind) void this.setBindings(id, []);
    }
    for (const phone of plan.phones) {
      if (phone.kind === 'static') this.places.set(staticPlace(phone.contact), phone.id);
      // Told again: the phone may be another person's now.
      if (this.lossOf(phone.id) !== 'not-registered') this.told.delete(phone.id);
      this.settle(phone.id);
    }
  }

  /** Brings bindings of a former run back and tells of each phone that can still be reached. */
  restore(): void {
    const now = this.options.now();
    for (const binding of this.options.journal.read()) {
      if (binding.expiresAt <= now || this.phones.get(binding.phoneId)?.kind !== 'register')
        continue;
      void this.setBindings(binding.phoneId, [
        ...(this.bindings.get(binding.phoneId) ?? []),
        binding,
      ]);
    }
  }

  /** Far ends of the connections by which phones are registered. */
  flows(): FlowPlace[] {
    const bound = [...this.bindings.values()].flat().filter(isByConnection);
    return bound.map(({ address, port }) => ({ address, port }));
  }

  /** These connections are gone, and with them the bindings that were made by them. */
  flowsEnded(flows: readonly FlowPlace[]): void {
    const ended = new Set(flows.map(({ address, port }) => `${address} ${port}`));
    for (const [phoneId, bindings] of this.bindings) {
      const left = bindings.filter((one) => {
        return !isByConnection(one) || !ended.has(`${one.address} ${one.port}`);
      });
      if (left.length === bindings.length) continue;
      if (left.length === 0) this.disconnected.add(phoneId);
      void this.setBindings(phoneId, left);
    }
  }

  /** The newest way to a phone by which it answers, or undefined while there is none. */
  target(phoneId: PhoneId): PhoneTarget | undefined {
    const heard = this.targets(phoneId).filter((one) => !this.watch.isSilent(phoneId, one));
    return heard.at(-1);
  }

  /** Every place by which one of the phones answers, the newest of each first; a place once. */
  ways(phoneIds: readonly PhoneId[]): { phoneId: PhoneId; target: PhoneTarget }[] {
    const ways = new Map<string, { phoneId: PhoneId; target: PhoneTarget }>();
    for (const phoneId of new Set(phoneIds)) {
      for (const target of this.targets(phoneId).reverse()) {
        const place = `${target.uri} ${target.proxy ?? ''}`;
        if (!this.watch.isSilent(phoneId, target) && !ways.has(place))
          ways.set(place, { phoneId, target });
      }
    }
    return [...ways.values()];
  }

  /** By whose headers the phone is told to pick up by itself; undefined when it is to ring. */
  autoAnswer(phoneId: PhoneId): PhoneProfile | undefined {
    return this.phones.get(phoneId)?.autoAnswer;
  }

  /** The phone that sends from this address and port, if one does. */
  phoneAt(address: string, port: number): PhoneId | undefined {
    return this.places.get(`${address} ${port}`);
  }

  /** Only a phone that registers has one. */
  hasPassword(phoneId: PhoneId): boolean {
    return this.phones.get(phoneId)?.kind !== 'static';
  }

  personOf(phoneId: PhoneId): AgentId | undefined {
    return this.phones.get(phoneId)?.person;
  }

  /** What credentials prove, given in a request of that method. */
  verdict(method: string, authorization: string | undefined): DigestVerdict {
    return this.gate.check({ method, authorization, now: this.options.now() });
  }

  /** Values of the challenge to a phone. */
  challenges(phoneId: PhoneId, stale: boolean): string[] {
    const algorithms = this.secrets.offeredTo(phoneId);
    return this.gate.challenges({ now: this.options.now(), stale, algorithms });
  }

  handle(req: SipRequest, res: SipResponse): void {
    const now = this.options.now();
    const authorization = req.has('Authorization') ? req.get('Authorization') : undefined;
    const verdict = this.gate.check({ method: req.method, authorization, now });
    const aor = userPart(req.get('To'));
    if (verdict.result !== 'good') {
      const stale = verdict.result === 'stale';
      const order = { now, stale, algorithms: this.secrets.offeredTo(aor) };
      const challenges = this.gate.challenges(order);
      res.send(401, { headers: severalValues('WWW-Authenticate', challenges) });
      const { source_address: address, source_port: port } = req;
      if (verdict.result === 'wrong') this.refused.tell(req, aor, 'WRONG_CREDENTIALS');
      // Phones of old times count no uses of a nonce: from its own place it is no replay.
      else if (stale && verdict.replayed && this.phoneAt(address, port) !== aor)
        this.refused.tell(req, aor, 'REPLAYED');
      return;
    }
    if (verdict.username !== aor) {
      this.refused.tell(req, aor, 'NOT_THIS_PHONE');
      return res.send(403);
    }
    void this.bind(aor, req, res, now);
  }

  close(): void {
    for (const timer of this.expiry.values()) clearTimeout(timer);
    this.expiry.clear();
    this.watch.close();
    void this.options.journal.close();
  }

  /**
   * RFC 3261 §10.3 steps 6-8 for one authenticated REGISTER: all that it asks, or nothing. What it changes holds
   * at once, and is answered when it is on disk.
   */
  private async bind(
    phoneId: PhoneId,
    req: SipRequest,
    res: SipResponse,
    now: number,
  ): Promise<void> {
    const callId = req.get('Call-ID');
    const cseq = parseInt(req.get('CSeq'), 10);
    const before = this.live(phoneId);
    const asked = readRegistration(req);
    if (asked.is === 'refused') {
      return res.send(asked.status, asked.headers ? { headers: asked.headers } : {});
    }
    if (asked.is === 'query') return res.send(200, { headers: boundHeaders(before, now) });
    // Step 7: an older request of the same registration must not undo a newer one.
    if (before.some((b) => b.callId === callId && b.cseq >= cseq)) {
      return res.send(500, { headers: { 'Retry-After': '1' } });
    }
    const { source_address: address, source_port: port } = req;
    const from = { protocol: transportOf(req), address, port };
    const common = { phoneId, ...from, callId, cseq };
    const next =
      asked.is === 'removal'
        ? []
        : asked.contacts.reduce((all, one) => withContact(all, one, common, now), before);
    const kept = this.setBindings(phoneId, next.slice(-MAX_BINDINGS));
    const bound = boundHeaders(this.live(phoneId), now);
    await kept;
    res.send(200, { headers: { ...bound, ...outboundHeaders(req, asked) } });
  }

  private live(phoneId: PhoneId): Binding[] {
    const now = this.options.now();
    return (this.bindings.get(phoneId) ?? []).filter((b) => b.expiresAt > now);
  }

  /** Resolves when it is on disk. */
  private setBindings(phoneId: PhoneId, next: Binding[]): Promise<void> {
    const before = this.bindings.get(phoneId) ?? [];
    for (const b of before) {
      // Two phones of one box may share a place, which then is the other's.
      const place = `${b.address} ${b.port}`;
      if (this.places.get(place) === phoneId) this.places.delete(place);
    }
    for (const b of next) this.places.set(`${b.address} ${b.port}`, phoneId);
    clearTimeout(this.expiry.get(phoneId));
    this.expiry.delete(phoneId);
    if (next.length > 0) {
      this.bindings.set(phoneId, next);
      this.disconnected.delete(phoneId);
      const soonest = Math.min(...next.map((b) => b.expiresAt));
      const timer = setTimeout(
        () => void this.setBindings(phoneId, this.live(phoneId)),
        Math.max(0, soonest - this.options.now()) + 10,
      );
      this.expiry.set(phoneId, timer);
    } else {
      this.bindings.delete(phoneId);
    }
    this.settle(phoneId);
    return this.options.journal.keep(phoneId, next);
  }

  /** Every place where the phone may be, the newest last. */
  private targets(phoneId: PhoneId): PhoneTarget[] {
    const phone = this.phones.get(phoneId);
    if (phone?.kind === 'static') {
      return [{ uri: phone.contact, secure: isSecureUri(phone.contact) }];
    }
    return this.live(phoneId).map(targetOf);
  }

  private lossOf(phoneId: PhoneId): PhoneLossReason | null {
    if (this.targets(phoneId).length === 0)
      return this.disconnected.has(phoneId) ? 'disconnected' : 'not-registered';
    return this.target(phoneId) === undefined ? 'no-answer' : null;
  }

  /** The phone's places or what is known of them changed: what follows from it is told once. */
  private settle(phoneId: PhoneId): void {
    const phone = this.phones.get(phoneId);
    const unwatched = phone?.kind === 'static' && !phone.watch;
    this.watch.follow(phoneId, unwatched ? [] : this.targets(phoneId));
    const reason = this.lossOf(phoneId);
    const before = this.told.get(phoneId) ?? (this.told.has(phoneId) ? null : 'not-registered');
    if (reason === before) return;
    if (reason !== null && !phone) this.told.delete(phoneId);
    else this.told.set(phoneId, reason);
    const at = this.options.now();
    if (reason === null) this.options.submit({ type: 'phone.reachable', at, phoneId });
    else this.options.submit({ type: 'phone.unreachable', at, phoneId, reason });
  }
}
