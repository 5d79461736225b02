/**
 * Who may have another RTP stream: asks stream-places.ts, gives each endpoint a port and a name of its own
 * in its worker, and knows whose endpoint such a name is. Those at rest (rest.ts) have a name only: in descriptions they
 * share one port of their worker.
 */
import { MediaFailure } from './failure';
import { isUnspecified } from '../sdp/address';
import type { Capabilities } from '../sdp/codecs';
import { advertisedBy, bindFor, type MediaAddresses } from './media-address';
import { Negotiation, peerOf, type Advertised } from './negotiation';
import { PortPool } from './port-pool';
import { Rest } from './rest';
import { SpareSockets, type BoundSocket } from './spare-sockets';
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
  /** Its name in the worker; perhaps another one when its rest ends. */
  key: string;
  negotiation: Negotiation;
  /** While it is at rest: neither place nor socket is its. */
  rest: Rest | null;
  /**
   * Ends its rest: takes a place for that purpose, `begun` whether there is one or not because somebody is about to
   * talk with it, and opens its socket. Rejects as `open` does; it rests on then.
   */
  begin: (purpose: StreamPurpose | 'begun') => Promise<void>;
  /** Gives port and place back; the socket is closed by then. */
  release: () => void;
}

/** As what a purpose counts. */
const KINDS: Record<StreamPurpose | 'begun', keyof PlacesTaken> = {
  ...{ caller: 'talks', talk: 'talks', begun: 'talks' },
  ...{ announcement: 'announcements', help: 'help' },
};

/** What one worker has. */
interface Carried {
  streams: number;
  /** The port of those at rest, by the address that it is bound to. */
  resting: Map<string, Promise<{ taken: number; port: number }>>;
}

/** Ports of other programs that are passed over before an endpoint is refused. */
const MAX_PORT_TRIES = 50;
/** With fewer left none is held for who may come. */
const PLENTY_OF_PORTS = 64;

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
  private readonly perWorker = new Map<WorkerLink, Carried>();
  private readonly spares: SpareSockets;
  private lastKey = 0;

  constructor(private readonly options: StreamsOptions) {
    this.ports = new PortPool(options.ports);
    this.spares = new SpareSockets({
      open: (link, address) => this.bind(link, address),
      isPlenty: () => this.ports.left >= PLENTY_OF_PORTS,
      giveBack: (taken) => this.ports.giveBack(taken),
    });
    this.advertised = advertisedBy(options.addresses);
    this.places = placesOf(options.maxStreams);
  }

  /** So many are in use that callers should be offered something else than to wait. */
  get isCrowded(): boolean {
    return isCrowded(this.places, this.taken);
  }

  /** How many a worker carries. */
  carriedBy(link: WorkerLink): number {
    return this.perWorker.get(link)?.streams ?? 0;
  }

  /** The worker is gone, and its sockets with it; streams that it carried are released on their own. */
  lost(link: WorkerLink): void {
    for (const resting of this.perWorker.get(link)?.resting.values() ?? [])
      resting.then(({ taken }) => this.ports.giveBack(taken)).catch(() => undefined);
    this.perWorker.delete(link);
    this.spares.lost(link);
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
    const stream = this.named(link, owner, offer, purpose === 'announcement');
    try {
      await stream.begin(purpose);
      return stream;
    } catch (error) {
      stream.release();
      throw error;
    }
  }

  /** A stream that stands still, as its offer says, until it has to begin. Rejects like `open`, without places. */
  async rest(link: WorkerLink, owner: StreamOwner, offer: string): Promise<OpenStream> {
    const stream = this.named(link, owner, offer, false);
    try {
      stream.negotiation.moveTo(await this.restingPort(link, this.addressFor(offer)));
      return stream;
    } catch (error) {
      stream.release();
      throw error;
    }
  }

  /** At rest, and with no port to be described by yet. */
  private named(
    link: WorkerLink,
    owner: StreamOwner,
    offer: string | null,
    longPackets: boolean,
  ): OpenStream {
    const { addresses, can } = this.options;
    const address = offer === null ? this.advertised.first : this.addressFor(offer);
    let giveBack = (): void => undefined;
    const negotiation = new Negotiation(this.advertised, { port: 0, can, address, longPackets });
    const stream: OpenStream = {
      ...{ key: this.newKey(), negotiation, rest: new Rest() },
      begin: async (purpose) => {
        const placeGone = this.takePlace(link, purpose);
        try {
          const bind = bindFor(addresses, address);
          const spare = this.spares.take(link, bind);
          const socket = spare ?? (await this.bind(link, bind, stream.key));
          giveBack = () => (this.ports.giveBack(socket.taken), placeGone());
          this.rename(stream, socket.endpoint);
          negotiation.moveTo(socket.port);
          stream.rest = null;
        } catch (error) {
          placeGone();
          throw error;
        }
      },
      release: () => {
        if (this.owners.delete(stream.key)) giveBack();
      },
    };
    this.owners.set(stream.key, owner);
    return stream;
  }

  private rename(stream: OpenStream, key: string): void {
    const owner = this.owners.get(stream.key);
    this.owners.delete(stream.key);
    if (owner !== undefined) this.owners.set(key, owner);
    stream.key = key;
  }

  private newKey(): string {
    return String(++this.lastKey);
  }

  /** Its socket is open, so that nobody else has it; whatever comes there is a stranger's. */
  private async restingPort(link: WorkerLink, address: string): Promise<number> {
    const { resting } = this.carried(link);
    const bind = bindFor(this.options.addresses, address);
    const known = resting.get(bind);
    if (known !== undefined) return (await known).port;
    const opened = this.bind(link, bind);
    resting.set(bind, opened);
    opened.catch(() => resting.delete(bind));
    return (await opened).port;
  }

  private carried(link: WorkerLink): Carried {
    const carried = this.perWorker.get(link) ?? { streams: 0, resting: new Map() };
    this.perWorker.set(link, carried);
    return carried;
  }

  /** Returns what gives it back. */
  private takePlace(link: WorkerLink, purpose: StreamPurpose | 'begun'): () => void {
    const { places, taken } = this;
    if (purpose !== 'begun' && !hasPlace(places, taken, purpose)) {
      const inUse = taken.talks + taken.announcements + taken.help;
      throw new MediaFailure(
        'capacity',
        `${inUse} of ${places.all} streams are in use: ${purpose}`,
      );
    }
    const kind = KINDS[purpose];
    const carried = this.carried(link);
    taken[kind] += 1;
    carried.streams += 1;
    return () => {
      taken[kind] -= 1;
      carried.streams -= 1;
    };
  }

  private addressFor(offer: string): string {
    const peer = peerOf(offer, this.options.can);
    const address = isUnspecified(peer) ? this.advertised.first : this.advertised.to(peer);
    if (address === null) throw new MediaFailure('bad-sdp', `no address of ours for ${peer}`);
    return address;
  }

  private async bind(
    link: WorkerLink,
    address: string,
    endpoint = this.newKey(),
  ): Promise<BoundSocket> {
    for (let tries = 0; tries < MAX_PORT_TRIES; tries++) {
      const taken = this.ports.take() ?? (await this.spares.giveUp());
      if (taken === null) break;
      try {
        const { port } = await link.request('open', { endpoint, address, port: taken });
        return { endpoint, taken, port };
      } catch (error) {
        this.ports.giveBack(taken);
        if (!(error instanceof PortTaken)) throw error;
      }
    }
    throw new MediaFailure('capacity', 'no media port is free');
  }
}
