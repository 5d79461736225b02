import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeHeader } from '../../sip/rtp/packet';
import { isRtcp } from '../../sip/rtp/rtcp';
import { ALAW_TO_LINEAR } from '../../sip/rtp/g711';
import { tonePayload } from '../support/tone';
import type { Random } from './random';

/**
 * A far side behind a bad network: its packets are lost, delayed by up to 60 ms and so overtake each other;
 * its clock runs wrong by up to 200 ppm; in the middle its SSRC is another; it presses keys. All of that,
 * but not the moments of the machine, follows from the random source.
 */
export interface HeardFrame {
  sequence: number;
  timestamp: number;
  ssrc: number;
  payloadType: number;
  payload: Buffer;
}

const JITTER_MS = 60;
const LOSS = 0.03;
const SKEW_PPM = 200;
const PCMA = 8;
const KEY = 101;
/** Silence before another SSRC, so that no packet of the one before overtakes it. */
const CHANGE_MS = 120;
const KEY_PACKETS = 6;
const LOOK_MS = 2;

export class FarEnd {
  readonly heard: HeardFrame[] = [];
  /** Packets that were sent, and those that never were between two that were. */
  sent = 0;
  dropped = 0;
  /** Packets of key presses, lost ones among them. */
  keyed = 0;
  readonly ptimeMs: number;
  private readonly frameMs: number;
  private readonly queue: { at: number; packet: Buffer }[] = [];
  private stream: { ssrc: number; sequence: number; timestamp: number };
  private frames = 0;
  private nextAt = 0;
  private keysLeft = 0;
  private keyFrames = 0;
  private mayLose = false;
  private timer: NodeJS.Timeout | null = null;
  private remote = 0;
  /** Given to the socket, and not gone yet. */
  private leaving = 0;
  /** Told whenever nothing is on its way. */
  private gone: () => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly hz: number,
    private readonly random: Random,
  ) {
    this.ptimeMs = random.chance(0.5) ? 40 : 20;
    this.frameMs = this.ptimeMs * (1 + ((2 * random.next() - 1) * SKEW_PPM) / 1e6);
    this.stream = this.newStream();
    socket.on('message', (packet) => this.hear(packet));
  }

  /** Its tone is a multiple of 50 Hz: each frame begins anew, and loss breaks none. */
  static async open(hz: number, random: Random): Promise<FarEnd> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new FarEnd(socket, hz, random);
  }

  sdp(version = 1, direction = 'sendrecv'): string {
    const lines = ['v=0', `o=far 1 ${version} IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1'];
    const { port } = this.socket.address();
    const media = [`m=audio ${port} RTP/AVP 8 101`, 'a=rtpmap:101 telephone-event/8000'];
    return [...lines, 't=0 0', ...media, `a=ptime:${this.ptimeMs}`, `a=${direction}`, ''].join(
      '\r\n',
    );
  }

  talkTo(sdp: string): void {
    this.remote = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    this.nextAt = performance.now();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  pressKey(): void {
    this.keysLeft = KEY_PACKETS;
  }

  /** The next packet has another SSRC, sequence and timestamp. */
  changeStream(): void {
    this.speakOnce();
    this.stream = this.newStream();
    this.nextAt = performance.now() + CHANGE_MS;
    this.mayLose = false;
  }

  /** A last packet that is not lost; resolves when all that was delayed has gone. */
  async hush(): Promise<void> {
    this.speakOnce();
    this.nextAt = Number.POSITIVE_INFINITY;
    await new Promise<void>((gone) => (this.gone = gone));
    if (this.timer !== null) clearInterval(this.timer);
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.socket.close();
  }

  private newStream() {
    const below = (limit: number): number => this.random.below(limit);
    return { ssrc: below(2 ** 32), sequence: below(2 ** 16), timestamp: below(2 ** 32) };
  }

  private look(): void {
    const now = performance.now();
    for (; this.nextAt <= now; this.nextAt += this.frameMs) this.speak(this.nextAt);
    for (let i = 0; i < this.queue.length;) {
      const due = this.queue[i];
      if (due === undefined || due.at > now) i += 1;
      else {
        this.queue.splice(i, 1);
        this.leaving += 1;
        this.socket.send(due.packet, this.remote, '127.0.0.1', () => this.left());
      }
    }
    if (this.queue.length + this.leaving === 0) this.gone();
  }

  private left(): void {
    this.leaving -= 1;
    if (this.queue.length + this.leaving === 0) this.gone();
  }

  private speakOnce(): void {
    this.mayLose = false;
    this.keysLeft = 0;
    this.speak(performance.now());
  }

  private speak(at: number): void {
    const lost = this.mayLose && this.random.chance(LOSS);
    const delay = this.random.below(JITTER_MS);
    this.mayLose = true;
    const packet = this.keysLeft > 0 ? this.keyPacket() : this.tonePacket();
    this.stream.sequence = (this.stream.sequence + 1) & 0xffff;
    if (lost) {
      this.dropped += 1;
      return;
    }
    this.sent += 1;
    this.queue.push({ at: at + delay, packet });
  }

  private tonePacket(): Buffer {
    const samples = this.ptimeMs * 8;
    const payload = tonePayload('PCMA', this.hz, (this.frames * samples) % 8000, samples);
    this.frames += 1;
    this.stream.timestamp = (this.stream.timestamp + samples + this.keyFrames * samples) >>> 0;
    this.keyFrames = 0;
    return this.packet(PCMA, payload);
  }

  /** All of a press carry the timestamp of its beginning. */
  private keyPacket(): Buffer {
    const at = KEY_PACKETS - this.keysLeft;
    this.keysLeft -= 1;
    this.keyFrames += 1;
    this.keyed += 1;
    const end = this.keysLeft < 3 ? 0x80 : 0;
    const payload = Buffer.from([5, end | 10, 0, 0]);
    payload.writeUInt16BE((at + 1) * this.ptimeMs * 8, 2);
    return this.packet(KEY, payload);
  }

  private packet(payloadType: number, payload: Buffer): Buffer {
    const packet = Buffer.alloc(12 + payload.length);
    writeHeader(packet, 0, { marker: false, payloadType, ...this.stream });
    payload.copy(packet, 12);
    return packet;
  }

  private hear(packet: Buffer): void {
    if (isRtcp(packet)) return;
    this.heard.push({
      payloadType: packet.readUInt8(1) & 0x7f,
      sequence: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
      ssrc: packet.readUInt32BE(8),
      payload: Buffer.from(packet.subarray(12)),
    });
  }
}

/** A-law as 16 bit samples. */
export function linear(payload: Uint8Array): Int16Array {
  return Int16Array.from(payload, (byte) => ALAW_TO_LINEAR[byte] as number);
}
