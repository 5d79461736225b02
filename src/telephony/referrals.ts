/**
 * REFER of our own phones (RFC 3515): the transfer is done by us, and the phone hears what becomes of it.
 *
 *     REFER --asked--> refused: a final status, the talk goes on
 *                 \--> 202, NOTIFY 100; the agent's leg is kept until the next one answers or the caller
 *                      waits in a queue; NOTIFY with the result, BYE
 *
 * With Replaces (RFC 5589 §7) it names the phone's other dialog: the two far sides are joined at once, and both
 * legs of the phone end so.
 *
 * Whoever is no agent's phone may not: 403. The phone may hang up by itself meanwhile; the transfer goes on.
 */
import type { RefusalCode } from '../domain/errors';
import type { EndCause } from '../domain/end-cause';
import type { DomainEvent } from '../domain/events';
import type { CallId, LegId } from '../domain/ids';
import type { Refer } from '../engine/ports';
import { statusOfReferral } from './cause';
import type { SipRequest, SipResponse } from './drachtio';
import type { Leg } from './legs';
import { dropDialog, endLeg, noteLeg, type LineContext } from './line';
import { readRefer, type AttendedRefer } from './refer-request';

/** Longer than any phone rings: an offer that was taken back before it rang is told by nobody. */
const PATIENCE_MS = 60_000;
/** Our BYE follows the last NOTIFY's answer, or this. */
const NOTIFY_PATIENCE_MS = 1000;
const EXPIRES_S = PATIENCE_MS / 1000;

/** A transfer under way for a phone that asked for it. */
export interface Referral {
  leg: Leg;
  /** The phone's other one, of an attended transfer. */
  other: Leg | undefined;
  /** Its phone wants no NOTIFY (RFC 4488). */
  silent: boolean;
  /** `refer`, with the REFER's CSeq from the second on (RFC 3515 §2.4.6). */
  event: string;
  /** The leg whose answer is the result. */
  ringing?: LegId;
  /** Legs of which their calls have let go; they stand for the phone's sake only. */
  kept: Set<Leg>;
  patience?: NodeJS.Timeout;
}

type LegEvent = Extract<DomainEvent, { type: 'leg.answered' | 'leg.ended' }>;

export interface ReferralsContext extends LineContext {
  refer: Refer;
}

export class Referrals {
  private readonly open = new Set<Referral>();
  /** Legs' news that came while the engine was asked: an answer to it may be one of them. */
  private heard: LegEvent[] | undefined;

  constructor(private readonly context: ReferralsContext) {}

  /** A REFER in a leg's dialog. */
  take(leg: Leg, req: SipRequest, res: SipResponse): void {
    const { agentId, callId, dialog } = leg;
    if (leg.role !== 'agent' || agentId === undefined || !dialog)
      return this.notOurs(leg, req, res);
    // RFC 3515 knows no such rule, but there is one caller only: he is on his way already.
    if (leg.referral) return this.refuse(leg, res, 491);
    const asked = readRefer(req);
    if (asked.is === 'refused') return this.refuse(leg, res, asked.status);
    const other = asked.is === 'attended' ? this.otherLine(leg, asked) : undefined;
    if (typeof other === 'number') return this.refuse(leg, res, other);
    const silent = req.has('Refer-Sub') && /^\s*false\b/i.test(req.get('Refer-Sub'));
    const event = leg.referred ? `refer;id=${Number.parseInt(req.get('CSeq'), 10)}` : 'refer';
    const referral: Referral = { leg, other, silent, event, kept: new Set() };
    for (const line of linesOf(referral)) line.referral = referral;
    this.heard = [];
    const { dialled } = asked;
    const together = other ? { with: other.callId } : {};
    const verdict = this.context.refer({ agentId, callId, dialled, ...together });
    const { heard } = this;
    this.heard = undefined;
    if ('refused' in verdict) {
      for (const line of linesOf(referral)) delete line.referral;
      return this.refuse(leg, res, STATUS[verdict.refused] ?? 480, verdict.refused);
    }
    leg.referred = true;
    const headers = { Contact: dialog.local.contact, ...(silent ? { 'Refer-Sub': 'false' } : {}) };
    res.send(202, { headers });
    this.begin(referral, verdict.ringing);
    for (const one of heard) this.hear(one);
  }

  /** The other leg that an attended transfer names; a status where there is none, or it is not his (RFC 3891 §3). */
  private otherLine(leg: Leg, { dialled, replaces }: AttendedRefer): Leg | number {
    const { legs, submit, now } = this.context;
    const other = legs.ofReplaces(replaces);
    if (!other) return 481;
    if (other.role !== 'agent' || other.agentId !== leg.agentId) {
      const who = leg.agentId ?? '';
      submit({ type: 'dial.refused', at: now(), who, number: dialled, what: 'NOT_YOUR_TALK' });
      return 403;
    }
    if (other === leg) return 400;
    if (other.referral) return 491;
    return replaces.earlyOnly ? 486 : other;
  }

