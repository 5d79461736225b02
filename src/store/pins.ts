/** PINs by which people sit down at phones (port `Pins` of the engine); kept as passwords are. */
import type { Pins } from '../engine/ports';
import type { Database } from './database';
import { passwordMatches, type PersonDbRow } from './people';

/** False for who has none. Rejects while the database is away. */
export function storePins(db: Database): Pins {
  return {
    async verify(agentId, pin) {
      const row = await db<PersonDbRow>('person')
        .where({ id: agentId })
        .whereNull('removed_at')
        .first('pin_hash');
      const stored = row?.pin_hash ?? null;
      return stored !== null && passwordMatches(stored, pin);
    },
  };
}
