/**
 * The own leg of an agent whose phone is nailed up: dialled once when he signs in, his until he signs out. Calls reach
 * him over it one after the other, and the phone does not ring for them.
 *
 *     down --signs in, says ready--> dialled --answered--> up
 *      ^ \^--fails for the last time--/  ^ \                 |
 *      |                               |  fails--> waits    |
 *      |                               '-----timer---'      |
 *      '--signs out; hung up, or dead: he is not ready------'
 */
import type { EndCause } from '../end-cause';
import type { PhoneId } from '../ids';
import type { Instant } from '../time';

export type Nailed =
  /** `again`: dialled as soon as may be, else when he says "ready". `cause`: why it ended, or was not answered. */
  | { is: 'down'; since: Instant; cause: EndCause | null; again: boolean }
  /** `failures`: how often in a row before. */
  | { is: 'dialled'; since: Instant; phoneId: PhoneId; failures: number }
  /** It failed, and is dialled again soon. */
  | { is: 'waits'; since: Instant; cause: EndCause; failures: number }
  | { is: 'up'; since: Instant; phoneId: PhoneId };

/** Of who has not gone to work. */
export const notNailed = (since: Instant): Nailed => ({
  ...{ is: 'down', since, cause: null, again: true },
});

/** What the person is told, and what he can do. */
export function nailedText(nailed: Nailed): { zh: string; en: string } {
  if (nailed.is !== 'down') return TEXTS[nailed.is];
  if (nailed.again || nailed.cause === null) return TEXTS.down;
  return nailed.cause === 'hangup' ? TEXTS['hung-up'] : TEXTS.failed;
}

const TEXTS = {
  up: {
    zh: '话机专线已接通，来电直接接入，不再振铃。',
    en: 'The line to the phone stands. Calls come over it without ringing.',
  },
  dialled: {
    zh: '正在呼叫话机以建立专线，请接听并不要挂断。',
    en: 'The phone is being called for its line. Pick up, and do not hang up.',
  },
  waits: {
    zh: '话机没有接听，稍后会再次呼叫。请接听并不要挂断。',
    en: 'The phone did not answer and is called again in a moment. Pick up, and do not hang up.',
  },
  down: {
    zh: '话机专线尚未建立。签入后系统会呼叫话机。',
    en: 'The line to the phone does not stand yet. The phone is called once you sign in.',
  },
  'hung-up': {
    zh: '话机已挂断，专线已断开。请点击"就绪"，系统会再次呼叫话机。',
    en: 'The phone hung up, and its line is gone. Say "ready": the phone is called again.',
  },
  failed: {
    zh: '话机专线已断开或无法建立。请检查话机后点击"就绪"，系统会再次呼叫话机。',
    en: 'The line to the phone broke, or could not be made. Check the phone and say "ready": it is called again.',
  },
};
