/**
 * One leg to an agent, and every phone of his rings: each place where one is registered gets an INVITE of
 * its own, all with the leg's one description of media. Who picks up first has the call; the others are told
 * that it was completed elsewhere (RFC 3326), by CANCEL, or by BYE if their 200 crossed it.
 *
 *     dialling --first 18x--> ringing --first 200--> answered
 *         +----------------------+------all refused, or one of them for all (600, 603)--> ended
 */
import type { DialTarget } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import type { PhoneId } from '../domain/ids';
import type { DialCommand } from '../engine/ports';
import { autoAnswerHeaders } from './auto-answer';
import { causeOfStatus, COMPLETED_ELSEWHERE, reasonHeader } from './cause';
import { answeredDialled, auditDiversion } from './dialled';
import type { SipDialog, SipFailure, SipRequest, SipResponse } from './drachtio';
import { identityHeaders, tagOf } from './identity';
import type { Leg } from './legs';
import { dropDialog, endLeg, sendCancel, type LineContext } from './line';
import type { PhoneTarget } from './phone-watch';
import type { Registrar } from './registrar';

export interface ForkContext extends LineContext {
  registrar: Registrar;
}

const NOT_ACCEPTABLE_HERE = 488;
/**
 * When all phones that were heard have refused, one that has not said a word since its INVITE is waited for
 * no longer than this: it is most likely a registration that outlived its phone.
 */
const SILENT_PATIENCE_MS = 2000;
/** What the leg ends with when phones refused for different reasons: the first of these. */
const BEST_FIRST: readonly EndCause[] = ['declined', 'busy', 'unavailable', 'no-media'];

type PhoneCall = Extract<DialTarget, { kind: 'phone' }>;

/** Dials the leg to all places of the phones. What comes of it is told as of any leg. */
export function ringPhones(
  context: ForkContext,
  leg: Leg,
  command: DialCommand,
  { phoneId, also = [] }: PhoneCall,
): void {
  const ways = context.registrar.ways([phoneId, ...also]);
  if (ways.length === 0) return endLeg(context, leg, 'unreachable');
  new Forking(context, leg, command).ring(ways);
}

/** One place that a phone may be at, and the INVITE to it. */
interface Fork {
  phoneId: PhoneId;
  target: PhoneTarget;
  secure: boolean;
  sent?: SipRequest;
  /** It has said something, if only that it tries. */
  heard: boolean;
  /** Its final answer came. */
  over: boolean;
}

class Forking {
  private forks: Fork[] = [];
  private readonly refusals: EndCause[] = [];
  /** Headers of the CANCELs, once nobody is to pick up any more. */
  private takenBack: Record<string, string> | null = null;
  /** One for each kind of signalling: keys must not be read by others than phone and us. */
  private readonly offers = new Map<boolean, Promise<string>>();
  private offered = false;

  constructor(
    private readonly context: ForkContext,
    private readonly leg: Leg,
    private readonly command: DialCommand,
  ) {}

  ring(ways: readonly { phoneId: PhoneId; target: PhoneTarget }[]): void {
    this.leg.takeBack = (cause) => this.takeBack(reasonHeader(cause));
    this.forks = ways.map(({ phoneId, target }) => {
      return { phoneId, target, secure: target.secure, heard: false, over: false };
    });
    for (const fork of this.forks) void this.run(fork);
  }

  private async run(fork: Fork): Promise<void> {
    try {
      const dialog = await this.inviteAs(fork);
      fork.over = true;
      if (dialog === null) return this.settle();
      this.answered(fork, dialog);
    } catch (error) {
      fork.over = true;
      this.refused(error as SipFailure);
    }
  }

  /**
   * A phone on an encrypted connection is asked for encrypted sound. One that says by 488 that it has none is
   * asked once more, without: it said so on that connection, where nobody else could have.
   */
  private async inviteAs(fork: Fork): Promise<SipDialog | null> {
    if (!fork.secure) return this.invite(fork);
    try {
      return await this.invite(fork);
    } catch (error) {
      if ((error as SipFailure).status !== NOT_ACCEPTABLE_HERE || this.takenBack) throw error;
      const { callId, legId } = this.command;
      const log = { callId, legId, phoneId: fork.phoneId };
      this.context.log.warn(log, 'the phone refused encryption and is called without');
      fork.secure = false;
      delete fork.sent;
      return this.invite(fork);
    }
  }