  /** True when the hang-up of this leg is left to its referral. */
  keeps(leg: Leg, cause: EndCause): boolean {
    const { referral } = leg;
    if (!referral || !leg.dialog?.connected) return false;
    if (cause === 'transferred' && !referral.kept.has(leg)) {
      referral.kept.add(leg);
      this.noteSentOn(leg);
      return true;
    }
    // The caller is gone, or the call: nobody will answer him any more.
    if (!this.open.has(referral)) return false;
    this.finish(referral, 487, cause);
    return referral.kept.has(leg);
  }

  /** What becomes of legs: one of them may be awaited. */
  hear(event: DomainEvent): void {
    if (event.type !== 'leg.answered' && event.type !== 'leg.ended') return;
    if (this.heard) return void this.heard.push(event);
    for (const referral of this.open) {
      if (referral.leg.id === event.legId) this.forget(referral);
      else if (referral.ringing !== event.legId) continue;
      else if (event.type === 'leg.answered') this.finish(referral, 200);
      else this.finish(referral, statusOfReferral(event.cause));
    }
  }

  /** Somebody else is rung for the call: who was asked for is not to be had. */
  dialled(callId: CallId, legId: LegId): void {
    for (const referral of this.open) {
      const { leg, ringing } = referral;
      if (leg.callId === callId && ringing !== legId) this.finish(referral, 480);
    }
  }

  close(): void {
    for (const { patience } of this.open) clearTimeout(patience);
    this.open.clear();
  }

  private begin(referral: Referral, ringing: LegId | null): void {
    if (referral.leg.state === 'ended') return;
    this.open.add(referral);
    void notify(referral, 100, `active;expires=${EXPIRES_S}`);
    if (ringing === null) return this.finish(referral, 200);
    referral.ringing = ringing;
    referral.patience = setTimeout(() => this.finish(referral, 408), PATIENCE_MS);
    referral.patience.unref();
  }

  /** The legs are over for their calls at once, so that their agent may be rung; the phone hears why first. */
  private finish(referral: Referral, status: number, cause: EndCause = 'transferred'): void {
    if (!this.open.has(referral)) return;
    this.forget(referral);
    const told = notify(referral, status, 'terminated;reason=noresource');
    for (const leg of referral.kept) {
      const { dialog } = leg;
      if (leg.standing) {
        // An agent's own leg stays; whether its phone hangs up after a transfer is the phone's affair.
        leg.standing.leave(leg, cause);
        continue;
      }
      endLeg(this.context, leg, cause);
      if (!dialog) continue;
      void told.then(() => {
        if (dialog.connected) dropDialog(this.context, dialog, cause);
      });
    }
  }

  private forget(referral: Referral): void {
    clearTimeout(referral.patience);
    this.open.delete(referral);
    for (const line of linesOf(referral)) delete line.referral;
  }

  /** Should the app fall now, the leg is nobody's talk any more. */
  private noteSentOn(leg: Leg): void {
    const { callId, id: legId, role, agentId } = leg;
    leg.note = { callId, legId, role, ...(agentId ? { agentId } : {}), ...leg.note, sentOn: true };
    noteLeg(this.context, leg);
  }

  /** No carrier sends anybody anywhere: that is what a fraud would ask for. */
  private notOurs(leg: Leg, req: SipRequest, res: SipResponse): void {
    const { submit, now } = this.context;
    const number = (req.has('Refer-To') ? req.get('Refer-To') : '').slice(0, 64);
    const who = leg.trunkId ?? leg.agentId ?? leg.role;
    submit({ type: 'dial.refused', at: now(), who, number, what: 'NOT_YOUR_TALK' });
    this.refuse(leg, res, 403);
  }

  private refuse(leg: Leg, res: SipResponse, status: number, code?: RefusalCode): void {
    const { id: legId, callId, agentId } = leg;
    this.context.log.warn({ callId, legId, agentId, status, code }, 'REFER refused');
    res.send(status);
  }
}

const linesOf = ({ leg, other }: Referral): Leg[] => (other ? [leg, other] : [leg]);

/** Answer to a REFER that the engine refuses; 480 where nothing else fits. */
const STATUS: Partial<Record<RefusalCode, number>> = {
  NO_SUCH_TARGET: 404,
  NOT_A_NUMBER: 404,
  DIAL_FORBIDDEN: 403,
  DIAL_LIMIT: 403,
  IN_CONSULTATION: 603,
  NOT_YOUR_TALK: 603,
  NOT_JOINED_YET: 603,
};

/** Resolves with the answer to it, or after a moment without. */
async function notify(referral: Referral, status: number, state: string): Promise<void> {
  const { leg, silent, event } = referral;
  const { dialog } = leg;
  if (silent || !dialog?.connected) return;
  const headers = {
    Event: event,
    'Subscription-State': state,
    'Content-Type': 'message/sipfrag;version=2.0',
    Contact: dialog.local.contact,
  };
  const body = `SIP/2.0 ${status} ${REASONS[status] ?? 'Unknown'}\r\n`;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, NOTIFY_PATIENCE_MS);
    timer.unref();
  });
  const answered = dialog.request({ method: 'NOTIFY', headers, body }).then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([answered, patience]);
  clearTimeout(timer);
}

const REASONS: Record<number, string> = {
  100: 'Trying',
  200: 'OK',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  603: 'Decline',
};
