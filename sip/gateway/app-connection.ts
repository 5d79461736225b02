import type { Socket } from 'node:net';
import { FIRST_MESSAGE_BYTES, type Visitor } from '../guard/door';
import { parseAppMessage, type AppMessage } from './app-message';
import { frame, FrameReader } from './frames';

/** What a connection tells its owner. */
export interface ConnectionUser {
  onMessage(connection: AppConnection, message: AppMessage): void;
  onClosed(connection: AppConnection): void;
}

/**
 * One TCP or TLS connection of an app: frames in, frames out. What is sent during one turn of the event
 * loop leaves in one write, in order.
 */
export class AppConnection {
  /** The secret was right; before that nothing but `authenticate` is heard. */
  authenticated = false;
  /** What the app gave with it, the first being its name. */
  tags: readonly string[] = [];
  private readonly reader = new FrameReader(FIRST_MESSAGE_BYTES);
  private unwritten = '';

  constructor(
    private readonly socket: Socket,
    private readonly user: ConnectionUser,
    /** How long it may stay without the secret. */
    readonly visitor?: Visitor,
  ) {
    socket.on('data', (data) => this.receive(data.toString('latin1')));
    // The `close` that follows says all there is to say.
    socket.on('error', () => undefined);
    socket.on('close', () => user.onClosed(this));
  }

  get open(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  send(message: string): void {
    if (this.unwritten === '') setImmediate(() => this.flush());
    this.unwritten += frame(message);
  }

  /** Closes after what was sent has been written. */
  end(): void {
    this.flush();
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private flush(): void {
    if (this.unwritten !== '' && this.open) this.socket.write(this.unwritten, 'latin1');
    this.unwritten = '';
  }

  private receive(bytes: string): void {
    const messages = this.reader.push(bytes);
    // Bad framing is not answered: whoever sends it does not speak the protocol.
    if (messages === undefined) return this.destroy();
    for (const message of messages) {
      if (!this.open) return;
      this.user.onMessage(this, parseAppMessage(message));
    }
  }
}
