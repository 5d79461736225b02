import { createHash } from 'node:crypto';
import type { SipMessage } from '../../../sip/message/sip-message';
import { ha1, parseDigest, type DigestAlgorithm } from '../../../src/telephony/digest';
import type { Phone } from '../support/phone';

/** What a phone makes of one of the challenges. */
export function credentials(challenge: string, algorithm: DigestAlgorithm, user = '8001'): string {
  const hash = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const { realm = '', nonce = '' } = parseDigest(challenge);
  const ha2 = hash('REGISTER:sip:127.0.0.1');
  const secret = ha1(user, realm, 'secret', algorithm);
  const response = hash(`${secret}:${nonce}:00000001:abc:auth:${ha2}`);
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="sip:127.0.0.1", ` +
    `response="${response}", algorithm=${algorithm}, cnonce="abc", qop=auth, nc=00000001`
  );
}

export interface Registering {
  /** 8001 unless told. */
  user?: string;
  cseq?: number;
  headers?: string[];
}

/** Sends a REGISTER and resolves with its answer. */
export async function register(
  port: number,
  from: Phone,
  cseq: number,
  headers: string[] = [],
  user = '8001',
): Promise<SipMessage> {
  const seen = from.got.length;
  from.ask(port, { method: 'REGISTER', cseq, to: `<sip:${user}@127.0.0.1>`, headers });
  return from.got.next('an answer', ({ status }) => status >= 200, { from: seen });
}

/** Registers, challenge and all. Resolves with the last answer; without a challenge it is the first. */
export async function registered(
  port: number,
  phone: Phone,
  { user = '8001', cseq = 1, headers = [] }: Registering = {},
): Promise<SipMessage> {
  const first = await register(port, phone, cseq, headers, user);
  if (first.status !== 401) return first;
  const challenges = first.all('www-authenticate');
  const strongest = challenges[0] ?? '';
  const algorithm = /SHA-256/.test(strongest) ? 'SHA-256' : 'MD5';
  const signed = [...headers, credentials(strongest, algorithm, user)];
  return register(port, phone, cseq + 1, signed, user);
}
