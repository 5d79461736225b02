/**
 * Decides how a session lives: how long, and when it is over. Pure. Who opens and ends one, and where it is kept,
 * is engine/sign-in/sessions.ts.
 *
 *     open --use--> open      open --end, expired, unused too long--> over
 */
import type { AgentId } from '../ids';
import type { Instant, Millis } from '../time';
import type { SessionEnd, SessionSnapshot } from './snapshots';

/** One shift with its overtime; a forgotten page is signed out before the next day's. */
export const SESSION_MS: Millis = 12 * 3_600_000;
/** Unused for so long it is over; a page that is connected to push uses it. */
export const IDLE_MS: Millis = 2 * 3_600_000;
/** So much of its use may be missing on disk. */
const SEEN_KEPT_EVERY_MS: Millis = 600_000;
/** What a program says of itself is kept as far as it tells two machines apart. */
const MAX_CLIENT_LENGTH = 200;

export interface SessionOpened {
  id: string;
  personId: AgentId;
  at: Instant;
  address: string;
  client: string;
}

export function openedSession({
  id,
  personId,
  at,
  address,
  client,
}: SessionOpened): SessionSnapshot {
  return {
    ...{ id, personId, startedAt: at, seenAt: at, expiresAt: at + SESSION_MS, address },
    client: printable(client).slice(0, MAX_CLIENT_LENGTH),
  };
}

/** Why it is no more at that moment; null while it stands. `expired` needs no word of ours: the token says so, too. */
export function whyOver(
  session: SessionSnapshot,
  at: Instant,
  idleMs: Millis,
): SessionEnd | 'expired' | null {
  if (session.end) return session.end.why;
  if (at >= session.expiresAt) return 'expired';
  return at - session.seenAt >= idleMs ? 'idle' : null;
}

/** Whether the use at that moment is worth a line on disk, `kept` being the last one there. */
export const worthKeeping = (kept: Instant, at: Instant): boolean =>
  at - kept >= SEEN_KEPT_EVERY_MS;

/** It is shown in lists: no line ends, no control characters, and nothing that turns text round. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '');
