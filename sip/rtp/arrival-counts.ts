/**
 * Counts what came of one sender's packets by their sequence numbers (RFC 3550 appendix A.1): how many
 * there should have been, how many came, which came twice. A new SSRC or a jump begins a new series; the
 * counts go on. What a new SSRC has overtaken still counts in the series before. Pure, and without an object per packet.
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

/** A new SSRC may have overtaken packets of the one before for so many packets of its own: two seconds. */
const OVERTAKING = 100;

/** What came with one SSRC since its numbers jumped last. */
class Series {
  ssrc = 0;
  highest = 0;
  /** From the first sequence number to the highest, both counted; 0 before there is any. */
  span = 0;
  /** By the low bits of the sequence number: 1 for one that came. */
  readonly came = new Uint8Array(REMEMBERED);
}

export class ArrivalCounts {
  received = 0;
  lost = 0;
  duplicates = 0;
  /** Expected of the series that are forgotten. */
  private before = 0;
  private current = new Series();
  private former: Series | null = null;

  get expected(): number {
    return this.before + this.current.span + (this.former?.span ?? 0);
  }

  counts(): PacketCounts {
    const { expected, received, lost, duplicates } = this;
    return { expected, received, lost, duplicates };
  }

  take(ssrc: number, sequence: number): Arrival {
    const { current, former } = this;
    if (ssrc === current.ssrc && current.span > 0) return this.takeIn(current, sequence);
    if (ssrc !== former?.ssrc || current.span > OVERTAKING) return this.begin(ssrc, sequence);
    const arrival = this.takeIn(former, sequence);
    // It follows nothing of the present series.
    return arrival === 'again' || arrival === 'reordered' ? arrival : 'first';
  }

  private takeIn(series: Series, sequence: number): Arrival {
    const ahead = sequenceDistance(series.highest, sequence);
    if (ahead > MAX_DROPOUT || ahead <= -MAX_MISORDER) return this.restart(series, sequence);
    return ahead > 0 ? this.advance(series, sequence, ahead) : this.fill(series, sequence, -ahead);
  }

  private begin(ssrc: number, sequence: number): Arrival {
    const { current } = this;
    if (current.span > 0) {
      const next = this.former ?? new Series();
      this.former = current;
      this.current = next;
    }
    this.current.ssrc = ssrc;
    return this.restart(this.current, sequence);
  }

  private restart(series: Series, sequence: number): Arrival {
    this.before += series.span;
    series.span = 1;
    series.highest = sequence;
    series.came.fill(0);
    this.mark(series, sequence);
    return 'first';
  }

  private advance(series: Series, sequence: number, ahead: number): Arrival {
    const missing = ahead - 1;
    for (let i = Math.max(1, ahead - REMEMBERED); i < ahead; i++) {
      series.came[(series.highest + i) % REMEMBERED] = 0;
    }
    series.highest = sequence;
    series.span += ahead;
    this.lost += missing;
    this.mark(series, sequence);
    return missing === 0 ? 'next' : 'after-loss';
  }

  /** One that was missed so far, or spoken before the first that came. */
  private fill(series: Series, sequence: number, behind: number): Arrival {
    if (series.came[sequence % REMEMBERED] === 1) {
      this.duplicates += 1;
      return 'again';
    }
    const beforeFirst = behind + 1 - series.span;
    if (beforeFirst > 0) {
      series.span += beforeFirst;
      this.lost += beforeFirst;
    }
    this.lost -= 1;
    this.mark(series, sequence);
    return 'reordered';
  }

  private mark(series: Series, sequence: number): void {
    series.came[(sequence & SEQUENCE_MASK) % REMEMBERED] = 1;
    this.received += 1;
  }
}
