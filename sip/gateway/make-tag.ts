import { randomUUID } from 'node:crypto';

/** A From- or To-tag of ours: 48 random bits (RFC 3261 §19.3 asks for 32 at least). */
export function makeTag(): string {
  return randomUUID().slice(24);
}
