/** What the plan says of signing in, and whom it concerns. Pure. */
import type { AgentId } from '../ids';
import type { Plan, PlanPerson } from '../plan';
import { hasRight } from '../rights';
import type { Millis } from '../time';
import { IDLE_MS } from './session';

/** Unused for so long a session is over. */
export const idleMsOf = ({ signIn }: Plan): Millis =>
  signIn?.idleMinutes === undefined ? IDLE_MS : signIn.idleMinutes * 60_000;

/** What of a plan says how one signs in. */
type SignInPlan = Pick<Plan, 'signIn' | 'stores'>;

/** Whether he does nothing before he has a second factor: `listeners` are those who may hear recordings. */
export function needsSecondFactor(plan: SignInPlan, person: PlanPerson): boolean {
  const { secondFactor } = plan.signIn ?? {};
  if (secondFactor === 'all') return true;
  return secondFactor === 'listeners' && hasRight(person, 'recordings.hear', plan);
}

/** Who may hear recordings, and is asked for nothing but a password; whoever may export anything is one of them. */
export const byPasswordAlone = (plan: SignInPlan & { people: readonly PlanPerson[] }): AgentId[] =>
  plan.people
    .filter((one) => hasRight(one, 'recordings.hear', plan) && !needsSecondFactor(plan, one))
    .map(({ id }) => id);
