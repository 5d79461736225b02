/**
 * One side of a recording: places the packets of one far side on the timeline, counts them, and notices
 * which stretches stay empty.
 */
import { ULAW_TO_ALAW } from '../../rtp/g711';
import { sequenceDistance, sequenceOf, ssrcOf, timestampOf } from '../../rtp/packet';
import { alawLevel, SILENCE_DBOV, ulawLevel } from '../../rtp/level';
import { Placement } from '../../rtp/placement';
import { ArrivalCounts, type Arrival } from '../../rtp/arrival-counts';
import type { Codec } from '../../sdp/codecs';
import type { Gap } from '../gap-list';
import { Pauses } from '../pauses';
import { blank, type RecordingFormat } from '../recording-format';
import { SideCorrections, type Correction } from '../recording-corrections';
import { SideGaps } from '../recording-gaps';
import type { LegCounts } from '../recording-manifest';
import { ticksSince } from './clock';
import { RecordedSound } from './recorded-sound';
import { LEFT, type RecordingWindow, type Side } from './recording-window';

/** A frame of less is no speech, whatever the line's noise; speech is at -20 to -35. */
const SPEECH_DBOV = -50;

/** Where an endpoint puts what it hears. */
export interface Track {
  /** A packet of sound: its payload is `packet[start..end)`. */
  write(packet: Buffer, start: number, end: number, codec: Codec, now: number): void;
  /** A packet that holds no sound of ours: a key press, comfort noise, nothing. */
  pass(packet: Buffer): void;
  /** The far side is on hold from now on, or no longer. */
  hold(held: boolean): void;
  /** We have the far side on hold, and what it says from now on is not kept, or is again. */
  withhold(withheld: boolean, now: number): void;
}

export interface TrackOptions {
  window: RecordingWindow;
  side: Side;
  /** Time zero of the recording, in ticks. */
  origin: number;
  /** The window is of 16 kHz. */
  wideband: boolean;
  /** How many packets of others the endpoint has dropped in its life. */
  strangers: () => number;
  /** When it spoke last is noted. */
  listens?: boolean;
}

export class RecorderTrack implements Track {
  private readonly placement = new Placement();
  private readonly reception = new ArrivalCounts();
  private readonly gaps: SideGaps;
  private readonly corrections: SideCorrections;
  private readonly holds: Pauses;
  private late = 0;
  private readonly strangersBefore: number;
  /** Made for the first packet that is not written as it is. */
  private sound: RecordedSound | null = null;
  /** Sequence number of the last packet that G.722 was decoded of, in this series. */
  private decoded: number | null = null;
  private readonly window: RecordingWindow;
  private readonly side: Side;
  private readonly origin: number;
  private readonly wideband: boolean;
  private readonly strangers: () => number;
  private readonly listens: boolean;
  /** When it was last more than silence, in ticks; 0 before. Only where that is listened for. */
  spokenAt = 0;

  constructor(options: TrackOptions) {
    ({ window: this.window, side: this.side, origin: this.origin } = options);
    ({ wideband: this.wideband, strangers: this.strangers } = options);
    this.listens = options.listens ?? false;
    const side = this.side === LEFT ? 'left' : 'right';
    this.gaps = new SideGaps(side);
    this.corrections = new SideCorrections(side);
    this.holds = new Pauses(side, 'hold');
    this.strangersBefore = this.strangers();
  }

  write(packet: Buffer, start: number, end: number, codec: Codec, now: number): void {
    const sequence = sequenceOf(packet);
    const arrival = this.reception.take(ssrcOf(packet), sequence);
    if (arrival === 'again') return;
    const timestamp = timestampOf(packet);
    const samples = end - start;
    const position = this.placement.place(
      ssrcOf(packet),
      timestamp,
      samples,
      ticksSince(this.origin, now),
    );
    const { correction, correctedAt } = this.placement;
    if (correction !== 0) this.corrections.add(correctedAt, correction);
    if (arrival === 'first') this.restart();
    const isUsable = codec !== 'G722' || this.decodes(sequence);
    const placed = isUsable ? this.put(position, packet, start, end, codec, arrival) : 0;
    if (placed === 0 && position + samples > 0) this.late += 1;
    this.gaps.heard({ position, samples, placed, sequence, timestamp, arrival });
    if (this.listens && isUsable && this.levelOf(packet, start, end, codec) >= SPEECH_DBOV) {
      this.spokenAt = ticksSince(this.origin, now);
    }
    if (isUsable && this.placement.owes && this.levelOf(packet, start, end, codec) < SPEECH_DBOV) {
      this.placement.correct();
    }
  }

