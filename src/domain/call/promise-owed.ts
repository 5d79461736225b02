/** A caller with a number, his own or one that he gave, is owed a call. */
import type { Effect } from '../effects';
import type { RecordingId } from '../ids';
import type { PromiseReason } from '../records';
import type { Instant } from '../time';
import type { FormerNumber } from '../raised-events';
import { calledBackAt, customerNumber, type Call, type CallIn } from './call';
import type { Absence } from './prompts';

/** Which promise it is, by why nobody takes him. */
const REASONS: Record<Absence, PromiseReason> = {
  'nobody-signed-in': 'nobody-signed-in',
  full: 'over-capacity',
  hopeless: 'hopeless',
  asked: 'asked',
  'after-hours': 'closed',
  holiday: 'closed',
  closure: 'closed',
};

interface Owed {
  reason: PromiseReason;
  /** When somebody is there again who can keep it; null: now. */
  from?: Instant | null;
  /** What he said to it. */
  messageId?: RecordingId;
  /** Numbers that he was promised a call at for this call, and gave up for the one that he has now. */
  former?: readonly string[];
}

/** Empty for a caller without a number: he cannot be called back. */
export function promiseOwed(call: Call, owed: Owed, now: Instant): Effect[] {
  const number = calledBackAt(call);
  if (number === '') return [];
  const { reason, from = null, messageId, former = [] } = owed;
  const insteadOf = formerNumbers(call, number, former);
  const { storeId, hotline, queueId } = call.route;
  const ownerId = call.card?.owner?.agentId;
  return [
    {
      type: 'raise',
      event: {
        ...{ type: 'promise.owed', at: now, promiseId: call.ids.promiseId, callId: call.id },
        ...{ storeId, hotline, queueId, number, leadId: call.leadId, reason },
        ...(ownerId === undefined ? {} : { ownerId }),
        ...(from === null ? {} : { from }),
        ...(messageId === undefined ? {} : { messageId }),
        ...(insteadOf.length === 0 ? {} : { insteadOf }),
      },
    },
  ];
}

/** At his own number, too, he is not called: also if that was promised when he called before. */
function formerNumbers(call: Call, number: string, former: readonly string[]): FormerNumber[] {
  const own = customerNumber(call);
  const all = [
    { number: own, callId: null },
    ...former.filter((one) => one !== own).map((one) => ({ number: one, callId: call.id })),
  ];
  return all.filter((one) => one.number !== '' && one.number !== number);
}

/** Who is announced to, with what he said to it once he begins to say it. */
export const announcedOwed = (
  call: CallIn<'announcing'>,
  now: Instant,
  messageId?: RecordingId,
): Effect[] => {
  const { why, opensAt: from, former } = call.stage;
  const message = messageId === undefined ? {} : { messageId };
  return promiseOwed(call, { reason: REASONS[why], from, former, ...message }, now);
};
