/** Who may dial what, through which trunk. What costs more than a call at home is denied unless the plan says so. */
import type { DialClass, PlanPerson, PlanTrunk, Post } from '../plan';

const USUAL: readonly DialClass[] = ['mobile', 'fixed', 'service'];

const BY_POST: Record<Post, readonly DialClass[]> = {
  telemarketer: USUAL,
  'after-sales': USUAL,
  supervisor: USUAL,
  quality: USUAL,
  administrator: USUAL,
};

export const mayDial = (person: PlanPerson, wanted: DialClass): boolean =>
  (person.dial ?? BY_POST[person.post]).includes(wanted);

export const mayCarry = (trunk: PlanTrunk, wanted: DialClass): boolean =>
  (trunk.dial ?? USUAL).includes(wanted);
