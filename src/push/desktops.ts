/**
 * All push connections of this process: lets in whom HTTP has authenticated, keeps their hearts
 * beating, and closes them at the end. HTTP knows this as its `Desktops` port.
 */
import type { WebSocket } from 'ws';
import type { AgentId, DesktopId } from '../domain/ids';
import type { Asker } from '../domain/rights';
import { personIn } from '../domain/sign-in/first-administrator';
import type { Instant } from '../domain/time';
import type { DesktopParts } from './desktop';
import { CLOSE, Desktop } from './desktop';

/** Often enough to keep proxies and NAT bindings (60 s and more) open, and to find the dead. */
const HEARTBEAT_MS = 20_000;
/** The app must be gone within 2 s of SIGTERM: who has not said good-bye by then is cut. */
const GOOD_BYE_MS = 500;

export interface DesktopsOptions extends DesktopParts {
  heartbeatMs?: number;
}

export class Desktops {
  readonly #parts: DesktopParts;
  readonly #open = new Map<WebSocket, Desktop>();
  readonly #heart: NodeJS.Timeout;
  #accepted = 0;
  #isClosing = false;

  constructor({ heartbeatMs = HEARTBEAT_MS, ...parts }: DesktopsOptions) {
    this.#parts = parts;
    this.#heart = setInterval(() => this.#beat(), heartbeatMs);
  }

  /** Takes over an open socket of a person who proved who he is. */
  accept(
    socket: WebSocket,
    visit: {
      personId: AgentId;
      limit?: Asker['limit'];
      sessionId: string;
      expiresAt: Instant;
      since?: number;
    },
  ): void {
    const { personId, ...rest } = visit;
    const person = personIn(this.#parts.live.plan(), personId);
    if (!person) return socket.close(CLOSE.policy, 'NOT_AUTHENTICATED');
    const desktopId = String((this.#accepted += 1));
    socket.on('close', () => this.#gone(socket, personId, desktopId));
    this.#open.set(socket, new Desktop(this.#parts, { socket, person, ...rest }));
    this.#parts.presence.connected(personId, desktopId);
  }

  /** The session is over: what it opened is closed at once, not at the next heartbeat. */
  endSession(sessionId: string): void {
    for (const desktop of this.#open.values())
      if (desktop.sessionId === sessionId) desktop.close(CLOSE.policy, 'NOT_AUTHENTICATED');
  }

  /** Open connections. */
  get count(): number {
    return this.#open.size;
  }

  /** Closes all; resolves when every socket is gone, at the latest after half a second. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#heart);
    const gone = [...this.#open].map(([socket, desktop]) => {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      desktop.close(CLOSE.goingAway, 'GOING_AWAY');
      return closed;
    });
    const cut = setTimeout(() => {
      for (const socket of this.#open.keys()) socket.terminate();
    }, GOOD_BYE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  /** Those that go because this app does will look for the next one. */
  #gone(socket: WebSocket, personId: AgentId, desktopId: DesktopId): void {
    this.#open.delete(socket);
    if (!this.#isClosing) this.#parts.presence.lost(personId, desktopId);
  }

  #beat(): void {
    for (const desktop of this.#open.values()) desktop.beat();
  }
}
