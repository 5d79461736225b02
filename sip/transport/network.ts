import { networkOf, type AddressNetwork } from './address-networks';
import type {
  Admit,
  Certificate,
  Connection,
  ConnectionLimits,
  Dropped,
  Flow,
  Listener,
  ListenOptions,
  Protocol,
  Receive,
  Target,
} from './flow';
import { addressesOf, isWildcard, localAddressFor, nearness } from './local-address';
import { resolveHop, systemDns, type Dns, type Hop } from './resolve';
import { openTcp } from './tcp-listener';
import { openTls } from './tls-listener';
import { UdpListener } from './udp-listener';
import { WsListener } from './ws-listener';
import type { MessageLimits } from '../message/limits';
import { hostInUri } from '../message/uri';

/** Where to listen. Port 0 means any free one. */
export interface ListenAddress {
  protocol: Protocol;
  host: string;
  port: number;
}

export interface NetworkOptions {
  admit: Admit;
  receive: Receive;
  /** Needed by tls and wss listeners. */
  certificate?: Certificate | undefined;
  /** Which of our addresses peers are to use; without any, the one nearest to the peer. */
  networks?: readonly AddressNetwork[] | undefined;
  /** With which the app proves whom it passes on from its HTTP port; nobody can without. */
  passageSecret?: string | undefined;
  /** A connection was not taken, or ended because nothing came of it. */
  dropped?: ((why: Dropped) => void) | undefined;
  /** The usual ones unless a test is in a hurry. */
  limits?: ConnectionLimits | undefined;
  /** The usual ones unless settings say otherwise. */
  messageLimits?: MessageLimits | undefined;
  /** The machine's, unless a test has its own. */
  dns?: Dns | undefined;
}

type Open = (options: ListenOptions) => Promise<Listener>;
const OPEN: Record<Protocol, Open> = {
  udp: (options) => UdpListener.open(options),
  tcp: openTcp,
  tls: openTls,
  ws: (options) => WsListener.open('ws', options),
  wss: (options) => WsListener.open('wss', options),
};

/** All SIP listeners of this edge: opens and closes them, and chooses one for each request. */
export class Network {
  private constructor(
    private readonly listeners: Listener[],
    private readonly networks: readonly AddressNetwork[],
    private readonly dns: Dns,
  ) {}

  /** No listeners: nothing can be sent, nothing comes. */
  static none(): Network {
    return new Network([], [], systemDns());
  }

  /** All or nothing: when one cannot be opened the others are closed and the error is thrown. */
  static async open(addresses: ListenAddress[], options: NetworkOptions): Promise<Network> {
    const { admit, receive, certificate, networks = [], dns = systemDns() } = options;
    const { dropped, limits, messageLimits, passageSecret } = options;
    const opened = await Promise.allSettled(
      addresses.map(async ({ protocol, host, port }) => {
        const advertised = (peer: string) => advertisedTo(peer, host, networks);
        const watched = { admit, dropped, limits, messageLimits, passageSecret };
        const listen = { host, port, receive, advertised, certificate, ...watched };
        return OPEN[protocol](listen).catch((error: Error) => {
          throw new Error(`${protocol}://${hostInUri(host)}:${port}: ${error.message}`);
        });
      }),
    );
    const listeners = opened.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : []));
    const failed = opened.flatMap((o) => (o.status === 'rejected' ? [o.reason as Error] : []));
    const network = new Network(listeners, networks, dns);
    if (failed.length === 0) return network;
    await network.close();
    throw new Error(failed.map((error) => error.message).join('; '));
  }

  /**
   * A flow to the target: the live connection with that address and port, whatever it is called (apps
   * see WebSockets as `tcp`), else a new one through the listener nearest to it. Undefined when no
   * listener speaks that, or only the peer could connect.
   */
  flowTo(target: Target): Flow | undefined {
    return this.connectionTo(target)?.flow ?? this.nearest(target)?.flowTo(target);
  }

  /** The flow of a peer that connected to us and still is; undefined for any other. */
  acceptedFrom(target: Target): Flow | undefined {
    const connection = this.connectionTo(target);
    return connection?.accepted === true ? connection.flow : undefined;
  }

  /** True while somebody who connected to us from there is still connected. */
  isLive(address: string, port: number): boolean {
    return this.listeners.some((listener) => {
      const { protocol } = listener;
      return listener.connection({ protocol, address, port })?.accepted === true;
    });
  }

  /** RFC 3263: where a request can go, best first. At once when the host is a literal address. */
  locate(hop: Hop, inOrder: readonly Protocol[], done: (targets: Target[]) => void): void {
    const speaks = (protocol: Protocol, address?: string) =>
      this.listeners.some((listener) => {
        if (address !== undefined && isV6(listener.host) !== isV6(address)) return false;
        return listener.protocol === protocol && protocol !== 'ws' && protocol !== 'wss';
      });
    resolveHop(hop, this.dns, { speaks, inOrder, random: Math.random }, done);
  }

  /** True when address and port are one of our own listeners, or what we advertise of it. */
  isOwn(target: Target): boolean {
    return this.listeners.some(({ protocol, host, port }) => {
      if (protocol !== target.protocol || port !== target.port) return false;
      if (addressesOf(host).includes(target.address)) return true;
      return this.networks.some(
        ({ bind, advertised }) => advertised === target.address && faces(bind, host),
      );
    });
  }

  /** Handshakes from now on use this certificate; no connection is dropped. */
  certify(certificate: Certificate): void {
    for (const listener of this.listeners) listener.certify(certificate);
  }

  /** As printed for people: `udp://127.0.0.1:5060`, as bound. */
  urls(): string[] {
    return this.listeners.map((l) => `${l.protocol}://${hostInUri(l.host)}:${l.port}`);
  }

  /** As told to apps: `udp/127.0.0.1:5060`, one for each concrete address. */
  hostports(): string[] {
    return this.listeners.flatMap((l) => {
      return addressesOf(l.host).map((a) => `${l.protocol}/${hostInUri(a)}:${l.port}`);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }

  private connectionTo(target: Target): Connection | undefined {
    if (target.protocol === 'udp') return undefined;
    for (const listener of this.listeners) {
      const secure = listener.protocol === 'tls' || listener.protocol === 'wss';
      // Whoever asks for TLS gets nothing less.
      if (target.protocol === 'tls' && !secure) continue;
      const connection = listener.connection(target);
      if (connection !== undefined) return connection;
    }
    return undefined;
  }

  private nearest(target: Target): Listener | undefined {
    const bind = networkOf(this.networks, target.address)?.bind;
    let best: Listener | undefined;
    let bestScore = -Infinity;
    for (const listener of this.listeners) {
      if (listener.protocol !== target.protocol) continue;
      if (isV6(listener.host) !== isV6(target.address)) continue;
      const facing = bind !== undefined && faces(bind, listener.host) ? FACING : 0;
      const near = nearness(localAddressFor(listener.host, target.address), target.address);
      if (facing + near > bestScore) [best, bestScore] = [listener, facing + near];
    }
    return best;
  }
}

/** A listener in the peer's network before any that merely looks near. */
const FACING = 1000;

/** What the peer is to call a listener on `host`. */
function advertisedTo(peer: string, host: string, networks: readonly AddressNetwork[]): string {
  const network = networkOf(networks, peer);
  return network !== undefined && faces(network.bind, host)
    ? network.advertised
    : localAddressFor(host, peer);
}

/** True when a listener on `host` has the address `bind`. */
function faces(bind: string, host: string): boolean {
  return bind === host || isWildcard(bind) || isWildcard(host);
}

function isV6(address: string): boolean {
  return address.includes(':');
}
