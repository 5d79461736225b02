/** How far our clock is from a time server's (SNTP, RFC 4330), asked once over UDP. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

export interface SntpServer {
  host: string;
  port: number;
}

export type SntpAnswer = { offsetMs: number; delayMs: number } | { why: string };

const PACKET = 48;
/** 1900-01-01 to 1970-01-01. */
const ERA_SECONDS = 2_208_988_800;
const PATIENCE_MS = 2000;
/** Version 4, client. */
const ASK = 0x23;

/** Never rejects. A positive offset: the server is ahead of us. `now`: ours, milliseconds since 1970. */
export function askSntp(
  { host, port }: SntpServer,
  { now, patienceMs = PATIENCE_MS }: { now: () => number; patienceMs?: number },
): Promise<SntpAnswer> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const packet = Buffer.alloc(PACKET);
    packet[0] = ASK;
    // The server gives it back: a word that nobody who does not see the question can guess (§5).
    const word = randomBytes(8);
    word.copy(packet, 40);
    let sentAt = 0;
    const done = (answer: SntpAnswer) => {
      clearTimeout(late);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const late = setTimeout(() => done({ why: 'no answer' }), patienceMs);
    socket.on('error', ({ message }) => done({ why: message }));
    socket.on('message', (answer) => {
      const read = readSntp(answer, { word, sentAt, at: now() });
      // What is not the answer to our question is nobody's.
      if (read !== null) done(read);
    });
    socket.connect(port, host, () => {
      sentAt = now();
      socket.send(packet);
    });
  });
}

/** What an answer says; null when it is none to this question. */
export function readSntp(
  answer: Buffer,
  { word, sentAt, at }: { word: Buffer; sentAt: number; at: number },
): SntpAnswer | null {
  if (answer.length < PACKET || !answer.subarray(24, 32).equals(word)) return null;
  const [first = 0, stratum = 0] = answer;
  if ((first & 0x07) !== 4) return null;
  // A server without a time says so: it is not set (leap indicator 3), or wants no questions (stratum 0).
  if (first >> 6 === 3 || stratum === 0 || stratum > 15) return { why: 'the server has no time' };
  const [receivedAt, answeredAt] = [timeIn(answer, 32), timeIn(answer, 40)];
  const offsetMs = (receivedAt - sentAt + (answeredAt - at)) / 2;
  return { offsetMs, delayMs: at - sentAt - (answeredAt - receivedAt) };
}

function timeIn(packet: Buffer, offset: number): number {
  const seconds = packet.readUInt32BE(offset);
  // From 2036 on the seconds begin anew (§3).
  const era = seconds < 0x80000000 ? 2 ** 32 : 0;
  return (seconds + era - ERA_SECONDS + packet.readUInt32BE(offset + 4) / 2 ** 32) * 1000;
}
