/**
 * What a caller hears of us on his INVITE: that it rings, our answer, or a refusal. A CANCEL may come in
 * between at any time.
 */
import type { EndCause } from '../domain/end-cause';
import { statusOfCause } from './cause';
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

/** See the head of this file. */
export class Answering {
  constructor(
    private readonly context: LineContext,
    /** Where the sender of an INVITE stands: for the media's addresses. */
    private readonly networksOf: (req: SipRequest) => string[] | undefined,
    /** What its trunk says of reliable provisionals. */
    private readonly isReliable: (req: SipRequest) => boolean,
  ) {}

  /**
   * 180 without SDP: who calls makes the tone. With `sound` 183 with our answer: he hears what the far side
   * sends (RFC 3960). Who demands it is told reliably.
   */
  ring(leg: Leg, sound = false): void {
    const { context } = this;
    if (leg.state !== 'arriving') return;
    // Should the connection be cut, the next one tells him again that it rings.
    leg.wanted = 'ring';
    this.tell(leg, sound);
    context.submit({ type: 'leg.ringing', at: context.now(), legId: leg.id });
  }

  /** What he was told is told to an INVITE that has come again, too. */
  tell(leg: Leg, sound = false): void {
    const { req, res } = inviteHere(leg) ?? {};
    if (!req || !res) return;
    if (isToldReliably(req, this.isReliable(req))) tellReliably(leg, res, sound);
    else tellPlainly(leg, res, sound);
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
      invite.res.send(statusOfCause(cause));
      endLeg(this.context, leg, cause);
    } else if (leg.state === 'arriving' || leg.state === 'answering') leg.endingWith = cause;
  }

  /**
   * Our answer is made while the database is asked: a caller whom we could never hear is refused
   * before a phone rings for him, and the agent's offer can list his codec first. Trouble of our own
   * is no fault of the offer: it is tried again when the call is answered.
   */
  async prepare(leg: Leg): Promise<'no-media' | null> {
    if (!leg.invite) return null;
    try {
      leg.answer = await this.answerTo(leg, leg.invite.req);
      return null;
    } catch (error) {
      const [unusable, reason] = [isUnusable(error), (error as Error).message];
      const log = { callId: leg.callId, legId: leg.id, reason };
      this.context.log.warn(log, unusable ? 'the offer cannot be answered' : 'no answer yet');
      return unusable ? 'no-media' : null;
    }
  }

  private answerTo(leg: Leg, req: SipRequest): Promise<string> {
    const order = { from: this.networksOf(req), near: leg.near };
    if (!req.body) return offerInAnswer(this.context, leg, req, order);
    return this.context.media.answerOffer(leg.callId, leg.id, req.body, order);
  }

  private answerFailed(leg: Leg, res: SipResponse, error: unknown): void {
    const { context } = this;
    if (this.isOver(leg)) return;
    const cause: EndCause = isUnusable(error) ? 'no-media' : 'broken';
    context.log.error({ error, callId: leg.callId, legId: leg.id, cause }, 'call not answered');
    if (!res.finalResponseSent) res.send(statusOfCause(cause));
    endLeg(context, leg, cause);
  }

  /** Read anew after every await: CANCEL may have come in between. */
  private isOver(leg: Leg): boolean {
    return leg.state === 'ended';
  }
}

/** The media edge cannot take the offer, whenever it is asked. */
function isUnusable(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'no-codec' || code === 'bad-sdp';
}
