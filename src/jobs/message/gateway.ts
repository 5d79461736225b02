/** The port to whoever sends text messages; an adapter a file. */
import type { TextMessage } from '../../domain/message/message';
import { seconds, type Millis } from '../../domain/time';

/** Until nobody knows whether a text went. */
export const ANSWERS_WITHIN_MS: Millis = seconds(10);

/**
 * `taken`: it goes out; `refused`: never; `busy`: not now, and surely not sent; `unknown`: it may have been taken, and
 * another try might send it twice.
 */
export interface GatewayAnswer {
  is: 'taken' | 'refused' | 'busy' | 'unknown';
  /** The gateway's id of it, or what it said. */
  detail: string;
}

export interface TextGateway {
  /** Tries once; never rejects. `body`: the text. */
  send(message: TextMessage, body: string): Promise<GatewayAnswer>;
}

/** Codes of errors with which no request left. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** One request without redirects, and its text; what became of one that failed. */
export async function asked(
  url: string,
  init: RequestInit,
  read: (status: number, text: string) => GatewayAnswer,
): Promise<GatewayAnswer> {
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    const response = await fetch(url, { ...init, signal, redirect: 'error' });
    return read(response.status, (await response.text()).slice(0, 2000));
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    const wasSent = !NOT_SENT.includes(cause?.code ?? '');
    return { is: wasSent ? 'unknown' : 'busy', detail: cause?.message ?? message };
  }
}
