/** How much of the same kind is done at the same time. Who waits has his turn in the order in which he came. */
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
