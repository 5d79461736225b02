/**
 * Secrets that must be read again are kept sealed: AES-256-GCM with a key of the data folder, bound to whose they are,
 * so that neither the database alone nor a row put in another one's place is good for anything.
 *
 *     base64url(96 bits of chance | tag | ciphertext)
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `key` has 32 bytes; `owner` is who may be given it. */
export function seal(secret: Buffer, key: Buffer, owner: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Null when it was sealed with another key, for somebody else, or is damaged. */
export function unseal(text: string, key: Buffer, owner: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  const [iv, rest] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES)];
  const [tag, sealed] = [rest.subarray(0, TAG_BYTES), rest.subarray(TAG_BYTES)];
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return null;
  }
}
