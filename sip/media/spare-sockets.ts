/**
 * Sockets that are open before anybody needs them, a few at each worker: a worker answers between two turns of its own,
 * which are milliseconds while it writes recordings, and whoever is rung next would wait for that.
 */
import type { WorkerLink } from './worker-link';

/** Open in a worker under that name, on a port that was taken of ours. */
export interface BoundSocket {
  endpoint: string;
  taken: number;
  port: number;
}

/** At each address of a worker; two are used by a call, and others are opened meanwhile. */
const KEPT = 4;

interface Spares {
  ready: BoundSocket[];
  opening: number;
}

export interface SpareSocketsOptions {
  open: (link: WorkerLink, address: string) => Promise<BoundSocket>;
  /** So many ports are left that some may be held for nobody yet. */
  isPlenty: () => boolean;
  giveBack: (taken: number) => void;
}

export class SpareSockets {
  private readonly kept = new Map<WorkerLink, Map<string, Spares>>();

  constructor(private readonly options: SpareSocketsOptions) {}

  /** The one that was opened first; undefined when there is none, as for the first who asks. Others are opened. */
  take(link: WorkerLink, address: string): BoundSocket | undefined {
    const spares = this.of(link, address);
    const socket = spares.ready.shift();
    while (spares.ready.length + spares.opening < KEPT && this.options.isPlenty())
      void this.openOne(link, address, spares);
    return socket;
  }

  /** No port is left but theirs: closes one, and has its port; null when there is none. */
  async giveUp(): Promise<number | null> {
    for (const [link, addresses] of this.kept) {
      for (const { ready } of addresses.values()) {
        const socket = ready.pop();
        if (socket === undefined) continue;
        await link.request('close', { endpoint: socket.endpoint }).catch(() => undefined);
        return socket.taken;
      }
    }
    return null;
  }

  /** The worker is gone, and its sockets with it. */
  lost(link: WorkerLink): void {
    const addresses = this.kept.get(link)?.values() ?? [];
    this.kept.delete(link);
    for (const { ready } of addresses) for (const { taken } of ready) this.options.giveBack(taken);
  }

  private async openOne(link: WorkerLink, address: string, spares: Spares): Promise<void> {
    spares.opening += 1;
    // Whoever asks when there is none is told why there cannot be.
    const socket = await this.options.open(link, address).catch(() => null);
    spares.opening -= 1;
    if (socket === null) return;
    if (this.kept.get(link)?.get(address) === spares) spares.ready.push(socket);
    else this.options.giveBack(socket.taken);
  }

  private of(link: WorkerLink, address: string): Spares {
    const addresses = this.kept.get(link) ?? new Map<string, Spares>();
    const spares = addresses.get(address) ?? { ready: [], opening: 0 };
    this.kept.set(link, addresses.set(address, spares));
    return spares;
  }
}
