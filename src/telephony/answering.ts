/**
 * What a caller hears of us on his INVITE: that it rings, our answer, or a refusal. A CANCEL may come in
 * between at any time.
 */
import type { EndCause } from '../domain/end-cause';
import type { StreamOrder } from '../engine/ports';
import { isFull, LONGEST_RING_MS, PlaceLine, standsStill } from '../../sip/index';
import { headersOfCause, statusOfCause } from './cause';
import type { SipRequest, SipResponse } from './drachtio';
import { nameOf } from './invite-name';
import { inviteHere, type Leg } from './legs';
import {
  byeLeg,
  carryDialog,
  dropDialog,
  endLeg,
  offerInAnswer,
  tellAnswered,
  type LineContext,
} from './line';
import { isToldReliably, takePrack, tellPlainly, tellReliably } from './provisional';

type StreamPurpose = StreamOrder['purpose'];

/** He waited in vain. */
class NoStream extends Error {
  readonly code = 'capacity';
  override message = 'no stream came free';
}

/** From an INVITE on, in ms. */
export interface PlaceWait {
  /** Then a caller may have a stream that is kept for announcements, and a phone of ours waits no longer. */
  announcedAfterMs: number;
  /** Then there is nothing left but to refuse him. */
  refusedAfterMs: number;
}
const PLACE_WAIT: PlaceWait = { announcedAfterMs: 20_000, refusedAfterMs: LONGEST_RING_MS };

/** Why there is no answer for him. */
type Unusable = 'no-media' | 'over-capacity';

/** What the answers to callers hang on, beside the call itself. */
export interface AnswerWishes {
  /** Where the sender of an INVITE stands: for the media's addresses. */
  networksOf: (req: SipRequest) => string[] | undefined;
  /** What its trunk says of reliable provisionals. */
  isReliable: (req: SipRequest) => boolean;
  placeWait: PlaceWait | undefined;
}

/** See the head of this file. */
export class Answering {
  /** Callers, and phones of ours, for which streams are kept: they do not stand in each other's way. */
  private readonly lines = { caller: new PlaceLine(), talk: new PlaceLine() };

  constructor(
    private readonly context: LineContext,
    private readonly wishes: AnswerWishes,
  ) {}

  /**
   * 180 without SDP: who calls makes the tone. With `sound` 183 with our answer: he hears what the far side
   * sends (RFC 3960). Who demands it is told reliably.
   */
  ring(leg: Leg, sound = false): void {
    const { context } = this;
    if (leg.state !== 'arriving') return;
    // Should the connection be cut, the next one tells him again that it rings.
    leg.wanted = sound ? 'sound' : 'ring';
    const isHeard = this.tell(leg, sound);
    const ringing = { type: 'leg.ringing', at: context.now(), legId: leg.id } as const;
    context.submit(isHeard ? { ...ringing, sound: true } : ringing);
  }

  /**
   * What he was told is told to an INVITE that has come again, too. True when he hears what we send from then on: there
   * is an answer of ours to what he offered, and it is here.
   */
  tell(leg: Leg, sound = false): boolean {
    const { req, res } = inviteHere(leg) ?? {};
    if (!req || !res) return false;
    if (isToldReliably(req, this.wishes.isReliable(req))) tellReliably(leg, res, sound);
    else tellPlainly(leg, res, sound);
    return sound && leg.answer !== undefined && !leg.offered;
  }

  /** A PRACK for what he was told. Without a usable answer in it there is nothing to talk by. */
  async prack(req: SipRequest, res: SipResponse): Promise<void> {
    const leg = this.context.legs.ofInvite(nameOf(req));
    if (!(await takePrack(this.context, leg, req, res)) && leg) this.refuse(leg, 'no-media');
  }

  /** 200 with the media edge's answer. A caller who gives up meanwhile ends as `hangup`. */
  async answer(leg: Leg): Promise<void> {
    const { context } = this;
    if (leg.state !== 'arriving') return;
    leg.wanted = 'answer';
    const invite = inviteHere(leg);
    if (!invite) return;
    leg.state = 'answering';
    const { req, res } = invite;
    try {
      const localSdp = leg.answer ?? (await this.answerTo(leg, req));
      if (this.isOver(leg)) return;
      if (leg.pracks && !(await this.acknowledged(leg, res))) return;
      // What is agreed before is not said again: our offer, or an answer that is not the latest, would be one anew.
      const isSaid = leg.agreed && (!req.body || leg.updated);
      const dialog = await context.srf().createUAS(req, res, { localSdp: isSaid ? '' : localSdp });
      if (isSaid) dialog.local.sdp = leg.answer ?? '';
      if (leg.invite === invite) delete leg.invite;
      if (this.isOver(leg)) return dropDialog(context, dialog, 'hangup');
      carryDialog(context, leg, dialog);
      if (leg.endingWith) return byeLeg(context, leg, leg.endingWith);
      tellAnswered(context, leg, req.body);
    } catch (error) {
      // The connection was cut: what became of it, and whether the INVITE comes again, the next one tells.
      if (leg.invite === invite && inviteHere(leg)) this.answerFailed(leg, res, error);
    }
  }

  /** Once he has acknowledged all that he was told (RFC 3262 §3); false when there is nobody to answer any more. */
  private async acknowledged(leg: Leg, res: SipResponse): Promise<boolean> {
    const { invite } = leg;
    await leg.pracks?.all;
    if (this.isOver(leg) || leg.invite !== invite) return false;
    if (!leg.endingWith) return true;
    res.send(statusOfCause(leg.endingWith));
    endLeg(this.context, leg, leg.endingWith);
    return false;
  }

