/**
 * INVITEs of ours to outside numbers: through the first of the wanted trunks whose gateways carry the call. Decides
 * how the number and we are written for each, and how long a gateway may keep silent.
 */
import type { DialTarget } from '../domain/effects';
import type { FarSide } from '../domain/end-cause';
import type { TrunkId } from '../domain/ids';
import { numberBook, type NumberBook } from '../domain/number/book';
import { normaliseNumber } from '../domain/number/normalise';
import { gatewayOrder, shownNumber } from '../domain/number/trunk-choice';
import { dialledNumber } from '../domain/number/trunk-numbers';
import type { Plan, PlanGateway, PlanTrunk } from '../domain/plan';
import type { DialCommand } from '../engine/ports';
import { placeWithoutPort } from '../../sip/index';
import { q850Of } from './cause';
import type { SipDialog, SipFailure, SipRequest, UacOptions } from './drachtio';
import { takeEarlyUpdates, takeProvisional } from './early-media';
import { isTriedElsewhere } from './fail-over';
import { carrierHeaders, userOf } from './identity';
import type { Leg } from './legs';
import { dropDialog, type LineContext } from './line';

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

interface Attempt {
  trunk: PlanTrunk;
  gateway: PlanGateway;
  options: UacOptions;
}

export class TrunkCalls {
  private trunks = new Map<TrunkId, PlanTrunk>();
  private book: NumberBook | null = null;

  constructor(
    private readonly context: LineContext,
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
    for (const id of to.via) {
      const trunk = this.trunks.get(id);
      if (!trunk?.to) continue;
      const from = trunk.from.map(placeWithoutPort);
      const order = { like: command.towards ?? undefined, from, secure: false };
      const localSdp = await this.context.media.makeOffer(leg.callId, leg.id, order);
      const headers = this.headersFor(command, trunk);
      for (const gateway of gatewayOrder(trunk.to, Math.random)) {
        if (leg.endingWith) return null;
        const options = { localSdp, headers: { ...headers } };
        const result = await this.attempt(leg, to, { trunk, gateway, options });
        if ('dialog' in result) return result.dialog;
        refusal = result.refusal;
        if (leg.endingWith || !result.elsewhere) throw refusal;
      }
    }
    throw refusal;
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

  private async attempt(leg: Leg, to: NumberTarget, attempt: Attempt) {
    const { trunk, gateway } = attempt;
    const heard = { rang: false };
    delete leg.sent;
    delete leg.early;
    delete leg.updated;
    leg.far = { trunkId: trunk.id };
    try {
      return { dialog: await this.ask(leg, { uri: this.uriOf(to, attempt), ...attempt }, heard) };
    } catch (error) {
      const refusal = error as SipFailure;
      const far: FarSide = {
        ...(refusal.status === undefined ? {} : { status: refusal.status }),
        ...(refusal.res ? q850Of(refusal.res) : {}),
      };
      leg.far = { trunkId: trunk.id, ...far };
      const elsewhere = isTriedElsewhere({ ...far, ...heard });
      const { callId, id: legId } = leg;
      const log = { callId, legId, trunk: trunk.id, gateway: gateway.address, ...far, elsewhere };
      this.context.log.warn(log, 'a gateway did not carry the call');
      return { refusal, elsewhere };
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
          sent?.cancel({}, () => undefined);
          reject(timedOut());
        }, ms).unref();
      let timer = giveUpIn(patience.silentMs);
      const call = context.srf().createUAC(uri, options, {
        cbRequest: (error, request) => {
          if (error || !request) return;
          sent = request;
          takeEarlyUpdates(context, leg, request);
          if (abandoned || leg.endingWith) request.cancel({}, () => undefined);
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

const timedOut = (): SipFailure =>
  Object.assign(new Error('the gateway is silent'), { status: REQUEST_TIMEOUT });
