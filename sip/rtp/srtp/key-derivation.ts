/**
 * The session keys that a master key and its salt stand for (RFC 3711 §4.3; RFC 7714 §11): derived once,
 * key derivation rate 0. Pure.
 */
import { createCipheriv } from 'node:crypto';

/** Those of RFC 4568 §6.2 and RFC 7714 §14 that we have. */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM';

export interface SessionKeys {
  encryption: Buffer;
  /** Of HMAC; GCM has no use for it. */
  authentication: Buffer;
  /** 14 bytes, of GCM 12. */
  salt: Buffer;
}

export interface DerivedKeys {
  rtp: SessionKeys;
  rtcp: SessionKeys;
}

const KEY_BYTES = 16;
const AUTHENTICATION_BYTES = 20;
/** Of AES-CM; the salt of GCM is two bytes shorter and counts as if zeros followed (RFC 7714 §11). */
const SALT_BYTES = 14;

/** `master` is key and salt as `a=crypto` has them: 30 bytes, of GCM 28. */
export function deriveKeys(suite: SrtpSuite, master: Buffer): DerivedKeys {
  const saltBytes = suite === 'AEAD_AES_128_GCM' ? SALT_BYTES - 2 : SALT_BYTES;
  const key = master.subarray(0, KEY_BYTES);
  const salt = Buffer.alloc(SALT_BYTES);
  master.copy(salt, 0, KEY_BYTES, KEY_BYTES + saltBytes);
  const three = (label: number): SessionKeys => ({
    encryption: derive(key, salt, label, KEY_BYTES),
    authentication: derive(key, salt, label + 1, AUTHENTICATION_BYTES),
    salt: derive(key, salt, label + 2, saltBytes),
  });
  return { rtp: three(0), rtcp: three(3) };
}

/** Key stream of AES in counter mode, begun at the salt with the label in it (§4.3.3). */
export function derive(key: Buffer, salt: Buffer, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(16);
  salt.copy(iv);
  // The label stands before the 48 bits of an index that is 0 here.
  iv[7] = (iv[7] as number) ^ label;
  return createCipheriv('aes-128-ctr', key, iv).update(Buffer.alloc(bytes));
}
