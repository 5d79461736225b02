/** Promises that stand open, by what was journalled: one of a person and hotline, as `store/promises.ts` keeps them. */
import type { PromiseId } from '../../domain/ids';
import type { PromiseSnapshot } from '../../domain/records';

export class PromisesSoFar {
  private readonly open = new Map<PromiseId, PromiseSnapshot>();
  private readonly byPerson = new Map<string, PromiseId>();

  constructor(promises: readonly PromiseSnapshot[]) {
    for (const promise of promises) this.set(promise);
  }

  take(promise: PromiseSnapshot): void {
    const other = this.open.get(this.byPerson.get(personOf(promise)) ?? '');
    const isOpen = promise.state === 'open' || promise.state === 'claimed';
    if (!isOpen) {
      // The person was served, whichever of the two it was about.
      if (other) this.remove(other);
      this.remove(promise);
    } else if (other && other.id !== promise.id && !this.open.has(promise.id)) {
      this.set(joined(other, promise));
    } else this.set(promise);
  }

  /** The most urgent first. */
  all(): PromiseSnapshot[] {
    return [...this.open.values()].sort((a, b) => a.dueAt - b.dueAt);
  }

  private set(promise: PromiseSnapshot): void {
    this.remove(promise);
    this.open.set(promise.id, promise);
    this.byPerson.set(personOf(promise), promise.id);
  }

  private remove({ id }: PromiseSnapshot): void {
    const former = this.open.get(id);
    if (former === undefined) return;
    this.open.delete(id);
    if (this.byPerson.get(personOf(former)) === id) this.byPerson.delete(personOf(former));
  }
}

/** A second promise to the same person: earliest due time, newest call. */
function joined(first: PromiseSnapshot, second: PromiseSnapshot): PromiseSnapshot {
  const { callId, leadId, messageId, place, dueAt } = second;
  const earliest = Math.min(first.place ?? Infinity, place ?? Infinity);
  return {
    ...first,
    callId,
    leadId: leadId ?? first.leadId,
    dueAt: Math.min(first.dueAt, dueAt),
    ...(messageId !== undefined && { messageId }),
    ...(earliest !== Infinity && { place: earliest }),
  };
}

const personOf = ({ hotline, number }: PromiseSnapshot): string => `${hotline}\n${number}`;
