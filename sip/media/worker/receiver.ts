/**
 * What one leg's far side sends us: which packets are sound, which recordings keep it, and where it goes
 * on to. Knows nothing of what the far side hears.
 *
 * The packet path makes no objects and no closures.
 */
import { ALAW_SILENCE, ULAW_SILENCE } from '../../rtp/g711';
import { G722_SILENCE } from '../../rtp/g722';
import { payloadEnd, payloadStart, payloadTypeOf } from '../../rtp/packet';
import type { Codec } from '../../sdp/codecs';
import { COMFORT_NOISE_TYPE } from '../../sdp/formats';
import type { AgreedAudio } from '../../sdp/negotiate';
import { ticks } from './clock';
import type { Keys } from './keys';
import type { Track } from './recorder-track';

/** Where received packets go on to. The packet may be changed in place. */
export interface PacketSink {
  audio(packet: Buffer, start: number, end: number, codec: Codec, now: number): void;
  /** Comfort noise (RFC 3389): the far side is silent from this packet's timestamp on. */
  noise(packet: Buffer, start: number, end: number, now: number): void;
  /** Anything else that is no sound; `isEvent`: a key press as agreed with this far side (RFC 4733). */
  other(packet: Buffer, start: number, end: number, isEvent: boolean, now: number): void;
}

/** What packets are told apart and written by. */
export type AgreedFormats = Pick<
  AgreedAudio,
  'codec' | 'payloadType' | 'telephoneEvent' | 'direction'
> &
  Partial<Pick<AgreedAudio, 'comfortNoise' | 'packetMs'>>;

/** Static payload types (RFC 3551 §6), understood also where another was agreed. */
const STATIC_PCMU = 0;
const STATIC_PCMA = 8;
const STATIC_G722 = 9;

const SILENCE: Record<Codec, number> = {
  PCMA: ALAW_SILENCE,
  PCMU: ULAW_SILENCE,
  G722: G722_SILENCE,
};

export class Receiver {
  /** Recordings that keep what the far side says. */
  private readonly tracks: Track[] = [];
  /** Null while nobody listens. */
  sink: PacketSink | null = null;
  private codec: Codec = 'PCMA';
  private payloadType = STATIC_PCMA;
  private telephoneEvent = -1;
  private comfortNoise = COMFORT_NOISE_TYPE;
  private mayHear = false;
  /** On hold, and not to be recorded meanwhile. */
  private onHold = false;
  /** What the far side says is heard by nobody. */
  private muted = false;

  constructor(private readonly keys: Keys) {}

  agree(audio: AgreedFormats): void {
    const { direction } = audio;
    this.codec = audio.codec;
    this.payloadType = audio.payloadType;
    this.telephoneEvent = audio.telephoneEvent ?? -1;
    this.keys.agree(audio.telephoneEvent !== null);
    this.comfortNoise = audio.comfortNoise ?? COMFORT_NOISE_TYPE;
    this.mayHear = direction === 'sendrecv' || direction === 'recvonly';
    for (const track of this.tracks) track.hold(!this.mayHear);
  }

  /** Recorded from now on. */
  record(track: Track): void {
    track.hold(!this.mayHear);
    if (this.onHold || this.muted) track.withhold(true, ticks());
    this.tracks.push(track);
  }

  /** What the far side says is not recorded from now on, or is again. */
  withhold(withheld: boolean): void {
    this.keepOut(withheld, this.muted);
  }

  /** What it says is silence from now on to all who hear it, and in recordings; or is heard again. */
  mute(muted: boolean): void {
    this.keepOut(this.onHold, muted);
  }

  forget(track: Track): void {
    const at = this.tracks.indexOf(track);
    if (at >= 0) this.tracks.splice(at, 1);
  }

  readonly receive = (packet: Buffer, now: number): void => {
    const start = payloadStart(packet);
    if (start < 0) return;
    const end = payloadEnd(packet, start);
    if (end < start) return;
    const payloadType = payloadTypeOf(packet);
    const codec = end === start ? null : this.codecOf(payloadType);
    if (codec === null) {
      for (let i = 0; i < this.tracks.length; i++) (this.tracks[i] as Track).pass(packet);
      if (end > start) this.passOther(packet, start, end, payloadType, now);
      return;
    }
    for (let i = 0; i < this.tracks.length; i++) {
      (this.tracks[i] as Track).write(packet, start, end, codec, now);
    }
    if (this.keys.listens) this.keys.sound(packet, start, end, codec, now);
    if (this.keys.isCut || this.muted) packet.fill(SILENCE[codec], start, end);
    this.sink?.audio(packet, start, end, codec, now);
  };

  /** Two reasons why it is in no recording: one that ends leaves the other. */
  private keepOut(onHold: boolean, muted: boolean): void {
    const before = this.onHold || this.muted;
    this.onHold = onHold;
    this.muted = muted;
    const withheld = onHold || muted;
    if (withheld === before) return;
    for (const track of this.tracks) track.withhold(withheld, ticks());
  }

  private passOther(packet: Buffer, start: number, end: number, type: number, now: number): void {
    const { sink, keys } = this;
    const isEvent = type === this.telephoneEvent;
    if (type === this.comfortNoise && !isEvent) {
      sink?.noise(packet, start, end, now);
      return;
    }
    // Told before it is known whether it goes on: a command ends here.
    const passes = isEvent && keys.event(packet, start, end, sink !== null, now);
    sink?.other(packet, start, end, passes, now);
  }

  private codecOf(payloadType: number): Codec | null {
    if (payloadType === this.payloadType) return this.codec;
    if (payloadType === STATIC_PCMA) return 'PCMA';
    if (payloadType === STATIC_PCMU) return 'PCMU';
    return payloadType === STATIC_G722 ? 'G722' : null;
  }
}
