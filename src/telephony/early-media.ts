/**
 * What a far side may do between our INVITE and its answer: ring, send sound of its own (183 with SDP), and change
 * that session by UPDATE (RFC 3311).
 */
import type { SipRequest, SipResponse } from './drachtio';
import type { Leg } from './legs';
import type { LineContext } from './line';

/** A provisional answer: told once as ringing, and once more when its sound begins. */
export function takeProvisional(context: LineContext, leg: Leg, response: SipResponse): void {
  if (response.status === 100 || (leg.state !== 'dialling' && leg.state !== 'ringing')) return;
  const first = leg.state === 'dialling';
  leg.state = 'ringing';
  if (response.body) void takeSound(context, leg, response.body);
  else if (first) tell(context, leg);
}

async function takeSound(context: LineContext, leg: Leg, sdp: string): Promise<void> {
  const before = leg.early;
  const taken = Promise.resolve(before).then(() =>
    context.media.acceptAnswer(leg.callId, leg.id, sdp),
  );
  leg.early = taken.catch(() => undefined);
  try {
    await taken;
    if (!before) tell(context, leg, true);
  } catch (error) {
    // His answer may be better; the call fails by that one, if at all.
    context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'early media cannot be used');
    if (leg.early && !before) delete leg.early;
    tell(context, leg);
  }
}

function tell({ submit, now }: LineContext, leg: Leg, sound = false): void {
  if (leg.state !== 'ringing') return;
  submit({ type: 'leg.ringing', at: now(), legId: leg.id, ...(sound ? { sound } : {}) });
}

/**
 * UPDATEs of the early dialog come here. drachtio-srf answers them by itself with our first offer, whatever they
 * say; it begins to listen right after it has given us the request.
 */
export function takeEarlyUpdates(context: LineContext, leg: Leg, invite: SipRequest): void {
  queueMicrotask(() => {
    invite.removeAllListeners('update');
    invite.on('update', (req: SipRequest, res: SipResponse) => void update(context, leg, req, res));
  });
}

async function update(
  context: LineContext,
  leg: Leg,
  req: SipRequest,
  res: SipResponse,
): Promise<void> {
  if (!req.body) return res.send(200);
  // RFC 3311 §5.2: our offer is not answered yet.
  if (!leg.early) return res.send(491);
  await leg.early;
  try {
    const body = await context.media.answerOffer(leg.callId, leg.id, req.body);
    leg.updated = true;
    res.send(200, { body });
  } catch (error) {
    context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'early offer refused');
    res.send(488);
  }
}

/** What the 200 says of media counts, unless all is said already (RFC 3261 §13.2.1, RFC 3311 §5.1). */
export async function takeFinalAnswer(context: LineContext, leg: Leg, sdp: string): Promise<void> {
  if (leg.early) {
    await leg.early;
    if (!sdp || leg.updated) return;
  }
  await context.media.acceptAnswer(leg.callId, leg.id, sdp);
}
