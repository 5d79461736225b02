/**
 * Digest access authentication of phones (RFC 3261 §22, RFC 7616 with qop="auth", RFC 8760). Nonces carry
 * their own signed time, so that the server keeps nothing for strangers; the count of a nonce in
 * use (nc) is kept, so that a captured REGISTER cannot be sent again.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Strongest first: the order in which they are offered (RFC 8760 §2.3). */
export const DIGEST_ALGORITHMS = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** HA1 of a user by algorithm; undefined where it is not known for that one. */
export type UserSecrets = Partial<Record<DigestAlgorithm, string | undefined>>;

export type DigestVerdict =
  /** The password is right and the request is fresh. */
  | { result: 'good'; username: string }
  /**
   * Right or wrong, the nonce is too old: challenge again with `stale=true`. `replayed`: right, and seen before.
   */
  | { result: 'stale'; replayed?: true }
  /** No such user, wrong password, or an algorithm that was not offered: not told apart. */
  | { result: 'wrong' }
  | { result: 'missing' };

export interface DigestRequest {
  method: string;
  /** Value of Authorization, or undefined. */
  authorization: string | undefined;
  now: number;
}

export interface ChallengeOrder {
  now: number;
  stale: boolean;
  algorithms: readonly DigestAlgorithm[];
}

interface NonceUse {
  nonce: string;
  nc: string;
  qop: string | undefined;
  issuedAt: number;
  now: number;
}

/** A nonce is accepted for this long; a phone that comes later is told `stale`. */
const NONCE_LIFE_MS = 300_000;
/** Stands in for the secret of an unknown user, so that both failures cost the same. */
const NOBODY: Record<DigestAlgorithm, string> = { MD5: 'f'.repeat(32), 'SHA-256': 'f'.repeat(64) };

export class DigestGate {
  private readonly key = randomBytes(32);
  /** Highest nc seen per nonce; forgotten when the nonce expires. */
  private readonly counts = new Map<string, { nc: number; expiresAt: number }>();

  constructor(
    private readonly realm: () => string,
    private readonly secretsOf: (username: string) => UserSecrets | undefined,
  ) {}

  /** Values of WWW-Authenticate, one for each algorithm, in their order. */
  challenges({ now, stale, algorithms }: ChallengeOrder): string[] {
    const nonce = this.makeNonce(now);
    const end = ['qop="auth"', ...(stale ? ['stale=true'] : [])];
    return algorithms.map((algorithm) => {
      const parts = [`Digest realm="${this.realm()}"`, `nonce="${nonce}"`];
      return [...parts, `algorithm=${algorithm}`, ...end].join(', ');
    });
  }

  check(request: DigestRequest): DigestVerdict {
    if (!request.authorization) return { result: 'missing' };
    const given = parseDigest(request.authorization);
    const { username = '', nonce = '', qop, nc = '' } = given;
    const issuedAt = this.nonceTime(nonce);
    const algorithm = algorithmOf(given['algorithm']);
    if (algorithm === undefined) return { result: 'wrong' };
    const secret = this.secretsOf(username)?.[algorithm];
    const expected = digestResponse(given, {
      algorithm,
      method: request.method,
      ha1: secret ?? NOBODY[algorithm],
    });
    const same = sameText(expected, (given['response'] ?? '').toLowerCase());
    const right = same && secret !== undefined;
    if (given['realm'] !== this.realm()) return { result: 'wrong' };
    if (issuedAt === null || request.now - issuedAt > NONCE_LIFE_MS) {
      return right || issuedAt === null ? { result: 'stale' } : { result: 'wrong' };
    }
    if (!right) return { result: 'wrong' };
    return this.fresh({ nonce, nc, qop, issuedAt, now: request.now })
      ? { result: 'good', username }
      : { result: 'stale', replayed: true };
  }

  /** RFC 7616 §3.4: nc must rise with every use of a nonce. Without qop a nonce serves once. */
  private fresh(use: NonceUse): boolean {
    const count = use.qop === 'auth' ? parseInt(use.nc, 16) : 1;
    const last = this.counts.get(use.nonce)?.nc ?? 0;
    if (!(count > last)) return false;
    this.forgetExpired(use.now);
    this.counts.set(use.nonce, { nc: count, expiresAt: use.issuedAt + NONCE_LIFE_MS });
    return true;
  }

  /** Nonces enter in order of time, so the oldest stand first. */
  private forgetExpired(now: number): void {
    for (const [nonce, { expiresAt }] of this.counts) {
      if (expiresAt > now) return;
      this.counts.delete(nonce);
    }
  }

  private makeNonce(now: number): string {
    const body = `${now.toString(36)}.${randomBytes(8).toString('hex')}`;
    return `${body}.${this.sign(body)}`;
  }

  private nonceTime(nonce: string): number | null {
    const [time = '', random = '', signature = ''] = nonce.split('.');
    if (!sameText(this.sign(`${time}.${random}`), signature)) return null;
    return parseInt(time, 36);
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('hex').slice(0, 32);
  }
}

/** RFC 7616 §3.4: without the parameter it is MD5. Undefined for one that is never offered. */
function algorithmOf(given = 'MD5'): DigestAlgorithm | undefined {
  return DIGEST_ALGORITHMS.find((one) => one === given.toUpperCase());
}

/** `response` of a digest (RFC 7616 §3.4.1), for what a request says of itself. */
export function digestResponse(
  given: Record<string, string>,
  { algorithm, method, ha1 }: { algorithm: DigestAlgorithm; method: string; ha1: string },
): string {
  const { nonce = '', uri = '', cnonce = '', nc = '', qop } = given;
  const ha2 = digest(algorithm, `${method}:${uri}`);
  return qop === 'auth'
    ? digest(algorithm, `${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}`)
    : digest(algorithm, `${ha1}:${nonce}:${ha2}`);
}

/** Parameters of a Digest header value, names in lower case, quotes removed. */
export function parseDigest(header: string): Record<string, string> {
  const result: Record<string, string> = {};
  const text = header.replace(/^\s*Digest\s+/i, '');
  for (const match of text.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)) {
    result[(match[1] ?? '').toLowerCase()] = match[2] ?? match[3] ?? '';
  }
  return result;
}

/** HA1 of RFC 7616 §3.4.2: the only form in which a phone's password is kept. */
export function ha1(
  username: string,
  realm: string,
  password: string,
  algorithm: DigestAlgorithm = 'MD5',
): string {
  return digest(algorithm, `${username}:${realm}:${password}`);
}

function digest(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
