import { createSocket, type Socket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromRtpWorker, ToRtpWorker } from './rtp-load';

/**
 * Thread of rtp-load.ts: one socket that speaks for all callers, one that returns what the agents
 * hear, as `sipp -rtp_echo` does. Streams are spread over the 20 ms of a packet, so that the product
 * does not see bursts that no carrier makes.
 */
const SLOT_MS = 2;
const SLOTS = 20 / SLOT_MS;
const HEADER_BYTES = 12;
const SAMPLES = 160;
const PCMA = 8;

interface Stream {
  host: string;
  port: number;
  packet: Buffer;
  sequence: number;
  timestamp: number;
}

const slots: Map<number, Stream>[] = Array.from({ length: SLOTS }, () => new Map());
const counts = { sent: 0, echoed: 0, returned: 0 };
/** Port that spoke to the callers -> its packets, since it was asked. */
const heard = new Map<number, number>();
const { host } = workerData as { host: string };

function newStream(ssrc: number, host: string, port: number): Stream {
  const packet = Buffer.alloc(HEADER_BYTES + SAMPLES);
  packet[0] = 0x80;
  packet[1] = PCMA;
  packet.writeUInt32BE(ssrc, 8);
  // A loud hum with overtones: any bytes are A-law, and silence would be cheap to somebody.
  for (let n = 0; n < SAMPLES; n += 1) packet[HEADER_BYTES + n] = 0xd5 ^ ((n * 7) % 64);
  return { host, port, packet, sequence: 1, timestamp: 0 };
}

function speak(socket: Socket, stream: Stream): void {
  stream.packet.writeUInt16BE((stream.sequence += 1) & 0xffff, 2);
  stream.packet.writeUInt32BE((stream.timestamp += SAMPLES) >>> 0, 4);
  socket.send(stream.packet, stream.port, stream.host);
  counts.sent += 1;
}

/** Timers drift and skip; the clock says how many slots are due. */
function startSpeaking(socket: Socket): NodeJS.Timeout {
  let slot = Math.floor(performance.now() / SLOT_MS);
  return setInterval(() => {
    const now = Math.floor(performance.now() / SLOT_MS);
    for (; slot < now; slot += 1) {
      for (const stream of slots[slot % SLOTS]?.values() ?? []) speak(socket, stream);
    }
  }, SLOT_MS);
}

function bind(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 8 * 1024 * 1024,
    sendBufferSize: 4 * 1024 * 1024,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, () => resolve(socket));
  });
}

function reply(message: FromRtpWorker): void {
  parentPort?.postMessage(message);
}

async function main(): Promise<void> {
  const [callers, agents] = await Promise.all([bind(), bind()]);
  callers.on('message', (_packet, { port }) => {
    counts.returned += 1;
    heard.set(port, (heard.get(port) ?? 0) + 1);
  });
  agents.on('message', (packet, remote) => {
    agents.send(packet, remote.port, remote.address);
    counts.echoed += 1;
  });
  startSpeaking(callers);
  parentPort?.on('message', (message: ToRtpWorker) => {
    if (message.type === 'add') {
      const { stream, host, port } = message;
      slots[stream % SLOTS]?.set(stream, newStream(stream + 1, host, port));
    } else if (message.type === 'remove') {
      slots[message.stream % SLOTS]?.delete(message.stream);
    } else if (message.type === 'hear') {
      reply({ type: 'heard', packets: [...heard.values()] });
      heard.clear();
    } else {
      reply({ type: 'counts', ...counts });
    }
  });
  reply({ type: 'ready', callerPort: callers.address().port, agentPort: agents.address().port });
}

void main();
