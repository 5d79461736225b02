/**
 * One leg's RTP stream. Decides what becomes of a packet from the far side (recorded, relayed to the
 * bridged endpoint, dropped) and what the far side hears: a bridged endpoint, a sound of ours, or
 * nothing. Exactly one source at a time, the latest command wins.
 *
 *     nothing -> play -> music | silence          any -> bridged -> silence (when the other leaves)
 *
 * The packet path makes no objects and no closures.
 */
import { randomInt } from 'node:crypto';
import { ALAW_TO_ULAW, ULAW_TO_ALAW, translate } from '../../rtp/g711';
import { OutgoingStream } from '../../rtp/outgoing-stream';
import {
  HEADER_LENGTH,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  writeHeader,
} from '../../rtp/packet';
import type { G711 } from '../../sdp/codecs';
import { isUnspecified } from '../../sdp/address';
import type { AgreedAudio } from '../../sdp/negotiate';
import { FRAME_SAMPLES } from './clip';
import { ticks } from './clock';
import { Link, type OnQuality } from './link';
import { Networks } from './networks';
import { SILENCE, type Sound } from './sounds';
import type { Track } from './recorder-track';

/** A play that is going on, and what is heard after it. */
export interface Play {
  id: string;
  sound: Sound;
  then: Sound;
}

export type PlayEnded = (play: string, reason: 'finished' | 'cut') => void;

/** Static payload types (RFC 3551 §6), understood also where another was agreed. */
const STATIC_PCMU = 0;
const STATIC_PCMA = 8;

