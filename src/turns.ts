/**
 * How many passwords are hashed or checked at the same time. Argon2 has a thread of libuv's pool for some 20 ms each, and so
 * has every write of the journal: given all four of them, no promise to a caller would come to disk while a plan of
 * thousands is hashed, or a crowd signs in. Who waits has his turn in the order in which he came; a plan asks for one
 * after the other, so that nobody who signs in is behind more than one of it.
 */
export class Turns {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  /** Does it when it has its turn; resolves or rejects as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  async #begin(): Promise<void> {
    if (this.#busy < this.atOnce) {
      this.#busy += 1;
      return;
    }
    await new Promise<void>((begin) => this.#waiting.push(begin));
  }

  /** The turn is the next one's, if somebody waits. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy -= 1;
  }
}
