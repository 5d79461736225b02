/**
 * Whose password is right. In memory, so that people sign in while the database is away; what changes is on disk
 * (journal) before anybody is told.
 *
 * A person's password is the one of the plan until he chooses his own, or is given one for one time. That one counts
 * until a plan brings another than it replaced: applying the same file again takes nobody's own password away.
 */
import type { AgentId } from '../../domain/ids';
import type { Plan, PlanPerson } from '../../domain/plan';
import {
  FIRST_ADMINISTRATOR,
  needsFirstAdministrator,
  personIn,
} from '../../domain/sign-in/first-administrator';
import type { CredentialSnapshot } from '../../domain/sign-in/snapshots';
import type { Instant } from '../../domain/time';
import type { Journal } from '../ports';
import { typedSecret } from './letters';

/** How passwords are kept. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** False also for a hash that cannot be read. */
  matches(stored: string, password: string): Promise<boolean>;
}

export interface AccountsOptions {
  journal: Journal;
  now: () => Instant;
  passwords: Passwords;
  plan: () => Plan;
}

export class Accounts {
  /** Hash of the plan's password. */
  private planned: ReadonlyMap<AgentId, string> = new Map();
  private readonly own = new Map<AgentId, CredentialSnapshot>();
  /** Checked where there is nothing to check, so that a name that is unknown takes the same time. */
  private readonly nobodys: Promise<string>;

  constructor(private readonly options: AccountsOptions) {
    this.nobodys = options.passwords.hash(typedSecret());
  }

  restore(planned: ReadonlyMap<AgentId, string>, own: readonly CredentialSnapshot[]): void {
    this.planned = planned;
    for (const credential of own) this.own.set(credential.personId, credential);
  }

  /** Another plan: the people whose password is another one by it. */
  planApplied(planned: ReadonlyMap<AgentId, string>): AgentId[] {
    const before = this.planned;
    this.planned = planned;
    return [...planned].flatMap(([id, hash]) => {
      const was = before.get(id);
      return was !== undefined && was !== hash ? id : [];
    });
  }

  /** The person when user and password are right, else null; takes the same time for both faults. */
  async verify(user: string, password: string): Promise<PlanPerson | null> {
    const person = personIn(this.options.plan(), user);
    const stored = person && (this.credential(user)?.hash ?? this.planned.get(user));
    const right = await this.options.passwords.matches(stored ?? (await this.nobodys), password);
    return right && person && stored ? person : null;
  }

  /** He was given a password that he must change first. */
  mustChange(personId: AgentId): boolean {
    return this.credential(personId)?.oneTime ?? false;
  }

  /** From now on it is that one; resolves when it is on disk. */
  change(personId: AgentId, password: string): Promise<void> {
    return this.keep(personId, password, false);
  }

  /** A new password for one time, which nobody can be told again. */
  async giveOneTime(personId: AgentId): Promise<string> {
    const password = typedSecret();
    await this.keep(personId, password, true);
    return password;
  }

  /** Nobody signs in as him any more, until he is given a password for one time, or another one by the plan. */
  async lock(personId: AgentId): Promise<void> {
    await this.giveOneTime(personId);
  }

  /** The one-time password of who sets the installation up; null when that is done, or he has had one. */
  async first(): Promise<string | null> {
    const { id } = FIRST_ADMINISTRATOR;
    if (!needsFirstAdministrator(this.options.plan()) || this.credential(id)) return null;
    return this.giveOneTime(id);
  }

  private credential(personId: AgentId): CredentialSnapshot | undefined {
    const credential = this.own.get(personId);
    return credential?.insteadOf === (this.planned.get(personId) ?? null) ? credential : undefined;
  }

  private async keep(personId: AgentId, password: string, oneTime: boolean): Promise<void> {
    const { journal, now, passwords } = this.options;
    const hash = await passwords.hash(password);
    const insteadOf = this.planned.get(personId) ?? null;
    const credential = { personId, hash, oneTime, insteadOf, changedAt: now() };
    this.own.set(personId, credential);
    journal.append(now(), { kind: 'credential.saved', credential });
    await journal.flush();
  }
}
