/**
 * The Telephony port on drachtio-srf: one connection, the legs on it, and the commands that the
 * engine gives. A command for a leg that has gone is ignored; what comes of a command is an event.
 */
import type { Plan } from '../domain/plan';
import type { EndCause } from '../domain/end-cause';
import type { LegNote } from '../domain/effects';
import type { AgentId, CallId, LegId, PhoneId, TrunkId } from '../domain/ids';
import type { TrunkUse } from '../domain/trunk/use';
import type { TrunkView } from '../domain/trunk/view';
import type { DialCommand, Submit, Telephony } from '../engine/ports';
import { BindingJournal } from './binding-journal';
import { gatherAnswers, makeSrf, type SipRequest, type SipResponse, type Srf } from './drachtio';
import type { CallerServed, DialogEnded } from './edge-dialogs';
import { Inbound, type InboundContext } from './inbound';
import { isIdle, LegTable, type Leg } from './legs';
import { byeLeg, noteLeg } from './line';
import { NailedLegs } from './nailed-legs';
import type { DrachtioTelephonyOptions } from './options';
import { Outbound } from './outbound';
import { takeServedCaller } from './served-caller';
import { legEndedAway, reattach, type FoundLeg } from './reattach';
import { askByOptions, PhoneWatch } from './phone-watch';
import { Referrals } from './referrals';
import { SilentLegs } from './silent-legs';
import { Registrar } from './registrar';
import { Releases } from './releases';
import { TestCalls } from './test-call/test-calls';
import { TrunkCalls } from './trunk-calls';
import { Trunks } from './trunks';

/** Until the legs are taken over the app knows nothing of them: it tries again soon. */
const TAKE_OVER_AGAIN_MS = 1000;
/** The edge takes so many in one question. */
const FLOWS_AT_A_TIME = 1000;
/** Longer than a phone needs, shorter than until it is asked again. */
const OPTIONS_PATIENCE_MS = 10_000;
const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE';

export class DrachtioTelephony implements Telephony {
  private readonly srf: Srf;
  private readonly tags: string[];
  private readonly legs: LegTable;
  private readonly context: InboundContext;
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private readonly trunkCalls: TrunkCalls;
  private readonly trunks: Trunks;
  private readonly registrar: Registrar;
  private readonly referrals: Referrals;
  private readonly releases: Releases;
  private readonly nailed: NailedLegs;
  private readonly silentLegs: SilentLegs;
  private readonly testCalls: TestCalls;
  private up = false;
  private again: NodeJS.Timeout | undefined;

  constructor(private readonly options: DrachtioTelephonyOptions) {
    const { log, now, media, edge, lookup, makeId, refer } = options;
    const submit: Submit = (event) => {
      options.submit(event);
      this.referrals.hear(event);
    };
    this.tags = options.appName === '' ? [] : [options.appName];
    this.srf = makeSrf(this.tags);
    const journal = new BindingJournal(options.bindingsPath, log);
    const { everyMs, patienceMs = OPTIONS_PATIENCE_MS } = options.phoneWatch ?? {};
    const asked = { srf: this.srf, isUp: () => this.up, patienceMs };
    this.trunks = new Trunks({
      ...{ srf: () => this.srf, isUp: () => this.up, submit, log, now, patienceMs, everyMs },
      askOptions: (target) => askByOptions(asked, target),
    });
    this.legs = new LegTable(this.trunks.load);
    this.registrar = new Registrar({
      ...{ submit, log, now, journal },
      pageOf: (address, port) => options.passages?.personAt(address, port),
      watch: (onHeard) =>
        new PhoneWatch({ ask: (target) => askByOptions(asked, target), onHeard, everyMs }),
    });
    this.context = {
      srf: () => this.srf,
      legs: this.legs,
      registrar: this.registrar,
      onRefer: (leg, req, res) => this.referrals.take(leg, req, res),
      submit,
      media,
      edge,
      log,
      now,
      lookup,
      makeId,
      replacing: options.replacing,
      language: options.language,
      placeWait: options.placeWait,
      useOf: (trunkId) => this.trunks.useOf(trunkId),
      takeTest: (req) => this.testCalls.take(req),
    };
    this.testCalls = new TestCalls({
      ...{ submit, now, log },
      promptsDirs: options.promptsDirs,
    });
    this.referrals = new Referrals({ ...this.context, refer });
    this.releases = new Releases(this.context, options.releasePatienceMs);
    this.silentLegs = new SilentLegs(this.context, () => this.up, options.silence);
    this.inbound = new Inbound(this.context);
    const { context, trunks } = this;
    this.trunkCalls = new TrunkCalls({ ...context, carriers: trunks }, options.gatewayPatience);
    this.nailed = new NailedLegs(context, () => this.up);
    this.outbound = new Outbound({
      ...context,
      ...{ trunkCalls: this.trunkCalls, nailed: this.nailed },
    });
  }

