/**
 * Our answer to a challenge of a carrier (RFC 3261 §22.4, RFC 7616, RFC 8760): by the strongest algorithm that it
 * offers, for the realm of our account and no other. Pure; drachtio-srf's own client knows MD5 only, and wants the
 * password itself.
 */
import type { PlanRegistration } from '../domain/plan';
import { DIGEST_ALGORITHMS, digestResponse, parseDigest, type DigestAlgorithm } from './digest';

export type Account = Pick<PlanRegistration, 'account' | 'realm' | 'ha1' | 'ha1Sha256'>;

export interface ChallengedRequest {
  method: string;
  /** Its Request-URI. */
  uri: string;
  /** Fresh for each request. */
  cnonce: string;
}

/** Name and value of the header that answers; or the realms in which we have no account. */
export type DigestAnswer = { headers: Record<string, string> } | { realms: string[] };

/** `raw`: the 401 or 407 as it came. */
export function answerChallenge(
  raw: string,
  account: Account,
  request: ChallengedRequest,
): DigestAnswer {
  const challenges = challengesIn(raw);
  const usable = DIGEST_ALGORITHMS.flatMap((algorithm) =>
    challenges.filter(({ said }) => isUsable(said, account, algorithm)),
  );
  const [best] = usable;
  if (!best) return { realms: challenges.map(({ said }) => said['realm'] ?? '') };
  return { headers: { [best.answer]: authorization(best.said, account, request) } };
}

interface Challenge {
  answer: 'Authorization' | 'Proxy-Authorization';
  said: Record<string, string>;
}

/** Several may stand in one header or in several (RFC 7235 §4.1). */
function challengesIn(raw: string): Challenge[] {
  const head = raw.split('\r\n\r\n', 1)[0] ?? '';
  const lines = head.matchAll(/^(WWW|Proxy)-Authenticate\s*:(.*(?:\r?\n[ \t].*)*)/gim);
  return [...lines].flatMap(([, kind = '', value = '']) =>
    value
      .split(/(?:^|[,\s])(?=Digest\s)/i)
      .filter((part) => /^Digest\s/i.test(part))
      .map((part) => ({
        answer: kind.toLowerCase() === 'www' ? 'Authorization' : ('Proxy-Authorization' as const),
        said: parseDigest(part),
      })),
  );
}

function isUsable(
  said: Record<string, string>,
  { realm }: Account,
  algorithm: DigestAlgorithm,
): boolean {
  const offered = (said['algorithm'] ?? 'MD5').toUpperCase();
  const { qop, nonce } = said;
  return (
    said['realm'] === realm &&
    offered === algorithm &&
    nonce !== undefined &&
    (qop === undefined || hasAuth(qop))
  );
}

const hasAuth = (qop: string): boolean => /(?:^|[\s,])auth(?:[\s,]|$)/i.test(qop);

/** Each nonce is used once here: a request that is repeated has been challenged anew. */
const FIRST = '00000001';

function authorization(
  said: Record<string, string>,
  { account, realm, ha1, ha1Sha256 }: Account,
  { method, uri, cnonce }: ChallengedRequest,
): string {
  const { nonce = '', opaque, qop } = said;
  const algorithm = (said['algorithm'] ?? 'MD5').toUpperCase() as DigestAlgorithm;
  const counted = qop === undefined ? {} : { qop: 'auth', nc: FIRST, cnonce };
  const secret = algorithm === 'MD5' ? ha1 : ha1Sha256;
  const response = digestResponse({ nonce, uri, ...counted }, { algorithm, method, ha1: secret });
  return [
    `Digest username="${account}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    ...(said['algorithm'] === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop === undefined ? [] : ['qop=auth', `nc=${FIRST}`, `cnonce="${cnonce}"`]),
  ].join(', ');
}
