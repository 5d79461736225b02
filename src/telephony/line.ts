/**
 * What every leg has in common, whichever side began it: watching its dialog, ending it once,
 * keeping its note on the edge. inbound.ts and outbound.ts begin legs, this file carries them on.
 */
import type { Logger } from 'pino';
import type { LegNote } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import type { LegMedia, StreamOrder, Submit } from '../engine/ports';
import type { SipDialog, SipRequest, SipResponse, Srf } from './drachtio';
import { q850Of, reasonHeader } from './cause';
import { holds, isKeyInfo, keyOfInfo } from '../../sip/index';
import type { DialogNote, EdgeDialogs } from './edge-dialogs';
import { isIdle, isKeptBack, type Leg, type LegTable } from './legs';

export interface LineContext {
  srf: () => Srf;
  submit: Submit;
  media: LegMedia;
  edge: EdgeDialogs;
  legs: LegTable;
  /** A REFER in a leg's dialog. */
  onRefer: (leg: Leg, req: SipRequest, res: SipResponse) => void;
  log: Logger;
  now: () => number;
}

/** The leg has a dialog now: notes it on the edge and listens to its far side. */
export function carryDialog(context: LineContext, leg: Leg, dialog: SipDialog): void {
  leg.state = 'answered';
  context.legs.setDialog(leg, dialog);
  // A BYE right behind the ACK is read in the same turn, before anybody could listen for it.
  if (!dialog.connected) return endLeg(context, leg, 'hangup');
  if (leg.note) noteLeg(context, leg);
  dialog.on('destroy', (bye: SipRequest | undefined, reason?: string) => {
    if (bye) leg.far = { ...leg.far, ...q850Of(bye) };
    if (isKeptBack(leg)) return;
    endLeg(context, leg, leg.referral?.kept.has(leg) ? 'transferred' : causeOfDestroy(reason));
  });
  dialog.on('ack', (ack: SipRequest) => void takeAnswer(context, leg, ack));
  dialog.on('modify', (req: SipRequest, res: SipResponse) => void reoffer(context, leg, req, res));
  dialog.on('update', (req: SipRequest, res: SipResponse) => void reoffer(context, leg, req, res));
  dialog.on('refer', (req: SipRequest, res: SipResponse) => context.onRefer(leg, req, res));
  dialog.on('info', (req: SipRequest, res: SipResponse) => takeInfo(context, leg, req, res));
}

/**
 * `normal release` is the far side's BYE; any other text is that of a BYE the edge itself sent. A caller whose
 * CANCEL crossed our 200 has hung up as well (RFC 3261 §9.2).
 */
function causeOfDestroy(reason: string | undefined): EndCause {
  switch (reason) {
    case undefined:
    case 'normal release':
    case 'CANCEL after 200 OK':
      return 'hangup';
    case 'Session timer expired':
      return 'unreachable';
    case 'Server shutting down':
      return 'edge-stopped';
    default:
      return 'broken';
  }
}

/** A key press, in the forms that phones and trunks have for it; what else an INFO may say is taken as said. */
function takeInfo({ media }: LineContext, leg: Leg, req: SipRequest, res: SipResponse): void {
  const type = req.has('Content-Type') ? req.get('Content-Type') : '';
  const press = keyOfInfo(type, req.body);
  res.send(press === null && isKeyInfo(type) ? 400 : 200);
  if (press !== null) media.pressed(leg.callId, leg.id, press);
}

/** Our offer, for an INVITE without one; `order` as far as it is not known yet. */
export function offerInAnswer(
  { media }: LineContext,
  leg: Leg,
  invite: SipRequest,
  order: StreamOrder = {},
): Promise<string> {
  leg.offered = { cseq: cseqOf(invite), first: !leg.dialog };
  return media.makeOffer(leg.callId, leg.id, order);
}

/** The answer to it. Without one that we can use a call cannot begin; one that talks goes on as it was. */
async function takeAnswer(context: LineContext, leg: Leg, ack: SipRequest): Promise<void> {
  const { offered } = leg;
  if (offered?.cseq !== cseqOf(ack) || leg.state === 'ended') return;
  delete leg.offered;
  try {
    await context.media.acceptAnswer(leg.callId, leg.id, ack.body);
    tellHold(context, leg, ack.body);
  } catch (error) {
    context.log.error({ error, callId: leg.callId, legId: leg.id }, 'answer cannot be used');
    if (offered.first) byeLeg(context, leg, 'no-media');
  }
}

function cseqOf(request: SipRequest): number {
  return Number.parseInt(request.get('CSeq'), 10);
}

