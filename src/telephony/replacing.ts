/**
 * INVITE with Replaces (RFC 3891) of a phone of ours, which has proven who it is: its person goes on with his own
 * talk at this phone, or takes a call that rings at a colleague's. It is answered before the dialog that it
 * replaces is let go, so nobody is lost when it fails.
 *
 *     481  it names no dialog of ours, or one that rings no more      403  somebody else's talk (audited)
 *     486  a talk, where it wants a ringing one (early-only)          others: its person may not, see `STATUS`
 */
import type { RefusalCode } from '../domain/errors';
import type { PhoneId } from '../domain/ids';
import type { Replacing } from '../engine/ports';
import { dialledUser } from './dialled-user';
import type { SipRequest, SipResponse } from './drachtio';
import type { Leg } from './legs';
import { byeLeg, endLeg, tellAnswered } from './line';
import type { PhoneCallsContext } from './phone-calls';
import { readReplaces } from './refer-request';

export class Replacements {
  constructor(private readonly context: PhoneCallsContext) {}

  handle(req: SipRequest, res: SipResponse, phoneId: PhoneId): void {
    const { legs, registrar, replacing } = this.context;
    const replaces = readReplaces(req.get('Replaces'));
    if (replaces === null) return res.send(400);
    const named = legs.ofReplaces(replaces) ?? legs.ringing(replaces);
    if (!named) return res.send(481);
    const rings = named.state !== 'answered';
    const agentId = registrar.personOf(phoneId);
    if (agentId === undefined || named.role !== 'agent')
      return this.refuse(req, res, phoneId, 'NOT_YOUR_TALK');
    const asked = { agentId, phoneId, callId: named.callId, legId: named.id, rings };
    const refusal = replacing.mayReplace(asked);
    if (refusal !== null) return this.refuse(req, res, phoneId, refusal);
    if (!rings && replaces.earlyOnly) return res.send(486);
    void this.take(req, res, asked);
  }

  /** What stood when it was asked may be gone when the phone has our 200: then it gets BYE. */
  private async take(req: SipRequest, res: SipResponse, asked: Replacing): Promise<void> {
    const { context } = this;
    const leg = context.newLeg(req, res, 'agent');
    leg.agentId = asked.agentId;
    leg.callId = asked.callId;
    await context.edge.ready();
    const unusable = await context.prepare(leg);
    if (leg.endingWith) return endLeg(context, leg, leg.endingWith);
    leg.announced = true;
    if (unusable) {
      res.send(488);
      return endLeg(context, leg, unusable);
    }
    await context.answer(leg);
    if (!isAnswered(leg)) return;
    const refusal = context.replacing.replace(asked, leg.id);
    if (refusal === null) return tellAnswered(context, leg, req.body);
    context.log.warn({ callId: leg.callId, legId: leg.id, refusal }, 'nothing left to take over');
    byeLeg(context, leg, 'withdrawn');
  }

  private refuse(req: SipRequest, res: SipResponse, phoneId: PhoneId, code: RefusalCode): void {
    const { log, submit, now } = this.context;
    const number = dialledUser(req.uri) ?? req.uri.slice(0, 64);
    log.warn({ phoneId, code }, 'INVITE with Replaces refused');
    if (code === 'NOT_YOUR_TALK')
      submit({ type: 'dial.refused', at: now(), who: phoneId, number, what: code });
    res.send(STATUS[code] ?? 480);
  }
}

/** Read anew after every await. */
const isAnswered = (leg: Leg): boolean => leg.state === 'answered';

const STATUS: Partial<Record<RefusalCode, number>> = {
  NOT_YOUR_TALK: 403,
  NOT_AN_AGENT: 403,
  NOT_SIGNED_IN: 403,
  NOTHING_TO_PICK_UP: 481,
  OCCUPIED_YOURSELF: 486,
  IN_CONSULTATION: 603,
  NOT_JOINED_YET: 603,
};
