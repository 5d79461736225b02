/**
 * The tokens of programs that stand, in memory, by the hash of their value: one that was revoked is refused at once,
 * also while the database is away. What changes is on disk (journal) before anybody is told of it.
 */
import { randomBytes } from 'node:crypto';
import type { AgentId } from '../../domain/ids';
import {
  TOKEN_PREFIX,
  isStanding,
  type ApiTokenSnapshot,
  type AskedToken,
} from '../../domain/sign-in/api-token';
import { worthKeeping } from '../../domain/sign-in/session';
import type { Instant } from '../../domain/time';
import type { Journal, MakeId } from '../ports';
import { fingerprint } from './letters';

const SECRET_BYTES = 32;
const MOST_OF_ONE_PERSON = 50;

export interface ApiTokensOptions {
  journal: Journal;
  makeId: MakeId;
  now: () => Instant;
}

export class ApiTokens {
  private readonly byHash = new Map<string, ApiTokenSnapshot>();
  /** Its `usedAt` on disk, by id. */
  private readonly usedOnDisk = new Map<string, Instant>();

  constructor(private readonly options: ApiTokensOptions) {}

  restore(tokens: readonly ApiTokenSnapshot[]): void {
    for (const token of tokens) {
      this.byHash.set(token.hash, token);
      if (token.usedAt !== null) this.usedOnDisk.set(token.id, token.usedAt);
    }
  }

  /** The token and its value, told this once; null when the person has too many. `noted` first; resolves when it is on disk. */
  async make(
    personId: AgentId,
    asked: AskedToken & { name: string },
    noted: (id: string) => void | Promise<void> = () => undefined,
  ): Promise<{ token: ApiTokenSnapshot; value: string } | null> {
    if (this.hasAll(personId)) return null;
    const { makeId, now } = this.options;
    const value = `${TOKEN_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const { name, rights, stores, expiresAt } = asked;
    const token: ApiTokenSnapshot = {
      ...{ id: makeId(), personId, name, rights, stores, hash: fingerprint(value) },
      ...{ createdAt: now(), expiresAt, usedAt: null },
    };
    await noted(token.id);
    // Others of his may have been made meanwhile.
    if (this.hasAll(personId)) return null;
    await this.keep(token);
    return { token, value };
  }

  /** The token of that value, which is used by being asked for; null when none stands. */
  use(value: string): ApiTokenSnapshot | null {
    const at = this.options.now();
    const token = this.byHash.get(fingerprint(value));
    if (!token || !isStanding(token, at)) return null;
    const used = { ...token, usedAt: at };
    this.byHash.set(token.hash, used);
    const onDisk = this.usedOnDisk.get(token.id);
    if (onDisk === undefined || worthKeeping(onDisk, at)) {
      this.usedOnDisk.set(token.id, at);
      this.append(used);
    }
    return used;
  }

  /** Of the person, the newest first. */
  of(personId: AgentId): ApiTokenSnapshot[] {
    const at = this.options.now();
    return [...this.byHash.values()]
      .filter((token) => token.personId === personId && isStanding(token, at))
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  find(id: string): ApiTokenSnapshot | null {
    const at = this.options.now();
    const found = [...this.byHash.values()].find((token) => token.id === id);
    return found && isStanding(found, at) ? found : null;
  }

  /** Refused from now on; resolves when that is on disk. */
  async revoke(token: ApiTokenSnapshot, by: string): Promise<void> {
    this.over(token, by);
    await this.options.journal.flush();
  }

  /** Who is not among these has none any more. */
  retain(people: ReadonlySet<AgentId>): void {
    for (const token of [...this.byHash.values()])
      if (!people.has(token.personId)) this.over(token, 'plan');
  }

  private hasAll(personId: AgentId): boolean {
    return this.of(personId).length >= MOST_OF_ONE_PERSON;
  }

  private over(token: ApiTokenSnapshot, by: string): void {
    this.byHash.delete(token.hash);
    this.usedOnDisk.delete(token.id);
    this.append({ ...token, revoked: { at: this.options.now(), by } });
  }

  private async keep(token: ApiTokenSnapshot): Promise<void> {
    this.byHash.set(token.hash, token);
    this.append(token);
    await this.options.journal.flush();
  }

  private append(token: ApiTokenSnapshot): void {
    this.options.journal.append(this.options.now(), { kind: 'token.saved', token });
  }
}
