/**
 * Callers who were in a line until an agent took them, the newest of them: should their talk be none, they stand in it
 * again as they stood, head start and kept place included. After a restart they stand where they came.
 */
import type { AgentId, EntryId } from '../domain/ids';
import { standAgain, type Entry } from '../domain/queue/entry';
import type { EntryJoined } from '../domain/raised-events';
import type { Step } from '../domain/step';

/** What comes of a pick-up shows within seconds, in which no more are taken. */
const LIMIT = 1000;

export class RecentlyTaken {
  private readonly entries = new Map<EntryId, { entry: Entry; agentId: AgentId }>();

  by(agentId: AgentId, entry: Entry): void {
    this.entries.delete(entry.id);
    this.entries.set(entry.id, { entry, agentId });
    if (this.entries.size <= LIMIT) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  /** Null of whoever joins for the first time, or another queue. */
  again({ entryId, queueId }: EntryJoined): Step<Entry> | null {
    const taken = this.entries.get(entryId);
    this.entries.delete(entryId);
    return taken?.entry.queueId === queueId ? standAgain(taken.entry, taken.agentId) : null;
  }
}
