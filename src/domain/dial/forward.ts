/**
 * Decides whether one of ours may have an outside number rung for a customer of the store: by the same
 * permission, within the same limits, and on his account as a call of his own. A call for help is no transfer, and
 * a colleague no outside number.
 */
import type { RefusalCode } from '../errors';
import type { AgentId, StoreId, TrunkId } from '../ids';
import { bookOfStore, numberBook } from '../number/book';
import type { Plan } from '../plan';
import type { Instant } from '../time';
import { limitsOf, overrun, type DialBudget } from './budget';
import { areaOfStore, trunksForClass } from './carriers';
import { asTyped, readDialled } from './dialled';
import { mayDial } from './permission';

/** How it is dialled: its key, the trunks that may carry it, and the number of ours that is shown. */
export interface Forward {
  number: string;
  via: readonly TrunkId[];
  shown: string;
  /** On whose account. */
  by: AgentId;
}

export function mayForward(
  { agentId, storeId, dialled }: { agentId: AgentId; storeId: StoreId; dialled: string },
  { plan, budget, at }: { plan: Plan; budget: DialBudget; at: Instant },
): RefusalCode | Forward {
  const person = plan.people.find(({ id }) => id === agentId);
  const book = bookOfStore(numberBook(plan), person?.store ?? storeId);
  const view = { plan, book, area: areaOfStore(plan, storeId), at };
  const read = readDialled(asTyped(dialled), view);
  if (read === null) return 'NOT_A_NUMBER';
  if (read.is === 'colleague') return 'NO_SUCH_TARGET';
  if (read.is === 'emergency' || !person || !mayDial(person, read.class)) return 'DIAL_FORBIDDEN';
  const payer = { agentId, storeId: person.store };
  if (overrun(budget, payer, limitsOf(plan.dialling), at) !== null) return 'DIAL_LIMIT';
  const { via, callerId: shown } = trunksForClass(plan, storeId, read.class);
  return via.length === 0 ? 'NO_TRUNK' : { number: read.number, via, shown, by: agentId };
}
