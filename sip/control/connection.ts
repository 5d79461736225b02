/**
 * One control connection on the edge's side: hello first, then commands, each answered once. What the
 * commands do is not known here.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { FIRST_MESSAGE_BYTES, type Visitor } from '../guard/door';
import { MediaFailure } from '../media/failure';
import type { AppConnection } from './apps';
import { ControlFailure } from './failure';
import { LineReader, LineWriter, MAX_LINE_BYTES, MAX_REPLY_BYTES } from './lines';
import type {
  CommandLine,
  CommandName,
  ControlError,
  EventLine,
  Params,
  ReplyLine,
  Result,
} from './protocol';
import { checkCommand, readCommand } from './shapes';

/** An app that does not read holds the edge's memory; it gets its events again when it returns. */
const MAX_UNREAD_BYTES = 2 * MAX_REPLY_BYTES;

/**
 * No app waits to hear that these were done, and none does anything but note it if it never hears: they are answered with
 * the next line that is said anyway. Each write of its own is a turn of both processes. None that an event follows from:
 * who waits for that after the answer would miss it, had both come as one.
 */
const IN_PASSING: ReadonlySet<CommandName> = new Set([
  ...(['ack', 'invite.note', 'dialog.note', 'session.note'] as const),
  ...(['bridge', 'unbridge', 'endpoint.music'] as const),
]);

export interface ConnectionOptions {
  secret: string;
  /** What it says to this app, which has reached it at that address of ours. */
  greeting: (app: string, reached: string) => Result<'hello'>;
  /** How long it may stay without the secret. */
  visitor: Visitor;
  log: Logger;
  /** Carries out a checked command of this app, or refuses it. */
  run: (app: string, line: CommandLine, connection: ControlConnection) => Promise<object>;
  /** The reply has been written. */
  onHello: (app: string, connection: ControlConnection, claims: boolean) => void;
  onClaim: (app: string, connection: ControlConnection, claim: Result<'claim'>) => void;
  onGone: (app: string, connection: ControlConnection) => void;
}

export class ControlConnection implements AppConnection {
  private app: string | null = null;
  /** It asked for the claim as this one. */
  life: string | null = null;
  private readonly reader = new LineReader(
    (line) => void this.receive(line),
    () => this.refuse(0, new ControlFailure('bad-request', 'the line is too long')),
    FIRST_MESSAGE_BYTES,
  );
  private readonly writer: LineWriter;

  constructor(
    private readonly socket: Socket,
    private readonly options: ConnectionOptions,
  ) {
    this.writer = new LineWriter(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.reader.push(chunk));
    socket.on('error', (error) => options.log.debug({ err: error }, 'control connection'));
    socket.on('close', () => this.gone());
  }

  send(line: EventLine): void {
    // How somebody was heard is for the record.
    if (line.event === 'endpoint.quality') this.writeLater(line);
    else this.write(line);
  }

  /** What was said is still sent, if the socket takes it at once. */
  close(): void {
    this.writer.flush();
    this.socket.destroy();
  }

  private async receive(text: string): Promise<void> {
    if (this.socket.destroyed || this.socket.writableEnded) return;
    let id = 0;
    try {
      const line = readCommand(text);
      id = line.id;
      checkCommand(line);
      if (this.app === null || line.command === 'hello') return this.hello(line);
      const { app } = this;
      const result = await this.options.run(app, line, this);
      const reply = { id, ok: true as const, ...result };
      if (IN_PASSING.has(line.command)) this.writeLater(reply);
      else this.write(reply);
      if (line.command === 'claim') this.options.onClaim(app, this, result as Result<'claim'>);
    } catch (error) {
      // Who has not shown the secret learns nothing but that.
      if (this.app === null) this.refuse(id, UNAUTHORISED);
      else this.answerError(id, error);
    }
  }

  private hello({ id, command, params }: CommandLine): void {
    const { secret, app, claims = false } = params as Params<'hello'>;
    if (this.app !== null || command !== 'hello') return this.refuse(id, UNAUTHORISED);
    const { visitor } = this.options;
    if (!isEqual(secret, this.options.secret)) {
      visitor.wrong();
      return this.refuse(id, UNAUTHORISED);
    }
    visitor.proven();
    this.reader.maxBytes = MAX_LINE_BYTES;
    this.app = app;
    this.write({ id, ok: true, ...this.options.greeting(app, this.socket.localAddress ?? '') });
    this.options.onHello(app, this, claims);
  }

  /** Answers once and closes. */
  private refuse(id: number, failure: ControlFailure): void {
    this.answerError(id, failure);
    this.writer.flush();
    this.socket.end();
  }

  private answerError(id: number, error: unknown): void {
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    if (code === 'failed') this.options.log.error({ err: error, app: this.app }, 'control command');
    this.write({ id, ok: false, error: code, message });
  }

  private write(line: ReplyLine | EventLine): void {
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.writer.write(line);
    if (this.socket.writableLength > MAX_UNREAD_BYTES) this.socket.destroy();
  }

  private writeLater(line: ReplyLine | EventLine): void {
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.writer.writeLater(line);
    if (this.socket.writableLength > MAX_UNREAD_BYTES) this.socket.destroy();
  }

  private gone(): void {
    if (this.app !== null) this.options.onGone(this.app, this);
  }
}

const UNAUTHORISED = new ControlFailure('unauthorised', 'hello with the right secret comes first');

function codeOf(error: unknown): ControlError {
  if (error instanceof MediaFailure) return error.code;
  if (
    error instanceof ControlFailure &&
    error.code !== 'disconnected' &&
    error.code !== 'timeout'
  ) {
    return error.code;
  }
  return 'failed';
}

/** Digests have one length, so comparing them tells nothing of the secret's. */
function isEqual(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
