/** Decides who may answer a form: whoever had a talk of its call, who oversees the store, and to whom it falls. */
import type { AgentId } from '../ids';
import type { PlanPerson } from '../plan';
import { hasRight, seesStore } from '../rights';
import type { FormSnapshot } from './form';

/** `ownerId`: of the lead. That of another store is none to him. */
export function mayAnswer(
  person: PlanPerson,
  form: FormSnapshot,
  ownerId: AgentId | null,
): 'NO_FORM' | 'NOT_YOUR_FORM' | null {
  if (!seesStore(person, form.storeId)) return 'NO_FORM';
  const { agentId, earlier, falls } = form;
  const hadTalk = agentId === person.id || earlier.includes(person.id);
  const fallsToHim = falls && ownerId === person.id;
  return hadTalk || fallsToHim || hasRight(person, 'forms.correct') ? null : 'NOT_YOUR_FORM';
}
