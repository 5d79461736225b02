/**
 * How the passwords and PINs of a plan will stand in its rows: argon2id, and what is stored where that is of the same one,
 * for a hash has a random salt, and applying the same plan again changes nothing. Made before the transaction opens that
 * stores them, which holds locks and a connection; one after the other, so that who signs in is not behind all of them.
 */
import type { CheckedPerson } from '../domain/plan-check';
import type { AgentId } from '../domain/ids';
import { hashPassword, passwordMatches } from './people';

/** By person: what is stored. */
export interface StoredHashes {
  hashes: ReadonlyMap<AgentId, string>;
  /** `''`: he has no PIN. */
  pins: ReadonlyMap<AgentId, string>;
}

/** What will be stored, and of what it was made. */
interface Made {
  secret: string;
  stored: string | undefined;
  hash: string;
}

/** By person. */
export type PersonHashes = ReadonlyMap<AgentId, { password: Made | null; pin: Made | null }>;

/** `before`: those made before, which count where what is stored has not changed since. */
export async function personHashes(
  people: readonly CheckedPerson[],
  { hashes, pins }: StoredHashes,
  before: PersonHashes = new Map(),
): Promise<PersonHashes> {
  const all = new Map<AgentId, { password: Made | null; pin: Made | null }>();
  for (const { id, password, pin } of people) {
    const known = before.get(id);
    all.set(id, {
      password: await made(password, hashes.get(id), known?.password),
      pin: await made(pin, pins.get(id) || undefined, known?.pin),
    });
  }
  return all;
}

async function made(
  secret: string | null,
  stored: string | undefined,
  before: Made | null | undefined,
): Promise<Made | null> {
  if (secret === null) return null;
  if (before?.secret === secret && before.stored === stored) return before;
  const isSame = stored !== undefined && (await passwordMatches(stored, secret));
  return { secret, stored, hash: isSame ? stored : await hashPassword(secret) };
}
