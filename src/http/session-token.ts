/**
 * The session token: which session of whom, and until when, signed with HMAC-SHA-256. What is not signed by us is
 * turned away before anybody is asked whether such a session stands. Pure: time comes in as a value. It knows neither
 * whether the person still exists nor whether the session was ended; auth.ts asks for both at every request.
 *
 *     base64url(JSON {id, person, issuedAt, expiresAt}) "." base64url(HMAC of the part before it)
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentId } from '../domain/ids';
import type { SessionSnapshot } from '../domain/sign-in/snapshots';
import type { Instant } from '../domain/time';

/** A longer text is no token of ours: no need to hash it. */
const MAX_TOKEN_LENGTH = 1024;

export interface Session {
  id: string;
  person: AgentId;
  issuedAt: Instant;
  expiresAt: Instant;
}

/** What the token of a session says. */
export function sessionSaid({ id, personId, startedAt, expiresAt }: SessionSnapshot): Session {
  return { id, person: personId, issuedAt: startedAt, expiresAt };
}

/** The session as a token that only the holder of the key can make. */
export function signSession(session: Session, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(session)).toString('base64url');
  return `${body}.${signature(body, key)}`;
}

/** The session of a token; null when it is forged, malformed or over. */
export function readSession(token: string, key: Buffer, now: Instant): Session | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const [body, given, ...rest] = token.split('.');
  if (!body || !given || rest.length > 0) return null;
  if (!equal(given, signature(body, key))) return null;
  // Signed by us, so it has the shape that we gave it.
  const session = JSON.parse(Buffer.from(body, 'base64url').toString()) as Session;
  return now < session.expiresAt ? session : null;
}

/** Compares two secrets without telling by its time where they differ. */
export function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function signature(body: string, key: Buffer): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}
