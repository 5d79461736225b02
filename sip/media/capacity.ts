/**
 * How many streams this machine carries, where MEDIA_MAX_STREAMS does not say it: measured once, before
 * there are any. What all modes of a stream share is a packet that is received and sent on; how much more
 * the whole of a recorded stream costs is known from the media bench, as a ratio that machines have in common.
 */
import { createSocket, type Socket } from 'node:dgram';

const HOST = '127.0.0.1';
const PACKET_BYTES = 172;
const PACKETS_A_SECOND = 50;
/**
 * CPU of a recorded stream over that of receiving and sending its packets (docs/performance.md, "The
 * media edge alone": recorded over plain, at most).
 */
const RECORDED_RATIO = 1.8;
/** Of each worker's core; the rest is for signalling, for the disk, and for packets not to wait in line. */
const SHARE = 0.6;
/** A slow machine's; taken when there is no loopback to measure by. */
export const UNMEASURED_MICROS = 15;
const LEAST = 50;
const MOST = 100_000;
/** The first part lets the compiler do its work and does not count. */
const WARM_UP_MS = 80;
const MEASURED_MS = 150;
/** Packets on their way at a time, as many as one turn of a loaded worker finds. */
const IN_FLIGHT = 16;
/** Loopback that loses them all does not hold up the start. */
const GIVE_UP_MS = 1000;

/** Streams that so many cores carry at this CPU time of one forwarded packet. Pure. */
export function streamsFor(forwardMicros: number, cores: number): number {
  const streamMsPerSecond = (PACKETS_A_SECOND * forwardMicros * RECORDED_RATIO) / 1000;
  const streams = Math.floor((cores * SHARE * 1000) / streamMsPerSecond);
  return Math.min(MOST, Math.max(LEAST, streams));
}

/**
 * CPU time, in microseconds, of receiving one packet and sending it on; takes less than 300 ms. CPU time,
 * because neighbours on the machine make a clock say anything. Rejects when there is no loopback.
 */
export async function measureForward(): Promise<number> {
  const [a, b] = await Promise.all([bind(), bind()]);
  try {
    return await pass(a, b);
  } finally {
    a.close();
    b.close();
  }
}

/** Two sockets throw packets to each other. */
function pass(a: Socket, b: Socket): Promise<number> {
  const [portOfA, portOfB] = [a.address().port, b.address().port];
  const startedAt = performance.now();
  let packets = 0;
  let cpu: NodeJS.CpuUsage | null = null;
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error('loopback loses packets')), GIVE_UP_MS);
    const forward = (socket: Socket, port: number) => (packet: Buffer) => {
      packets += 1;
      const elapsed = performance.now() - startedAt;
      if (cpu === null && elapsed >= WARM_UP_MS) {
        cpu = process.cpuUsage();
        packets = 0;
      }
      if (cpu === null || elapsed < WARM_UP_MS + MEASURED_MS) {
        socket.send(packet, port, HOST);
        return;
      }
      clearTimeout(giveUp);
      const { user, system } = process.cpuUsage(cpu);
      resolve((user + system) / packets);
    };
    a.on('message', forward(a, portOfB));
    b.on('message', forward(b, portOfA));
    for (let n = 0; n < IN_FLIGHT; n++) a.send(Buffer.alloc(PACKET_BYTES), portOfB, HOST);
  });
}

function bind(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, done) => done(null, host, 4),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, HOST, () => resolve(socket));
  });
}
