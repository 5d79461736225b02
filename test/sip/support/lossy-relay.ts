import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Random } from '../../simulation/random';

/** How badly the relay treats datagrams; probabilities and milliseconds. */
export interface Weather {
  loss: number;
  duplicate: number;
  /** This share of them is held back, so that later ones overtake. */
  late: number;
  latestMs: number;
}

/** An engine as the relay sees it. */
export interface RelayEnd {
  host: string;
  port: number;
}

/**
 * A network between two engines that loses, doubles and reorders datagrams, decided by a seed. Each
 * engine advertises the relay's address with its own port, so all that the other one sends to it
 * comes through here, and seems to come from the other one's advertised address.
 */
export class LossyRelay {
  passed = 0;
  lost = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private sockets: Socket[] = [];

  private constructor(
    private readonly weather: Weather,
    private readonly random: Random,
  ) {}

  static async between(
    host: string,
    [a, b]: [RelayEnd, RelayEnd],
    weather: Weather,
    random: Random,
  ): Promise<LossyRelay> {
    const relay = new LossyRelay(weather, random);
    const [atA, atB] = await Promise.all([open(host, a.port), open(host, b.port)]);
    relay.sockets = [atA, atB];
    atA.on('message', (data) => relay.pass(data, atB, a));
    atB.on('message', (data) => relay.pass(data, atA, b));
    return relay;
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    for (const socket of this.sockets) socket.close();
  }

  private pass(data: Buffer, by: Socket, to: RelayEnd): void {
    const { loss, duplicate } = this.weather;
    if (this.random.chance(loss)) {
      this.lost++;
      return;
    }
    this.passed++;
    this.deliver(data, by, to);
    if (this.random.chance(duplicate)) this.deliver(data, by, to);
  }

  private deliver(data: Buffer, by: Socket, to: RelayEnd): void {
    const { late, latestMs } = this.weather;
    if (!this.random.chance(late)) return by.send(data, to.port, to.host);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      by.send(data, to.port, to.host);
    }, this.random.below(latestMs));
    this.timers.add(timer);
  }
}

async function open(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.bind(port, host);
  await once(socket, 'listening');
  return socket;
}
