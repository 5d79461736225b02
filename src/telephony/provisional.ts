/**
 * What a caller is told before our answer. Reliably where he demands it, or where his trunk's setting says so and he
 * can (RFC 3262 §3): the edge then repeats it until his PRACK comes, and offer and answer may be exchanged by these two.
 */
import type { SipRequest, SipResponse } from './drachtio';
import type { Leg } from './legs';
import type { LineContext } from './line';

const lists100rel = (req: SipRequest, header: string): boolean =>
  req.has(header) && /(^|[\s,])100rel($|[\s,])/i.test(req.get(header));

/** `wanted`: the setting of his trunk. */
export const isToldReliably = (req: SipRequest, wanted: boolean): boolean =>
  lists100rel(req, 'Require') || (wanted && lists100rel(req, 'Supported'));

/** Not reliably: 180, or 183 with our answer for who is to hear the far side. */
export function tellPlainly(leg: Leg, res: SipResponse, sound: boolean): void {
  if (!sound || leg.answer === undefined || leg.offered) return res.send(180);
  res.send(183, { headers: SDP, body: leg.answer });
}

/**
 * Whose INVITE had no offer gets ours with the first of them, since that is the first reliable response of all
 * (RFC 3261 §13.2.1).
 */
export function tellReliably(leg: Leg, res: SipResponse, sound: boolean): void {
  const isFirst = leg.pracks === undefined;
  const offers = leg.offered !== undefined && isFirst;
  const body = leg.answer !== undefined && (offers || (sound && !leg.agreed)) ? leg.answer : '';
  const headers = { Require: '100rel', ...(body === '' ? {} : SDP) };
  leg.pracks = owing(leg.pracks);
  if (body !== '' && !offers) leg.agreed = true;
  res.send(sound || offers ? 183 : 180, { headers, ...(body === '' ? {} : { body }) });
}

const SDP = { 'Content-Type': 'application/sdp' };

function owing(before: Leg['pracks']): NonNullable<Leg['pracks']> {
  if (before && before.owed > 0) {
    before.owed += 1;
    return before;
  }
  let resolve: () => void = () => undefined;
  const all = new Promise<void>((done) => (resolve = done));
  const owed = {
    ...{ owed: 1, all },
    came: () => {
      owed.owed -= 1;
      if (owed.owed === 0) resolve();
    },
  };
  return owed;
}

/**
 * A PRACK that the edge has matched with one of ours: it answers our offer, or has a new one once there is a session
 * (RFC 3262 §5). False when its answer is of no use, so that the call cannot begin.
 */
export async function takePrack(
  context: LineContext,
  leg: Leg | undefined,
  req: SipRequest,
  res: SipResponse,
): Promise<boolean> {
  if (!leg) {
    res.send(200);
    return true;
  }
  try {
    if (req.body && leg.offered?.first) {
      res.send(200);
      await context.media.acceptAnswer(leg.callId, leg.id, req.body);
      delete leg.offered;
      leg.agreed = true;
    } else if (req.body && leg.agreed) await answerAnew(context, leg, req, res);
    else res.send(200);
    return true;
  } catch (error) {
    context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'PRACK with no usable answer');
    // Read by who waits for this PRACK.
    leg.endingWith ??= 'no-media';
    return false;
  } finally {
    leg.pracks?.came();
  }
}

/** An UPDATE or PRACK that changes the session before our answer; 488 leaves it as it was (RFC 3311 §5.2). */
export async function answerAnew(
  { media, log }: LineContext,
  leg: Leg,
  req: SipRequest,
  res: SipResponse,
): Promise<void> {
  try {
    const body = await media.answerOffer(leg.callId, leg.id, req.body);
    leg.answer = body;
    leg.updated = true;
    res.send(200, { headers: SDP, body });
  } catch (error) {
    log.warn({ error, callId: leg.callId, legId: leg.id }, 'early offer refused');
    res.send(488);
  }
}
