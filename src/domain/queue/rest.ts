/** Who of a queue's free agents is left in a dispatch, and may be taken: the rest after floors and offers. */
import type { AgentId } from '../ids';
import type { Entry } from './entry';
import type { Keeping } from './floor';
import type { Turns } from './turn';

/** Agents are only ever taken out of it. */
export class Rest {
  private readonly inTurn: readonly AgentId[];
  private readonly taken = new Set<AgentId>();
  /** Of those before it nobody can be had any more. */
  private first = 0;

  constructor(
    groups: readonly AgentId[][],
    private readonly turn: Turns,
    private readonly keeping: Keeping,
  ) {
    this.inTurn = groups.flat();
  }

  /** Nobody is left for whatever caller. */
  get isOver(): boolean {
    for (; this.first < this.inTurn.length; this.first += 1) {
      const id = this.inTurn[this.first];
      if (id === undefined || this.taken.has(id)) continue;
      if (!this.keeping.isKept(id) || this.keeping.isAnyOwed()) return false;
    }
    return true;
  }

  get heldBack(): boolean {
    return this.keeping.heldBack;
  }

  isFree(id: AgentId): boolean {
    return this.turn.candidate(id) !== undefined && !this.taken.has(id);
  }

  owes(step: number): boolean {
    return this.keeping.isOwed(step);
  }

  /** May he be taken for callers for whom that is wanted, as far as other queues are concerned? */
  has(id: AgentId, step: number): boolean {
    return this.isFree(id) && (!this.keeping.isKept(id) || this.keeping.isOwed(step));
  }

  take(id: AgentId): true {
    this.taken.add(id);
    this.keeping.take(id, this.turn.candidate(id)?.skills ?? {});
    return true;
  }

  /** False of who is kept. */
  takeSpare(id: AgentId): boolean {
    return !this.keeping.isKept(id) && this.take(id);
  }

  sparesFirst(): AgentId[] {
    const kept = this.inTurn.filter((id) => this.keeping.isKept(id));
    if (kept.length === 0) return [...this.inTurn];
    return [...this.inTurn.filter((id) => !kept.includes(id)), ...kept];
  }

  /** Whose turn it is, for those who join a call that rings. */
  joins(): Pick<Turns, 'mayTake' | 'opensAt'> & { take: (id: AgentId) => void } {
    const { turn } = this;
    return {
      mayTake: (entry: Entry, id) => turn.mayTake(entry, id) && this.has(id, turn.stepOf(entry)),
      opensAt: (entry) => turn.opensAt(entry),
      take: (id) => void this.take(id),
    };
  }
}
