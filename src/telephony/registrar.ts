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
import { BindingTable } from './binding-table';
import {
  boundHeaders,
  outboundHeaders,
  staticPlace,
  staticTarget,
  targetOf,
  transportOf,
  withContacts,
  type Binding,
} from './bindings';
import { DigestGate, type DigestVerdict } from './digest';
import { severalValues, type SipRequest, type SipResponse } from './drachtio';
import { userPart } from './identity';
import { askedWithin, isCalled, isKept, standingOf, type Standing } from './overdue';
import type { PhoneTarget, PhoneWatch } from './phone-watch';
import { PhoneSecrets } from './phone-secrets';
import { RefusedRegistrations } from './refused-registrations';
import { readRegistration } from './registration';

export interface RegistrarOptions {
  submit: Submit;
  log: Logger;
  now: () => number;
  journal: BindingJournal;
  /** Whose page sends from there; undefined for who is none passed on by us. */
  pageOf?: ((address: string, port: number) => AgentId | undefined) | undefined;
  /** Made with what is to be told when a place of a phone is heard, or not. */
  watch: (onHeard: (phoneId: PhoneId) => void) => PhoneWatch;
}

export class Registrar {
  private phones = new Map<PhoneId, PlanPhone>();
  private realm = 'openline';
  private readonly table: BindingTable;
  /** `address port` of static phones; asked on every INVITE. */
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
    this.watch = options.watch((phoneId) => this.judge(phoneId));
    const { now, journal } = options;
    this.table = new BindingTable({ now, journal, onEnd: (phoneId) => this.judge(phoneId) });
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
      this.dropForeignPages(phone);
      if (phone.kind === 'static') this.places.set(staticPlace(phone.contact), phone.id);
      // Told again: the phone may be another person's now.
      if (this.lossOf(phone.id) !== 'not-registered') this.told.delete(phone.id);
      this.settle(phone.id);
    }
  }

  /** The phone is another person's now: pages of the one before have it no longer. */
  private dropForeignPages({ id }: PlanPhone): void {
    const bindings = this.table.of(id);
    const left = bindings.filter(({ address, port }) => this.isOfItsPage(id, address, port));
    if (left.length < bindings.length) void this.setBindings(id, left);
  }

  /** Brings bindings of a former app back and tells of each phone that can still be reached. */
  restore(): void {
    const isTaken = (phoneId: PhoneId) => this.phones.get(phoneId)?.kind === 'register';
    for (const [phoneId, bindings] of this.table.former(isTaken))
      void this.setBindings(phoneId, bindings);
    this.askAll();
  }

  /** From now on phones cannot register: we are cut off from the edge. */
  edgeLost(): void {
    this.table.excuse();
  }

  /** From now on they can. */
  edgeBack(): void {
    this.table.excuse();
    this.askAll();
  }

  /** Far ends of the connections by which phones are registered. */
  flows(): FlowPlace[] {
    return this.table.flows();
  }

  /** These connections are gone, and with them the bindings that were made by them. */
  flowsEnded(flows: readonly FlowPlace[]): void {
    for (const [phoneId, left] of this.table.withoutFlows(flows)) {
      if (left.length === 0) this.disconnected.add(phoneId);
      void this.setBindings(phoneId, left);
    }
  }

  /** The newest way to a phone by which it answers, or undefined while there is none. */
  target(phoneId: PhoneId): PhoneTarget | undefined {
    return this.called(phoneId).at(-1);
  }

  /** Every place by which one of the phones answers, the newest of each first; a place once. */
  ways(phoneIds: readonly PhoneId[]): { phoneId: PhoneId; target: PhoneTarget }[] {
    const ways = new Map<string, { phoneId: PhoneId; target: PhoneTarget }>();
    for (const phoneId of new Set(phoneIds)) {
      for (const target of this.called(phoneId).reverse()) {
        const place = `${target.uri} ${target.proxy ?? ''}`;
        if (!ways.has(place)) ways.set(place, { phoneId, target });
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
    return this.table.at(address, port) ?? this.places.get(`${address} ${port}`);
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
    if (!this.isOfItsPage(aor, req.source_address, req.source_port)) {
      this.refused.tell(req, aor, 'NOT_THIS_PERSON');
      return res.send(403);
    }
    void this.bind(aor, req, res, now);
  }

  /** By the page of who is signed in only a phone of his own registers, whatever password is known there. */
  private isOfItsPage(phoneId: PhoneId, address: string, port: number): boolean {
    const person = this.options.pageOf?.(address, port);
    return person === undefined || person === this.personOf(phoneId);
  }

  close(): void {
    this.watch.close();
    this.table.close();
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
    const asked = readRegistration(req);
    if (asked.is === 'refused') {
      return res.send(asked.status, asked.headers ? { headers: asked.headers } : {});
    }
    const live = this.live(phoneId);
    if (asked.is === 'query') return res.send(200, { headers: boundHeaders(live, now) });
    // Step 7: an older request of the same registration must not undo a newer one.
    if (live.some((b) => b.callId === callId && b.cseq >= cseq)) {
      return res.send(500, { headers: { 'Retry-After': '1' } });
    }
    const { source_address: address, source_port: port } = req;
    const common = { phoneId, protocol: transportOf(req), address, port, callId, cseq };
    const before = this.table.of(phoneId);
    const next = asked.is === 'removal' ? [] : withContacts(before, asked.contacts, common, now);
    const kept = this.setBindings(phoneId, next);
    const bound = boundHeaders(this.live(phoneId), now);
    await kept;
    res.send(200, { headers: { ...bound, ...outboundHeaders(req, asked) } });
  }

  private live(phoneId: PhoneId): Binding[] {
    const now = this.options.now();
    return this.table.of(phoneId).filter((one) => standingOf(one, now) === 'live');
  }

  /** Resolves when it is on disk. */
  private setBindings(phoneId: PhoneId, next: Binding[]): Promise<void> {
    const kept = this.table.set(phoneId, next);
    if (next.length > 0) this.disconnected.delete(phoneId);
    this.settle(phoneId);
    return kept;
  }

  /** A phone could not tell us whether it is still there. */
  private askAll(): void {
    const now = this.options.now();
    for (const one of this.table.all())
      this.watch.hasten(one.phoneId, targetOf(one), askedWithin(one, now));
  }

  /** Time has passed, or something was heard of it: what is no longer to be kept goes. */
  private judge(phoneId: PhoneId): void {
    const now = this.options.now();
    const before = this.table.of(phoneId);
    const isAnyOver = before.some(({ expiresAt }) => expiresAt <= now);
    if (!isAnyOver) return this.settle(phoneId);
    const left = before.filter((one) =>
      isKept(standingOf(one, now), this.watch.state(phoneId, targetOf(one))),
    );
    void this.setBindings(phoneId, left);
  }

  /** Every place where the phone may be, the newest last. A static one is always there. */
  private placesOf(phoneId: PhoneId): { target: PhoneTarget; standing: Standing }[] {
    const phone = this.phones.get(phoneId);
    if (phone?.kind === 'static')
      return [{ target: staticTarget(phone.contact), standing: 'live' }];
    const now = this.options.now();
    return this.table
      .of(phoneId)
      .map((one) => ({ target: targetOf(one), standing: standingOf(one, now) }))
      .filter(({ standing }) => standing !== 'over');
  }

  /** Every place to which its calls go, the newest last. */
  private called(phoneId: PhoneId): PhoneTarget[] {
    return this.placesOf(phoneId)
      .filter(({ target, standing }) => isCalled(standing, this.watch.state(phoneId, target)))
      .map(({ target }) => target);
  }

  private lossOf(phoneId: PhoneId): PhoneLossReason | null {
    if (this.called(phoneId).length > 0) return null;
    if (this.placesOf(phoneId).some(({ standing }) => standing === 'live')) return 'no-answer';
    return this.disconnected.has(phoneId) ? 'disconnected' : 'not-registered';
  }

  /** The phone's places or what is known of them changed: what follows from it is told once. */
  private settle(phoneId: PhoneId): void {
    const phone = this.phones.get(phoneId);
    const unwatched = phone?.kind === 'static' && !phone.watch;
    const places = unwatched ? [] : this.placesOf(phoneId).map(({ target }) => target);
    this.watch.follow(phoneId, places);
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
