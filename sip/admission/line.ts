/**
 * A bounded line: first come, first served, and whoever gives up leaves it from wherever he stands.
 * Pure.
 */
export class Line<T> {
  private readonly standing = new Set<T>();

  constructor(private readonly limit: number) {}

  get length(): number {
    return this.standing.size;
  }

  /** False when it is full. */
  join(one: T): boolean {
    if (this.standing.size >= this.limit) return false;
    this.standing.add(one);
    return true;
  }

  /** Takes out who came first; undefined when nobody stands here. */
  next(): T | undefined {
    for (const first of this.standing) {
      this.standing.delete(first);
      return first;
    }
    return undefined;
  }

  /** False when he did not stand here. */
  leave(one: T): boolean {
    return this.standing.delete(one);
  }
}
