/**
 * Some phones tell one press in two ways, such as telephone events and SIP INFO. Decides which tells are
 * of a press that was told already: the same key within a moment, another way, and each way once.
 *
 * Pure: `now` is a clock of 8 kHz ticks.
 */

/** RFC 4733, the tones themselves, or a SIP INFO. */
export type Way = 'event' | 'tone' | 'info';

/** An INFO goes another road than sound, and is sent when the key is up again: 1.5 s. */
const APART = 12_000;
/** Presses within that time that have a twin at most; nobody's fingers do as many. */
const MOST = 32;

interface Press {
  key: string;
  at: number;
  ways: Way[];
}

export class PressTwins {
  private recent: Press[] = [];

  /** True for a press that was told in no other way before. */
  isNew(key: string, way: Way, now: number): boolean {
    this.recent = this.recent.filter(({ at }) => ((now - at) | 0) < APART);
    // The same way again is another press; its twin is the first that this way has not told.
    const twin = this.recent.find((press) => press.key === key && !press.ways.includes(way));
    if (twin !== undefined) twin.ways.push(way);
    else if (this.recent.length < MOST) this.recent.push({ key, at: now, ways: [way] });
    return twin === undefined;
  }
}
