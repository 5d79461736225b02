/** What HTTP asks of signing in: passwords, second factors, sessions, tokens, and what was acknowledged. */
import type { AgentId } from '../domain/ids';
import type { PlanPerson } from '../domain/plan';
import type { ApiTokenSnapshot, AskedToken } from '../domain/sign-in/api-token';
import type { SessionEnd, SessionSnapshot } from '../domain/sign-in/snapshots';
import type { Noted } from './ports';

export interface Accounts {
  /** The person when user and password are right, else null; takes the same time for both faults. */
  verify(user: string, password: string): Promise<PlanPerson | null>;
  /** He was given a password that he must change first. */
  mustChange(personId: AgentId): boolean;
  /** From now on it is that one; resolves when it is on disk. */
  change(personId: AgentId, password: string): Promise<void>;
  /** A new password for one time, which nobody can be told again. */
  giveOneTime(personId: AgentId): Promise<string>;
  /** Nobody signs in as him any more, until he is given a password for one time, or another one by the plan. */
  lock(personId: AgentId): Promise<void>;
}

/** The sessions that stand. One that is ended is refused at once, and stays so after a restart. */
export interface Sessions {
  /** Resolves when it is on disk. */
  begin(personId: AgentId, from: { address: string; client: string }): Promise<SessionSnapshot>;
  /** The session, which is used by being asked for; null when it is over, or was never there. */
  use(id: string): SessionSnapshot | null;
  /** The same, and nobody has used it. */
  standing(id: string): SessionSnapshot | null;
  /** Of the person, the one used last first. */
  of(personId: AgentId): SessionSnapshot[];
  /** Refused from now on; resolves when that is on disk. */
  end(ids: readonly string[], by: string, why: SessionEnd): Promise<void>;
  /** All of the person, but one: how many there were. */
  endAll(personId: AgentId, how: { by: string; why: SessionEnd; but?: string }): Promise<number>;
}

/** Who has acknowledged which text. */
export interface Acknowledgements {
  has(personId: AgentId, version: string): boolean;
  /** The first time counts; resolves when it is on disk. */
  add(personId: AgentId, version: string): Promise<void>;
}

/** Second factors: each code is good once. */
export interface SecondFactors {
  isOn(personId: AgentId): boolean;
  /** A secret for his telephone, told this once. */
  begin(personId: AgentId): { secret: string; uri: string };
  /** Codes for paper, told this once; null when the code is not that of the secret shown last. `noted` before it is on. */
  confirm(personId: AgentId, code: string, noted: Noted): Promise<string[] | null>;
  /** Whether the code, of the telephone or from paper, is right; it is so once. */
  use(personId: AgentId, code: string): Promise<boolean>;
  /** He has none any more. */
  reset(personId: AgentId): Promise<void>;
}

/** Tokens of programs. One that is revoked is refused at once, and stays so after a restart. */
export interface ApiTokens {
  /** The token and its value, told this once; null when the person has too many. `noted` gets its id before there is one. */
  make(
    personId: AgentId,
    asked: AskedToken & { name: string },
    noted: Noted,
  ): Promise<{ token: ApiTokenSnapshot; value: string } | null>;
  /** The token of that value, which is used by being asked for; null when none stands. */
  use(value: string): ApiTokenSnapshot | null;
  /** Of the person, the newest first. */
  of(personId: AgentId): ApiTokenSnapshot[];
  find(id: string): ApiTokenSnapshot | null;
  /** Refused from now on; resolves when that is on disk. */
  revoke(token: ApiTokenSnapshot, by: string): Promise<void>;
}
