/**
 * What staff are told at their first sign-in, and acknowledge: that their calls are recorded and scored. Another text
 * gets another version, and is acknowledged anew.
 */
import type { AgentId } from '../ids';
import type { Plan } from '../plan';

export const NOTICE = {
  version: '1',
  zh:
    '您的通话会被录音，并按公司规定用于质量检查和评分。录音由主管、质检和管理员收听，' +
    '每次收听均有记录。请确认您已知悉。',
  en:
    'Your calls are recorded, and are used for quality checks and scored. Supervisors, quality and administrators ' +
    'listen to recordings, and each time is noted. Please acknowledge that you know.',
} as const;

/** Somebody has read it. */
export interface AcknowledgementSnapshot {
  personId: AgentId;
  version: string;
  at: number;
}

/** Who has acknowledged which version. */
interface Known {
  has(personId: AgentId, version: string): boolean;
}

/** Whether he has still to acknowledge it. */
export const mustAcknowledge = (plan: Plan, personId: AgentId, known: Known): boolean =>
  isStaff(plan, personId) && !known.has(personId, NOTICE.version);

/**
 * Whether the plan keeps him from being ready until he has acknowledged. Asked whenever somebody says "ready", at a desktop or
 * by a code of his phone. Not asked of who is ready already, nor of who has an `autoReady` phone, who says nothing: that he
 * were not ready would leave callers in a queue where nobody is, by an upgrade or a line of the plan. The lint tells of him.
 */
export const isUnread = (plan: Plan, personId: AgentId, known: Known): boolean =>
  plan.signIn?.acknowledge === true && mustAcknowledge(plan, personId, known);

/** Who works here: everybody of the plan, whoever else may sign in. */
const isStaff = ({ people }: Plan, personId: AgentId): boolean =>
  people.some(({ id }) => id === personId);
