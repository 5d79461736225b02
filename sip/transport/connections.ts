import {
  CONNECTION_LIMITS,
  type Connection,
  type Flow,
  type ListenOptions,
  type Protocol,
  type Target,
} from './flow';

/** What carries a flow's bytes; `written` tells that they left us, or why they did not. */
export interface Wire {
  write(text: string, written: (error?: Error | null) => void): void;
  /** Bytes that the system has not taken yet. */
  waiting(): number;
  destroy(): void;
}

type Ends = Pick<Flow, 'protocol' | 'address' | 'port' | 'localHost' | 'localPort' | 'id'>;

/** The flow of one connection, whatever kind: dead from `end` on. */
export class ConnectionFlow implements Flow {
  readonly protocol: Protocol;
  readonly reliable = true;
  readonly address: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  readonly id: string;
  private readonly unsent = new Set<(error: Error) => void>();
  private readonly watchers = new Set<() => void>();
  private readonly followers: (() => void)[] = [];
  private ended: Error | undefined;
  private heardAt = performance.now();

  constructor(
    ends: Ends,
    private readonly wire: Wire,
    private readonly options: Pick<ListenOptions, 'limits' | 'dropped'>,
  ) {
    ({
      protocol: this.protocol,
      address: this.address,
      port: this.port,
      localHost: this.localHost,
      localPort: this.localPort,
      id: this.id,
    } = ends);
  }

  send(text: string, failed: (error: Error) => void): void {
    if (this.ended !== undefined) return void setImmediate(failed, this.ended);
    this.unsent.add(failed);
    this.write(text, (error) => {
      if (!error) this.unsent.delete(failed);
    });
  }

  /** The answer to a keep-alive (RFC 5626 §3.5.1). */
  pong(): void {
    if (this.ended === undefined) this.write('\r\n', () => undefined);
  }

  watch(gone: () => void): () => void {
    if (this.protocol !== 'ws' && this.protocol !== 'wss') return () => undefined;
    this.watchers.add(gone);
    return () => void this.watchers.delete(gone);
  }

  onEnd(ended: () => void): void {
    if (this.ended === undefined) this.followers.push(ended);
    else setImmediate(ended);
  }

  /** Bytes came. */
  heard(): void {
    this.heardAt = performance.now();
  }

  doubt(since: number): void {
    if (this.heardAt >= since) return;
    this.ended ??= new Error('the peer is silent');
    this.wire.destroy();
  }

  /** The connection is gone; whatever had not left is told so. */
  end(error: Error): void {
    this.ended = error;
    for (const failed of this.unsent) failed(error);
    this.unsent.clear();
    for (const gone of this.watchers) gone();
    this.watchers.clear();
    for (const tell of this.followers.splice(0)) tell();
  }

  destroy(): void {
    this.wire.destroy();
  }

  /** A peer who asks and asks and never reads the answers would fill our memory with them. */
  private write(text: string, written: (error?: Error | null) => void): void {
    const { dropped, limits = CONNECTION_LIMITS } = this.options;
    this.wire.write(text, written);
    if (this.wire.waiting() <= limits.unreadBytes) return;
    dropped?.('unread');
    this.ended = new Error('the peer does not read');
    this.wire.destroy();
  }
}

/** Who is at the far end of a connection, and who made it. */
export interface Peer {
  address: string;
  port: number;
  accepted: boolean;
  /** The domain for which its certificate was checked; undefined where none was. */
  name?: string | undefined;
}

/**
 * The live connections of one listener, by far end: each is used in both directions, for requests to
 * the peer that opened it as well (RFC 5923 §5, RFC 5626 §5.3).
 */
export class Connections {
  private readonly live = new Map<string, { flow: ConnectionFlow; peer: Peer }[]>();
  private nextId = 1;

  constructor(
    private readonly protocol: Protocol,
    private readonly local: Pick<ListenOptions, 'advertised' | 'limits' | 'dropped'> & {
      port: number;
    },
  ) {}

  /** Makes the flow of a connection that stands or is being made. `end` of it must be told here. */
  add(wire: Wire, peer: Peer): ConnectionFlow {
    const { address, port } = peer;
    const { protocol, local } = this;
    const ends = {
      protocol,
      address,
      port,
      localHost: local.advertised(address),
      localPort: local.port,
      id: `${protocol}:${local.port}:${this.nextId++}`,
    };
    const flow = new ConnectionFlow(ends, wire, local);
    const key = keyOf(address, port);
    this.live.set(key, [{ flow, peer }, ...(this.live.get(key) ?? [])]);
    return flow;
  }

  end(flow: ConnectionFlow, error: Error): void {
    const key = keyOf(flow.address, flow.port);
    const left = (this.live.get(key) ?? []).filter((one) => one.flow !== flow);
    if (left.length > 0) this.live.set(key, left);
    else this.live.delete(key);
    flow.end(error);
  }

  /** The newest. One that was checked for another domain does not count (RFC 5922 §7.2). */
  get({ address, port, name }: Pick<Target, 'address' | 'port' | 'name'>): Connection | undefined {
    const found = this.live.get(keyOf(address, port))?.find(({ peer }) => {
      return name === undefined || peer.name === undefined || peer.name === name;
    });
    return found && { flow: found.flow, accepted: found.peer.accepted };
  }

  destroyAll(): void {
    for (const same of this.live.values()) for (const { flow } of same) flow.destroy();
  }
}

function keyOf(address: string, port: number): string {
  return `${address}|${port}`;
}
