/**
 * The sessions that stand, in memory: asked at every request, so that one that was ended is refused at once, also
 * while the database is away. What changes is on disk (journal) before anybody is told of it; a use is written at
 * the next occasion only.
 */
import type { AgentId } from '../../domain/ids';
import type { JournalRecord } from '../../domain/records';
import { openedSession, whyOver, worthKeeping } from '../../domain/sign-in/session';
import type { SessionEnd, SessionSnapshot } from '../../domain/sign-in/snapshots';
import type { Instant, Millis } from '../../domain/time';
import type { Journal, MakeId } from '../ports';

/** A program that signs in for each question must not fill the memory; its oldest ones end. */
const MOST_OF_ONE_PERSON = 1000;

export interface SessionsOptions {
  journal: Journal;
  makeId: MakeId;
  now: () => Instant;
  /** Unused for so long a session is over. */
  idleMs: () => Millis;
}

interface Kept {
  session: SessionSnapshot;
  /** Its `seenAt` on disk. */
  seenOnDisk: Instant;
}

export class Sessions {
  private readonly open = new Map<string, Kept>();
  private readonly listeners: ((sessionId: string) => void)[] = [];

  constructor(private readonly options: SessionsOptions) {}

  /** Those of a former life. */
  restore(sessions: readonly SessionSnapshot[]): void {
    for (const session of sessions)
      if (!session.end) this.open.set(session.id, { session, seenOnDisk: session.seenAt });
  }

  /** Told of each that ends before its time. */
  onEnded(listener: (sessionId: string) => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when it is on disk. */
  async begin(
    personId: AgentId,
    from: { address: string; client: string },
  ): Promise<SessionSnapshot> {
    const { makeId, now } = this.options;
    const at = now();
    this.forgetExpired(at);
    const oldest = this.of(personId).slice(MOST_OF_ONE_PERSON - 1);
    for (const one of oldest) this.over(one.id, personId, 'too-many');
    const session = openedSession({ id: makeId(), personId, at, ...from });
    this.open.set(session.id, { session, seenOnDisk: at });
    await this.keep(session);
    return session;
  }

  /** The session, which is used by being asked for; null when it is over, or was never there. */
  use(id: string): SessionSnapshot | null {
    const session = this.standing(id);
    const kept = this.open.get(id);
    if (!session || !kept) return null;
    const at = this.options.now();
    const used = { ...session, seenAt: at };
    const write = worthKeeping(kept.seenOnDisk, at);
    this.open.set(id, { session: used, seenOnDisk: write ? at : kept.seenOnDisk });
    if (write) this.append(used);
    return used;
  }

  /** The same, and nobody has used it. */
  standing(id: string): SessionSnapshot | null {
    const kept = this.open.get(id);
    if (!kept) return null;
    const { now, idleMs } = this.options;
    const why = whyOver(kept.session, now(), idleMs());
    if (why === null) return kept.session;
    if (why === 'expired') this.open.delete(id);
    else this.over(id, kept.session.personId, why);
    return null;
  }

  /** Of the person, the one used last first. */
  of(personId: AgentId): SessionSnapshot[] {
    const ids = [...this.open.values()]
      .filter(({ session }) => session.personId === personId)
      .map(({ session }) => session.id);
    return ids
      .flatMap((id) => this.standing(id) ?? [])
      .sort((a, b) => b.seenAt - a.seenAt || (a.id < b.id ? 1 : -1));
  }

  /** Refused from now on; resolves when that is on disk. */
  async end(ids: readonly string[], by: string, why: SessionEnd): Promise<void> {
    for (const id of ids) this.over(id, by, why);
    await this.options.journal.flush();
  }

  /** All of the person, but one. */
  async endAll(
    personId: AgentId,
    { by, why, but }: { by: string; why: SessionEnd; but?: string },
  ): Promise<number> {
    const ids = this.of(personId).flatMap(({ id }) => (id === but ? [] : id));
    await this.end(ids, by, why);
    return ids.length;
  }

  /** Who is not among these has none any more. */
  retain(people: ReadonlySet<AgentId>): void {
    for (const { session } of [...this.open.values()])
      if (!people.has(session.personId)) this.over(session.id, 'plan', 'removed');
  }

  private over(id: string, by: string, why: SessionEnd): void {
    const kept = this.open.get(id);
    if (!kept) return;
    this.open.delete(id);
    this.append({ ...kept.session, end: { at: this.options.now(), by, why } });
    for (const listener of this.listeners) listener(id);
  }

  private forgetExpired(at: Instant): void {
    for (const [id, { session }] of this.open) if (at >= session.expiresAt) this.open.delete(id);
  }

  private async keep(session: SessionSnapshot): Promise<void> {
    this.append(session);
    await this.options.journal.flush();
  }

  private append(session: SessionSnapshot): void {
    const record: JournalRecord = { kind: 'session.saved', session };
    this.options.journal.append(this.options.now(), record);
  }
}
