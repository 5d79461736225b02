/** What a phone dials to send its caller there, as the target that it means. */
import type { AgentId, PhoneId } from '../ids';
import type { Plan } from '../plan';
import type { TransferTarget } from './transfer';

/**
 * Whom the dialled name stands for: a phone (its person, or who sits there), a hotline (its queue), a queue, a person, looked for
 * in this order; null for a name that is none of ours, which may be an outside number.
 */
export function referTarget(
  plan: Plan,
  dialled: string,
  whoSits: (seat: PhoneId) => AgentId | undefined,
): TransferTarget | null {
  const phone = plan.phones.find(({ id }) => id === dialled);
  const agent = phone && (phone.person ?? whoSits(phone.id));
  if (agent !== undefined) return { agent };
  if (phone) return null;
  const hotline = plan.hotlines.find(({ number }) => number === dialled);
  if (hotline) return { queue: hotline.queue };
  if (plan.queues.some(({ id }) => id === dialled)) return { queue: dialled };
  return plan.people.some(({ id }) => id === dialled) ? { agent: dialled } : null;
}
