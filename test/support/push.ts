import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import type { PushFrame, PushType } from '../../src/push/events';
import type { TestHttp } from './http';
import { tokenOf } from './http';
import { Seen, within } from './wait';

/** A push connection of a test: what came, in order, and how it ended. */
export interface PushLine {
  socket: WebSocket;
  frames: Seen<PushFrame>;
  /** The first frame of the type, from index `from` on. */
  next<T extends PushType>(type: T, from?: number): Promise<PushFrame<T>>;
  closed: Promise<{ code: number; reason: string }>;
}

/** Where the test's server listens; starts it on the first call. */
export async function listeningAt(http: TestHttp): Promise<string> {
  if (!http.app.server.listening) await http.app.listen({ host: '127.0.0.1', port: 0 });
  const address = http.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return `127.0.0.1:${address.port}`;
}

/** Connects as the person, by bearer unless other headers are given. */
export async function connect(
  http: TestHttp,
  who: string,
  { since, headers }: { since?: number; headers?: Record<string, string> } = {},
): Promise<PushLine> {
  const query = since === undefined ? '' : `?since=${since}`;
  const socket = new WebSocket(`ws://${await listeningAt(http)}/api/push${query}`, {
    headers: headers ?? { authorization: `Bearer ${tokenOf(who)}` },
  });
  const frames = new Seen<PushFrame>();
  socket.on('message', (data) => frames.add(JSON.parse(String(data)) as PushFrame));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await within('the push connection', opened(socket));
  return {
    socket,
    frames,
    closed: within('the end of the push connection', closed, 15_000),
    async next<T extends PushType>(type: T, from = 0): Promise<PushFrame<T>> {
      const found = await frames.next(`a frame ${type}`, (frame) => frame.type === type, { from });
      return found as PushFrame<T>;
    },
  };
}

/** Status and code with which a handshake is refused; throws when it is not. */
export async function refusalOf(
  http: TestHttp,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  const socket = new WebSocket(`ws://${await listeningAt(http)}${path}`, { headers });
  const response = await within(
    'the refusal',
    new Promise<IncomingMessage>((resolve, reject) => {
      socket.once('unexpected-response', (_request, answer) => resolve(answer));
      socket.once('open', () => reject(new Error('it was let in')));
      socket.once('error', reject);
    }),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { code } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
  return { status: response.statusCode ?? 0, code };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
}