  /**
   * Connects and takes living dialogs over; answers the legs found. New calls are not taken
   * before `open()`, so that recovered calls stand first. Rejects when the secret is refused.
   */
  async connect(): Promise<FoundLeg[]> {
    await this.connected();
    this.srf.on('connect', (error?: Error | null, places = '') => {
      this.listensAt(places);
      if (error) this.options.log.error({ error }, 'drachtio connection refused');
      else {
        this.up = true;
        gatherAnswers(this.srf);
        this.registrar.edgeBack();
        void this.afterCut(this.legs.all());
      }
    });
    this.srf.on('close', () => {
      this.up = false;
      this.registrar.edgeLost();
      this.options.log.warn('drachtio connection lost');
    });
    return reattach({ ...this.context, nailed: this.nailed }, []);
  }

  /** The edge tells of a dialog that ended while no app was there. */
  dialogEnded(event: DialogEnded): void {
    legEndedAway(this.context, event);
  }

  /** The edge tells that the connection of a phone is gone. */
  flowEnded({ address, port }: { address: string; port: number }): void {
    this.registrar.flowsEnded([{ address, port }]);
  }

  /** The edge tells of a caller whom it served alone. Resolves when he is in the journal. */
  callerServed(event: CallerServed): Promise<void> {
    const { isKnown, written } = this.options;
    const storeOf = (hotline: string) => this.inbound.storeOf(hotline);
    const callerOf: Inbound['callerOf'] = (req, trunkId) => this.inbound.callerOf(req, trunkId);
    const refused = (hotline: string) => this.inbound.full('OVER_CAPACITY', storeOf(hotline));
    const found = { isKnown, written, storeOf, callerOf, refused };
    return takeServedCaller({ ...this.context, ...found }, event);
  }

  /** From now on calls and registrations are taken. */
  open(): void {
    this.registrar.restore();
    this.nailed.open();
    void this.checkFlows();
    this.options.edge.onConnected(() => void this.checkFlows());
    this.trunks.begin();
    this.srf.invite((req, res) => this.inbound.handle(req, res));
    this.srf.prack((req, res) => void this.inbound.answering.prack(req, res));
    this.srf.register((req, res) => this.registrar.handle(req, res));
    this.srf.options((_req: SipRequest, res: SipResponse) => {
      res.send(200, { headers: { Allow: ALLOW, Accept: 'application/sdp' } });
    });
  }

  /** What a former app knew of the day of each trunk; to be told when the legs that outlived it are found. */
  resumeTrunks(kept: ReadonlyMap<TrunkId, TrunkUse>): void {
    this.trunks.load.resume(kept);
  }

  /** True while commands reach the edge. */
  get isConnected(): boolean {
    return this.up;
  }

  /** The plan's trunks as they stand now. */
  trunkViews(): TrunkView[] {
    return this.trunks.view();
  }

  applyPlan(plan: Plan): void {
    this.registrar.applyPlan(plan);
    this.inbound.applyPlan(plan);
    this.trunks.applyPlan(plan);
    this.trunkCalls.applyPlan(plan);
    this.releases.applyPlan(plan);
  }

  ring(legId: LegId, sound = false): void {
    const leg = this.legs.get(legId);
    if (leg) this.inbound.answering.ring(leg, sound);
  }

  answer(legId: LegId): void {
    const leg = this.legs.get(legId);
    if (leg) void this.inbound.answering.answer(leg);
  }

  refuse(legId: LegId, cause: EndCause): void {
    const leg = this.legs.get(legId);
    if (leg) this.inbound.answering.refuse(leg, cause);
  }

  dial(command: DialCommand): void {
    this.referrals.dialled(command.callId, command.legId);
    this.outbound.dial(command);
  }

