/**
 * One-time codes by time (TOTP, RFC 6238): HMAC-SHA-1, six digits, thirty seconds, which is what authenticator apps
 * can do without being asked. Pure.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant, Millis } from '../../domain/time';

const STEP_MS: Millis = 30_000;
const DIGITS = 6;
/** 160 bits, as RFC 4226 §4 recommends. */
export const SECRET_BYTES = 20;
/** Clocks of telephones go wrong, and people are slow: the step before and the one after count, too (RFC 6238 §5.2). */
const WINDOW = 1;

/** The code of a step (RFC 4226 §5.3). */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export const stepAt = (at: Instant): number => Math.floor(at / STEP_MS);

/** The step of which it is the code; null when it is none, or not newer than the last one that was used. */
export function matchingStep(
  secret: Buffer,
  code: string,
  { at, lastStep }: { at: Instant; lastStep: number },
): number | null {
  const given = Buffer.from(code);
  let found: number | null = null;
  for (let step = stepAt(at) - WINDOW; step <= stepAt(at) + WINDOW; step += 1) {
    const right = Buffer.from(codeOf(secret, step));
    const same = given.length === right.length && timingSafeEqual(given, right);
    if (same && step > lastStep) found ??= step;
  }
  return found;
}

/** What a page shows as a QR code (Key Uri Format of the authenticator apps). */
export function otpauthUri(
  secret: string,
  { user, issuer }: { user: string; issuer: string },
): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(user)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6, without padding, as people type it. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[parseInt(group.padEnd(5, '0'), 2)]).join('');
}
