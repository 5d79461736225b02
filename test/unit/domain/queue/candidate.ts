import type { Engaged } from '../../../../src/domain/queue/reason';
import type { Candidate } from '../../../../src/domain/queue/strategies/strategy';

/** An agent who has done nothing yet. */
export const candidate = (id: string, facts: Partial<Candidate> = {}): Candidate => ({
  ...{ id, idleSince: 0, position: 0, callsToday: 0, talkTodayMs: 0, askedAt: null },
  skills: {},
  ...facts,
});

/** Whoever is signed in is free. */
export const NOBODY_ELSE: Engaged = { size: 0, first: () => [], of: () => undefined };
