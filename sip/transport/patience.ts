import type { Socket } from 'node:net';
import { CONNECTION_LIMITS, type ConnectionLimits, type ListenOptions } from './flow';

/**
 * How long a connection may say nothing that can be understood: one that begins and never sends a whole
 * message is ended, and so is one on which nothing at all has come or gone for an hour.
 *
 *     new --message--> spoken <--keep-alives, messages--        half a message for 30 s -> ended
 *      `--- 30 s ---> ended
 */
export class Patience {
  private readonly limits: ConnectionLimits;
  private timer: NodeJS.Timeout | undefined;
  private spoken = false;

  constructor(
    private readonly destroy: () => void,
    private readonly options: Pick<ListenOptions, 'limits' | 'dropped'>,
  ) {
    this.limits = options.limits ?? CONNECTION_LIMITS;
  }

  /** The peer connected to us, so it has something to say. */
  start(): void {
    this.timer ??= setTimeout(() => this.end(), this.limits.messageWithinMs);
  }

  watch(socket: Socket): void {
    socket.setTimeout(this.limits.idleMs, () => this.end());
    socket.once('close', () => clearTimeout(this.timer));
  }

  /** Bytes came; `inside`: part of a message whose rest must follow soon. */
  heard({ message, inside }: { message: boolean; inside: boolean }): void {
    if (message) {
      this.spoken = true;
      this.calm();
    }
    if (inside) this.start();
    else if (this.spoken) this.calm();
  }

  private calm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private end(): void {
    this.options.dropped?.('silent');
    this.destroy();
  }
}
