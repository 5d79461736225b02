import WebSocket from 'ws';
import { PASSWORD } from '../support/plan';
import { signIn } from '../support/push-client';
import { within } from '../support/wait';

/**
 * Desktops of many agents: signed in over HTTP, ready, on push; each confirms an offer after a fixed time
 * and notes when it came. Other frames are not read, so that they cost the load next to nothing.
 */
export class DesktopLoad {
  /** Caller's number -> moment (performance.now) at which his first screen pop arrived. */
  readonly poppedAt = new Map<string, number>();
  private readonly sockets: WebSocket[] = [];
  private readonly sessions: string[] = [];

  private constructor(
    private readonly http: string,
    private readonly receiptAfterMs: number,
  ) {}

  /** Resolves when all of them are ready; rejects when one is refused. */
  static async start(
    http: string,
    users: readonly string[],
    receiptAfterMs: number,
  ): Promise<DesktopLoad> {
    const load = new DesktopLoad(http, receiptAfterMs);
    await inTurn(users, (user) => load.open(user));
    return load;
  }

  /** Signs them out, so that nobody counts as lost. */
  async close(): Promise<void> {
    await inTurn(this.sessions, (cookie) => this.ask('DELETE', '/api/session', cookie));
    for (const socket of this.sockets) socket.terminate();
  }

  private async open(user: string): Promise<void> {
    const { http } = this;
    const cookie = await signIn({ http, user, password: PASSWORD });
    const socket = new WebSocket(`${http.replace(/^http/, 'ws')}/api/push`, {
      headers: { cookie, origin: http },
    });
    this.sockets.push(socket);
    this.sessions.push(cookie);
    socket.on('message', (bytes: Buffer) => this.take(socket, bytes));
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    await within(`the desktop of ${user}`, opened);
    await this.ask('POST', '/api/agents/me/ready', cookie);
  }

  private take(socket: WebSocket, bytes: Buffer): void {
    if (!bytes.includes('"type":"offer.created"')) return;
    const at = performance.now();
    const frame = JSON.parse(bytes.toString('utf8')) as {
      type: string;
      data: { offerId: string; from: string };
    };
    if (frame.type !== 'offer.created') return;
    const { offerId, from } = frame.data;
    const number = /138\d{8}/.exec(from)?.[0] ?? from;
    if (!this.poppedAt.has(number)) this.poppedAt.set(number, at);
    setTimeout(
      () => socket.send(JSON.stringify({ type: 'offer.received', offerId })),
      this.receiptAfterMs,
    );
  }

  private async ask(method: string, path: string, cookie: string): Promise<void> {
    const headers = { cookie, origin: this.http };
    const response = await fetch(this.http + path, { method, headers });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** A few at a time: each sign-in takes a core for a while. */
const AT_A_TIME = 4;

async function inTurn<T>(all: readonly T[], one: (value: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await one(next);
    }),
  );
}
