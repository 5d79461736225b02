/**
 * What encryption costs: CPU to protect and unprotect packets of 20 ms G.711, the best of five rounds for
 * each suite.
 *
 *     npx tsx test/bench/srtp.ts
 */
import type { SrtpSuite } from '../../sip/rtp/srtp/key-derivation';
import { SrtpReceiver } from '../../sip/rtp/srtp/receiver';
import { SrtpSender } from '../../sip/rtp/srtp/sender';

const PACKETS = 20_000;
const ROUNDS = 5;
const SUITES: SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
];

function round(suite: SrtpSuite): { protectUs: number; unprotectUs: number } {
  const key = Buffer.alloc(suite === 'AEAD_AES_128_GCM' ? 28 : 30, 7).toString('base64');
  const sender = new SrtpSender({ suite, key, mkiBytes: 0 });
  const receiver = new SrtpReceiver({ suite, key, mkiBytes: 0 }, { forged: 0, repeated: 0 });
  const packet = Buffer.alloc(172);
  packet[0] = 0x80;
  const sent: Buffer[] = Array.from({ length: PACKETS }, () => Buffer.alloc(packet.length + 16));
  const begin = cpuUs();
  for (let i = 0; i < PACKETS; i++) {
    packet.writeUInt16BE(i, 2);
    const sealed = sender.rtp(packet) as Buffer;
    const kept = sent[i] as Buffer;
    sealed.copy(kept);
    sent[i] = kept.subarray(0, sealed.length);
  }
  const middle = cpuUs();
  for (const one of sent) {
    if (receiver.rtp(one) === null) throw new Error('a packet was not accepted');
  }
  return {
    protectUs: (middle - begin) / PACKETS,
    unprotectUs: (cpuUs() - middle) / PACKETS,
  };
}

/** Of all threads of the process: the garbage of the packets is cleared away in it. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

for (const suite of SUITES) {
  const rounds = Array.from({ length: ROUNDS }, () => round(suite));
  const best = (of: (one: (typeof rounds)[number]) => number): number =>
    Math.round(100 * Math.min(...rounds.map(of))) / 100;
  const line = {
    suite,
    protectUs: best((one) => one.protectUs),
    unprotectUs: best((one) => one.unprotectUs),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
