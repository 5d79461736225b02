import WebSocket from 'ws';
import type { PushFrame, PushType } from '../../src/push/events';
import { Seen, within } from './wait';

/**
 * A desktop without a screen: signs in over HTTP, listens to push, confirms offers (at once, late or
 * never) and asks for changes as the page would.
 */
export interface PushClientOptions {
  /** `http://127.0.0.1:8080` */
  http: string;
  user: string;
  password: string;
  /** Milliseconds until an offer is confirmed; `never` leaves it open. At once unless told. */
  receiptAfterMs?: number | 'never';
  /** The last number that it saw before; a new page has seen none. */
  since?: number;
}

export interface PushClient {
  frames: Seen<PushFrame & { receivedAt: number }>;
  /** The next frame of the type, from the first one on unless `from` says otherwise. */
  next<T extends PushType>(
    type: T,
    matches?: (frame: PushFrame<T>) => boolean,
    options?: { from?: number; deadlineMs?: number },
  ): Promise<PushFrame<T> & { receivedAt: number }>;
  get(path: string): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
  put(path: string, body?: unknown): Promise<Response>;
  delete(path: string): Promise<Response>;
  close(): void;
}

/** Signs in and connects; rejects when either is refused. */
export async function startPushClient(options: PushClientOptions): Promise<PushClient> {
  const cookie = await signIn(options);
  const headers = { cookie, origin: options.http };
  const query = options.since === undefined ? '' : `?since=${options.since}`;
  const address = `${options.http.replace(/^http/, 'ws')}/api/push${query}`;
  const socket = new WebSocket(address, { headers });
  const frames = new Seen<PushFrame & { receivedAt: number }>();
  const receipts = new Set<NodeJS.Timeout>();
  socket.on('message', (bytes: Buffer) => {
    const frame = JSON.parse(bytes.toString('utf8')) as PushFrame;
    frames.add({ ...frame, receivedAt: performance.now() });
    if (frame.type === 'offer.created') confirm(frame.data.offerId);
  });
  const confirm = (offerId: string): void => {
    const after = options.receiptAfterMs ?? 0;
    if (after === 'never') return;
    receipts.add(
      setTimeout(() => socket.send(JSON.stringify({ type: 'offer.received', offerId })), after),
    );
  };
  const change = (method: string, path: string, body?: unknown) =>
    fetch(options.http + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : JSON_TYPE) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await within('the push connection', opened(socket));
  return {
    frames,
    next: async (type, matches = () => true, seen = {}) => {
      type Wanted = PushFrame<typeof type>;
      const isWanted = (frame: PushFrame): boolean =>
        frame.type === type && matches(frame as unknown as Wanted);
      const found = await frames.next(`a frame ${type}`, isWanted, seen);
      return found as unknown as Wanted & { receivedAt: number };
    },
    get: (path) => fetch(options.http + path, { headers }),
    post: (path, body) => change('POST', path, body),
    put: (path, body) => change('PUT', path, body),
    delete: (path) => fetch(options.http + path, { method: 'DELETE', headers }),
    close: () => {
      for (const receipt of receipts) clearTimeout(receipt);
      socket.terminate();
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** The session's cookie, as a browser would send it back. */
export async function signIn({
  http,
  user,
  password,
}: Pick<PushClientOptions, 'http' | 'user' | 'password'>): Promise<string> {
  const response = await fetch(`${http}/api/session`, {
    method: 'POST',
    headers: { ...JSON_TYPE, origin: http },
    body: JSON.stringify({ user, password }),
  });
  if (!response.ok) {
    throw new Error(`${user} could not sign in: ${response.status} ${await response.text()}`);
  }
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`push was refused with ${response.statusCode ?? 0}`)),
    );
  });
}