  test(hotline: string, language: string = this.options.language): void {
    void this.testCalls.test(hotline, language);
  }

  hangup(legId: LegId, cause: EndCause): void {
    const leg = this.legs.get(legId);
    if (!leg || this.referrals.keeps(leg, cause)) return;
    if (leg.standing) leg.standing.leave(leg, cause);
    else if (leg.dialog) byeLeg(this.context, leg, cause);
    else if (leg.state === 'arriving' || leg.state === 'answering')
      this.inbound.answering.refuse(leg, cause);
    else this.outbound.cancel(leg, cause);
  }

  /**
   * The media of a call are gone, and what is left of it is silence: its legs end. The caller's first, so that
   * he is not queued again for want of the agent's.
   */
  mediaLost(callId: CallId): void {
    const legs = this.legs.all().filter((leg) => leg.callId === callId);
    for (const role of ['caller', 'outside', 'agent'] as const) {
      for (const leg of legs) {
        if (leg.role !== role) continue;
        if (isIdle(leg)) leg.standing?.renew();
        else this.hangup(leg.id, 'broken');
      }
    }
  }

  nail(agentId: AgentId, phoneId: PhoneId): void {
    this.nailed.dial(agentId, phoneId);
  }

  unnail(agentId: AgentId, cause: EndCause): void {
    this.nailed.hangup(agentId, cause);
  }

  /** Something was received of the leg's far side in the last seconds. */
  heard(legId: LegId): void {
    this.silentLegs.heard(legId);
  }

  note(legId: LegId, note: LegNote): void {
    const leg = this.legs.get(legId);
    if (!leg) return;
    leg.note = note;
    noteLeg(this.context, leg);
  }

  release(legId: LegId, other: LegId): void {
    this.releases.offer(this.legs.get(legId), this.legs.get(other));
  }

  /** Whoever ends it from now on ends it there. */
  move(legId: LegId, to: CallId): void {
    const leg = this.legs.get(legId);
    if (leg) leg.callId = to;
  }

  /** Lets go of the connection; live dialogs stay on the edge for the next process. */
  close(): void {
    clearTimeout(this.again);
    this.registrar.close();
    this.referrals.close();
    this.silentLegs.close();
    this.trunks.close();
    this.srf.removeAllListeners();
    this.srf.on('error', () => undefined);
    if (this.up) this.disconnect();
  }

  /** Without a connection there is nothing to let go of, and drachtio-srf throws: an edge that ends may be gone before we are told. */
  private disconnect(): void {
    try {
      this.srf.disconnect();
    } catch (err) {
      this.options.log.info({ err }, 'the edge was gone already');
    }
  }

  /**
   * Which phones' connections ended while nobody could tell us: we were away, or the edge fell. A
   * drachtio-server cannot say; then OPTIONS find out.
   */
  private async checkFlows(): Promise<void> {
    const { edge, log } = this.options;
    for (const flows of batchesOf(this.registrar.flows(), FLOWS_AT_A_TIME)) {
      try {
        this.registrar.flowsEnded(await edge.flowsEnded(flows));
      } catch (error) {
        log.debug({ error }, 'the edge does not say which connections live');
      }
    }
  }

  private listensAt(places: string): void {
    this.testCalls.listensAt(places);
    this.options.passages?.listensAt(places);
  }

  private connected(): Promise<void> {
    const { drachtio, epochOf, log } = this.options;
    this.srf.on('error', (error: Error) => log.warn({ error }, 'drachtio connection'));
    return new Promise((resolve, reject) => {
      this.srf.once('connect', (error?: Error | null, places = '') => {
        this.up = !error;
        gatherAnswers(this.srf);
        this.listensAt(places);
        return error ? reject(error) : resolve();
      });
      const epoch = epochOf?.() ?? null;
      if (epoch !== null) this.tags.push(`epoch:${epoch}`);
      this.srf.connect(drachtio);
    });
  }

  /** A cut connection came back: every dialog object is rebuilt on the new socket. */
  private async afterCut(before: Leg[]): Promise<void> {
    try {
      await reattach({ ...this.context, nailed: this.nailed }, before);
    } catch (error) {
      this.options.log.error({ error }, 'legs could not be taken over after a cut; once more');
      this.again = setTimeout(() => void (this.up && this.afterCut(before)), TAKE_OVER_AGAIN_MS);
    }
  }
}

function batchesOf<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
}
