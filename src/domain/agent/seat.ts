/**
 * Hot desking: a phone of the plan without a person is a seat. Who signs in there has it until he signs out,
 * there or at his desktop, or sits down elsewhere; his calls ring there and nowhere else meanwhile. Decides who
 * may sit where, and what his phones are then.
 */
import type { RefusalCode } from '../errors';
import type { AgentId, PhoneId } from '../ids';
import type { Plan, PlanPerson, PlanPhone } from '../plan';
import { mayIn } from '../rights';
import type { Agent, AgentPhone } from './agent';

/** The phone, if anybody may sit there. */
export const seatIn = (plan: Plan, phoneId: PhoneId | null): PlanPhone | undefined =>
  plan.phones.find(({ id, person }) => id === phoneId && person === undefined);

/** What is known of the phone where he wants to sit. */
export interface SeatView {
  plan: Plan;
  /** Whoever sits there now. */
  holder: Agent | undefined;
}

/** A phone that belongs to a person is his alone, and he need not sign in there; a code says why not. */
export function maySit(
  agent: Agent | undefined,
  phoneId: PhoneId,
  { plan, holder }: SeatView,
): RefusalCode | null {
  if (!agent || agent.retired) return 'NOT_AN_AGENT';
  const phone = plan.phones.find(({ id }) => id === phoneId);
  if (!phone) return 'NO_SUCH_PHONE';
  if (phone.person !== undefined) return phone.person === agent.id ? null : 'SEAT_TAKEN';
  return holder === undefined || holder.id === agent.id ? null : 'SEAT_TAKEN';
}

/** A seat is freed by who has it, and by who oversees his store. */
export function mayFree(
  by: AgentId,
  phoneId: PhoneId,
  { plan, holder }: SeatView,
): RefusalCode | null {
  if (!plan.phones.some(({ id }) => id === phoneId)) return 'NO_SUCH_PHONE';
  if (!holder || holder.seat !== phoneId) return 'NOBODY_THERE';
  const person: PlanPerson | undefined = plan.people.find(({ id }) => id === by);
  const oversees = person && mayIn(person, 'store.oversee', holder.storeId);
  return holder.id === by || oversees ? null : 'SEAT_TAKEN';
}

/** He sits there from now on, and nowhere else. */
export const atSeat = (agent: Agent, phone: AgentPhone): Agent => {
  const away = withoutSeat(agent);
  return { ...away, seat: phone.id, phones: [...away.phones, phone] };
};

/** He has his own phones again, if any. */
export const withoutSeat = (agent: Agent): Agent => ({
  ...agent,
  seat: null,
  phones: agent.phones.filter(({ id }) => id !== agent.seat),
});
