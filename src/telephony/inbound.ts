/**
 * Step 2 of a call's way: an INVITE from the edge becomes `call.arrived`. Decides only who may
 * call (source), waits at most 50 ms for who is calling, and keeps `req` and `res` to itself.
 */
import type { LegNote } from '../domain/effects';
import type { StoreId, TrunkId } from '../domain/ids';
import { numberBook, type NumberBook } from '../domain/number/book';
import { isEmergency } from '../domain/number/kinds';
import type { Plan } from '../domain/plan';
import { isCrowded } from '../domain/trunk/crowded';
import type { TrunkUse } from '../domain/trunk/use';
import type { CallerLookup, MakeId, Replace } from '../engine/ports';
import type { SipRequest, SipResponse } from './drachtio';
import { Answering, type PlaceWait } from './answering';
import { CapacityAlarm, type FullCode } from './capacity-alarm';
import { findCaller } from './caller-lookup';
import { tagOf, type CallerIdentity } from './identity';
import { nameOf } from './invite-name';
import { type Leg } from './legs';
import { endLeg, linkOf, type LineContext } from './line';
import { PhoneCalls } from './phone-calls';
import { answerAnew } from './provisional';
import { transportOf } from './bindings';
import type { Registrar } from './registrar';
import { SourceTable } from './source';
import { Strangers } from './strangers';
import { edgeTrunk, TrunkCallers } from './trunk-callers';

export interface InboundContext extends LineContext {
  lookup: CallerLookup;
  makeId: MakeId;
  registrar: Registrar;
  replacing: Replace;
  /** Folder of the prompts that callers hear whose hotline names none. */
  language: string;
  /** How long callers wait for a stream; as the product does unless told. */
  placeWait: PlaceWait | undefined;
  /** The hotline of an INVITE of our own, by which it is tested; null for every other. */
  takeTest: (req: SipRequest) => string | null;
  /** How full a trunk is; null for none of the plan. */
  useOf: (trunkId: TrunkId) => TrunkUse | null;
}

export class Inbound {
  private sources = new SourceTable([]);
  private callers = new TrunkCallers(null);
  /** Trunks whose callers are told reliably that it rings. */
  private reliable = new Set<TrunkId>();
  private book: NumberBook | null = null;
  private hotlines = new Map<string, Plan['hotlines'][number]>();

  /** What callers hear of us: 180, 200, or a refusal. */
  readonly answering: Answering;
  private readonly capacityAlarm = new CapacityAlarm();
  private readonly phoneCalls: PhoneCalls;
  private readonly strangers: Strangers;

  constructor(private readonly context: InboundContext) {
    this.answering = new Answering(context, {
      networksOf: (req) => this.sources.networksOf(this.sourceOf(req)),
      isReliable: (req) => this.reliable.has(this.trunkOf(req)),
      placeWait: context.placeWait,
    });
    this.strangers = new Strangers(context);
    this.phoneCalls = new PhoneCalls({
      ...context,
      newLeg: (req, res, role) => this.newLeg(req, res, role),
      prepare: (leg) => this.answering.prepare(leg),
      answer: (leg) => this.answering.answer(leg),
      isHelp: (dialled) => this.book !== null && isEmergency(dialled, this.book),
    });
  }

  applyPlan(plan: Plan): void {
    this.sources = new SourceTable(plan.trunks);
    this.reliable = new Set(plan.trunks.flatMap((one) => (one.reliable ? [one.id] : [])));
    this.callers = new TrunkCallers(plan);
    this.book = numberBook(plan);
    this.hotlines = new Map(plan.hotlines.map((hotline) => [hotline.number, hotline]));
    this.context.edge.hotlines({
      hotlines: plan.hotlines.map(({ number, language = this.context.language }) => ({
        ...{ number, language },
      })),
      trunks: plan.trunks.map(edgeTrunk),
    });
  }

  /** The store of a hotline; undefined when the plan has none of that number. */
  storeOf(hotline: string): string | undefined {
    return this.hotlines.get(hotline)?.store;
  }

  /** Who calls by an INVITE of this trunk: his number as a key, and his name as the carrier has it. */
  callerOf(req: Pick<SipRequest, 'get' | 'has'>, trunkId: string): CallerIdentity {
    return this.callers.callerOf(req, trunkId);
  }

