/**
 * When each recording is written: all at one pace, a few at a time. After a stall of the thread they wait until what
 * came meanwhile was read, or it would be late for its window. Pure.
 */

/**
 * Frames between two writes of a recording: 72 x 20 ms = 1.44 s. With the 0.5 s that late packets have, an
 * edge that is killed takes less than 2 s along.
 */
const SLOTS = 72;
/**
 * Recordings are written at every fourth frame, as many as are due in 80 ms together: the threads that write
 * wake up less often, and a window costs about 90 instead of 150 microseconds of CPU.
 */
const STEP = 4;
/** A thread that never catches up writes all the same. */
const MOST_WAITING = 8;

export class WriteWheel {
  private slot = 0;
  private next = 0;
  private waiting = 0;
  private due = 0;

  /** The slot of one more recording. */
  assign(): number {
    const slot = this.next;
    this.next = (this.next + STEP) % SLOTS;
    return slot;
  }

  /** One frame on; `resumed`: it is the first after a stall. */
  advance(resumed: boolean): void {
    this.slot = (this.slot + 1) % SLOTS;
    const waits = resumed && this.waiting < MOST_WAITING;
    this.due = waits ? 0 : this.waiting + 1;
    this.waiting = waits ? this.waiting + 1 : 0;
  }

  /** Whether the recordings of that slot are to be written with this frame. */
  isDue(slot: number): boolean {
    return (this.slot - slot + SLOTS) % SLOTS < this.due;
  }
}
