/** Signatures by the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 of id, time and body. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;

export const makeSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** As its receiver is given it. */
export const secretText = (secret: Buffer): string => `${PREFIX}${secret.toString('base64')}`;

/** The headers of a message; `at` is when it is sent, milliseconds. While two secrets are good both sign it. */
export function signatureHeaders(
  { id, at, body }: { id: string; at: number; body: string },
  secrets: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/** Signatures of one request that are looked at: two while a secret is changed. */
const MOST_SIGNATURES = 4;

/** Whether one of the secrets has signed it, in the form of `signatureHeaders`; takes as long whether or not. */
export function isSigned(
  sent: { id: string; timestamp: string; signature: string; body: Buffer },
  secrets: readonly Buffer[],
): boolean {
  const { id, timestamp, signature, body } = sent;
  const given = signature.split(' ', MOST_SIGNATURES).map((text) => Buffer.from(text));
  return secrets
    .map((secret) => {
      const signed = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body);
      const expected = Buffer.from(`v1,${signed.digest('base64')}`);
      return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
    })
    .includes(true);
}
