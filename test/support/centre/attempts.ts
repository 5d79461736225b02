import type { AttemptSnapshot } from '../../../src/domain/records';
import type { Instant } from '../../../src/domain/time';
import type { Attempts } from '../../../src/engine/ports';
import type { FakeJournal } from './journal';

/** The table of attempts, as one app after another sees it: claims and intents at once, the rest by the journal. */
export class FakeAttempts implements Attempts {
  readonly rows = new Map<string, AttemptSnapshot>();
  /** The database is. */
  isAway = false;
  /** It is there again, and has not been told yet what was written down meanwhile. */
  isBehind = false;
  /** Claims that were asked for, whatever came of them. */
  asked = 0;
  /** Of what was asked, how much the app has not been answered yet. */
  answering = 0;

  constructor(private readonly journal: FakeJournal) {}

  claim(attempt: AttemptSnapshot): Promise<boolean> {
    this.asked += 1;
    return this.unlessAway(() => {
      const isTaken = this.open().some(({ subject }) => subject.id === attempt.subject.id);
      if (!isTaken) this.rows.set(attempt.id, attempt);
      return !isTaken;
    });
  }

  intend(
    id: string,
    said: { at: Instant; leaseUntil: Instant; agentId: string },
  ): Promise<boolean> {
    return this.unlessAway(() => {
      const row = this.open().find((one) => one.id === id);
      if (row?.dialledAt !== null || row.leaseUntil <= said.at) return false;
      const { at: dialledAt, leaseUntil, agentId } = said;
      this.rows.set(id, { ...row, state: 'dialling', dialledAt, leaseUntil, agentId });
      return true;
    });
  }

  closeLost(at: Instant) {
    return this.unlessAway(() => {
      const lost = this.open()
        .filter(({ leaseUntil }) => leaseUntil <= at)
        .map((row) => ({ ...row, state: 'done', outcome: 'lost', endedAt: at }) as const);
      for (const row of lost) this.rows.set(row.id, row);
      const leases = this.open().map(({ leaseUntil }) => leaseUntil);
      return { lost, nextAt: leases.length > 0 ? Math.min(...leases) : null };
    });
  }

  /** What the journal says of them is in the table. */
  private open(): AttemptSnapshot[] {
    if (!this.isBehind)
      for (const { attempt } of this.journal.of('attempt.saved'))
        this.rows.set(attempt.id, attempt);
    return [...this.rows.values()].filter(({ outcome }) => outcome === null);
  }

  private unlessAway<T>(answer: () => T): Promise<T> {
    this.answering += 1;
    const told = this.isAway ? Promise.reject(new Error('away')) : Promise.resolve(answer());
    setImmediate(() => (this.answering -= 1));
    return told;
  }
}
