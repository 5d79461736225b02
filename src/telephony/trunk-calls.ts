/**
 * INVITEs of ours to outside numbers: through the first of the wanted trunks whose gateways carry the call. Decides
 * how the number and we are written for each, and how long a gateway may keep silent.
 */
import { randomUUID } from 'node:crypto';
import type { DialTarget } from '../domain/effects';
import type { FarSide } from '../domain/end-cause';
import type { HelpRefused } from '../domain/outgoing-events';
import type { TrunkId } from '../domain/ids';
import { numberBook, type NumberBook } from '../domain/number/book';
import { isEmergency } from '../domain/number/kinds';
import { normaliseNumber } from '../domain/number/normalise';
import { downLast, gatewayOrder, shownNumber, trunkOrder } from '../domain/number/trunk-choice';
import { dialledNumber } from '../domain/number/trunk-numbers';
import type { Plan, PlanGateway, PlanTrunk } from '../domain/plan';
import type { DialCommand } from '../engine/ports';
import { placeWithoutPort } from '../../sip/index';
import { q850Of } from './cause';
import { answerChallenge } from './digest-answer';
import type { SipDialog, SipFailure, SipRequest, UacOptions } from './drachtio';
import { takeEarlyUpdates, takeProvisional } from './early-media';
import { isTriedElsewhere } from './fail-over';
import { carrierHeaders, userOf } from './identity';
import type { Leg } from './legs';
import { dropDialog, sendCancel, type LineContext } from './line';
import type { Trunks } from './trunks';

export type NumberTarget = Extract<DialTarget, { kind: 'number' }>;

/** How long a gateway may leave an INVITE unanswered before the next one gets it, in ms. */
export interface GatewayPatience {
  /** Without any answer. */
  silentMs: number;
  /** After 100 alone. */
  tryingMs: number;
}

const PATIENCE: GatewayPatience = { silentMs: 4000, tryingMs: 15_000 };
const REQUEST_TIMEOUT = 408;

/** `elsewhere`: the next gateway may carry it. */
type Result = { dialog: SipDialog } | { refusal: SipFailure; elsewhere: boolean };

interface Attempt {
  trunk: PlanTrunk;
  gateway: PlanGateway;
  options: UacOptions;
}

export interface TrunkCallsContext extends LineContext {
  carriers: Trunks;
}

export class TrunkCalls {
  private trunks = new Map<TrunkId, PlanTrunk>();
  private book: NumberBook | null = null;

  constructor(
    private readonly context: TrunkCallsContext,
    private readonly patience: GatewayPatience = PATIENCE,
  ) {}

  applyPlan(plan: Plan): void {
    this.trunks = new Map(plan.trunks.map((trunk) => [trunk.id, trunk]));
    this.book = numberBook(plan);
  }

  /**
   * Null when the leg is to end before somebody has answered. Rejects with the last refusal when no gateway is
   * left; without a status when there was none at all.
   */
  async invite(leg: Leg, command: DialCommand, to: NumberTarget): Promise<SipDialog | null> {
    let refusal: SipFailure = new Error('no trunk of these sends calls');
    const { carriers } = this.context;
    const wanted = to.via.flatMap((id) => this.trunks.get(id) ?? []).filter(({ to: its }) => its);
    const order = this.isUrgent(to) ? wanted : trunkOrder(wanted, Math.random);
    for (const trunk of downLast(order, (one) => carriers.isTrunkDown(one))) {
      const result = await this.through(trunk, leg, command, to);
      if ('dialog' in result) return result.dialog;
      if (isOver(leg)) return null;
      if (!result.elsewhere) throw result.refusal;
      // What a gateway said tells more than that another trunk is full.
      const said = result.refusal.status !== undefined || refusal.status === undefined;
      if (said) refusal = result.refusal;
    }
    throw refusal;
  }