export class Endpoint {
  /** Recordings that keep what the far side says. */
  readonly tracks: Track[] = [];
  private peer: Endpoint | null = null;
  private sound: Sound | null = null;
  private play: Play | null = null;
  private codec: G711 = 'PCMA';
  private payloadType = STATIC_PCMA;
  private telephoneEvent = -1;
  private maySend = false;
  private mayHear = false;
  private readonly frame = Buffer.alloc(HEADER_LENGTH + FRAME_SAMPLES);
  private readonly outgoing = new OutgoingStream(
    { ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 15), timestamp: randomInt(2 ** 32) },
    ticks(),
  );
  private socket!: Link;

  private constructor(private readonly onPlayEnded: PlayEnded) {}

  /** Binds the port, 0 for any; rejects when it cannot. */
  static async open(
    bind: { address: string; port: number },
    onPlayEnded: PlayEnded,
    onQuality: OnQuality,
  ): Promise<Endpoint> {
    const endpoint = new Endpoint(onPlayEnded);
    endpoint.socket = await Link.open(bind, endpoint.receive, onQuality);
    return endpoint;
  }

  get port(): number {
    return this.socket.port;
  }

  /** Packets dropped because they came from an address that is not the far side's. */
  get strangers(): number {
    return this.socket.strangers;
  }

  /** True while it has a sound of its own to send with each tick. */
  get speaks(): boolean {
    return this.sound !== null;
  }

  /** What offer and answer agreed on, first or again; `from`: networks of its senders, if listed. */
  agree(audio: AgreedAudio, from: readonly string[] | null): void {
    if (audio.codec === 'G722') throw new Error('G.722 was promised, and is not carried');
    this.socket.limit(from === null ? null : new Networks(from));
    this.codec = audio.codec;
    this.payloadType = audio.payloadType;
    this.telephoneEvent = audio.telephoneEvent ?? -1;
    const maySend = audio.direction === 'sendrecv' || audio.direction === 'sendonly';
    // What is withheld during hold must not look like loss afterwards.
    if (maySend && !this.maySend) this.outgoing.changeSource();
    this.maySend = maySend;
    this.mayHear = audio.direction === 'sendrecv' || audio.direction === 'recvonly';
    for (const track of this.tracks) track.hold(!this.mayHear);
    // With 0.0.0.0 there is nowhere to send to; the known address stays.
    if (!isUnspecified(audio.remote.address)) this.socket.target(audio);
  }

  /** Recorded from now on. */
  record(track: Track): void {
    track.hold(!this.mayHear);
    this.tracks.push(track);
  }

  /** Plays once, then goes on with `then`; ends in `onPlayEnded`. */
  startPlay(play: Play): void {
    this.leave();
    this.cutPlay();
    this.setSound(play.sound);
    this.play = play;
  }

  /** A sound without an end. */
  hear(sound: Sound): void {
    this.leave();
    this.cutPlay();
    this.setSound(sound);
  }

  isBridgedTo(other: Endpoint): boolean {
    return this.peer === other;
  }

  /** Both hear each other from now on; any play on either is cut, any other bridge is left. */
  bridge(other: Endpoint): void {
    if (this.peer === other) return;
    for (const end of [this, other]) {
      end.leave();
      end.cutPlay();
      end.setSound(null);
    }
    this.peer = other;
    other.peer = this;
  }

  /** Ends the bridge, if there is one; both sides hear silence. */
  leave(): void {
    const { peer } = this;
    if (peer === null) return;
    this.peer = null;
    peer.peer = null;
    this.setSound(SILENCE);
    peer.setSound(SILENCE);
  }

  /** Sends one frame of its sound; `resumed` after frames were given up. */
  tick(now: number, resumed: boolean): void {
    if (this.sound === null) return;
    if (resumed) this.outgoing.changeSource();
    if (!this.sound.fill(this.codec, this.frame, HEADER_LENGTH)) {
      this.sound = this.finishPlay();
      this.sound.fill(this.codec, this.frame, HEADER_LENGTH);
    }
    if (!this.maySend) return;
    writeHeader(this.frame, 0, this.outgoing.frame(this.payloadType, FRAME_SAMPLES, now));
    this.socket.send(this.frame);
  }

  close(): void {
    this.leave();
    this.cutPlay();
    this.sound = null;
    this.socket.close();
  }

  private readonly receive = (packet: Buffer): void => {
    const start = payloadStart(packet);
    if (start < 0) return;
    const end = payloadEnd(packet, start);
    if (end < start) return;
    const payloadType = payloadTypeOf(packet);
    const codec = end === start ? null : this.codecOf(payloadType);
    const now = ticks();
    if (codec !== null) {
      for (let i = 0; i < this.tracks.length; i++) {
        (this.tracks[i] as Track).write(packet, start, end, codec, now);
      }
      if (this.peer !== null) this.peer.relayAudio(packet, start, end, codec, now);
      return;
    }
    for (let i = 0; i < this.tracks.length; i++) (this.tracks[i] as Track).pass(packet);
    if (this.peer !== null && end > start) {
      const isEvent = payloadType === this.telephoneEvent;
      this.peer.relayEvent(packet, start, end, isEvent, now);
    }
  };

  private relayAudio(packet: Buffer, start: number, end: number, codec: G711, now: number): void {
    if (!this.maySend) return;
    const header = this.outgoing.relay(packet, this.payloadType, end - start, now);
    if (header === null) return;
    if (codec !== this.codec) {
      translate(packet, start, end, codec === 'PCMA' ? ALAW_TO_ULAW : ULAW_TO_ALAW);
    }
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  /** Key presses pass when both sides agreed on them (RFC 4733); anything else is left out. */
  private relayEvent(
    packet: Buffer,
    start: number,
    end: number,
    isEvent: boolean,
    now: number,
  ): void {
    if (!this.maySend) return;
    if (!isEvent || this.telephoneEvent < 0) {
      this.outgoing.omit(packet);
      return;
    }
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  /** The header stands right before the payload: what the sender had in between is overwritten. */
  private sendPart(packet: Buffer, start: number, end: number): void {
    const whole = start === HEADER_LENGTH && end === packet.length;
    this.socket.send(whole ? packet : packet.subarray(start - HEADER_LENGTH, end));
  }

  private codecOf(payloadType: number): G711 | null {
    if (payloadType === this.payloadType) return this.codec;
    if (payloadType === STATIC_PCMA) return 'PCMA';
    return payloadType === STATIC_PCMU ? 'PCMU' : null;
  }

  private setSound(sound: Sound | null): void {
    this.sound = sound;
    this.outgoing.changeSource();
  }

  private cutPlay(): void {
    const { play } = this;
    if (play === null) return;
    this.play = null;
    this.onPlayEnded(play.id, 'cut');
  }

  private finishPlay(): Sound {
    const { play } = this;
    if (play === null) return SILENCE;
    this.play = null;
    this.outgoing.changeSource();
    this.onPlayEnded(play.id, 'finished');
    return play.then;
  }
}
