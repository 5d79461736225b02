/** Commands of one call, which never overtake each other, whoever waits for which. Knows none of them. */
export class OrderQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private pending = 0;

  /** Nothing is being carried out, and nothing is about to be. */
  get isIdle(): boolean {
    return this.pending === 0;
  }

  /** Begins it when all that was given before is over, well or not; settles as it does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1;
    const result = this.tail.then(work).finally(() => (this.pending -= 1));
    this.tail = result.catch(() => undefined);
    return result;
  }
}
