/** What is told of the legs of calls, whoever began them. */
import type { EndCause, FarSide } from './end-cause';
import type { CallId, LegId } from './ids';
import type { Instant } from './time';

/**
 * The far side of a leg that we dialled rings (first 18x), or a caller was sent our 180 or 183. Told again when sound
 * comes after the first.
 */
export interface LegRinging {
  type: 'leg.ringing';
  at: Instant;
  legId: LegId;
  /**
   * It sends sound before its answer (RFC 3960), a tone or its operator's words: a bridge lets it be heard. Of a caller:
   * he was sent our SDP, and hears what we send.
   */
  sound?: true;
}

/** A dialled leg was picked up (200 received), or an arriving leg has our 200 and its media. */
export interface LegAnswered {
  type: 'leg.answered';
  at: Instant;
  legId: LegId;
}

/** A leg is over, whoever ended it and in whatever state it was. The last fact about a leg. */
export interface LegEnded {
  type: 'leg.ended';
  at: Instant;
  legId: LegId;
  cause: EndCause;
  far?: FarSide;
  /** From the dialog's note, when the leg ended while the app was away and may be unknown. */
  callId?: CallId;
}

/** A customer and an outside number talk on without us: their carrier has joined them. */
export interface LegReleased {
  type: 'leg.released';
  at: Instant;
  /** The customer's. */
  legId: LegId;
}

/**
 * The far side of an answered leg listens no more (re-offer with `sendonly`, `inactive` or the address
 * 0.0.0.0; RFC 3264 §8.4). May be told again of a leg that holds already.
 */
export interface LegHeld {
  type: 'leg.held';
  at: Instant;
  legId: LegId;
}

/** The far side of an answered leg listens, again or still. */
export interface LegResumed {
  type: 'leg.resumed';
  at: Instant;
  legId: LegId;
}
