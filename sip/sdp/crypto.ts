/**
 * `a=crypto` lines (SDES, RFC 4568): which suites there are, what a line of the far side offers, what a
 * line of ours says. Keys are base64 of master key and salt; they come in as values and are never logged.
 */

export type Suite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM';

/** Bytes of master key and salt together (RFC 4568 §6.2, RFC 7714 §12). */
export const KEY_BYTES: Record<Suite, number> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_128_GCM: 28,
};

/** A suite and the key that its owner encrypts with. */
export interface SuiteKey {
  suite: Suite;
  /** Base64 of `KEY_BYTES[suite]` bytes. */
  key: string;
}

export interface CryptoLine extends SuiteKey {
  /** By which an answer names the line that it takes. */
  tag: number;
  /** Bytes of master key identifier in each packet of its owner; 0 for none. */
  mkiBytes: number;
}

/** RFC 4568 §6.1: at most 128 bytes; nobody needs more than four to tell keys apart. */
const MAX_MKI_BYTES = 128;

/**
 * Reads the value of an `a=crypto` attribute. Null when it is none, when its suite is not ours, or when it
 * asks for what we do not do: several keys, another key derivation rate, packets without encryption or
 * authentication, an order of FEC, and any parameter that is not known (RFC 4568 §6.3.7).
 */
export function readCrypto(value: string): CryptoLine | null {
  const [tag = '', suite = '', keys = '', ...parameters] = value.split(/\s+/);
  if (!/^\d{1,9}$/.test(tag) || !isSuite(suite) || !parameters.every(isHarmless)) return null;
  const inline = /^inline:([^|;]+)((?:\|[^|;]+)*)$/i.exec(keys);
  const key = keyOf(suite, inline?.[1] ?? '');
  const mkiBytes = mkiOf((inline?.[2] ?? '').split('|').slice(1));
  if (key === null || mkiBytes === null) return null;
  return { tag: Number(tag), suite, key, mkiBytes };
}

/** The value of an `a=crypto` attribute; ours need neither lifetime nor key identifier. */
export function cryptoValue(tag: number, { suite, key }: SuiteKey): string {
  return `${tag} ${suite} inline:${key}`;
}

function isSuite(text: string): text is Suite {
  return Object.hasOwn(KEY_BYTES, text);
}

/** A hint for the size of the replay window, and what may be passed over by its name (RFC 4568 §6.3.7). */
function isHarmless(parameter: string): boolean {
  return parameter === '' || /^WSH=\d+$/i.test(parameter) || parameter.startsWith('-');
}

/** The key with its padding, which some phones leave out. Null when it has not the length of its suite. */
function keyOf(suite: Suite, text: string): string | null {
  const bare = text.replace(/={1,2}$/, '');
  const digits = Math.ceil((KEY_BYTES[suite] * 4) / 3);
  if (bare.length !== digits || !/^[A-Za-z0-9+/]+$/.test(bare)) return null;
  return bare.padEnd(Math.ceil(digits / 4) * 4, '=');
}

/**
 * After the key: a lifetime (`2^20`), an identifier with its length (`1:4`), or both. The lifetime is its
 * owner's affair: he offers another key before it ends. Null when it cannot be read.
 */
function mkiOf(parts: string[]): number | null {
  let mkiBytes = 0;
  for (const [at, part] of parts.entries()) {
    const length = Number(/^\d{1,40}:(\d{1,3})$/.exec(part)?.[1] ?? NaN);
    if (length >= 1 && length <= MAX_MKI_BYTES && at === parts.length - 1) mkiBytes = length;
    else if (at > 0 || !/^(2\^)?\d{1,20}$/.test(part)) return null;
  }
  return mkiBytes;
}
