/**
 * Any gateway that takes JSON by POST. Each request is signed: `X-Openline-Signature` is `v1=` and the HMAC-SHA256, in hex,
 * of the time in `X-Openline-Timestamp` (seconds), a dot and the body. The same `Idempotency-Key` is the same text.
 */
import { createHmac } from 'node:crypto';
import type { HttpTextSettings } from '../../text-settings';
import { asked, type GatewayAnswer, type TextGateway } from './gateway';

export function httpGateway(
  { url, body: template, secret }: HttpTextSettings,
  now: () => number,
): TextGateway {
  return {
    send: ({ id, number }, text) => {
      const values: Record<string, string> = { number, text, id };
      const body = template.replace(/\{(number|text|id)\}/g, (_all, name: string) =>
        JSON.stringify(values[name]),
      );
      const timestamp = String(Math.floor(now() / 1000));
      const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
      const headers = {
        ...{ 'content-type': 'application/json', 'idempotency-key': id },
        ...{ 'x-openline-timestamp': timestamp, 'x-openline-signature': `v1=${signature}` },
      };
      return asked(url, { method: 'POST', headers, body }, answerOf);
    },
  };
}

function answerOf(status: number, text: string): GatewayAnswer {
  const detail = `${status} ${text}`.trim().slice(0, 200);
  if (status >= 200 && status < 300) return { is: 'taken', detail };
  // Said before anything was done (RFC 6585 §4, RFC 9110 §15.6.4).
  return {
    is: status === 429 || status === 503 ? 'busy' : status >= 500 ? 'unknown' : 'refused',
    detail,
  };
}
