import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A WebSocket that the app passes on from its own HTTP port: the app says whose it is in a header of the handshake,
 * and proves by the secret of the control port that it is the app who says so. What it says is good for this
 * handshake alone, for a minute.
 *
 *     X-Openline-Passage: base64url(JSON {address, port, key, at}) "." base64url(HMAC-SHA-256 of the part before it)
 */
export const PASSAGE_HEADER = 'x-openline-passage';

/** The far end of the connection that is passed on. */
export interface PassedOn {
  address: string;
  port: number;
}

interface Claim extends PassedOn {
  /** `Sec-WebSocket-Key` of the handshake. */
  key: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Two hosts whose clocks are further apart have an alarm. */
const GOOD_FOR_MS = 60_000;
/** A longer text is none of the app's. */
const MAX_LENGTH = 1024;

/** The header's value. */
export function signPassage(claim: Claim, secret: string): string {
  const body = Buffer.from(JSON.stringify(claim)).toString('base64url');
  return `${body}.${signature(body, secret)}`;
}

/** Whose the connection is; undefined when it is not the app who says so, or said it of another. */
export function readPassage(
  text: string,
  { secret, key, now }: { secret: string; key: string | undefined; now: number },
): PassedOn | undefined {
  const [body = '', given = '', ...rest] = text.length > MAX_LENGTH ? [] : text.split('.');
  if (secret === '' || rest.length > 0 || !equal(given, signature(body, secret))) return undefined;
  // Signed by the app, so it has the shape that the app gave it.
  const claim = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claim;
  if (claim.key !== key || Math.abs(now - claim.at) > GOOD_FOR_MS) return undefined;
  return { address: claim.address, port: claim.port };
}

function signature(body: string, secret: string): string {
  // Of another use of the secret nothing can be passed off as this.
  return createHmac('sha256', secret).update(`passage ${body}`).digest('base64url');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
