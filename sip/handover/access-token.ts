import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What opens the files of an edge. Made from MEDIA_SECRET, and no way back to it: who sees the token on its
 * way commands no call by it.
 */
export function accessToken(mediaSecret: string): string {
  return createHmac('sha256', mediaSecret).update('openline recordings').digest('hex');
}

/** Whether an Authorization header (RFC 6750 §2.1) has the token; takes the same time for every wrong one. */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}
