/**
 * The hub numbers notices and remembers the newest, so that a client that was cut off can go on
 * where it stopped. It decides what follows a number; it knows no sockets and nothing of who is
 * connected.
 */
import type { Notice } from '../domain/notices';
import type { Organisation } from '../domain/organisation';
import type { Asker } from '../domain/rights';
import type { Instant } from '../domain/time';
import type { Push } from '../engine/ports';
import type { Audience, Projection } from './project';
import { belongsTo, project } from './project';

/** A numbered notice, and the frames that it is told by. */
export interface Entry {
  seq: number;
  frames: readonly Frame[];
}

/** What one audience is sent. */
interface Frame {
  audience: Audience;
  /** As it is sent; made once however many clients it goes to, and not at all where nobody reads it. */
  text: string;
}

export interface HubOptions {
  /**
   * Number before the first notice. Must be greater than any number that an earlier start gave, or
   * a client resumes in the wrong place: milliseconds since the epoch * 1000 is, as long as fewer
   * than a million notices a second are published on average; it is exact up to the year 2255.
   */
  startSeq: number;
  /** Notices remembered; at 50 a second the default is 160 s of absence, and about 8 MB. */
  capacity?: number;
}

/** One per process; `publish` is the engine's Push port. */
export class Hub implements Push {
  readonly #startSeq: number;
  readonly #capacity: number;
  /** Ring: the entry with number n stands at (n - startSeq - 1) modulo capacity. */
  readonly #ring: Entry[] = [];
  readonly #listeners = new Set<(entry: Entry) => void>();
  #seq: number;

  constructor({ startSeq, capacity = 8192 }: HubOptions) {
    this.#startSeq = startSeq;
    this.#capacity = capacity;
    this.#seq = startSeq;
  }

  /** Number of the newest notice. */
  get seq(): number {
    return this.#seq;
  }

  publish(notice: Notice, at: Instant): void {
    this.#seq += 1;
    const entry = new Numbered(this.#seq, notice, at);
    this.#ring[this.#slot(entry.seq)] = entry;
    for (const listener of this.#listeners) listener(entry);
  }

  /**
   * What was published after `seq`, oldest first; null when it is not all remembered, or when the
   * number is none that this process gave.
   */
  after(seq: number): Entry[] | null {
    const oldestKnown = Math.max(this.#startSeq, this.#seq - this.#capacity);
    if (seq < oldestKnown || seq > this.#seq) return null;
    const entries: Entry[] = [];
    for (let n = seq + 1; n <= this.#seq; n += 1) {
      const entry = this.#ring[this.#slot(n)];
      if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Calls the listener with each entry from now on; returns the way to stop that. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #slot(seq: number): number {
    return (seq - this.#startSeq - 1) % this.#capacity;
  }
}

/** The text of the entry's frame for this person; null when none of it is for him. */
export function textFor(
  entry: Entry,
  person: Asker,
  plan: Pick<Organisation, 'stores'>,
): string | null {
  return entry.frames.find(({ audience }) => belongsTo(person, audience, plan))?.text ?? null;
}

/** Notices never change: what is made of one later is what would have been made of it at once. */
class Numbered implements Entry {
  #frames: readonly Frame[] | undefined;

  constructor(
    readonly seq: number,
    private readonly notice: Notice,
    private readonly at: Instant,
  ) {}

  get frames(): readonly Frame[] {
    return (this.#frames ??= project(this.notice).map((one) => new Worded(this.seq, this.at, one)));
  }
}

class Worded implements Frame {
  #text: string | undefined;

  constructor(
    private readonly seq: number,
    private readonly at: Instant,
    private readonly projection: Projection,
  ) {}

  get audience(): Audience {
    return this.projection.audience;
  }

  get text(): string {
    const { seq, at } = this;
    const { type, data } = this.projection.payload;
    return (this.#text ??= JSON.stringify({ seq, type, at, data }));
  }
}
