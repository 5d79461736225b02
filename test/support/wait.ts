/**
 * Waiting in tests: always for something, always with a deadline, and a failure that says what was
 * waited for. Nothing here lets mere time pass.
 */

/** How often a condition without an event of its own is looked at. */
const LOOK_EVERY_MS = 15;

/** Of every wait. A server that is not ours has the timers of RFC 3261: it gives a phone up after 32 s. */
const PATIENCE_MS = process.env['DRACHTIO_HOST'] ? 40_000 : 10_000;

/**
 * Resolves with the first truthy value of `check`; rejects when it throws or the deadline passes.
 * @param what reads on in "waited 10000 ms for …"
 */
export function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  deadlineMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  const until = performance.now() + deadlineMs;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      Promise.resolve()
        .then(check)
        .then((value) => {
          if (value) resolve(value as NonNullable<T>);
          else if (performance.now() > until) reject(tooLate(what, deadlineMs));
          else setTimeout(look, LOOK_EVERY_MS);
        })
        .catch(reject);
    };
    look();
  });
}

/** The promise, or a rejection when it has not settled by the deadline. */
export function within<T>(what: string, promise: Promise<T>, deadlineMs = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLate(what, deadlineMs)), deadlineMs);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

/**
 * Facts in the order they came, for tests that wait for one. A fact that came before the question
 * answers it at once; `from` (an index, see `length`) leaves older facts out.
 */
export class Seen<T> {
  readonly all: T[] = [];
  private readonly waiting = new Set<() => void>();

  get length(): number {
    return this.all.length;
  }

  add(fact: T): void {
    this.all.push(fact);
    for (const look of [...this.waiting]) look();
  }

  /** Hears every fact from now on. */
  each(hear: (fact: T) => void): void {
    let heard = this.all.length;
    this.waiting.add(() => {
      for (; heard < this.all.length; heard++) hear(this.all[heard] as T);
    });
  }

  /** The first fact from `from` on that matches. */
  next(
    what: string,
    matches: (fact: T) => boolean,
    { from = 0, deadlineMs = PATIENCE_MS }: { from?: number; deadlineMs?: number } = {},
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.waiting.delete(look);
        clearTimeout(timer);
      };
      const look = (): void => {
        const found = this.all.slice(from).find(matches);
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const timer = setTimeout(() => {
        stop();
        reject(tooLate(what, deadlineMs));
      }, deadlineMs);
      this.waiting.add(look);
      look();
    });
  }
}

function tooLate(what: string, deadlineMs: number): Error {
  return new Error(`waited ${deadlineMs} ms for ${what}`);
}
