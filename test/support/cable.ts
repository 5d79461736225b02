import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP connection's way to a server that can be cut: both ends see it die, and may connect again. */
export interface Cable {
  host: string;
  port: number;
  /** Bytes that came from the server, of all connections. */
  carried(): number;
  cut(): void;
  /** Cuts itself, once, when so many bytes more have come from the server. */
  cutAfter(bytes: number): void;
  /** What comes from the server waits on the way, until `letGo`. */
  hold(): void;
  letGo(): void;
  close(): void;
}

export async function cableTo(place: { host: string; port: number }): Promise<Cable> {
  const ends = new Set<Socket>();
  const nearEnds = new Set<Socket>();
  let carried = 0;
  let end = Infinity;
  const server = createServer((near) => {
    const far = connect(place);
    nearEnds.add(near);
    near.on('close', () => nearEnds.delete(near));
    far.on('data', (data: Buffer) => {
      carried += data.length;
      if (carried < end) return;
      end = Infinity;
      cut();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        ends.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    carried: () => carried,
    cut,
    cutAfter: (bytes) => {
      end = carried + bytes;
    },
    hold: () => nearEnds.forEach((near) => near.cork()),
    letGo: () => nearEnds.forEach((near) => near.uncork()),
    close: () => {
      server.close();
      cut();
    },
  };
}
