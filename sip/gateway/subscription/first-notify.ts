import { composeResponse } from '../../message/compose';
import type { SipMessage } from '../../message/sip-message';
import { dialogIdOf, targetOf, uacDialog } from '../../dialog/dialog';
import { asksForSubscription, grantedS, makesSubscription } from '../../dialog/subscription';
import type { ServerTransaction } from '../../transaction/server-transaction';
import type { Flow } from '../../transport/flow';
import type { Context } from '../context';
import { HeldDialog } from '../held-dialog';
import type { OutgoingRequest } from '../outgoing-request';
import { holdFor } from './life';

/**
 * From an app's SUBSCRIBE to the first NOTIFY, which may overtake the 2xx (RFC 6665 §4.1.2.4). drachtio-srf
 * has a dialog only once it has seen the 2xx, and the application listens to it a few turns of its event
 * loop later; before that it would answer a NOTIFY with 404, which ends the subscription, or with a 200
 * that keeps the state from the application. So the first NOTIFYs wait for both.
 */

/**
 * What an application needs to take up the dialog that its `createUAC` resolved with, also a busy one: what
 * it reads from its socket in one piece is handled before its promises are.
 */
const TAKEN_UP_AFTER_MS = 100;
/** NOTIFYs that wait for one 2xx; forks may send one each. */
const MOST_EARLY = 10;

/** A SUBSCRIBE of ours without a final answer: NOTIFYs that came before it. */
export interface Subscribing {
  early: { notify: ServerTransaction; take: Take }[];
}

/** Takes up a NOTIFY in its dialog. */
type Take = (notify: ServerTransaction, held: HeldDialog) => void;

/** An app asks for a subscription. */
export function expectNotify(context: Context, request: SipMessage): void {
  if (asksForSubscription(request)) context.subscribing.set(nameOf(request), { early: [] });
}

/** True when the NOTIFY waits for the answer to its SUBSCRIBE; else nothing is known of its dialog. */
export function waitsForAnswer(context: Context, notify: ServerTransaction, take: Take): boolean {
  const { method, callId, toTag = '' } = notify.request;
  if (method !== 'NOTIFY') return false;
  const early = context.subscribing.get(dialogIdOf(callId, toTag))?.early;
  if (early === undefined || early.length >= MOST_EARLY) return false;
  early.push({ notify, take });
  return true;
}

/** The final answer, which may make the dialog: one for each SUBSCRIBE; other forks get 481 (§4.4.1). */
export function subscribed(
  context: Context,
  outgoing: OutgoingRequest,
  response: SipMessage,
  flow: Flow,
): void {
  if (!asksForSubscription(outgoing.request)) return;
  const held = begin(context, outgoing, response, flow);
  for (const { notify, take } of notSubscribed(context, outgoing.request)) {
    const theirs = held !== undefined && notify.request.fromTag === held.dialog.remoteTag;
    if (!theirs || !waitsForApp(held, () => take(notify, held))) refuse(notify);
  }
}

/** Nobody answered: what waited is refused. */
export function subscribeFailed(context: Context, request: SipMessage): void {
  if (!asksForSubscription(request)) return;
  for (const { notify } of notSubscribed(context, request)) refuse(notify);
}

/** True when the app has not taken up its new dialog yet; `go` is called when it has. */
export function waitsForApp(held: HeldDialog, go: () => void): boolean {
  held.untilTakenUp?.push(go);
  return held.untilTakenUp !== undefined;
}

function begin(
  context: Context,
  outgoing: OutgoingRequest,
  response: SipMessage,
  flow: Flow,
): HeldDialog | undefined {
  const { request, app, connection } = outgoing;
  const accepted = response.status < 300 && response.toTag !== undefined;
  // An app that is gone has not seen it: it would know nothing of the dialog.
  if (!accepted || !connection.open || !makesSubscription(response)) return undefined;
  const dialog = uacDialog(request, response, flow);
  dialog.state = 'confirmed';
  const held = new HeldDialog(dialog, app, targetOf(flow), 'subscription');
  held.inviteText = request.text;
  held.responseText = response.text;
  held.establishedAt = context.now();
  context.dialogs.add(held);
  app.dialogs.add(held);
  // Whom we asked and who answered is no stranger.
  context.sourceLimits.trust(flow.address);
  holdFor(context, held, grantedS(request, response));
  held.untilTakenUp = [];
  setTimeout(() => takenUp(held), TAKEN_UP_AFTER_MS).unref();
  return held;
}

function takenUp(held: HeldDialog): void {
  const waited = held.untilTakenUp ?? [];
  held.untilTakenUp = undefined;
  for (const go of waited) go();
}

function notSubscribed(context: Context, request: SipMessage): Subscribing['early'] {
  const name = nameOf(request);
  const early = context.subscribing.get(name)?.early ?? [];
  context.subscribing.delete(name);
  return early;
}

function nameOf({ callId, fromTag = '' }: SipMessage): string {
  return dialogIdOf(callId, fromTag);
}

function refuse(notify: ServerTransaction): void {
  notify.respond(481, composeResponse(notify.request, { status: 481 }));
}