  pass(packet: Buffer): void {
    const sequence = sequenceOf(packet);
    const arrival = this.reception.take(ssrcOf(packet), sequence);
    if (arrival === 'first') this.restart();
    this.gaps.heardOther(arrival, sequence);
    if (this.placement.owes) this.placement.correct();
  }

  hold(held: boolean): void {
    this.gaps.hold(held);
  }

  withhold(withheld: boolean, now: number): void {
    const at = Math.max(0, ticksSince(this.origin, now));
    if (withheld) this.holds.pause(at);
    else this.holds.resume(at);
  }

  /** Makes silence of what is not to be kept of a window that begins at `from`. */
  blank(data: Buffer, from: number, to: number, format: RecordingFormat): void {
    for (const held of this.holds.within(from, to)) {
      blank(data, format, { from: held.from - from, to: held.to - from }, this.side);
    }
  }

  /** Once per window: takes out the drift that the window showed. */
  settle(): void {
    this.placement.settle();
  }

  counts(): LegCounts {
    const foreign = this.strangers() - this.strangersBefore;
    return { ...this.reception.counts(), late: this.late, foreign };
  }

  /** Those since it was asked last. */
  takeCorrections(): Correction[] {
    return this.corrections.take();
  }

  takeGaps(until: number): Gap[] {
    return this.explained(this.gaps.take(until), this.holds.take(until));
  }

  /** After `takeGaps`: what may go on after `until`, up to there. */
  pendingGaps(until: number): Gap[] {
    return this.explained(this.gaps.pending(until), this.holds.pending(until));
  }

  finishGaps(samples: number): Gap[] {
    const held = this.holds.finish(samples);
    return this.explained(this.gaps.finish(samples), held);
  }

  private explained(heard: Gap[], held: Gap[]): Gap[] {
    return [...heard.flatMap((gap) => this.holds.unexplained(gap)), ...held];
  }

  private restart(): void {
    this.sound?.restart();
    this.decoded = null;
  }

  /**
   * Whether this packet of G.722 comes behind those before it. The decoder has a memory: one that was
   * overtaken would be decoded wrongly, and so would those after it. It is left out, as one that came too late.
   */
  private decodes(sequence: number): boolean {
    if (this.decoded !== null && sequenceDistance(this.decoded, sequence) < 0) return false;
    this.decoded = sequence;
    return true;
  }

  /** Of a packet that was put; dBov. */
  private levelOf(packet: Buffer, start: number, end: number, codec: Codec): number {
    if (codec === 'PCMA') return alawLevel(packet, start, end);
    if (codec === 'PCMU') return ulawLevel(packet, start, end);
    return this.sound?.level(end - start) ?? SILENCE_DBOV;
  }

  /** Answers how many ticks are in. */
  private put(
    position: number,
    packet: Buffer,
    start: number,
    end: number,
    codec: Codec,
    arrival: Arrival,
  ): number {
    const { window, side } = this;
    if (this.wideband) {
      const sound = (this.sound ??= new RecordedSound());
      const samples =
        arrival === 'reordered' && codec !== 'G722'
          ? sound.alone(packet, start, end, codec)
          : sound.wideband(packet, start, end, codec);
      return window.putSamples(side, position, samples, end - start);
    }
    if (codec === 'G722') {
      const alaw = (this.sound ??= new RecordedSound()).alawOfG722(packet, start, end);
      return window.put(side, position, alaw, 0, end - start, null);
    }
    const map = codec === 'PCMU' ? ULAW_TO_ALAW : null;
    return window.put(side, position, packet, start, end, map);
  }
}
