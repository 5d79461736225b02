/**
 * The sound of a test call: a phone of one codec (A-law) on loopback that sends silence, and a key's tone when it is
 * told to, and keeps how loud each frame was that it heard.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Loudness } from '../../domain/hotline/heard';
import {
  ALAW_TO_LINEAR,
  delayOf,
  encodeAlaw,
  G711_CONCEALED,
  HEADER_LENGTH,
  KeyTone,
  mosOf,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  ratingOf,
  sequenceDistance,
  sequenceOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from '../../../sip/index';
import { rms } from './sound';

const HOST = '127.0.0.1';
const PCMA: number = 8;
const FRAME = 160;
const FRAME_MS = 20;
/** Longer than a test call may be. */
const MOST_FRAMES = 3000;

export class Ear {
  private readonly levels: number[] = [];
  private readonly tone = new KeyTone(8000);
  private readonly packet = Buffer.alloc(HEADER_LENGTH + FRAME);
  private readonly samples = new Int16Array(FRAME);
  private sending: NodeJS.Timeout | undefined;
  private sent = 0;
  private received = 0;
  private first: { sequence: number; timestamp: number } | null = null;
  private last = 0;
  private before: { at: number; timestamp: number } | null = null;
  private jitterMs = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (packet) => this.hear(packet));
    socket.on('error', () => undefined);
  }

  static async open(): Promise<Ear> {
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return new Ear(socket);
  }

  /** What a caller's phone would offer. */
  get sdp(): string {
    return [
      'v=0',
      `o=test 1 1 IN IP4 ${HOST}`,
      's=-',
      `c=IN IP4 ${HOST}`,
      't=0 0',
      `m=audio ${this.socket.address().port} RTP/AVP ${PCMA}`,
      'a=ptime:20',
      'a=maxptime:20',
      '',
    ].join('\r\n');
  }

  /** How loud it was, frame by frame, from the first packet on; 0 where none came. */
  get heard(): Loudness {
    return this.levels;
  }

  /** Speaks to where the answer says. False when it says it in no way that we read. */
  talkTo(answer: string): boolean {
    const address = /^c=IN IP4 (\S+)/m.exec(answer)?.[1];
    const port = Number(/^m=audio (\d+) /m.exec(answer)?.[1]);
    if (address === undefined || !(port > 0)) return false;
    this.sending = setInterval(() => this.speak(address, port), FRAME_MS);
    return true;
  }

  press(key: string, ms: number): void {
    this.tone.press(key, ms * 8);
  }

  /** Null when nothing was heard. */
  mos(): number | null {
    if (this.first === null) return null;
    const expected = Math.max(this.received, sequenceDistance(this.first.sequence, this.last) + 1);
    const loss = 1 - this.received / expected;
    const delayMs = delayOf(null, this.jitterMs, FRAME_MS);
    const rating = ratingOf({ loss, burstRatio: 1, delayMs, codec: G711_CONCEALED });
    return Math.round(mosOf(rating) * 100) / 100;
  }

  close(): void {
    clearInterval(this.sending);
    this.socket.close();
  }

  private speak(address: string, port: number): void {
    this.tone.fill(this.samples, 0, FRAME);
    writeHeader(this.packet, 0, {
      marker: this.sent === 0,
      payloadType: PCMA,
      sequence: this.sent & 0xffff,
      timestamp: (this.sent * FRAME) >>> 0,
      ssrc: 1,
    });
    for (let i = 0; i < FRAME; i++)
      this.packet[HEADER_LENGTH + i] = encodeAlaw(this.samples[i] as number);
    this.sent += 1;
    this.socket.send(Buffer.from(this.packet), port, address, () => undefined);
  }

  private hear(packet: Buffer): void {
    const start = payloadStart(packet);
    if (start < 0 || payloadTypeOf(packet) !== PCMA) return;
    const [sequence, timestamp] = [sequenceOf(packet), timestampOf(packet)];
    this.first ??= { sequence, timestamp };
    this.received += 1;
    this.last = sequence;
    this.time(timestamp);
    const payload = packet.subarray(start, payloadEnd(packet, start));
    const at = Math.floor(timestampDistance(this.first.timestamp, timestamp) / FRAME);
    if (at < 0 || at >= MOST_FRAMES) return;
    while (this.levels.length < at) this.levels.push(0);
    this.levels[at] = rms(Array.from(payload, (byte) => ALAW_TO_LINEAR[byte] as number));
  }

  /** RFC 3550 §6.4.1. */
  private time(timestamp: number): void {
    const at = performance.now();
    if (this.before !== null) {
      const sent = timestampDistance(this.before.timestamp, timestamp) / 8;
      const late = Math.abs(at - this.before.at - sent);
      this.jitterMs += (late - this.jitterMs) / 16;
    }
    this.before = { at, timestamp };
  }
}
