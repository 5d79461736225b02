/** A message to all callers of a hotline that is heard before its greeting, by command and for a while ("closed tomorrow"). */
import type { HotlineMessage, HotlineSnapshot } from '../records';
import type { Instant } from '../time';

/** Somebody has callers of a hotline told something, or (`message` null) ended that. */
export interface HotlineTold {
  type: 'hotline.told';
  at: Instant;
  /** A person, or `admin-token`. */
  by: string;
  number: string;
  message: { prompt: string; until: Instant | null } | null;
}

/** What stands from now on. */
export function told(
  { at, by, number, message }: HotlineTold,
  before: HotlineSnapshot | undefined,
): HotlineSnapshot {
  const closure = before?.closure ?? null;
  return { number, closure, ...(message ? { message: { ...message, since: at, by } } : {}) };
}

/** What a caller who comes at that moment hears first; null: nothing. */
export function messageAt(
  hotline: HotlineSnapshot | undefined,
  at: Instant,
): HotlineMessage | null {
  const message = hotline?.message;
  if (!message || (message.until !== null && message.until <= at)) return null;
  return message;
}
