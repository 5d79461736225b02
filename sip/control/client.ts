/**
 * The app's end of control: one connection that is made again whenever it breaks, commands paired with
 * their replies, events told once each although the edge sends them again until they are acknowledged.
 *
 *     connecting --hello answered--> connected --broken--> waiting (0.1 s growing to 5 s) --> connecting
 */
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { ControlFailure } from './failure';
import { LineReader, LineWriter, MAX_REPLY_BYTES } from './lines';
import type { CommandName, EdgeFiles, EventLine, Params, ReplyLine, Result } from './protocol';

export interface ControlOptions {
  host: string;
  port: number;
  /** MEDIA_SECRET. */
  secret: string;
  /** The app's name: the first tag of its drachtio connection. */
  app: string;
  log: Logger;
}

export interface ControlClientEvents {
  /** The edge is there; `edge` is another when it was restarted. */
  connected: [edge: string];
  disconnected: [];
  event: [line: EventLine];
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** A connection this old was a good one: the next wait is short again. */
const STABLE_MS = 5000;
/** The edge waits for no acknowledgement. */
const ACK_WITHIN_MS = 50;
/** The edge answers within milliseconds; one that does not is hung. */
const REPLY_WITHIN_MS = 5000;

interface Waiting {
  resolve(result: object): void;
  reject(error: ControlFailure): void;
  timer: NodeJS.Timeout;
}

/** Starts connecting at once and goes on until `close`. */
export function connectControl(options: ControlOptions): ControlClient {
  return new ControlClient(options);
}

export class ControlClient extends EventEmitter<ControlClientEvents> {
  private socket: Socket | null = null;
  private writer: LineWriter | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** The edge that is connected, and the last event of it that was told. */
  private edge: string | null = null;
  private told = { edge: '', seq: 0, acked: 0 };
  private retryMs = FIRST_RETRY_MS;
  private retry: NodeJS.Timeout | null = null;
  private connectedAt = 0;
  private closed = false;
  private filesOfEdge: EdgeFiles | undefined;
  private ackDue: NodeJS.Timeout | undefined;

  constructor(private readonly options: ControlOptions) {
    super();
    this.connect();
  }

  get isConnected(): boolean {
    return this.edge !== null;
  }

  /** The edge's name for itself, another one after each of its starts; null without a connection. */
  get edgeId(): string | null {
    return this.edge;
  }

  /** Where finished recordings are to be fetched; undefined when the edge's folder is ours. */
  get files(): EdgeFiles | undefined {
    return this.filesOfEdge;
  }

  /** Rejects with `ControlFailure`: the edge's code, `disconnected` or `timeout`. */
  command<C extends CommandName>(name: C, params: Params<C>): Promise<Result<C>> {
    if (this.edge === null) {
      return Promise.reject(new ControlFailure('disconnected', 'no connection to the edge'));
    }
    return this.ask(name, params);
  }

  /** Sends now what was said in this turn of the event loop: before something that goes another way. */
  flush(): void {
    this.writer?.flush();
  }

  /** Everything up to `seq` was handled. Lost with the connection: the edge then sends it again. */
  ack(seq: number): void {
    this.told.acked = seq;
    this.ackDue ??= setTimeout(() => this.sendAck(), ACK_WITHIN_MS);
  }

  /** One acknowledgement covers all events of a while, and goes with the next command. */
  private sendAck(): void {
    clearTimeout(this.ackDue);
    this.ackDue = undefined;
    const { acked } = this.told;
    if (this.edge !== null)
      this.writer?.writeLater({ id: 0, command: 'ack', params: { seq: acked } });
  }

  close(): void {
    this.closed = true;
    if (this.ackDue !== undefined) this.sendAck();
    this.writer?.flush();
    if (this.retry !== null) clearTimeout(this.retry);
    this.socket?.destroy();
  }

  private connect(): void {
    const { host, port, secret, app, log } = this.options;
    const socket = connect({ host, port, noDelay: true });
    this.socket = socket;
    this.writer = new LineWriter(socket);
    const reader = new LineReader(
      (line) => this.receive(line),
      () => {
        log.error({ bytes: MAX_REPLY_BYTES }, 'the edge said more at once than can be');
        socket.destroy();
      },
      MAX_REPLY_BYTES,
    );
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.on('error', (error) => log.debug({ err: error }, 'control connection'));
    socket.on('close', () => this.broken());
    socket.on('connect', () => {
      this.send(
        'hello',
        { secret, app },
        (result) => this.welcomed(result),
        (error) => {
          log.error({ err: error }, 'the edge refused the control connection');
          socket.destroy();
        },
      );
    });
  }

  /** Before the events that stand right behind the reply: a restarted edge counts from 1 again. */
  private welcomed({ edge, files }: Result<'hello'>): void {
    this.edge = edge;
    this.filesOfEdge = files;
    this.connectedAt = performance.now();
    if (this.told.edge !== edge) this.told = { edge, seq: 0, acked: 0 };
    this.emit('connected', edge);
  }

  private broken(): void {
    const wasConnected = this.edge !== null;
    this.edge = null;
    this.socket = null;
    for (const id of [...this.waiting.keys()]) {
      this.settle(id)?.reject(new ControlFailure('disconnected', 'the connection broke'));
    }
    if (wasConnected) this.emit('disconnected');
    if (this.closed) return;
    // Two apps of one name push each other out: their connections are short, their waits grow.
    const wasStable = wasConnected && performance.now() - this.connectedAt > STABLE_MS;
    if (wasStable) this.retryMs = FIRST_RETRY_MS;
    this.retry = setTimeout(() => this.connect(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  private ask<C extends CommandName>(name: C, params: Params<C>): Promise<Result<C>> {
    return new Promise((resolve, reject) => this.send(name, params, resolve, reject));
  }

  /** One of the two is called when the reply is read, before the line after it. */
  private send<C extends CommandName>(
    name: C,
    params: Params<C>,
    resolve: (result: Result<C>) => void,
    reject: (error: ControlFailure) => void,
  ): void {
    const id = ++this.lastId;
    const timer = setTimeout(() => {
      this.settle(id)?.reject(new ControlFailure('timeout', `${name} was not answered`));
    }, REPLY_WITHIN_MS);
    this.waiting.set(id, { resolve: resolve as (result: object) => void, reject, timer });
    this.write({ id, command: name, params });
  }

  private write(line: { id: number; command: CommandName; params: object }): void {
    this.writer?.write(line);
  }

  private receive(text: string): void {
    const line = JSON.parse(text) as ReplyLine | EventLine;
    if (isEvent(line)) {
      this.tell(line);
      return;
    }
    const waiting = this.settle(line.id);
    if (waiting === undefined) return;
    if (line.ok) {
      const { id: _id, ok: _ok, ...result } = line;
      waiting.resolve(result);
    } else waiting.reject(new ControlFailure(line.error, line.message));
  }

  /** After a reconnect events come again: those being handled are known, those handled are acked. */
  private tell(line: EventLine): void {
    if (line.seq <= this.told.acked) this.ack(this.told.acked);
    if (line.seq <= this.told.seq) return;
    this.told.seq = line.seq;
    this.emit('event', line);
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting !== undefined) clearTimeout(waiting.timer);
    this.waiting.delete(id);
    return waiting;
  }
}

function isEvent(line: ReplyLine | EventLine): line is EventLine {
  return 'event' in line;
}
