/** A person's desktop without a screen: signed in over HTTP, told by push, and asking as the page would. */
import WebSocket from 'ws';

export interface Frame {
  type: string;
  data: Record<string, unknown>;
}

export interface Desk {
  get(path: string): Promise<unknown>;
  /** False when it was refused. */
  post(path: string, body?: object): Promise<boolean>;
  close(): void;
}

interface DeskOptions {
  http: string;
  user: string;
  password: string;
  onFrame: (frame: Frame) => void;
}

const RETRY_MS = 1000;

/** Resolves when push is connected; a connection that breaks is made again. */
export async function openDesk({ http, user, password, onFrame }: DeskOptions): Promise<Desk> {
  const headers = { origin: http, 'content-type': 'application/json' };
  const session = await fetch(`${http}/api/session`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ user, password }) },
  });
  if (!session.ok) throw new Error(`${user} cannot sign in: ${await session.text()}`);
  const cookie = session.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const asked = { cookie, origin: http };
  let socket: WebSocket | null = null;
  let isOpen = true;
  const connect = (): Promise<void> =>
    new Promise((resolve) => {
      const next = new WebSocket(`${http.replace(/^http/, 'ws')}/api/push`, { headers: asked });
      socket = next;
      next.on('open', () => resolve());
      next.on('message', (bytes: Buffer) => take(next, JSON.parse(bytes.toString()) as Frame));
      next.on('error', () => undefined);
      next.on('close', () => isOpen && setTimeout(() => void connect().then(resolve), RETRY_MS));
    });
  /** The offer is seen at once: the phone may ring. */
  const take = (from: WebSocket, frame: Frame): void => {
    const { offerId } = frame.data;
    if (frame.type === 'offer.created')
      from.send(JSON.stringify({ type: 'offer.received', offerId }));
    onFrame(frame);
  };
  await connect();
  return {
    get: async (path) => (await fetch(`${http}${path}`, { headers: asked })).json(),
    post: async (path, body) => {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(`${http}${path}`, {
        ...{ method: 'POST', headers: { ...asked, ...type }, ...json },
      }).catch(() => undefined);
      return response?.ok ?? false;
    },
    close: () => {
      isOpen = false;
      socket?.close();
    },
  };
}