  /** Supervisors of the store hear of callers for whom there was no stream. */
  full(code: FullCode, storeId: StoreId | undefined): void {
    const { submit, now } = this.context;
    const alarm = this.capacityAlarm.raise(code, storeId, now());
    if (alarm) submit(alarm);
  }

  /** Every INVITE that belongs to no dialog we know. */
  handle(req: SipRequest, res: SipResponse): void {
    const known = this.context.legs.ofInvite(nameOf(req));
    if (known) return this.again(known, req, res);
    const tested = this.context.takeTest(req);
    if (tested !== null) return void this.testArrives(req, res, tested);
    const source = this.sourceOf(req);
    if (source.kind === 'phone' && !hasToTag(req))
      return this.phoneCalls.handle(req, res, source.phoneId);
    const refusal = this.refusal(req);
    if (refusal !== null) {
      this.context.log.warn(
        { status: refusal, address: req.source_address, port: req.source_port, uri: req.uri },
        'INVITE refused',
      );
      if (refusal === 403) this.strangers.tried(req);
      res.send(refusal);
      return;
    }
    void this.arrive(req, res);
  }

  /** A status when the INVITE is not one that a trunk may send, else null. No carrier takes a talk over (RFC 3891). */
  private refusal(req: SipRequest): number | null {
    if (hasToTag(req)) return 481;
    if (this.sourceOf(req).kind !== 'trunk' || req.has('Replaces')) return 403;
    if (!req.has('Contact')) return 400;
    return null;
  }

  /** `''` when it comes from none. */
  private trunkOf(req: SipRequest): TrunkId {
    const source = this.sourceOf(req);
    return source.kind === 'trunk' ? source.trunkId : '';
  }

  private sourceOf(req: SipRequest) {
    const { registrar } = this.context;
    if (isWebSocket(transportOf(req))) {
      // Never a trunk, whatever its address: the edge takes none whose Via hides what it is (RFC 7118 §5.2.1).
      const phoneId = registrar.phoneAt(req.source_address, req.source_port);
      return phoneId === undefined ? STRANGER : ({ kind: 'phone', phoneId } as const);
    }
    return this.sources.sourceOf(req.source_address, req.source_port, (address, port) =>
      registrar.phoneAt(address, port),
    );
  }

  /**
   * The INVITE becomes a fact. A caller who gives up during the look-up still arrived: his end
   * follows his arrival, so that the ledger counts him.
   */
  private async arrive(req: SipRequest, res: SipResponse): Promise<void> {
    const { context } = this;
    const at = context.now();
    const leg = this.newLeg(req, res);
    // In the order of arrival: of two who came in one millisecond the smaller id stands in front.
    const [entryId, leadId, promiseId] = [context.makeId(), context.makeId(), context.makeId()];
    const ids = { entryId, leadId, promiseId };
    const trunkId = this.trunkOf(req);
    context.legs.occupy(leg, trunkId || null);
    const { number: from, displayName } = this.callerOf(req, trunkId);
    const to = this.callers.dialledIn(req, trunkId);
    const hotline = this.hotlines.get(to);
    // An edge that has just started, or was cut off, is here by drachtio first: nobody is refused for that.
    await context.edge.ready();
    const [lookup, unusable] = await Promise.all([
      findCaller(context.lookup, { store: hotline?.store, from }, (late) => {
        const { callId } = leg;
        context.submit({ type: 'lookup.completed', at: context.now(), callId, lookup: late });
      }),
      this.prepareAnswer(leg, to),
    ]);
    // The edge has served him meanwhile, and tells of him itself. His stream may have come since he was dropped.
    if (leg.state === 'ended') return context.media.release(leg.callId, leg.id);
    if (hotline) {
      const caller = { from, to, hotline: hotline.number, trunkId, ids };
      const place = { queueId: hotline.queue, waitingSince: at };
      const { callId, id: legId } = leg;
      this.noteArrival(leg, req, { callId, legId, role: 'caller', ...place, caller });
    }
    context.submit({
      type: 'call.arrived',
      at,
      callId: leg.callId,
      legId: leg.id,
      ids,
      trunkId,
      from,
      displayName,
      to,
      lookup,
      ...(unusable ? { unusable } : {}),
      ...(leg.full ? { full: true as const } : {}),
      ...(this.isCrowded(trunkId) ? { crowded: true as const } : {}),
    });
    if (leg.endingWith) endLeg(context, leg, leg.endingWith);
    else leg.announced = true;
    if (unusable === 'over-capacity') this.full('OVER_CAPACITY', hotline?.store);
    else if (leg.full) this.full('MEDIA_FULL', hotline?.store);
  }

