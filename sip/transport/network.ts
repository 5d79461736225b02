import { TcpListener } from './tcp-listener';
import { UdpListener } from './udp-listener';
import type { Admit, Flow, Listener, Protocol, Receive, Target } from './flow';
import { addressesOf, localAddressFor, nearness } from './local-address';
import { hostInUri } from '../message/uri';

/** Where to listen. Port 0 means any free one. */
export interface ListenAddress {
  protocol: Protocol;
  host: string;
  port: number;
}

const OPEN = { udp: UdpListener, tcp: TcpListener };

/** All SIP listeners of this edge: opens and closes them, and chooses one for each request. */
export class Network {
  private constructor(private readonly listeners: Listener[]) {}

  /** No listeners: nothing can be sent, nothing comes. */
  static none(): Network {
    return new Network([]);
  }

  /** All or nothing: when one cannot be opened the others are closed and the error is thrown. */
  static async open(addresses: ListenAddress[], admit: Admit, receive: Receive): Promise<Network> {
    const opened = await Promise.allSettled(
      addresses.map(({ protocol, host, port }) => {
        return OPEN[protocol].open(host, port, admit, receive).catch((error: Error) => {
          throw new Error(`${protocol}://${hostInUri(host)}:${port}: ${error.message}`);
        });
      }),
    );
    const listeners = opened.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : []));
    const failed = opened.flatMap((o) => (o.status === 'rejected' ? [o.reason as Error] : []));
    const network = new Network(listeners);
    if (failed.length === 0) return network;
    await network.close();
    throw new Error(failed.map((error) => error.message).join('; '));
  }

  /** A flow to the target, through the listener nearest to it; undefined when none speaks that. */
  flowTo(target: Target): Flow | undefined {
    let best: Listener | undefined;
    let bestScore = -Infinity;
    for (const listener of this.listeners) {
      if (listener.protocol !== target.protocol) continue;
      if (isV6(listener.host) !== isV6(target.address)) continue;
      const score = nearness(localAddressFor(listener.host, target.address), target.address);
      if (score > bestScore) [best, bestScore] = [listener, score];
    }
    return best?.flowTo(target);
  }

  /** True when address and port are one of our own listeners. */
  isOwn(target: Target): boolean {
    return this.listeners.some(({ protocol, host, port }) => {
      if (protocol !== target.protocol || port !== target.port) return false;
      return addressesOf(host).includes(target.address);
    });
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
}

function isV6(address: string): boolean {
  return address.includes(':');
}
