/**
 * Decides what a program may that acts for a person: never more than he, never for ever, and nothing that would make
 * it somebody. Pure.
 */
import type { AgentId, StoreId } from '../ids';
import type { Organisation } from '../organisation';
import { rightsHeld, storesOf, WHOLE, type Asker, type Right } from '../rights';
import type { Instant, Millis } from '../time';

/** By which a secret scanner, and a person, know one for what it is. */
export const TOKEN_PREFIX = 'olt_';
/** A year with its leap day: what is forgotten ends by itself. */
const LONGEST_MS: Millis = 366 * 86_400_000;
/** By these it could give itself, or somebody, more than it has. */
const NEVER: readonly Right[] = ['people.secure'];

export interface ApiTokenSnapshot {
  id: string;
  personId: AgentId;
  /** What its maker calls it. */
  name: string;
  rights: readonly Right[];
  /** Null: all where he may. */
  stores: readonly StoreId[] | null;
  /** SHA-256 of its value, which nobody can be told again. */
  hash: string;
  createdAt: Instant;
  expiresAt: Instant;
  /** Last use; on disk up to ten minutes older than in memory. */
  usedAt: Instant | null;
  /** Missing while it stands. */
  revoked?: { at: Instant; by: string };
}

export interface AskedToken {
  rights: readonly Right[];
  stores: readonly StoreId[] | null;
  expiresAt: Instant;
}

/** What of it the person cannot give; null: he can. What concerns all stores has no token with bounds of its own. */
export function refusedToken(
  maker: Asker,
  { rights, stores, expiresAt }: AskedToken,
  { at, plan }: { at: Instant; plan: Pick<Organisation, 'stores'> },
): { rights?: Right[]; stores?: StoreId[]; expiresAt?: Instant } | null {
  const held = rightsHeld(maker, plan);
  const given = (right: Right): boolean =>
    held.includes(right) && !NEVER.includes(right) && (stores === null || !WHOLE.includes(right));
  const where = new Set(held.flatMap((right) => storesOf(maker, right)));
  const badRights = rights.filter((right) => !given(right));
  const badStores = (stores ?? []).filter((store) => !where.has(store));
  const badTime = expiresAt <= at || expiresAt > at + LONGEST_MS;
  if (badRights.length + badStores.length === 0 && !badTime) return null;
  return {
    ...(badRights.length > 0 && { rights: badRights }),
    ...(badStores.length > 0 && { stores: badStores }),
    ...(badTime && { expiresAt }),
  };
}

/** The person with the bounds of the token. */
export const actingFor = <P extends Asker>(person: P, { rights, stores }: ApiTokenSnapshot): P => ({
  ...person,
  limit: { rights, ...(stores !== null && { stores }) },
});

export const isStanding = ({ revoked, expiresAt }: ApiTokenSnapshot, at: Instant): boolean =>
  revoked === undefined && at < expiresAt;
