/**
 * What legs that we dialled have in common, whoever they are dialled to: the answer of the far side, and
 * the hang-up before it, which is a CANCEL. The race of that with a 200 is ended by ACK (drachtio-srf) and
 * BYE (RFC 3261 §15).
 */
import type { EndCause } from '../domain/end-cause';
import type { SipDialog, SipFailure } from './drachtio';
import type { Leg } from './legs';
import { carryDialog, dropDialog, endLeg, tellAnswered, type LineContext } from './line';

/** A far side that never answers our CANCEL does not keep its agent longer than this. */
const CANCEL_PATIENCE_MS = 2000;

/** CANCEL while it rings; the leg ends with the INVITE's final answer, at the latest after 2 s. */
export function cancelDialled(context: LineContext, leg: Leg, cause: EndCause): void {
  leg.endingWith = cause;
  if (!leg.takeBack) return;
  leg.takeBack(cause);
  setTimeout(() => endLeg(context, leg, cause), CANCEL_PATIENCE_MS).unref();
}

/** The far side picked up; `answer`: settles when its description of media has been taken. */
export async function answeredDialled(
  context: LineContext,
  leg: Leg,
  dialog: SipDialog,
  answer: () => Promise<void>,
): Promise<void> {
  delete leg.takeBack;
  if (leg.endingWith || leg.state === 'ended') {
    const cause = leg.endingWith ?? 'withdrawn';
    endLeg(context, leg, cause);
    return dropDialog(context, dialog, cause);
  }
  carryDialog(context, leg, dialog);
  try {
    await answer();
    tellAnswered(context, leg, dialog.remote.sdp);
  } catch (error) {
    // Hung up meanwhile: media has let go of it, and its BYE has left.
    if (!context.legs.get(leg.id)) return;
    context.log.error({ error, callId: leg.callId, legId: leg.id }, 'answer cannot be used');
    endLeg(context, leg, 'no-media');
    dropDialog(context, dialog, 'no-media');
  }
}

/** Nobody is followed to where a phone or a carrier would send us (RFC 3261 §8.1.3.4): it may cost anything. */
export function auditDiversion(
  { submit, now }: LineContext,
  leg: Leg,
  { status = 0, res }: SipFailure,
): void {
  if (status < 300 || status > 399) return;
  const who = leg.agentId ?? leg.far?.trunkId ?? leg.id;
  const number = res?.has('Contact') ? res.get('Contact').slice(0, 64) : '';
  submit({ type: 'dial.refused', at: now(), who, number, what: 'DIVERSION' });
}
