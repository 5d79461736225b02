import type { CallSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';

const MILESTONES = ['answeredAt', 'offeredAt', 'talkStartedAt', 'bridgedAt'] as const;
const LINKS = ['leadId', 'customerId', 'agentId'] as const;

/** What the snapshot knows of the call's course; absent where it knows nothing. */
export function milestones(known: CallSnapshot | undefined) {
  const facts: Partial<
    Record<(typeof MILESTONES)[number], Instant> & Record<(typeof LINKS)[number], string>
  > = {};
  if (!known) return facts;
  for (const name of MILESTONES) {
    const at = known[name];
    if (at !== null) facts[name] = at;
  }
  for (const name of LINKS) {
    const id = known[name];
    if (id !== null) facts[name] = id;
  }
  return known.firstTalkAt === undefined ? facts : { ...facts, firstTalkAt: known.firstTalkAt };
}
