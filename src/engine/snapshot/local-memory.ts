/**
 * Keeps the local snapshot up while the app runs: soon after something changed, at once when that was the plan, which is
 * in no journal. The journal behind it is kept until the next one stands, so that nothing is missing between the two.
 */
import type { DaySoFar } from '../../domain/agent/workday';
import { dayIn } from '../../domain/day';
import type { AgentId } from '../../domain/ids';
import type { Plan } from '../../domain/plan';
import type { Instant } from '../../domain/time';
import type { FileJournal } from '../journal';
import type { Log } from '../log';
import { KnownSoFar } from './known-so-far';
import type { Remembered } from './remembered';
import { readSnapshot, writeSnapshot } from './snapshot-file';

export interface LocalMemoryOptions {
  /** Of the snapshot. */
  path: string;
  journal: FileJournal;
  /** What agents have done today. */
  work: (at: Instant) => DaySoFar[];
  now: () => Instant;
  log: Log;
}

/** The journal holds what came since; reading more of it than this takes longer than writing. */
const WRITE_AFTER_MS = 10_000;

export class LocalMemory {
  private known: KnownSoFar | null = null;
  private due: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: LocalMemoryOptions) {}

  /** What the app before this one left, with what stands in the journal behind it; null: nothing that can be used. */
  async recall(): Promise<Remembered | null> {
    const { path, journal, now, log } = this.options;
    const snapshot = await readSnapshot(path, log);
    if (snapshot === null) return null;
    const { at, from, remembered } = snapshot;
    const known = new KnownSoFar(remembered);
    let entries = 0;
    for await (const batch of journal.since(from)) {
      for (const entry of batch) known.take(entry);
      entries += batch.length;
    }
    const work = workOfToday(remembered, at, now());
    log.info({ takenAt: at, entries }, 'taken over from the local snapshot');
    return known.now(now(), work);
  }

  /** From here on everything that is journalled counts. */
  begin(remembered: Remembered): void {
    const known = new KnownSoFar(remembered);
    this.known = known;
    this.options.journal.listen((entry) => {
      known.take(entry);
      this.due ??= setTimeout(() => void this.keep(), WRITE_AFTER_MS);
    });
  }

  /** Writes it down, unless the disk refuses. */
  keep(): Promise<void> {
    if (this.due !== null) clearTimeout(this.due);
    this.due = null;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  planned(plan: Plan, hashes: ReadonlyMap<AgentId, string>): void {
    this.known?.planned(plan, hashes);
    void this.keep();
  }

  async close(): Promise<void> {
    await this.keep();
    this.closed = true;
    if (this.due !== null) clearTimeout(this.due);
  }

  private async write(): Promise<void> {
    const { path, journal, work, now, log } = this.options;
    if (this.known === null || this.closed) return;
    // What is not on disk yet is in the memory already, and comes once more: that changes nothing.
    const [from, at] = [journal.end, now()];
    try {
      await writeSnapshot(path, { at, from, remembered: this.known.now(at, work(at)) });
      await journal.neededSince(from);
    } catch (err) {
      log.error({ err }, 'the local snapshot could not be written; the journal is kept meanwhile');
      this.due ??= setTimeout(() => void this.keep(), WRITE_AFTER_MS);
    }
  }
}

/** Of agents whose day has ended since nothing is left. */
function workOfToday({ plan, known }: Remembered, at: Instant, now: Instant): DaySoFar[] {
  const zones = new Map(plan.stores.map(({ id, timezone }) => [id, timezone]));
  const stores = new Map(plan.people.map(({ id, store }) => [id, store]));
  return (known.work ?? []).filter(({ id }) => {
    const zone = zones.get(stores.get(id) ?? '');
    return zone !== undefined && now < dayIn(zone, at).endsAt;
  });
}
