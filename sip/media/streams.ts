/**
 * Who may have another RTP stream: keeps the count below `maxStreams`, gives each endpoint a port
 * and a name of its own in its worker, and knows whose endpoint such a name is.
 */
import { MediaFailure } from './failure';
import { Negotiation, type Advertised } from './negotiation';
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

export class Streams {
  private readonly ports: PortPool;
  private readonly owners = new Map<string, StreamOwner>();
  private lastKey = 0;

  constructor(
    ports: readonly [low: number, high: number],
    private readonly advertised: Advertised,
    private readonly maxStreams: number,
  ) {
    this.ports = new PortPool(ports);
  }

  ownerOf(key: string): StreamOwner | null {
    return this.owners.get(key) ?? null;
  }

  /** Rejects with `capacity` when streams or ports are all in use. */
  async open(link: WorkerLink, owner: StreamOwner): Promise<OpenStream> {
    if (this.owners.size >= this.maxStreams) {
      throw new MediaFailure('capacity', `${this.maxStreams} streams are in use`);
    }
    const key = String(++this.lastKey);
    this.owners.set(key, owner);
    try {
      const { taken, port } = await this.bind(link, key);
      const release = (): void => {
        if (this.owners.delete(key)) this.ports.giveBack(taken);
      };
      return { key, negotiation: new Negotiation(this.advertised, port), release };
    } catch (error) {
      this.owners.delete(key);
      throw error;
    }
  }

  private async bind(link: WorkerLink, key: string): Promise<{ taken: number; port: number }> {
    for (let tries = 0; tries < MAX_PORT_TRIES; tries++) {
      const taken = this.ports.take();
      if (taken === null) break;
      try {
        return { taken, ...(await link.request('open', { endpoint: key, port: taken })) };
      } catch (error) {
        this.ports.giveBack(taken);
        if (!(error instanceof PortTaken)) throw error;
      }
    }
    throw new MediaFailure('capacity', 'no media port is free');
  }
}
