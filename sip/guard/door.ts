import type { Socket } from 'node:net';
import { WrongSecrets } from './wrong-secrets';

/**
 * The door of a port for apps: whoever connects has little time and little to say until he has shown
 * the secret, and there are only so many of him. What is said is judged by the port's own protocol.
 *
 *     connected --(guesses from there: 1 s)--> heard --right secret--> in
 *         `---- 5 s, or one too many came after him ----> closed without a word
 */
export interface DoorLimits {
  /**
   * Connections without the secret at once. Apps are a handful and show it within milliseconds. The one
   * that has been here longest goes for a new one: who fills the room does not keep apps out.
   */
  unproven: number;
  /** From the connection to the right secret. */
  proveWithinMs: number;
}

export const DOOR_LIMITS: DoorLimits = { unproven: 32, proveWithinMs: 5000 };

/** The longest first message: a secret, a name, and twenty tags of 32 characters. */
export const FIRST_MESSAGE_BYTES = 4096;

/** A wrong one was shown; closed before any was shown; had to wait because of wrong ones before. */
export type DoorEvent = 'wrongSecret' | 'unproven' | 'secretDelayed';

export interface DoorOptions {
  limits?: DoorLimits | undefined;
  /** What is known of addresses; shared by the doors of an edge. */
  wrongSecrets?: WrongSecrets;
  counted?: (what: DoorEvent) => void;
}

/** One connection before its secret was right. */
export interface Visitor {
  /** The secret was right: none of this concerns the connection any more. */
  proven(): void;
  /** It was wrong. */
  wrong(): void;
}

export class Door {
  private readonly visitors = new Map<Socket, { late: NodeJS.Timeout; refused: boolean }>();
  private readonly limits: DoorLimits;
  private readonly wrongSecrets: WrongSecrets;
  private readonly counted: (what: DoorEvent) => void;

  constructor(options: DoorOptions = {}) {
    this.limits = options.limits ?? DOOR_LIMITS;
    this.wrongSecrets = options.wrongSecrets ?? new WrongSecrets();
    this.counted = options.counted ?? (() => undefined);
  }

  /** A connection came; `hear` is called when it may be listened to, now or later or never. */
  receive(socket: Socket, hear: (visitor: Visitor) => void): void {
    const address = socket.remoteAddress ?? '';
    if (this.visitors.size >= this.limits.unproven) this.turnOutOldest();
    const late = setTimeout(() => socket.destroy(), this.limits.proveWithinMs);
    const here = { late, refused: false };
    this.visitors.set(socket, here);
    socket.on('close', () => {
      if (this.left(socket) && !here.refused) this.counted('unproven');
    });
    // Nobody else listens while it waits.
    socket.on('error', () => undefined);
    const visitor: Visitor = {
      proven: () => void this.left(socket),
      wrong: () => {
        here.refused = true;
        this.counted('wrongSecret');
        this.wrongSecrets.wrong(address, performance.now());
      },
    };
    const delayMs = this.wrongSecrets.delayMs(address, performance.now());
    if (delayMs === 0) return hear(visitor);
    this.counted('secretDelayed');
    const turn = setTimeout(() => hear(visitor), delayMs);
    socket.on('close', () => clearTimeout(turn));
  }

  /** Ends who has not shown the secret; the others belong to the port. */
  close(): void {
    for (const socket of this.visitors.keys()) socket.destroy();
  }

  private turnOutOldest(): void {
    const oldest = this.visitors.keys().next().value;
    if (oldest === undefined) return;
    oldest.destroy();
    // Its `close` comes later, and the next one may be here before.
    const here = this.visitors.get(oldest);
    if (this.left(oldest) && here?.refused === false) this.counted('unproven');
  }

  /** False when it was not here any more. */
  private left(socket: Socket): boolean {
    clearTimeout(this.visitors.get(socket)?.late);
    return this.visitors.delete(socket);
  }
}
