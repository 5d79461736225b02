/**
 * Who may have another RTP stream: asks stream-places.ts, gives each endpoint a port and a name of its own
 * in its worker, and knows whose endpoint such a name is.
 */
import { MediaFailure } from './failure';
import { isUnspecified } from '../sdp/address';
import type { Capabilities } from '../sdp/codecs';
import { advertisedBy, bindFor, type MediaAddresses } from './media-address';
import { Negotiation, peerOf, type Advertised } from './negotiation';
import { PortPool } from './port-pool';
import {
  hasPlace,
  isCrowded,
  placesOf,
  type Places,
  type PlacesTaken,
  type StreamPurpose,
} from './stream-places';
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

/** As what a purpose counts. */
const KINDS: Record<StreamPurpose, keyof PlacesTaken> = {
  ...{ caller: 'talks', talk: 'talks' },
  ...{ announcement: 'announcements', help: 'help' },
};

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
  private readonly places: Places;
  private readonly taken: PlacesTaken = { talks: 0, announcements: 0, help: 0 };
  private readonly advertised: Advertised;
  private lastKey = 0;

  constructor(private readonly options: StreamsOptions) {
    this.ports = new PortPool(options.ports);
    this.advertised = advertisedBy(options.addresses);
    this.places = placesOf(options.maxStreams);
  }

  /** So many are in use that callers should be offered something else than to wait. */
  get isCrowded(): boolean {
    return isCrowded(this.places, this.taken);
  }

  ownerOf(key: string): StreamOwner | null {
    return this.owners.get(key) ?? null;
  }

  /** It is another's from now on. */
  pass(key: string, owner: StreamOwner): void {
    if (this.owners.has(key)) this.owners.set(key, owner);
  }

  /**
   * A stream for whoever made the offer, or for nobody in particular. Rejects with `capacity` when those that
   * the purpose may have, or all ports, are in use, with `bad-sdp` or `no-codec` when the offer is to blame.
   */
  async open(
    link: WorkerLink,
    owner: StreamOwner,
    { offer, purpose }: { offer: string | null; purpose: StreamPurpose },
  ): Promise<OpenStream> {
    const { addresses, can } = this.options;
    const address = offer === null ? this.advertised.first : this.addressFor(offer);
    const giveBack = this.takePlace(purpose);
    const key = String(++this.lastKey);
    this.owners.set(key, owner);
    try {
      const bind = bindFor(addresses, address);
      const { taken, port } = await this.bind(link, { endpoint: key, address: bind });
      const release = (): void => {
        if (!this.owners.delete(key)) return;
        this.ports.giveBack(taken);
        giveBack();
      };
      const longPackets = purpose === 'announcement';
      const negotiation = new Negotiation(this.advertised, { port, can, address, longPackets });
      return { key, negotiation, release };
    } catch (error) {
      this.owners.delete(key);
      giveBack();
      throw error;
    }
  }

  /** Returns what gives it back. */
  private takePlace(purpose: StreamPurpose): () => void {
    const { places, taken } = this;
    if (!hasPlace(places, taken, purpose)) {
      const inUse = taken.talks + taken.announcements + taken.help;
      throw new MediaFailure(
        'capacity',
        `${inUse} of ${places.all} streams are in use: ${purpose}`,
      );
    }
    const kind = KINDS[purpose];
    taken[kind] += 1;
    return () => void (taken[kind] -= 1);
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
