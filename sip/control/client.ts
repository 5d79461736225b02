/**
 * The app's end of control: one connection that is made again whenever it breaks, commands paired with
 * their replies, events told once each although the edge sends them again until they are acknowledged.
 *
 *     connecting --hello answered--> connected --broken--> waiting (0.1 s growing to 1 s) --> connecting
 *
 * With `claims` it is connected once it has the cell's claim, for which it asks again and again; `lost` when that
 * is over.
 */
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { ControlFailure } from './failure';
import { LineReader, LineWriter, MAX_REPLY_BYTES } from './lines';
import { OwnClaim } from './own-claim';
import type { CommandName, EdgeFiles, EventLine, Params, ReplyLine, Result } from './protocol';

export interface ControlOptions {
  host: string;
  port: number;
  /** MEDIA_SECRET. */
  secret: string;
  /** The app's name: the first tag of its drachtio connection. */
  app: string;
  /** It asks for the claim of the cell of that name. `above`: the greatest epoch that was ever seen here. */
  claims?: { above: number };
  log: Logger;
}

export interface ControlClientEvents {
  /** Node's own. */
  newListener: [name: string | symbol];
  /** The edge is there; `edge` is another when it was restarted. */
  connected: [edge: string];
  disconnected: [];
  /** Another app has the claim; told at the first time that it is refused. */
  refused: [];
  /** Somebody else has or had the claim meanwhile: nothing that is known here holds any more. Nothing follows. */
  lost: [];
  event: [line: EventLine];
}

const FIRST_RETRY_MS = 100;
/** Whoever holds the claim is to be back within 2 s. */
const LAST_RETRY_MS = 1000;
/** How often the claim is asked for, and how often it is said that it is held. */
const ASK_MS = 100;
const HOLD_MS = 1000;
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
  /** What the edge calls itself; `edge` once we may speak. */
  private greeted = '';
  private readonly own: OwnClaim;
  private claimDue: NodeJS.Timeout | undefined;
  private isRefused = false;
  /** What came before anybody ever listened (an app that claims is built when it has the claim); then null. */
  private unheard: EventLine[] | null = [];

  constructor(private readonly options: ControlOptions) {
    super();
    this.own = new OwnClaim(options.claims?.above ?? 0);
    // Not before whoever builds the app has set all who listen.
    this.on('newListener', (name) => {
      if (name === 'event') queueMicrotask(() => this.tellUnheard());
    });
    this.connect();
  }

  get isConnected(): boolean {
    return this.edge !== null;
  }

  /** The edge's name for itself, another one after each of its starts; null without a connection. */
  get edgeId(): string | null {
    return this.edge;
  }

  /** Of our claim; null before there is one. */
  get epoch(): number | null {
    return this.own.epoch;
  }

  /** Somewhere a greater epoch was seen than ours, which is given anew; resolves when it is greater. */
  async claimAbove(epoch: number): Promise<void> {
    this.own.above = epoch;
    while ((this.own.epoch ?? 0) <= epoch && !this.closed) {
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
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

  /** Gives the claim back. */
  close(): void {
    this.closed = true;
    if (this.ackDue !== undefined) this.sendAck();
    clearTimeout(this.claimDue);
    if (this.own.epoch !== null) this.write({ id: 0, command: 'claim.release', params: {} });
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
        { secret, app, ...(this.options.claims && { claims: true }) },
        (result) => this.welcomed(result),
        (error) => {
          log.error({ err: error }, 'the edge refused the control connection');
          socket.destroy();
        },
      );
    });
  }

  private welcomed({ edge, files }: Result<'hello'>): void {
    this.greeted = edge;
    this.filesOfEdge = files;
    if (this.options.claims) this.claim();
    else this.here();
  }

  private claim(): void {
    const { socket } = this;
    const goOn = (answer?: Result<'claim'>): void => {
      if (answer !== undefined) this.claimed(answer);
      if (this.socket !== socket || this.closed) return;
      this.claimDue = setTimeout(() => this.claim(), this.edge === null ? ASK_MS : HOLD_MS);
    };
    // Its disk refuses, or it is hung: it is asked again.
    this.send('claim', this.own.question(), goOn, () => goOn());
  }

  private claimed(answer: Result<'claim'>): void {
    const is = this.own.take(answer);
    if (is === 'held' && this.edge === null) this.here();
    if (is === 'refused' && !this.isRefused) {
      this.isRefused = true;
      this.emit('refused');
    }
    if (is !== 'lost') return;
    this.close();
    this.emit('lost');
  }

  /** Before the events that stand right behind the reply: a restarted edge counts from 1 again. */
  private here(): void {
    const edge = this.greeted;
    this.edge = edge;
    this.connectedAt = performance.now();
    if (this.told.edge !== edge) this.told = { edge, seq: 0, acked: 0 };
    this.emit('connected', edge);
  }

  private broken(): void {
    const wasConnected = this.edge !== null;
    this.edge = null;
    this.socket = null;
    clearTimeout(this.claimDue);
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
    if (this.unheard !== null) this.unheard.push(line);
    else this.emit('event', line);
  }

  private tellUnheard(): void {
    const lines = this.unheard ?? [];
    this.unheard = null;
    for (const line of lines) this.emit('event', line);
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
