/** Decides who may answer a form: whoever had a talk of its call, who oversees the store, and to whom it falls. */
import type { AgentId } from '../ids';
import type { PlanPerson } from '../plan';
import { mayIn, seesStore } from '../rights';
import type { FormSnapshot } from './form';

/**
 * `ownerId`: of the lead. That of another store is none to him, unless he had its talk: people serve several stores.
 */
export function mayAnswer(
  person: PlanPerson,
  form: FormSnapshot,
  ownerId: AgentId | null,
): 'NO_FORM' | 'NOT_YOUR_FORM' | null {
  if (hadTalk(person, form) || (form.falls && ownerId === person.id)) return null;
  if (!seesStore(person, form.storeId)) return 'NO_FORM';
  return mayIn(person, 'forms.correct', form.storeId) ? null : 'NOT_YOUR_FORM';
}

/** The store sees it, and whoever had its talk. */
export const mayRead = (person: PlanPerson, form: FormSnapshot): boolean =>
  hadTalk(person, form) || seesStore(person, form.storeId);

const hadTalk = ({ id }: PlanPerson, { agentId, earlier }: FormSnapshot): boolean =>
  agentId === id || earlier.includes(id);
