/** Why an agent's phone takes no calls, in words for the person in front of it. */
import type { PhoneReachable, PhoneUnreachable } from '../phone-events';
import type { Instant } from '../time';

/**
 * `not-registered`: it never registered, or no longer does. `no-answer`: it does not answer OPTIONS.
 * `disconnected`: the connection by which it had registered ended, and it has not come back.
 */
export type PhoneLossReason = 'not-registered' | 'no-answer' | 'disconnected';

export interface PhoneLoss {
  reason: PhoneLossReason;
  since: Instant;
}

/** What the person is told, and what he can do. */
export const LOSS_TEXTS: Record<PhoneLossReason | 'no-phone', { zh: string; en: string }> = {
  'not-registered': {
    zh: '话机未注册。请检查话机电源、网络和账号密码。',
    en: 'The phone is not registered. Check its power, its network, and its account.',
  },
  'no-answer': {
    zh: '话机没有应答。请检查话机电源和网络，或重启话机。',
    en: 'The phone does not answer. Check its power and its network, or start it anew.',
  },
  disconnected: {
    zh: '话机的连接已断开。请检查话机电源和网络；话机会自动重新注册。',
    en: 'The connection of the phone broke. Check its power and its network; it registers again by itself.',
  },
  'no-phone': {
    zh: '没有话机。请在一部公用话机上签入，或让管理员在方案中添加话机。',
    en: 'There is no phone. Sign in at one, or ask an administrator to add one in the plan.',
  },
};

/** Null once it can be rung. */
export const lossOf = (event: PhoneReachable | PhoneUnreachable): PhoneLoss | null =>
  event.type === 'phone.reachable' ? null : { reason: event.reason, since: event.at };