  private async through(
    trunk: PlanTrunk,
    leg: Leg,
    command: DialCommand,
    to: NumberTarget,
  ): Promise<Result> {
    const { carriers, legs } = this.context;
    const urgent = this.isUrgent(to);
    if (urgent && carriers.load.isFull(trunk)) this.askForRoom(leg, trunk);
    if (!carriers.load.hasRoom(trunk, urgent)) return full(`${trunk.id} has no channel left`);
    legs.occupy(leg, trunk.id);
    const from = trunk.from.map(placeWithoutPort);
    const purpose = urgent ? 'help' : 'talk';
    const media = { like: command.towards ?? undefined, from, secure: false, purpose } as const;
    const localSdp = await this.context.media.makeOffer(leg.callId, leg.id, media);
    const headers = this.headersFor(command, trunk);
    let result: Result = full(`${trunk.id} has no gateway`);
    const order = gatewayOrder(trunk.to ?? [], Math.random);
    for (const gateway of downLast(order, (one) => carriers.isDown(trunk, one))) {
      if (!(await this.turn(trunk, urgent))) result = full(`${trunk.id} takes no more calls now`);
      else if (isOver(leg)) return result;
      else {
        const options = { localSdp, headers: { ...headers } };
        result = await this.attempt(leg, to, { trunk, gateway, options });
      }
      if ('dialog' in result || isOver(leg) || !result.elsewhere) return result;
    }
    legs.occupy(leg, null);
    return result;
  }

  private isUrgent({ number }: NumberTarget): boolean {
    return this.book !== null && isEmergency(number, this.book);
  }

  /** Whether there is any or not, the call leaves: if the carrier has no line left, it will say so. */
  private askForRoom({ callId }: Leg, { id: trunkId }: PlanTrunk): void {
    const { legs, submit, now } = this.context;
    const on = legs.all().filter((leg) => leg.trunkId === trunkId);
    const legIds = on.map(({ id }) => id);
    submit({ type: 'help.crowded', at: now(), callId, trunkId, legIds });
  }

  private tellRefused(
    { callId, id: legId }: Leg,
    way: Pick<HelpRefused, 'trunkId' | 'gateway' | 'far' | 'reason'>,
  ): void {
    const { submit, now } = this.context;
    submit({ type: 'help.refused', at: now(), callId, legId, ...way });
  }

  /** Waits until the trunk takes one more call; false when that is too long. */
  private async turn(trunk: PlanTrunk, urgent: boolean): Promise<boolean> {
    const wait = this.context.carriers.load.turnIn(trunk, urgent);
    if (wait === null) return false;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return true;
  }

  private headersFor(command: DialCommand, trunk: PlanTrunk): Record<string, string> {
    const country = this.book?.country ?? 'CN';
    const key = (number: string) => normaliseNumber(number, trunk.country ?? country, trunk.area);
    const own = trunk.shows?.number;
    const isOurs =
      own === undefined || (trunk.numbers ?? []).some((one) => key(one) === command.from);
    const shown = shownNumber(isOurs ? command.from : key(own), trunk, country);
    return {
      ...carrierHeaders(shown, trunk.shows),
      Supported: '100rel',
      'X-Call-ID': command.callId,
    };
  }

  private uriOf({ number }: NumberTarget, { trunk, gateway }: Attempt): string {
    const written = this.book ? dialledNumber(number, this.book, trunk).number : number;
    return gateway.address.replace(/^(sips?:)/, `$1${userOf(written)}@`);
  }

  private async attempt(leg: Leg, to: NumberTarget, attempt: Attempt): Promise<Result> {
    const { trunk, gateway } = attempt;
    const heard = { rang: false };
    delete leg.sent;
    delete leg.early;
    delete leg.updated;
    leg.far = { trunkId: trunk.id };
    try {
      return {
        dialog: await this.answering(leg, { uri: this.uriOf(to, attempt), ...attempt }, heard),
      };
    } catch (error) {
      const refusal = error as SipFailure;
      const far: FarSide = {
        ...(refusal.status === undefined ? {} : { status: refusal.status }),
        ...(refusal.res ? q850Of(refusal.res) : {}),
      };
      leg.far = { trunkId: trunk.id, ...far };
      const urgent = this.isUrgent(to);
      const elsewhere = isTriedElsewhere({ ...far, ...heard, urgent });
      const { callId, id: legId } = leg;
      const log = { callId, legId, trunk: trunk.id, gateway: gateway.address, ...far, elsewhere };
      this.context.log.warn(log, 'a gateway did not carry the call');
      const way = { trunkId: trunk.id, gateway: gateway.address, far, reason: refusal.message };
      if (urgent && !isOver(leg)) this.tellRefused(leg, way);
      return { refusal, elsewhere };
    }
  }

