/**
 * Decides sequence number, timestamp and marker of every packet that one endpoint sends in its life
 * (RFC 3550 §5.1), whatever the sound comes from: prompts, music, another leg. The far side sees one
 * stream that never steps back.
 *
 *     source changes -> timestamp = wall clock (8 kHz), marker set, sequence goes on
 *     same source    -> frames of ours: +1 and + samples; relayed packets: shifted by fixed offsets,
 *                       so that loss and reordering on the way here stay visible on the way on
 *     key press      -> the wall clock of its begin in all its packets; what follows comes after its end
 *
 * Pure: `now` is the monotonic clock in 8 kHz ticks.
 */
import {
  SEQUENCE_MASK,
  markerOf,
  sequenceDistance,
  sequenceOf,
  ssrcOf,
  timestampDistance,
  timestampOf,
  type Header,
} from './packet';

/** A jump of more packets than this is a restarted sender, not loss (RFC 3550 A.1, MAX_DROPOUT). */
const MAX_DROPOUT = 3000;
/** Ticks that a relayed source may stray from the wall clock before it counts as a new one: 5 s. */
const MAX_DEVIATION = 40_000;

/** `span` behind a packet that was left out: numbers up to it are given away already. */
const BEFORE_NEXT = -1;

/** The sender whose packets are being relayed, and how its numbers map to ours. */
interface RelayedSource {
  ssrc: number;
  highest: number;
  /** Steps from its first packet, or that behind one left out, to the highest: what is older is too late. */
  span: number;
  sequenceOffset: number;
  timestampOffset: number;
}

export class OutgoingStream {
  private readonly header: Header;
  /** Timestamp minus clock, for the whole life of the stream. */
  private readonly base: number;
  private sent = false;
  private lastDuration = 0;
  private changed = true;
  private source: RelayedSource | null = null;
  /** Timestamp at which the key press of ours began that is being sent, or was last. */
  private eventAt = 0;

  /** Start values are random (RFC 3550 §5.1); `now` ties the timestamps to the wall clock. */
  constructor(start: { ssrc: number; sequence: number; timestamp: number }, now: number) {
    const { ssrc, sequence, timestamp } = start;
    // No spread: V8 makes a dictionary of what two are put together in, slow at every packet.
    this.header = {
      marker: false,
      payloadType: 0,
      sequence,
      timestamp: timestamp | 0,
      ssrc: ssrc | 0,
    };
    this.base = (timestamp - now) | 0;
  }

  /** From the next packet on the sound comes from elsewhere. */
  changeSource(): void {
    this.changed = true;
    this.source = null;
  }

  /**
   * Header of a frame of our own making that lasts `samples`. The object is reused: write it before
   * the next call.
   */
  frame(payloadType: number, samples: number, now: number): Header {
    const { header } = this;
    header.sequence = this.nextSequence();
    header.timestamp = this.changed
      ? this.wallClock(now)
      : (header.timestamp + this.lastDuration) | 0;
    header.marker = this.changed;
    header.payloadType = payloadType;
    this.remember(samples);
    return header;
  }

  /** A key press of our own begins (RFC 4733): nothing else is sent until the source changes. */
  beginEvent(now: number): void {
    this.changeSource();
    this.eventAt = this.wallClock(now);
  }

  /**
   * Header of a packet of it; `marker`: the first. `segment`: where in the press its segment begins,
   * `duration`: of that, as told by now (RFC 4733 §2.5.1.3), both in ticks. The object is reused.
   */
  event(payloadType: number, marker: boolean, segment: number, duration: number): Header {
    const { header } = this;
    header.sequence = this.nextSequence();
    header.timestamp = (this.eventAt + segment) | 0;
    header.marker = marker;
    header.payloadType = payloadType;
    this.remember(duration);
    return header;
  }

  /**
   * Header for a packet received from another leg; null when it is from before the source began and
   * must not be sent. The object is reused. `samples` is the packet's duration, 0 for key presses.
   */
  relay(packet: Buffer, payloadType: number, samples: number, now: number): Header | null {
    const ssrc = ssrcOf(packet);
    const sequence = sequenceOf(packet);
    const timestamp = timestampOf(packet);
    let { source } = this;
    if (source === null || !this.continues(source, ssrc, sequence, timestamp, now)) {
      source = this.startSource(ssrc, sequence, timestamp, now);
    }
    const ahead = sequenceDistance(source.highest, sequence);
    if (-ahead > source.span) return null;
    if (ahead < 0) return this.late(packet, source, payloadType);
    source.highest = sequence;
    source.span += ahead;
    const { header } = this;
    header.marker = this.changed || markerOf(packet);
    header.payloadType = payloadType;
    header.sequence = (sequence + source.sequenceOffset) & SEQUENCE_MASK;
    header.timestamp = (timestamp + source.timestampOffset) | 0;
    this.remember(samples);
    return header;
  }

  /** A packet of the relayed source that is not passed on: closes the gap it would leave. */
  omit(packet: Buffer): void {
    const { source } = this;
    if (source === null || source.ssrc !== ssrcOf(packet)) return;
    const ahead = sequenceDistance(source.highest, sequenceOf(packet));
    if (ahead <= 0) return;
    source.highest = sequenceOf(packet);
    source.span = BEFORE_NEXT;
    source.sequenceOffset -= 1;
  }

  private startSource(
    ssrc: number,
    sequence: number,
    timestamp: number,
    now: number,
  ): RelayedSource {
    this.changed = true;
    this.source = {
      ssrc,
      highest: sequence,
      span: 0,
      sequenceOffset: this.nextSequence() - sequence,
      timestampOffset: (this.wallClock(now) - timestamp) | 0,
    };
    return this.source;
  }

  private continues(
    source: RelayedSource,
    ssrc: number,
    sequence: number,
    timestamp: number,
    now: number,
  ): boolean {
    if (source.ssrc !== ssrc) return false;
    const ahead = sequenceDistance(source.highest, sequence);
    if (Math.abs(ahead) > MAX_DROPOUT) return false;
    if (ahead <= 0) return true;
    const shifted = (timestamp + source.timestampOffset) | 0;
    const step = timestampDistance(this.header.timestamp, shifted);
    const deviation = timestampDistance((this.base + now) | 0, shifted);
    return step >= 0 && Math.abs(deviation) <= MAX_DEVIATION;
  }

  /** A reordered or repeated packet keeps its own place; what we sent last stays what it was. */
  private late(packet: Buffer, source: RelayedSource, payloadType: number): Header {
    return {
      marker: markerOf(packet),
      payloadType,
      sequence: (sequenceOf(packet) + source.sequenceOffset) & SEQUENCE_MASK,
      timestamp: (timestampOf(packet) + source.timestampOffset) | 0,
      ssrc: this.header.ssrc,
    };
  }

  private nextSequence(): number {
    return this.sent ? (this.header.sequence + 1) & SEQUENCE_MASK : this.header.sequence;
  }

  /** The wall clock in this stream's timestamps, never before the end of what was sent. */
  private wallClock(now: number): number {
    const clock = (this.base + now) | 0;
    if (!this.sent) return clock;
    const end = (this.header.timestamp + this.lastDuration) | 0;
    return timestampDistance(end, clock) > 0 ? clock : end;
  }

  private remember(samples: number): void {
    this.sent = true;
    this.changed = false;
    this.lastDuration = samples;
  }
}
