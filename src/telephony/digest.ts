/**
 * Digest access authentication of phones (RFC 3261 §22, RFC 2617 with qop="auth"). Nonces carry
 * their own signed time, so that the server keeps nothing for strangers; the count of a nonce in
 * use (nc) is kept, so that a captured REGISTER cannot be sent again.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type DigestVerdict =
  /** The password is right and the request is fresh. */
  | { result: 'good'; username: string }
  /** Right or wrong, the nonce is too old: challenge again with `stale=true`. */
  | { result: 'stale' }
  /** No such user or wrong password: not told apart. */
  | { result: 'wrong' }
  | { result: 'missing' };

export interface DigestRequest {
  method: string;
  /** Value of Authorization, or undefined. */
  authorization: string | undefined;
  now: number;
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
const NOBODY = 'f'.repeat(32);

export class DigestGate {
  private readonly key = randomBytes(32);
  /** Highest nc seen per nonce; forgotten when the nonce expires. */
  private readonly counts = new Map<string, { nc: number; expiresAt: number }>();

  /** `ha1Of` answers MD5(user:realm:password) of a user, or undefined. */
  constructor(
    private readonly realm: () => string,
    private readonly ha1Of: (username: string) => string | undefined,
  ) {}

  /** Value of WWW-Authenticate. */
  challenge(now: number, stale: boolean): string {
    const nonce = this.makeNonce(now);
    const parts = [`Digest realm="${this.realm()}"`, `nonce="${nonce}"`, 'algorithm=MD5'];
    return [...parts, 'qop="auth"', ...(stale ? ['stale=true'] : [])].join(', ');
  }

  check(request: DigestRequest): DigestVerdict {
    if (!request.authorization) return { result: 'missing' };
    const given = parseDigest(request.authorization);
    const { username = '', nonce = '', uri = '', response = '', cnonce = '', nc = '', qop } = given;
    const issuedAt = this.nonceTime(nonce);
    const ha1 = this.ha1Of(username) ?? NOBODY;
    const ha2 = md5(`${request.method}:${uri}`);
    const expected =
      qop === 'auth'
        ? md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}`)
        : md5(`${ha1}:${nonce}:${ha2}`);
    const right = sameText(expected, response.toLowerCase()) && ha1 !== NOBODY;
    if (given.realm !== this.realm()) return { result: 'wrong' };
    if (issuedAt === null || request.now - issuedAt > NONCE_LIFE_MS) {
      return right || issuedAt === null ? { result: 'stale' } : { result: 'wrong' };
    }
    if (!right) return { result: 'wrong' };
    return this.fresh({ nonce, nc, qop, issuedAt, now: request.now })
      ? { result: 'good', username }
      : { result: 'stale' };
  }

  /** RFC 2617 §3.2.2: nc must rise with every use of a nonce. Without qop a nonce serves once. */
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

/** Parameters of a Digest header value, names in lower case, quotes removed. */
export function parseDigest(header: string): Record<string, string> {
  const result: Record<string, string> = {};
  const text = header.replace(/^\s*Digest\s+/i, '');
  for (const match of text.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)) {
    result[(match[1] ?? '').toLowerCase()] = match[2] ?? match[3] ?? '';
  }
  return result;
}

/** HA1 of RFC 2617 §3.2.2.2: the only form in which a phone's password is kept. */
export function ha1(username: string, realm: string, password: string): string {
  return md5(`${username}:${realm}:${password}`);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
