/** Who may dial what, through which trunk. What costs more than a call at home is denied unless the plan says so. */
import type { DialClass, PlanPerson, PlanTrunk } from '../plan';

const USUAL: readonly DialClass[] = ['mobile', 'fixed', 'service'];

export const mayDial = (person: PlanPerson, wanted: DialClass): boolean =>
  (person.dial ?? USUAL).includes(wanted);

export const mayCarry = (trunk: PlanTrunk, wanted: DialClass): boolean =>
  (trunk.dial ?? USUAL).includes(wanted);
