/** Whether an address can be listened on now, by trying it. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { connect } from 'node:net';

export type PortState = 'free' | 'taken' | 'not-ours' | 'kept';

const STATES: Record<string, PortState> = {
  EADDRINUSE: 'taken',
  EADDRNOTAVAIL: 'not-ours',
  EACCES: 'kept',
};
const CONNECT_MS = 2000;

/** Never rejects; what fails otherwise is for the program that starts to say. */
export function portState(host: string, port: number, udp: boolean): Promise<PortState> {
  return new Promise((resolve) => {
    const failed = ({ code = '' }: NodeJS.ErrnoException) => resolve(STATES[code] ?? 'free');
    if (udp) {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', failed);
      socket.bind({ port, address: host, exclusive: true }, () =>
        socket.close(() => resolve('free')),
      );
      return;
    }
    const server = createServer();
    server.once('error', failed);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

/** Sockets that are open at a time. */
const TRIED_TOGETHER = 64;

/** How many UDP ports of a range somebody has. */
export async function takenIn([low, high]: readonly [low: number, high: number]): Promise<number> {
  let taken = 0;
  for (let from = low; from <= high; from += TRIED_TOGETHER) {
    const count = Math.min(TRIED_TOGETHER, high - from + 1);
    const tried = Array.from({ length: count }, (_, n) => portState('0.0.0.0', from + n, true));
    for (const state of await Promise.all(tried)) taken += Number(state !== 'free');
  }
  return taken;
}

/** Whether somebody listens there. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const done = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}
