import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Flow, Listener, ListenOptions, Target } from './flow';

/** SIP over UDP: one datagram, one message. Datagrams that are only CRLF (keep-alives) are dropped. */
export class UdpListener implements Listener {
  readonly protocol = 'udp';

  private constructor(
    private readonly socket: Socket,
    readonly host: string,
    readonly port: number,
    private readonly advertised: (peer: string) => string,
  ) {}

  /** Resolves when bound; rejects with the system's error when the port is taken. */
  static open(options: ListenOptions): Promise<UdpListener> {
    const { host, port, admit, receive, advertised } = options;
    const socket = createSocket({
      type: isIPv6(host) ? 'udp6' : 'udp4',
      // IPv4 has listeners of its own: their peers are not to appear as ::ffff:192.0.2.1.
      ipv6Only: isIPv6(host),
      // Destinations are always literal addresses here: the resolver's detour costs 5 µs a packet.
      lookup: (address, _options, done) => done(null, address, isIPv6(address) ? 6 : 4),
      recvBufferSize: 4 * 1024 * 1024,
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, host, () => {
        socket.off('error', reject);
        // A send error has its own callback; what remains concerns no call.
        socket.on('error', () => undefined);
        const listener = new UdpListener(socket, host, socket.address().port, advertised);
        socket.on('message', (data, from) => {
          if (data.length < 20 || !admit(from.address)) return;
          receive(data.toString('latin1'), listener.flow(from.address, from.port));
        });
        resolve(listener);
      });
    });
  }

  connection(): undefined {
    return undefined;
  }

  certify(): void {
    // Datagrams have no certificate.
  }

  flowTo(target: Target): Flow {
    return this.flow(target.address, target.port);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  private flow(address: string, port: number): Flow {
    return new UdpFlow(this.socket, address, port, this.advertised(address), this.port);
  }
}

class UdpFlow implements Flow {
  readonly protocol = 'udp';
  readonly reliable = false;

  constructor(
    private readonly socket: Socket,
    readonly address: string,
    readonly port: number,
    readonly localHost: string,
    readonly localPort: number,
  ) {}

  get id(): string {
    return `udp:${this.address}:${this.port}`;
  }

  send(text: string, failed: (error: Error) => void): void {
    try {
      this.socket.send(Buffer.from(text, 'latin1'), this.port, this.address, (error) => {
        if (error) failed(error);
      });
    } catch (error) {
      // The socket is closed already: the edge is stopping.
      setImmediate(failed, error as Error);
    }
  }
}
