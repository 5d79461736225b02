import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { SecureContext } from 'node:tls';
import { openSocket, type SearchLimits } from './open-socket';

/** More than any routing answer needs. */
const MOST_BYTES = 64 * 1024;

export interface RouteQuestion {
  url: URL;
  /** The SIP message as byte text, sent by POST; undefined for GET. */
  sip: string | undefined;
}

/**
 * Asks an HTTP server, and hands over the body of its answer, whatever its status, or why there is
 * none. Returns what stops it: then nothing is handed over.
 */
export function askRoute(
  { url, sip }: RouteQuestion,
  { trust, limits }: { trust: SecureContext; limits: SearchLimits },
  done: (result: { body: string } | { failed: Error }) => void,
): () => void {
  const secure = url.protocol === 'https:';
  const place = {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 443 : 80),
  };
  const request = (secure ? requestSecurely : requestPlain)(url, {
    method: sip === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(sip === undefined ? {} : { 'content-type': 'text/plain; charset=UTF-8' }),
    },
    createConnection: () => openSocket(place, trust, limits.connectMs),
  });
  let over = false;
  const timer = setTimeout(
    () => request.destroy(new Error(`no answer within ${limits.totalMs} ms`)),
    limits.totalMs,
  );
  const finish = (result?: { body: string } | { failed: Error }) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    request.destroy();
    if (result !== undefined) done(result);
  };
  const fail = (failed: Error) => finish({ failed });
  request.on('error', fail);
  request.on('response', (response) => {
    readBody(response).then((body) => finish({ body }), fail);
  });
  request.end(sip === undefined ? undefined : Buffer.from(sip, 'latin1'));
  return finish;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is over ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
