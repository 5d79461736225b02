/**
 * Reads telephone events (RFC 4733) and tells each key press exactly once, whatever was repeated, lost
 * or reordered on the way.
 *
 *      0        1            2..3
 *     event | E R volume | duration in ticks; the RTP timestamp is the press's begin
 *
 *     up -> first packet of a press -> down -> E bit | another press | time -> up
 *
 * Pure: `now` is the monotonic clock in the ticks of the events' timestamps.
 */
import { sequenceDistance, timestampDistance } from '../packet';
import { KEYS, type KeyListener } from './keys';

const PAYLOAD_LENGTH = 4;
const END = 0x80;
/** Longest duration that a packet can tell; a longer press goes on in a new segment (§2.5.1.3). */
const SEGMENT = 0xffff;
/** Reordered packets are at most this far behind; farther, and the sender counts anew (RFC 3550 A.1). */
const MAX_MISORDER = 100;
/** Updates come every 50 ms or faster; after so long without one the key is up: all its ends were lost. */
const PATIENCE_MS = 200;
/** Between two presses of one key there is more than this (Q.24: 40 ms, less is no pause). */
const SHORTEST_PAUSE_MS = 20;

export class TelephoneEventReader {
  private readonly ticksPerMs: number;
  private code = -1;
  private isDown = false;
  /** Timestamp of the press's begin, and how long it lasted by now, all segments together. */
  private begin = 0;
  private duration = 0;
  private lastSequence = 0;
  private heardAt = 0;

  /** `rate` is the clock of the events' payload type in Hz. */
  constructor(
    private readonly listener: KeyListener,
    rate = 8000,
  ) {
    this.ticksPerMs = rate / 1000;
  }

  /**
   * One packet: its payload is bytes `start` to `end`. What is no key (flash, other tones) or is cut
   * short is left out. The marker is not needed: it may be lost as anything else.
   */
  read(
    bytes: Uint8Array,
    start: number,
    end: number,
    timestamp: number,
    sequence: number,
    now: number,
  ): void {
    if (end - start < PAYLOAD_LENGTH) return;
    const code = bytes[start] as number;
    if (code >= KEYS.length) return;
    const known = this.code >= 0;
    const ahead = known ? sequenceDistance(this.lastSequence, sequence) : 1;
    const isLate = ahead <= 0 && ahead > -MAX_MISORDER;
    const told = ((bytes[start + 2] as number) << 8) | (bytes[start + 3] as number);
    const since = timestampDistance(this.begin, timestamp);
    const isSame = known && code === this.code && this.belongs(since, isLate);
    // A packet of a press before this one: that one was told, or is too late to be told in turn.
    if (isLate && !isSame) return;
    if (!isLate) this.lastSequence = sequence;
    if (!isSame) this.press(code, timestamp, told);
    else this.duration = Math.max(this.duration, since + told);
    this.heardAt = now;
    if (((bytes[start + 1] as number) & END) !== 0) this.release();
  }

  /** To be called now and then, such as with each frame: ends a press whose end never came. */
  expire(now: number): void {
    if (timestampDistance(this.heardAt, now) >= PATIENCE_MS * this.ticksPerMs) this.release();
  }

  /**
   * Whether a packet that begins `since` after the press is part of it. Nobody presses a key again
   * before it is up: what begins within the press is the same one, told by a new segment or by a
   * sender that wrongly moves the timestamp. Segments join without a gap, and updates may be lost.
   */
  private belongs(since: number, isLate: boolean): boolean {
    if (since === 0) return true;
    if (since < 0) return false;
    if (since <= this.duration + SHORTEST_PAUSE_MS * this.ticksPerMs) return true;
    return this.isDown && !isLate && since % SEGMENT === 0;
  }

  private press(code: number, timestamp: number, duration: number): void {
    this.release();
    this.code = code;
    this.begin = timestamp;
    this.duration = duration;
    this.isDown = true;
    this.listener.keyDown(KEYS[code] as string);
  }

  private release(): void {
    if (!this.isDown) return;
    this.isDown = false;
    const durationMs = Math.round(this.duration / this.ticksPerMs);
    this.listener.keyUp(KEYS[this.code] as string, durationMs);
  }
}
