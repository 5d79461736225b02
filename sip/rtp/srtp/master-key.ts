/** A key as offer and answer agreed on it (RFC 4568), and what protects packets with it. */
import { CounterMode } from './counter-mode';
import { GaloisCounterMode } from './galois-counter-mode';
import { deriveKeys, type SrtpSuite } from './key-derivation';
import type { Transform } from './transform';

export interface MasterKey {
  suite: SrtpSuite;
  /** Base64 of master key and salt. */
  key: string;
  /** Bytes of master key identifier in each packet of its owner. */
  mkiBytes: number;
}

export function transformOf({ suite, key, mkiBytes }: MasterKey): Transform {
  const keys = deriveKeys(suite, Buffer.from(key, 'base64'));
  if (suite === 'AEAD_AES_128_GCM') return new GaloisCounterMode(keys, mkiBytes);
  return new CounterMode(keys, suite === 'AES_CM_128_HMAC_SHA1_80' ? 10 : 4, mkiBytes);
}

export function isSameKey(a: MasterKey, b: MasterKey): boolean {
  return a.suite === b.suite && a.key === b.key && a.mkiBytes === b.mkiBytes;
}
