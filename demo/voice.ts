/**
 * The sound of a telephone: one UDP port that sends A-law in real time (RFC 3551) and counts what it hears.
 * Who says nothing sends silence, as a telephone does.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ALAW_SILENCE, encodeAlaw } from '../sip/rtp/g711';
import { TelephoneEventWriter } from '../sip/rtp/dtmf/telephone-event-writer';

const PACKET_MS = 20;
const SAMPLES = 160;
const ALAW = 8;
/** Payload type of our telephone events (RFC 4733). */
const EVENTS = 101;
const KEY_TICKS = 800;

/** Something being said, and who waits for its end. */
interface Saying {
  sound: Uint8Array;
  at: number;
  over: () => void;
}

export class Voice {
  /** Packets that came from the far side. */
  heard = 0;
  private timer: NodeJS.Timeout | null = null;
  private remote: { host: string; port: number } | null = null;
  private saying: Saying | null = null;
  private key: { writer: TelephoneEventWriter; begin: number } | null = null;
  private sequence = 1;
  private timestamp = SAMPLES;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.on('message', () => (this.heard += 1));
  }

  static async open(host: string): Promise<Voice> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new Voice(socket, host);
  }

  /** What we offer and answer: A-law and telephone events (RFC 3264). */
  get sdp(): string {
    const { host } = this;
    return [
      ...['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'],
      `m=audio ${this.socket.address().port} RTP/AVP ${ALAW} ${EVENTS}`,
      ...[`a=rtpmap:${ALAW} PCMA/8000`, `a=rtpmap:${EVENTS} telephone-event/8000`],
      ...['a=fmtp:101 0-15', `a=ptime:${PACKET_MS}`, 'a=sendrecv', ''],
    ].join('\r\n');
  }

  /** Sends to where the far side's description wants it, from now on. */
  talkTo(sdp: string): void {
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    if (host === undefined || !(port > 0)) return;
    this.remote = { host, port };
    if (this.timer === null) this.begin();
  }

  /** Says it to its end, or until something else is said. */
  say(samples: Int16Array): Promise<void> {
    this.saying?.over();
    const sound = Uint8Array.from(samples, (sample) => encodeAlaw(sample));
    return new Promise((over) => (this.saying = { sound, at: 0, over }));
  }

  /** Presses a key for a tenth of a second. */
  press(key: string): void {
    this.key = { writer: new TelephoneEventWriter(key, KEY_TICKS), begin: this.timestamp };
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.saying?.over();
    this.socket.close();
  }

  private begin(): void {
    const from = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      const due = Math.floor((performance.now() - from) / PACKET_MS) + 1;
      for (; sent < due; sent += 1) this.packet();
    }, PACKET_MS);
  }

  private packet(): void {
    const event = Buffer.alloc(4);
    if (this.key?.writer.write(event, 0, this.timestamp - this.key.begin)) {
      const { writer, begin } = this.key;
      return this.send((writer.marker ? 0x80 : 0) | EVENTS, begin + writer.begin, event);
    }
    this.key = null;
    this.send(ALAW, this.timestamp, this.sound());
  }

  private sound(): Buffer {
    const payload = Buffer.alloc(SAMPLES, ALAW_SILENCE);
    if (this.saying === null) return payload;
    payload.set(this.saying.sound.subarray(this.saying.at, this.saying.at + SAMPLES));
    this.saying.at += SAMPLES;
    if (this.saying.at < this.saying.sound.length) return payload;
    this.saying.over();
    this.saying = null;
    return payload;
  }

  private send(type: number, timestamp: number, payload: Buffer): void {
    const header = Buffer.alloc(12);
    header.writeUInt16BE(0x80_00 | type, 0);
    header.writeUInt16BE(this.sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(this.socket.address().port, 8);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + SAMPLES) >>> 0;
    if (this.remote !== null)
      this.socket.send(Buffer.concat([header, payload]), this.remote.port, this.remote.host);
  }
}
