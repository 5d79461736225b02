/**
 * How well the packets of one far side arrive (RFC 3550 §6.4, A.1, A.3, A.8): expected, received,
 * duplicates, reordered, interarrival jitter. A sender that changes its SSRC or starts again is a new
 * source, what the old one did stays in the totals. Pure: `now` is a clock in the unit of the timestamps.
 *
 * There is no probation of new sources (A.1): the socket has decided already whose packets these are.
 */
import { sequenceDistance, timestampDistance } from './packet';

/** A jump of more packets forward than this is a sender that started again (A.1). */
const MAX_DROPOUT = 3000;
/** What comes farther behind starts again as well, if the next one follows it (A.1). */
const MAX_MISORDER = 100;
/** Sequence numbers that are remembered to tell a duplicate from a late packet. */
const REMEMBERED = 128;
/** A step of transit time beyond this is a new clock, not jitter: 5 s of 8 kHz. */
const MAX_STEP = 40_000;

const ONE_CYCLE = 0x1_0000;

/** Counts over the life of the far side. Lost are those expected and not received. */
export interface ReceptionTotals {
  expected: number;
  received: number;
  duplicates: number;
  /** Received after a packet with a higher number; counted in `received`. */
  reordered: number;
  /** How often one or more packets in a row were missing. */
  gaps: number;
}

/** The source that is heard now, for a report block. */
export interface SourceReception {
  ssrc: number;
  /** Cycles in the upper 16 bits. */
  highestSequence: number;
  expected: number;
  /** Duplicates counted (A.3). */
  received: number;
}

export class Reception {
  private ssrc = 0;
  private heard = false;
  /** Extended sequence numbers: cycles x 65536 + number. */
  private first = 0;
  private highest = 0;
  private received = 0;
  private duplicates = 0;
  /** A number far off that starts the source again if its successor comes; -1 for none. */
  private suspect = -1;
  private readonly seen = new Float64Array(REMEMBERED).fill(-1);
  private transit = 0;
  private timestamp = 0;
  private timed = false;
  private smoothed = 0;
  private readonly total: ReceptionTotals = {
    expected: 0,
    received: 0,
    duplicates: 0,
    reordered: 0,
    gaps: 0,
  };

  /** Interarrival jitter in timestamp units (A.8). */
  get jitter(): number {
    return this.smoothed;
  }

  /** A packet arrived. False when it came before, or is too far off to count. */
  receive(ssrc: number, sequence: number, timestamp: number, now: number): boolean {
    if (!this.heard || ssrc !== this.ssrc) this.begin(ssrc, sequence);
    const ahead = sequenceDistance(this.highest & 0xffff, sequence);
    if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
      if (sequence !== this.suspect) {
        this.suspect = (sequence + 1) & 0xffff;
        return false;
      }
      this.begin(ssrc, sequence);
      return this.count(0, timestamp, now);
    }
    return this.count(ahead, timestamp, now);
  }

  /** Null before the first packet. */
  source(): SourceReception | null {
    if (!this.heard) return null;
    const { ssrc, highest, received, duplicates } = this;
    return {
      ssrc: ssrc >>> 0,
      highestSequence: (highest - ONE_CYCLE) >>> 0,
      expected: this.expectedNow(),
      received: received + duplicates,
    };
  }

  totals(): ReceptionTotals {
    const { total } = this;
    return { ...total, expected: total.expected + (this.heard ? this.expectedNow() : 0) };
  }

  private begin(ssrc: number, sequence: number): void {
    if (this.heard) this.total.expected += this.expectedNow();
    this.heard = true;
    this.ssrc = ssrc;
    // One cycle up, so that a packet from before the first has a number too.
    this.first = this.highest = ONE_CYCLE + sequence;
    [this.received, this.duplicates, this.suspect] = [0, 0, -1];
    this.seen.fill(-1);
    [this.timed, this.smoothed] = [false, 0];
  }

  private count(ahead: number, timestamp: number, now: number): boolean {
    const { total, seen } = this;
    const extended = this.highest + ahead;
    const place = extended % REMEMBERED;
    this.suspect = -1;
    if (seen[place] === extended) {
      this.duplicates += 1;
      total.duplicates += 1;
      return false;
    }
    seen[place] = extended;
    if (ahead > 0) {
      this.highest = extended;
      if (ahead > 1) total.gaps += 1;
    } else if (ahead < 0) {
      total.reordered += 1;
      if (extended < this.first) this.first = extended;
    }
    this.received += 1;
    total.received += 1;
    if (ahead >= 0) this.time(timestamp, now);
    return true;
  }

  /** A.8, for packets in order; those of one key press bear one timestamp and tell nothing. */
  private time(timestamp: number, now: number): void {
    const transit = (now - timestamp) | 0;
    const step = Math.abs(timestampDistance(this.transit, transit));
    if (this.timed && timestamp === this.timestamp) return;
    if (this.timed && step <= MAX_STEP) this.smoothed += (step - this.smoothed) / 16;
    this.transit = transit;
    this.timestamp = timestamp;
    this.timed = true;
  }

  private expectedNow(): number {
    return this.highest - this.first + 1;
  }
}

/** What happened from one reading of the totals to a later one. */
export function between(before: ReceptionTotals, after: ReceptionTotals): ReceptionTotals {
  return {
    expected: after.expected - before.expected,
    received: after.received - before.received,
    duplicates: after.duplicates - before.duplicates,
    reordered: after.reordered - before.reordered,
    gaps: after.gaps - before.gaps,
  };
}

/** Packets that did not arrive; late ones of the stretch before can make up for them, so never below 0. */
export function lostOf({ expected, received }: ReceptionTotals): number {
  return Math.max(expected - received, 0);
}

/** Mean length of a gap over that of random loss of the same share (ITU-T G.107 §7.2); 1 is random. */
export function burstRatio(totals: ReceptionTotals): number {
  const lost = lostOf(totals);
  if (lost === 0 || totals.gaps === 0) return 1;
  return Math.max((lost / totals.gaps) * (1 - lost / totals.expected), 1);
}
