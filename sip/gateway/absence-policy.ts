/**
 * What the edge answers inside a dialog while its app is away, and how long a dialog may go on
 * without an app. Pure; `absence.ts` carries it out.
 */

/** What goes with a refusal that is only for now: the app is back in a second or two. */
export const RETRY_AFTER = 'Retry-After: 2\r\n';

/** A request inside a dialog, as far as it matters here. */
export interface AbsentRequest {
  method: string;
  /** Its SDP compared with the last one from the peer. */
  sdp: 'none' | 'same' | 'changed';
  /** Of a NOTIFY: whether the dialog is a subscription's, and goes on after it. */
  subscription?: 'goes-on' | 'over' | undefined;
}

export interface AbsentAnswer {
  status: number;
  /** The last local SDP goes along. */
  withSdp?: true;
  /** The peer is asked to come again after two seconds. */
  retry?: true;
  /** The dialog is over. */
  ends?: true;
}

/** Talk goes on: what needs no decision is granted, what does is put off. */
export function answerForAbsentApp({ method, sdp, subscription }: AbsentRequest): AbsentAnswer {
  // The state that a 200 took would be lost; after a 503 it is sent again (RFC 6665 §4.2.2).
  if (subscription === 'goes-on') return { status: 503, retry: true };
  if (subscription === 'over') return { status: 200, ends: true };
  switch (method) {
    case 'BYE':
      return { status: 200, ends: true };
    case 'OPTIONS':
    case 'INFO':
    case 'NOTIFY':
      return { status: 200 };
    case 'INVITE':
      return sdp === 'changed' ? { status: 500, retry: true } : { status: 200, withSdp: true };
    case 'UPDATE':
      if (sdp === 'changed') return { status: 500, retry: true };
      return sdp === 'none' ? { status: 200 } : { status: 200, withSdp: true };
    default:
      return { status: 503, retry: true };
  }
}

/** A dialog without an app, at a moment. All times in milliseconds of one clock. */
export interface Orphan {
  /** When the app went. */
  lostAt: number;
  /** Since when the media has no partner; undefined while it is bridged. */
  alone: number | undefined;
  now: number;
}

export interface OrphanLimits {
  /** SIP_APP_GRACE_SECONDS: for who has nobody to talk to. */
  graceMs: number;
  /** MEDIA_ORPHAN_LIMIT_SECONDS: for bridged talks, counted from the app's loss. */
  orphanLimitMs: number;
}

/** Past the limit of all: its media is given up in the same moment, and nothing can be said any more. */
export function isOverdue({ lostAt, now }: Orphan, { orphanLimitMs }: OrphanLimits): boolean {
  return now - lostAt >= orphanLimitMs;
}

export function mustEnd(orphan: Orphan, limits: OrphanLimits): boolean {
  if (isOverdue(orphan, limits)) return true;
  const { lostAt, alone, now } = orphan;
  return alone !== undefined && now - Math.max(alone, lostAt) >= limits.graceMs;
}
