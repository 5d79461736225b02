/** What is kept of signing in, as the journal has it: whole snapshots, secrets hashed or sealed. */
import type { AgentId } from '../ids';
import type { Instant } from '../time';

/** Why a session was over before its time; `idle`: nobody used it. */
export type SessionEnd =
  | 'signed-out'
  | 'ended'
  | 'password'
  | 'second-factor'
  | 'locked'
  | 'post'
  | 'removed'
  | 'idle'
  | 'too-many';

/** One sign-in of a person, on one machine. */
export interface SessionSnapshot {
  id: string;
  personId: AgentId;
  startedAt: Instant;
  /** Last use; on disk up to ten minutes older than in memory. */
  seenAt: Instant;
  expiresAt: Instant;
  /** From where it was opened. */
  address: string;
  /** What the program said of itself (`User-Agent`); `''`: nothing. */
  client: string;
  /** Missing while it stands. */
  end?: { at: Instant; by: string; why: SessionEnd };
}

/** A password that stands instead of the one in the plan. */
export interface CredentialSnapshot {
  personId: AgentId;
  /** argon2id. */
  hash: string;
  /** Given to him by somebody else: it must be changed before anything is done with it. */
  oneTime: boolean;
  /** Hash of the plan's password that it replaced; it counts until a plan brings another one. Null: there was none. */
  insteadOf: string | null;
  changedAt: Instant;
}

/** A second factor that was set up, or taken away again. */
export interface FactorSnapshot {
  personId: AgentId;
  state: 'on' | 'off';
  /** Secret of the codes, sealed with a key of the data folder. */
  sealed: string | null;
  /** Step of the last code that was used; older ones are not taken (RFC 6238 §5.2). */
  lastStep: number;
  /** SHA-256 of the codes on paper that are left. */
  recovery: readonly string[];
  changedAt: Instant;
}
