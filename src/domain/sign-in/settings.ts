/** What the plan says of signing in, and whom it concerns. Pure. */
import type { Plan, PlanPerson } from '../plan';
import { hasRight } from '../rights';
import type { Millis } from '../time';
import { IDLE_MS } from './session';

/** Unused for so long a session is over. */
export const idleMsOf = ({ signIn }: Plan): Millis =>
  signIn?.idleMinutes === undefined ? IDLE_MS : signIn.idleMinutes * 60_000;

/** Whether he does nothing before he has a second factor: `listeners` are those who may hear recordings. */
export function needsSecondFactor(plan: Plan, person: PlanPerson): boolean {
  const { secondFactor } = plan.signIn ?? {};
  if (secondFactor === 'all') return true;
  return secondFactor === 'listeners' && hasRight(person, 'recordings.hear', plan);
}
