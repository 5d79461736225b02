/**
 * One try to deliver one message: resolved, checked and sent to that very address, no redirect followed, TLS verified,
 * and little read of the answer. Decides what counts as delivered: any 2xx within the time.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { WebhookNetwork } from '../../config';
import type { SendProblem } from '../../domain/outside/webhook';
import { seconds, type Millis } from '../../domain/time';
import { addressOf, type Address, type Resolve } from './address';

export const TIMEOUT_MS: Millis = seconds(10);
/** Of an answer more is not read. */
const ANSWER_BYTES = 4096;

export interface Message {
  url: string;
  body: string;
  headers: Record<string, string>;
}

export interface Sent {
  problem: SendProblem | null;
  status: number | null;
  tookMs: Millis;
  /** The beginning of what it said. */
  answer: string;
}

export interface SendOptions {
  networks: readonly WebhookNetwork[];
  signal?: AbortSignal;
  timeoutMs?: Millis;
  resolve?: Resolve;
}

/** Never rejects but when `signal` aborts it. */
export async function send(message: Message, options: SendOptions): Promise<Sent> {
  const { networks, signal, timeoutMs = TIMEOUT_MS, resolve } = options;
  const began = performance.now();
  const end = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  const told = (sent: Omit<Sent, 'tookMs'>): Sent => ({
    ...sent,
    tookMs: Math.round(performance.now() - began),
  });
  const failed = (problem: SendProblem): Sent => told({ problem, status: null, answer: '' });
  try {
    const url = new URL(message.url);
    const to = await Promise.race([addressOf(url, networks, resolve), aborted(end)]);
    if (typeof to === 'string') return failed(to);
    const { status, answer } = await ask(url, to, message, end);
    const problem = status < 300 ? null : status < 400 ? 'redirect' : 'status';
    return told({ problem, status, answer });
  } catch (error) {
    if (signal?.aborted) throw error;
    return failed(end.aborted ? 'timeout' : problemOf(error));
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/** Errors of Node's TLS, and of OpenSSL below it. */
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

function problemOf(error: unknown): SendProblem {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return TLS.test(code) ? 'tls' : 'connection';
}

/** By a connection of its own; the name stays in `Host` and in what the certificate must be of. */
async function ask(
  url: URL,
  { address, family }: Address,
  { body, headers }: Message,
  signal: AbortSignal,
): Promise<{ status: number; answer: string }> {
  const pinned: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        ...{ method: 'POST', agent: false, lookup: pinned, signal },
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Openline-Webhooks/1',
          ...headers,
        },
      },
      (response) => {
        beginning(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, answer }),
          reject,
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What is more than that is not waited for. */
async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  response.destroy();
  return Buffer.concat(chunks)
    .subarray(0, ANSWER_BYTES)
    .toString('utf8')
    .replaceAll('\0', '\ufffd');
}