  private isCrowded(trunkId: TrunkId): boolean {
    const { useOf, media } = this.context;
    return isCrowded(useOf(trunkId), media.isCrowded());
  }

  /** As a caller's, but that it is no call: nobody is looked up, and nothing is in the ledger. */
  private async testArrives(req: SipRequest, res: SipResponse, hotline: string): Promise<void> {
    const { context } = this;
    const leg = this.newLeg(req, res);
    await context.edge.ready();
    const unusable = (await this.answering.prepare(leg)) ?? (leg.full ? 'over-capacity' : null);
    if (leg.state === 'ended') return context.media.release(leg.callId, leg.id);
    if (leg.endingWith) return endLeg(context, leg, leg.endingWith);
    leg.announced = true;
    const { id: legId, callId } = leg;
    const told = { type: 'test.arrived', at: context.now(), callId, legId, hotline } as const;
    context.submit({ ...told, ...(unusable ? { unusable } : {}) });
  }

  private newLeg(req: SipRequest, res: SipResponse, role: Leg['role'] = 'caller'): Leg {
    const { context } = this;
    const leg = context.legs.add({
      id: context.makeId(),
      callId: context.makeId(),
      role,
      state: 'arriving',
      inviteName: nameOf(req),
      arrivedAt: context.now(),
    });
    this.attach(leg, req, res);
    return leg;
  }

  /** The edge held the INVITE while we, or our connection, were away: the call goes on where it stood. */
  private again(leg: Leg, req: SipRequest, res: SipResponse): void {
    const wanted = leg.state === 'answering' ? 'answer' : leg.wanted;
    leg.state = 'arriving';
    delete leg.wanted;
    // Of what this process was not told it waits for no longer.
    delete leg.pracks;
    this.attach(leg, req, res);
    if (leg.endingWith) this.answering.refuse(leg, leg.endingWith);
    else if (wanted === 'ring' || wanted === 'sound') this.answering.tell(leg, wanted === 'sound');
    else if (wanted === 'answer') void this.answering.answer(leg);
  }

  private attach(leg: Leg, req: SipRequest, res: SipResponse): void {
    const { context } = this;
    leg.invite = { req, res };
    req.on('cancel', () => {
      if (leg.announced) endLeg(context, leg, 'hangup');
      else leg.endingWith = 'hangup';
    });
    req.on('update', (update, answer) => void this.earlyUpdate(leg, update, answer));
  }

  /** RFC 3311 §5.2: before offer and answer are exchanged there is no session that an offer could change. */
  private async earlyUpdate(leg: Leg, update: SipRequest, answer: SipResponse): Promise<void> {
    if (!update.body) answer.send(200);
    else if (leg.agreed) await answerAnew(this.context, leg, update, answer);
    else answer.send(500, { headers: { 'Retry-After': '2' } });
  }

  /** What finds this call again when the INVITE comes to the next app: as it was before anybody rang. */
  private noteArrival(leg: Leg, req: SipRequest, note: LegNote): void {
    leg.note = note;
    const name = { callId: req.get('Call-ID'), fromTag: tagOf(req.get('From')) };
    this.context.edge.noteInvite(name, linkOf(leg, note));
  }

  private async prepareAnswer(leg: Leg, to: string): ReturnType<Answering['prepare']> {
    return this.hotlines.has(to) ? this.answering.prepare(leg) : null;
  }
}

const STRANGER = { kind: 'unknown' } as const;
const isWebSocket = (transport: string): boolean => transport === 'ws' || transport === 'wss';
const hasToTag = (req: SipRequest): boolean => /;\s*tag=/i.test(req.get('To'));