  /** A challenge is answered where we have an account: the INVITE goes out once more (RFC 3261 §22.2). */
  private async answering(
    leg: Leg,
    attempt: Attempt & { uri: string },
    heard: { rang: boolean },
  ): Promise<SipDialog> {
    try {
      return await this.ask(leg, attempt, heard);
    } catch (error) {
      const headers = credentialsFor(attempt, leg.sent, error as SipFailure);
      if (headers === null || isOver(leg)) throw error;
      const { options } = attempt;
      const again = { ...options, headers: { ...options.headers, ...headers } };
      return this.ask(leg, { ...attempt, options: again }, heard);
    }
  }

  /** One INVITE. Silence ends it as 408; who answers nevertheless is hung up on. */
  private ask(
    leg: Leg,
    { uri, options }: Attempt & { uri: string },
    heard: { rang: boolean },
  ): Promise<SipDialog> {
    const { context, patience } = this;
    return new Promise((resolve, reject) => {
      let sent: SipRequest | undefined;
      let abandoned = false;
      const giveUpIn = (ms: number) =>
        setTimeout(() => {
          abandoned = true;
          if (sent) sendCancel(context, sent);
          reject(timedOut());
        }, ms).unref();
      let timer = giveUpIn(patience.silentMs);
      const call = context.srf().createUAC(uri, options, {
        cbRequest: (error, request) => {
          if (error || !request) return;
          sent = request;
          takeEarlyUpdates(context, leg, request);
          if (abandoned || isOver(leg)) sendCancel(context, request);
          if (!abandoned) leg.sent = request;
        },
        cbProvisional: (response) => {
          clearTimeout(timer);
          if (abandoned) return;
          heard.rang ||= response.status === 180;
          if (response.status === 100) timer = giveUpIn(patience.tryingMs);
          else takeProvisional(context, leg, response);
        },
      });
      call
        .then((dialog) => (abandoned ? dropDialog(context, dialog, 'withdrawn') : resolve(dialog)))
        .catch(reject)
        .finally(() => clearTimeout(timer));
    });
  }
}

const full = (text: string): Result => ({
  refusal: Object.assign(new Error(text), { endCause: 'no-channel' as const }),
  elsewhere: true,
});

/** Read anew after every wait: somebody may have hung up, or the connection was cut. */
const isOver = (leg: Leg): boolean => leg.endingWith !== undefined || leg.state === 'ended';

/** What the challenged INVITE has in addition when it is repeated; null when there is no answer. */
function credentialsFor(
  { trunk: { register }, uri }: Attempt & { uri: string },
  sent: SipRequest | undefined,
  { status, res }: SipFailure,
): Record<string, string> | null {
  if ((status !== 401 && status !== 407) || !register || !res || !sent) return null;
  const asked = { method: 'INVITE', uri, cnonce: randomUUID().slice(0, 8) };
  const made = answerChallenge(res.raw, register, asked);
  if ('realms' in made) return null;
  const cseq = Number.parseInt(sent.get('CSeq'), 10) + 1;
  return {
    ...made.headers,
    From: sent.get('From'),
    'Call-ID': sent.get('Call-ID'),
    CSeq: `${cseq} INVITE`,
  };
}

const timedOut = (): SipFailure =>
  Object.assign(new Error('the gateway is silent'), { status: REQUEST_TIMEOUT });