  /** Null when the leg was to end before the INVITE left. */
  private async invite(fork: Fork): Promise<SipDialog | null> {
    const { context, command } = this;
    const localSdp = await this.offer(fork.secure);
    // A cut of the connection meanwhile ends the leg without a word to us.
    if (this.takenBack || this.leg.state === 'ended') return null;
    const options = {
      localSdp,
      headers: {
        ...identityHeaders(command.from, command.displayName),
        ...autoAnswerHeaders(context.registrar.autoAnswer(fork.phoneId)),
        'X-Call-ID': command.callId,
      },
      ...(fork.target.proxy ? { proxy: fork.target.proxy } : {}),
    };
    return context.srf().createUAC(fork.target.uri, options, {
      cbRequest: (error, request) => {
        if (error || !request) return;
        fork.sent = request;
        if (this.takenBack) this.cancel(fork, this.takenBack);
      },
      cbProvisional: (response) => this.ringing(fork, response),
    });
  }

  private offer(secure: boolean): Promise<string> {
    const made = this.offers.get(secure) ?? this.makeOffer(secure);
    this.offers.set(secure, made);
    return made;
  }

  private makeOffer(secure: boolean): Promise<string> {
    const { callId, legId, towards, urgent } = this.command;
    this.offered = secure;
    const purpose = urgent ? 'help' : 'talk';
    const order = { like: towards ?? undefined, secure, purpose } as const;
    return this.context.media.makeOffer(callId, legId, order);
  }

  private ringing(fork: Fork, response: SipResponse): void {
    const { leg, context } = this;
    fork.heard = true;
    if (response.status > 100) remember(leg, response);
    if (leg.state !== 'dialling' || response.status === 100 || this.takenBack) return;
    leg.state = 'ringing';
    context.submit({ type: 'leg.ringing', at: context.now(), legId: leg.id });
  }

  private answered(fork: Fork, dialog: SipDialog): void {
    const { context, leg } = this;
    if (leg.dialog || this.takenBack === COMPLETED_ELSEWHERE)
      return dropDialog(context, dialog, 'withdrawn', COMPLETED_ELSEWHERE);
    if (!this.takenBack) this.takeBack(COMPLETED_ELSEWHERE);
    void answeredDialled(context, leg, dialog, async () => {
      // The answer belongs to the last offer of the stream, which may be that to another phone.
      if (this.offered !== fork.secure) await this.makeOffer(fork.secure);
      await context.media.acceptAnswer(leg.callId, leg.id, dialog.remote.sdp);
    });
  }

  private refused(error: SipFailure): void {
    const { context, command } = this;
    const { status } = error;
    if (status === undefined) {
      const { callId, legId } = command;
      context.log.warn({ error, callId, legId }, 'INVITE not sent');
    }
    auditDiversion(context, this.leg, error);
    const cause = causeOfStatus(status);
    this.refusals.push(cause);
    // He himself refused, at one of his phones, for all of them (RFC 3261 §16.7 step 5).
    const forAll = status !== undefined && status >= 600 && cause !== 'no-media';
    if (forAll && !this.takenBack) {
      this.takeBack(reasonHeader(cause));
      return this.end(cause);
    }
    this.settle();
  }

  /** Ends the leg when nobody is left who might pick up. */
  private settle(): void {
    const open = this.forks.filter(({ over }) => !over);
    if (open.length === 0) return this.end(this.best());
    if (this.takenBack || this.best() === 'unreachable' || open.some(({ heard }) => heard)) return;
    setTimeout(() => this.giveUpSilent(), SILENT_PATIENCE_MS).unref();
  }

  private giveUpSilent(): void {
    if (this.takenBack || this.forks.some(({ over, heard }) => !over && heard)) return;
    this.takeBack(reasonHeader(this.best()));
    this.end(this.best());
  }

  private best(): EndCause {
    return BEST_FIRST.find((cause) => this.refusals.includes(cause)) ?? 'unreachable';
  }

  private end(cause: EndCause): void {
    const { context, leg } = this;
    if (!leg.dialog) endLeg(context, leg, leg.endingWith ?? cause);
  }

  private takeBack(headers: Record<string, string>): void {
    this.takenBack = headers;
    for (const fork of this.forks) this.cancel(fork, headers);
  }

  private cancel(fork: Fork, headers: Record<string, string>): void {
    if (!fork.over && fork.sent) sendCancel(this.context, fork.sent, headers);
  }
}

/** One that rings, by the names that SIP gives its dialog. */
function remember(leg: Leg, response: SipResponse): void {
  const [ourTag, theirTag] = [tagOf(response.get('From')), tagOf(response.get('To'))];
  const known = leg.rings?.some((one) => one.theirTag === theirTag) ?? false;
  if (theirTag === '' || known) return;
  leg.rings = [...(leg.rings ?? []), { callId: response.get('Call-ID'), ourTag, theirTag }];
}