  /**
   * A final refusal; while our 200 is on its way, the BYE that follows it. While the edge holds the INVITE
   * for us it is remembered until the INVITE comes again.
   */
  refuse(leg: Leg, cause: EndCause): void {
    const invite = inviteHere(leg);
    if (leg.state === 'arriving' && invite) {
      invite.res.send(statusOfCause(cause), { headers: headersOfCause(cause) });
      endLeg(this.context, leg, cause);
    } else if (leg.state === 'arriving' || leg.state === 'answering') leg.endingWith = cause;
  }

  /**
   * Our answer is made while the database is asked: a caller whom we could never hear is refused
   * before a phone rings for him, and the agent's offer can list his codec first. While all streams are in use he
   * hears that it rings, and is no call yet; after a while he may have one for an announcement, which the leg says.
   * Other trouble of our own is no fault of the offer: it is tried again when the call is answered.
   */
  async prepare(leg: Leg): Promise<Unusable | null> {
    if (!leg.invite) return null;
    try {
      leg.answer = await this.answerWhenFree(leg, leg.invite.req);
      return null;
    } catch (error) {
      const cause = causeOfFailure(error);
      const unusable = cause === 'broken' || leg.endingWith ? null : cause;
      const { callId, id: legId } = leg;
      const log = { callId, legId, reason: (error as Error).message };
      this.context.log.warn(log, unusable ? 'the offer cannot be answered' : 'no answer yet');
      return unusable;
    }
  }

  /** While there is no place he hears that it rings: first come, first served, also with what is kept for announcements. */
  private async answerWhenFree(leg: Leg, req: SipRequest): Promise<string> {
    const { context, wishes } = this;
    const atRest = standsStill(req.body) ? await this.answerAtRest(leg, req) : null;
    if (atRest !== null) return atRest;
    const { announcedAfterMs, refusedAfterMs } = wishes.placeWait ?? PLACE_WAIT;
    const waited = () => context.now() - (leg.arrivedAt ?? 0);
    // The same INVITE may come again meanwhile, by another connection.
    const isThere = () => !this.isOver(leg) && !leg.endingWith && leg.invite !== undefined;
    const kind = leg.role === 'caller' ? 'caller' : 'talk';
    const longest = kind === 'caller' ? refusedAfterMs : announcedAfterMs;
    const mayBeAnnounced = () => kind === 'caller' && waited() >= announcedAfterMs;
    const answer = await this.lines[kind].take(
      () => this.answerToAny(leg, req, mayBeAnnounced()),
      () => (isThere() ? longest - waited() : 0),
      () => {
        context.log.warn({ callId: leg.callId, legId: leg.id }, 'no stream is free: he waits');
        if (leg.pracks === undefined) this.tell(leg);
      },
    );
    if (answer === null) throw new NoStream();
    return answer;
  }

  /** Who wants no packets has no stream to wait for, nor anybody before him. Null while not even a port is free. */
  private async answerAtRest(leg: Leg, req: SipRequest): Promise<string | null> {
    try {
      return await this.answerTo(leg, req, 'caller');
    } catch (error) {
      if (isFull(error)) return null;
      throw error;
    }
  }

  private async answerToAny(leg: Leg, req: SipRequest, mayBeAnnounced: boolean): Promise<string> {
    const usual = leg.role === 'caller' ? 'caller' : 'talk';
    try {
      return await this.answerTo(leg, req, leg.urgent ? 'help' : usual);
    } catch (error) {
      if (!mayBeAnnounced || !isFull(error)) throw error;
      const brief = await this.answerTo(leg, req, 'announcement');
      leg.full = true;
      return brief;
    }
  }

  private answerTo(leg: Leg, req: SipRequest, purpose?: StreamPurpose): Promise<string> {
    const order = { from: this.wishes.networksOf(req), near: leg.near, purpose };
    if (!req.body) return offerInAnswer(this.context, leg, req, order);
    return this.context.media.answerOffer(leg.callId, leg.id, req.body, order);
  }

  private answerFailed(leg: Leg, res: SipResponse, error: unknown): void {
    const { context } = this;
    if (this.isOver(leg)) return;
    if (isCancelled(error)) return endLeg(context, leg, leg.endingWith ?? 'hangup');
    const cause = leg.endingWith ?? causeOfFailure(error);
    context.log.error({ error, callId: leg.callId, legId: leg.id, cause }, 'call not answered');
    if (!res.finalResponseSent) res.send(statusOfCause(cause), { headers: headersOfCause(cause) });
    endLeg(context, leg, cause);
  }

  /** Read anew after every await: CANCEL may have come in between. */
  private isOver(leg: Leg): boolean {
    return leg.state === 'ended';
  }
}

const causeOfFailure = (error: unknown): Unusable | 'broken' => {
  if (isFull(error)) return 'over-capacity';
  return isUnusable(error) ? 'no-media' : 'broken';
};

/**
 * The edge knows the INVITE no more that we have just answered: his CANCEL got there first (RFC 3261 §9.2), and of that
 * drachtio-srf tells nobody once the 200 has left us.
 */
const isCancelled = (error: unknown): boolean =>
  String((error as { message?: unknown } | undefined)?.message ?? error).includes(
    'unknown transaction',
  );

/** The media edge cannot take the offer, whenever it is asked. */
function isUnusable(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'no-codec' || code === 'bad-sdp';
}
