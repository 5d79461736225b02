/**
 * The audio half of a phone: a UDP port that sends a tone as RTP in real time and keeps what it hears.
 * Signalling, if any, is the test's own.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { isRtcp } from '../../sip/rtp/rtcp';
import { highOf, lowOf } from '../../sip/rtp/dtmf/keys';
import { TelephoneEventWriter } from '../../sip/rtp/dtmf/telephone-event-writer';
import { Downsampler } from '../../sip/rtp/resample';
import {
  decode,
  decodeWide,
  pairPayload,
  toneShare,
  tonePayload,
  type Law,
  type Voice,
} from './tone';

export interface TonePhoneOptions {
  law?: Voice;
  /** Milliseconds of a packet of its own, 20 by default. */
  ptime?: number;
  /** Hertz; the tone it sends. */
  tone: number;
  /** Payload type of the telephone events (RFC 4733) that its SDP names; none without it. */
  events?: number;
  /** Loopback of IPv4 by default. */
  address?: string;
}

/** What it heard, packet by packet. */
export interface HeardPacket {
  /** Milliseconds of the monotonic clock. */
  at: number;
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Buffer;
}

/** A key that is down: by events, or by a pair of tones until a timestamp. */
interface Press {
  writer: TelephoneEventWriter | null;
  pair: [number, number];
  until: number;
  begin: number;
  over: () => void;
}

/** Static payload types (RFC 3551 §6). */
const TYPES: Record<Voice, number> = { PCMA: 8, PCMU: 0, G722: 9 };
const COMFORT_NOISE = 13;
const TICKS_PER_MS = 8;
/** Sound before what is judged, from which a G.722 decoder learns. */
const LEARNT_PACKETS = 10;
/** How much sound is judged at a time. */
const JUDGED_FRAMES = 10;

