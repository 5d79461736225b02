import type { TrunkId } from './ids';

/**
 * One end cause per ending: log, metric, call record, report and SIP status all read it
 * (architecture, "Errors and logs").
 */
export type EndCause =
  /** The far side hung up (BYE) or gave up (CANCEL). */
  | 'hangup'
  /** We ended it because the other party of the talk left. */
  | 'partner-left'
  /** We ended the leg of an agent who sent his caller on, or parked him. */
  | 'transferred'
  /** We ended it after the announcement that took a promise, or for a caller without a number. */
  | 'announced'
  /** An agent's phone rang to its limit. */
  | 'no-answer'
  /** 486/600. */
  | 'busy'
  /** 603, a redirection, and other refusals by the far side. */
  | 'declined'
  /** 480: the phone answers, and takes no calls at present ("do not disturb"). */
  | 'unavailable'
  /** 404/410/408/5xx, transport failure: the phone could not be reached, or does not work. */
  | 'unreachable'
  /** No trunk that may carry the call has a channel for it, or takes one more call at present. */
  | 'no-channel'
  /** We withdrew the offer: the caller left, or the agent is to be rung no more. */
  | 'withdrawn'
  /** We withdrew the offer: somebody else took the call. */
  | 'answered-elsewhere'
  /** No common codec, or SDP that cannot be read (488). */
  | 'no-media'
  /** All streams of the media are in use, and none came free while it rang (503: the carrier has other routes). */
  | 'over-capacity'
  /** His number is blocked at the store (603). */
  | 'blocked'
  /** The dialled number is none of ours (404). */
  | 'unknown-number'
  /** We ended a call of ours: one for help needed its channel. */
  | 'pre-empted'
  /** The carrier has joined the two, as its trunk allows: the rest of the talk is in no recording of ours. */
  | 'carrier-joined'
  /** He may not dial that, or not now (403). */
  | 'forbidden'
  /** The edge fell, or was stopped, and with it every dialog and stream: our fault. */
  | 'edge-stopped'
  /** No ACK, session lost, a bug: our fault. */
  | 'broken';

/** Nobody wanted it to end; the call is counted as broken, and who is still there is not left alone. */
export const isOurFault = (cause: EndCause): boolean =>
  cause === 'broken' || cause === 'edge-stopped';

/** What is known of a leg's far side at its end: the trunk that carried it, and the cause that its operator gave. */
export interface FarSide {
  /** Of a leg that we sent through a trunk. */
  trunkId?: TrunkId;
  /** SIP status of its final answer; not of a BYE. */
  status?: number;
  /** Cause value of Q.850, 1..127, from a Reason header (RFC 3326). */
  q850?: number;
}
