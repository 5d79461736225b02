/**
 * Who may have another RTP stream: keeps the count below `maxStreams`, gives each endpoint a port
 * and a name of its own in its worker, and knows whose endpoint such a name is.
 */
import { MediaFailure } from './failure';
import { isUnspecified } from '../sdp/address';
import type { Capabilities } from '../sdp/codecs';
import { advertisedBy, bindFor, type MediaAddresses } from './media-address';
import { Negotiation, peerOf, type Advertised } from './negotiation';
import { PortPool } from './port-pool';
import { PortTaken, type WorkerLink } from './worker-link';

/** Whose stream it is. */
export interface StreamOwner {
  owner: string;
  session: string;
  endpoint: string;
}

export interface OpenStream {
  key: string;
  negotiation: Negotiation;
  /** Gives port and place back; the socket is closed by then. */
  release: () => void;
}

/** Ports of other programs that are passed over before an endpoint is refused. */
const MAX_PORT_TRIES = 50;

export interface StreamsOptions {
  ports: readonly [low: number, high: number];
  addresses: MediaAddresses;
  maxStreams: number;
  can: Capabilities;
}

export class Streams {
  private readonly ports: PortPool;
  private readonly owners = new Map<string, StreamOwner>();
  private readonly advertised: Advertised;
  private lastKey = 0;

  constructor(private readonly options: StreamsOptions) {
    this.ports = new PortPool(options.ports);
    this.advertised = advertisedBy(options.addresses);
  }

  ownerOf(key: string): StreamOwner | null {
    return this.owners.get(key) ?? null;
  }

  /** It is another's from now on. */
  pass(key: string, owner: StreamOwner): void {
    if (this.owners.has(key)) this.owners.set(key, owner);
  }

  /**
   * A stream for whoever made the offer, or for nobody in particular. Rejects with `capacity` when streams
   * or ports are all in use, with `bad-sdp` or `no-codec` when the offer is to blame.
   */
  async open(link: WorkerLink, owner: StreamOwner, offer: string | null): Promise<OpenStream> {
    const { maxStreams, addresses, can } = this.options;
    const address = offer === null ? this.advertised.first : this.addressFor(offer);
    if (this.owners.size >= maxStreams) {
      throw new MediaFailure('capacity', `${maxStreams} streams are in use`);
    }
    const key = String(++this.lastKey);
    this.owners.set(key, owner);
    try {
      const bind = bindFor(addresses, address);
      const { taken, port } = await this.bind(link, { endpoint: key, address: bind });
      const release = (): void => {
        if (this.owners.delete(key)) this.ports.giveBack(taken);
      };
      return { key, negotiation: new Negotiation(this.advertised, port, can, address), release };
    } catch (error) {
      this.owners.delete(key);
      throw error;
    }
  }

  private addressFor(offer: string): string {
    const peer = peerOf(offer, this.options.can);
    const address = isUnspecified(peer) ? this.advertised.first : this.advertised.to(peer);
    if (address === null) throw new MediaFailure('bad-sdp', `no address of ours for ${peer}`);
    return address;
  }

  private async bind(
    link: WorkerLink,
    socket: { endpoint: string; address: string },
  ): Promise<{ taken: number; port: number }> {
    for (let tries = 0; tries < MAX_PORT_TRIES; tries++) {
      const taken = this.ports.take();
      if (taken === null) break;
      try {
        return { taken, ...(await link.request('open', { ...socket, port: taken })) };
      } catch (error) {
        this.ports.giveBack(taken);
        if (!(error instanceof PortTaken)) throw error;
      }
    }
    throw new MediaFailure('capacity', 'no media port is free');
  }
}