export class TonePhone {
  readonly heard: HeardPacket[] = [];
  private readonly waiters = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;
  private frames = 0;
  private readonly payloads: string[] = [];
  private sequence = 4711;
  private timestamp = 160_000;
  private remote: { address: string; port: number } | null = null;
  private readonly law: Voice;
  /** Milliseconds and ticks of a packet of its own. */
  private readonly ptime: number;
  private readonly frameSamples: number;
  tone: number;
  private readonly events: number | undefined;
  private press: Press | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly ssrc: number,
    options: TonePhoneOptions,
  ) {
    this.law = options.law ?? 'PCMA';
    this.ptime = options.ptime ?? 20;
    this.frameSamples = this.ptime * TICKS_PER_MS;
    this.tone = options.tone;
    this.events = options.events;
    socket.on('message', (packet) => this.receive(packet));
  }

  static async open(options: TonePhoneOptions): Promise<TonePhone> {
    const { address = '127.0.0.1' } = options;
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new TonePhone(socket, (socket.address().port << 8) >>> 0, options);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** SDP of one audio stream at this phone; `extra` lines are added to the stream. */
  sdp(laws: Voice[] = [this.law], extra: string[] = []): string {
    const { address, port } = this.socket.address();
    const family = isIPv6(address) ? 'IP6' : 'IP4';
    const { events } = this;
    const types = laws.map((law) => TYPES[law]);
    return [
      'v=0',
      `o=phone 1 1 IN ${family} ${address}`,
      's=-',
      `c=IN ${family} ${address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP ${[...types, ...(events === undefined ? [] : [events])].join(' ')}`,
      ...(events === undefined ? [] : [`a=rtpmap:${events} telephone-event/8000`]),
      ...extra,
      '',
    ].join('\r\n');
  }

  /** Sends its tone in real time to where an SDP of the far side says. */
  talkTo(sdp: string): void {
    const address = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    if (address === undefined || !(port > 0)) throw new Error(`no audio in ${sdp}`);
    this.talkToAddress({ address, port });
  }

  talkToAddress(remote: { address: string; port: number }): void {
    this.remote = remote;
    this.hush();
    const startedAt = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      const due = Math.floor((performance.now() - startedAt) / this.ptime) + 1;
      for (; sent < due; sent++) this.sendFrame();
    }, this.ptime / 2);
  }

  /** Stops sending; goes on hearing. */
  hush(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** Suppresses its silence from now on: tells of noise of that level (dBov, RFC 3389) and sends no more. */
  fallSilent(level: number): void {
    this.hush();
    this.send(0x80_00 | COMFORT_NOISE, this.timestamp, Buffer.of(-level));
  }

  /** Sends one packet of its tone, or of a press, now. */
  sendFrame(): void {
    if (this.press !== null && this.sendPress(this.press)) return;
    const { law, frameSamples: samples } = this;
    const from = this.frames * samples;
    const payload =
      this.press === null
        ? tonePayload(law, this.tone, from, samples)
        : pairPayload(law === 'PCMU' ? law : 'PCMA', this.press.pair, from);
    this.frames += 1;
    this.payloads.push(payload.toString('hex'));
    this.send(0x80_00 | TYPES[law], this.timestamp, payload);
  }

  /** Presses a key for that long by telephone events, without sound meanwhile; resolves when it is up. */
  sendKey(key: string, ms = 100): Promise<void> {
    const writer = new TelephoneEventWriter(key, ms * 8);
    return this.pressing({ writer, pair: [0, 0], until: Infinity });
  }

  /** Presses a key whose tone is in the sound. */
  sendKeyTone(key: string, ms = 100): Promise<void> {
    const pair: [number, number] = [lowOf(key), highOf(key)];
    return this.pressing({ writer: null, pair, until: this.timestamp + ms * 8 });
  }

  private pressing(press: Omit<Press, 'begin' | 'over'>): Promise<void> {
    return new Promise((over) => (this.press = { ...press, begin: this.timestamp, over }));
  }

  /** True when a packet of events was sent; a press that is over is put away. */
  private sendPress(press: Press): boolean {
    const { writer, begin } = press;
    const payload = Buffer.alloc(4);
    const goesOn =
      writer === null
        ? this.timestamp < press.until
        : writer.write(payload, 0, this.timestamp - begin);
    if (goesOn && writer === null) return false;
    if (goesOn && writer !== null) {
      const type = 0x80_00 | (writer.marker ? 0x80 : 0) | (this.events ?? 0);
      this.send(type, begin + writer.begin, payload);
      return true;
    }
    this.press = null;
    press.over();
    return false;
  }

  private send(type: number, timestamp: number, payload: Buffer): void {
    if (this.remote === null) return;
    const header = Buffer.alloc(12);
    header.writeUInt16BE(type, 0);
    header.writeUInt16BE(this.sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(this.ssrc, 8);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + this.frameSamples) >>> 0;
    this.socket.send(Buffer.concat([header, payload]), this.remote.port, this.remote.address);
  }

  /** Resolves once 200 ms of nothing but this tone were heard; rejects after `withinMs`. */
  hears(frequency: number, withinMs = 5000): Promise<void> {
    const share = (): number => toneShare(this.lastSamples(), frequency);
    return this.until(
      () => share() > 0.9,
      withinMs,
      () => `${frequency} Hz: share ${share()}`,
    );
  }

  /** Resolves once `condition` holds after a packet was heard. */
  until(
    condition: () => boolean,
    withinMs = 5000,
    what = (): string => 'not heard',
  ): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (condition()) finish(resolve);
      };
      const deadline = setTimeout(() => finish(() => reject(new Error(what()))), withinMs);
      const finish = (settle: () => void): void => {
        clearTimeout(deadline);
        this.waiters.delete(look);
        settle();
      };
      this.waiters.add(look);
    });
  }

  /** The last 200 ms that were heard, in the order of their sequence numbers; empty when less was. */
  lastSamples(frames = JUDGED_FRAMES): Int16Array {
    return this.heard.length < frames
      ? new Int16Array(0)
      : this.samples(this.heard.length - frames);
  }

  /** What was heard from one packet to another, as they came, at 8 kHz. */
  samples(from: number, to?: number): Int16Array {
    const packets = this.heard.slice(from, to);
    if (packets.at(-1)?.payloadType !== TYPES.G722) {
      const law: Law = packets.at(-1)?.payloadType === TYPES.PCMU ? 'PCMU' : 'PCMA';
      return decode(law, Buffer.concat(packets.map(({ payload }) => payload)));
    }
    const wide = this.wideSamples(from, to);
    const narrow = new Int16Array(wide.length / 2);
    new Downsampler().process(wide, narrow);
    return narrow;
  }

  /** The same of G.722, at 16 kHz. */
  wideSamples(from: number, to?: number): Int16Array {
    const learnt = Math.max(0, from - LEARNT_PACKETS);
    const bytes = (start: number, end?: number) =>
      Buffer.concat(this.heard.slice(start, end).map(({ payload }) => payload));
    return decodeWide(bytes(learnt, to)).subarray(2 * bytes(learnt, from).length);
  }

  /** What it sent, as hexadecimal payloads. */
  sentPayloads(): readonly string[] {
    return this.payloads;
  }

  /** Forgets what it heard so far. */
  forget(): void {
    this.heard.length = 0;
  }

  close(): void {
    this.hush();
    this.socket.close();
  }

  private receive(packet: Buffer): void {
    // Reports for a neighbour whose port is one below ours.
    if (isRtcp(packet)) return;
    this.heard.push({
      at: performance.now(),
      marker: packet.readUInt8(1) >= 0x80,
      payloadType: packet.readUInt8(1) & 0x7f,
      sequence: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
      ssrc: packet.readUInt32BE(8),
      payload: packet.subarray(12),
    });
    for (const look of [...this.waiters]) look();
  }
}