/** A re-INVITE or UPDATE: answered by the media edge; an INVITE without SDP gets our offer. */
async function reoffer(
  context: LineContext,
  leg: Leg,
  req: SipRequest,
  res: SipResponse,
): Promise<void> {
  const dialog = leg.dialog;
  if (!dialog) return res.send(481);
  const headers = { Contact: dialog.local.contact };
  if (!req.body && req.method !== 'INVITE') return res.send(200, { headers });
  // RFC 3261 §14.2: one at a time, also where no edge of ours sees to it.
  if (leg.offered) return res.send(491);
  if (leg.reoffered) return res.send(500, { headers: { 'Retry-After': retryAfter() } });
  leg.reoffered = true;
  try {
    const ours = req.body
      ? await context.media.answerOffer(leg.callId, leg.id, req.body)
      : await offerInAnswer(context, leg, req);
    const body = leg.standing?.described(ours) ?? ours;
    dialog.local.sdp = body;
    res.send(200, { headers, body });
    if (req.body) tellHold(context, leg, req.body);
  } catch (error) {
    // RFC 3261 §14.2: the session stays as it was when the new offer cannot be met.
    context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'new offer refused');
    delete leg.offered;
    res.send(488);
  } finally {
    delete leg.reoffered;
  }
}

/** 0 to 10 s, by chance. */
const retryAfter = (): string => String(Math.floor(Math.random() * 11));

/** The leg is answered; `theirs` is what its far side said of itself, which may be that it does not listen. */
export function tellAnswered({ submit, now }: LineContext, leg: Leg, theirs: string): void {
  if (isIdle(leg)) return leg.standing?.answered(leg);
  submit({ type: 'leg.answered', at: now(), legId: leg.id });
  if (theirs && holds(theirs)) submit({ type: 'leg.held', at: now(), legId: leg.id });
}

/** Whether the far side, which has described itself anew, listens; media has taken that description. */
function tellHold({ submit, now }: LineContext, leg: Leg, theirs: string): void {
  submit({ type: holds(theirs) ? 'leg.held' : 'leg.resumed', at: now(), legId: leg.id });
}

/** The leg is over: its media is released and the engine is told, once. `at` is now unless told. */
export function endLeg(
  context: LineContext,
  leg: Leg,
  cause: EndCause,
  at: number = context.now(),
): void {
  if (!context.legs.end(leg)) return;
  if (isIdle(leg)) context.media.close(leg.id);
  else context.media.release(leg.callId, leg.id);
  const far = leg.far && Object.keys(leg.far).length > 0 ? { far: leg.far } : {};
  // Of an agent's own leg no call knows.
  if (!isIdle(leg)) context.submit({ type: 'leg.ended', at, legId: leg.id, cause, ...far });
  leg.standing?.over(leg, cause, at);
}

/** BYE with its reason, and the end of the leg without waiting for the answer to the BYE. */
export function byeLeg(context: LineContext, leg: Leg, cause: EndCause): void {
  const dialog = leg.dialog;
  endLeg(context, leg, cause);
  if (dialog) dropDialog(context, dialog, cause);
}

/** Without a connection drachtio-srf throws; the edge then ends the INVITE by itself. */
export function sendCancel(
  { log }: LineContext,
  invite: SipRequest,
  headers: Record<string, string> = {},
): void {
  const failed = (error: unknown) => log.debug({ error }, 'CANCEL not sent');
  try {
    invite.cancel({ headers }, (error) => (error ? failed(error) : undefined));
  } catch (error) {
    failed(error);
  }
}

/**
 * Sends BYE, and when the connection is cut before it was answered once more after it is back: the edge may not have
 * read it. A far side that is gone already is no news.
 */
export function dropDialog(
  context: LineContext,
  dialog: SipDialog,
  cause: EndCause,
  headers = reasonHeader(cause),
): void {
  const { owedByes } = context.legs;
  dialog.removeAllListeners();
  // Neither of the two follows for what was on its way when the connection was cut.
  owedByes.set(dialog.id, cause);
  dialog.destroy({ headers }).then(
    () => owedByes.delete(dialog.id),
    (error: unknown) => {
      context.log.debug({ error, dialogId: dialog.id }, 'BYE not delivered');
      if ((error as { code?: string }).code !== 'ESOCKETDESTROYED') owedByes.delete(dialog.id);
    },
  );
}

/** Keeps the leg's note beside its dialog on the edge, with the media that belongs to it, unless it stands there. */
export function noteLeg({ edge, legs }: LineContext, leg: Leg): void {
  const { dialog, note } = leg;
  if (!dialog || !note) return;
  const link = linkOf(leg, note);
  const text = JSON.stringify(link);
  if (legs.noted.get(dialog) === text) return;
  legs.noted.set(dialog, text);
  edge.note(dialog.id, link, () => {
    if (legs.noted.get(dialog) === text) legs.noted.delete(dialog);
  });
}

/** What the edge keeps of a leg. */
export function linkOf({ id, callId, role, trunkId, standing }: Leg, noted: LegNote): DialogNote {
  const note: LegNote = {
    ...noted,
    ...(role === 'outside' && trunkId !== undefined ? { trunkId } : {}),
    ...(standing ? { nailed: standing.note } : {}),
  };
  return {
    session: callId,
    endpoint: id,
    note: JSON.stringify(note),
    // An agent's phone is rung again; a caller must not be lost (SIP_RECOVER).
    recover: role === 'caller',
  };
}
