/**
 * Counts what came of one sender's packets by their sequence numbers (RFC 3550 appendix A.1): how many
 * there should have been, how many came, which came twice. A new SSRC or a jump begins a new series; the
 * counts go on. Pure, and without an object per packet.
 */
import { SEQUENCE_MASK, sequenceDistance } from './packet';

/** What a packet is to those before it. `again` is a copy, and counts for nothing else. */
export type Arrival = 'first' | 'next' | 'after-loss' | 'reordered' | 'again';

/** `expected` is `received` + `lost`, or something was counted wrong; copies are counted apart. */
export interface PacketCounts {
  expected: number;
  received: number;
  lost: number;
  duplicates: number;
}

/** Farther ahead than this is no loss but another series (RFC 3550 appendix A.1). */
const MAX_DROPOUT = 3000;
/** Farther behind than this is no reordering: half of what is remembered. */
const MAX_MISORDER = 512;
const REMEMBERED = 2 * MAX_MISORDER;

export class ArrivalCounts {
  received = 0;
  lost = 0;
  duplicates = 0;
  /** Expected of the series before this one. */
  private before = 0;
  /** From the first sequence number of this series to the highest, both counted. */
  private span = 0;
  private ssrc = 0;
  private highest = 0;
  /** By the low bits of the sequence number: 1 for one that came. */
  private readonly came = new Uint8Array(REMEMBERED);

  get expected(): number {
    return this.before + this.span;
  }

  counts(): PacketCounts {
    const { expected, received, lost, duplicates } = this;
    return { expected, received, lost, duplicates };
  }

  take(ssrc: number, sequence: number): Arrival {
    const ahead = sequenceDistance(this.highest, sequence);
    const isOther = this.span === 0 || ssrc !== this.ssrc;
    if (isOther || ahead > MAX_DROPOUT || ahead <= -MAX_MISORDER) return this.begin(ssrc, sequence);
    return ahead > 0 ? this.advance(sequence, ahead) : this.fill(sequence, -ahead);
  }

  private begin(ssrc: number, sequence: number): Arrival {
    this.before += this.span;
    this.span = 1;
    this.ssrc = ssrc;
    this.highest = sequence;
    this.came.fill(0);
    this.mark(sequence);
    return 'first';
  }

  private advance(sequence: number, ahead: number): Arrival {
    const missing = ahead - 1;
    for (let i = Math.max(1, ahead - REMEMBERED); i < ahead; i++) {
      this.came[(this.highest + i) % REMEMBERED] = 0;
    }
    this.highest = sequence;
    this.span += ahead;
    this.lost += missing;
    this.mark(sequence);
    return missing === 0 ? 'next' : 'after-loss';
  }

  /** One that was missed so far, or spoken before the first that came. */
  private fill(sequence: number, behind: number): Arrival {
    if (this.came[sequence % REMEMBERED] === 1) {
      this.duplicates += 1;
      return 'again';
    }
    const beforeFirst = behind + 1 - this.span;
    if (beforeFirst > 0) {
      this.span += beforeFirst;
      this.lost += beforeFirst;
    }
    this.lost -= 1;
    this.mark(sequence);
    return 'reordered';
  }

  private mark(sequence: number): void {
    this.came[(sequence & SEQUENCE_MASK) % REMEMBERED] = 1;
    this.received += 1;
  }
}
