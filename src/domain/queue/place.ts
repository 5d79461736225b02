/**
 * Decides where a caller stands in the line: by the time he came, with a head start for whom the store must not let
 * wait. A head start is time, not rank: nobody is overtaken by somebody who came later than that.
 */
import type { Lookup } from '../events';
import type { AgentId } from '../ids';
import type { PlanQueue } from '../plan';
import { seconds, type Millis } from '../time';

/** How soon he means to buy: H within 7 days, A 15, B 30, C 90. */
export type LeadLevel = 'H' | 'A' | 'B' | 'C';

/** What the store knows of a caller, as far as a queue is concerned. */
export interface CallerFacts {
  /** Whose lead or customer he is. */
  ownerId?: AgentId;
  level?: LeadLevel;
  /** A complaint of his is open. */
  complaint?: true;
}

/** Of what a look-up found; undefined where a queue makes no difference. */
export function callerFacts(lookup: Lookup): CallerFacts | undefined {
  if (lookup.result !== 'found') return undefined;
  const { ownerId, level, complaint } = lookup;
  const facts = {
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(level === 'H' ? { level } : {}),
    ...(complaint ? { complaint } : {}),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

const LEVEL_H_SECONDS = 60;
const COMPLAINT_SECONDS = 120;

/** How much longer than he did he counts as having waited; the greater one where both hold. */
export function headStartMs(
  caller: CallerFacts | undefined,
  rules: PlanQueue['headStart'] = {},
): Millis {
  const { levelH = LEVEL_H_SECONDS, complaint = COMPLAINT_SECONDS } = rules;
  return seconds(Math.max(caller?.level === 'H' ? levelH : 0, caller?.complaint ? complaint : 0));
}
