/**
 * The one catalogue of what can be refused or fail: code, HTTP status, what happened and what to do
 * in Chinese and English. A refusal is a returned value; a bug throws `BugError`.
 */
export interface CatalogueEntry {
  status: number;
  zh: string;
  en: string;
}

export const ERRORS = {
  NOT_AN_AGENT: {
    status: 409,
    zh: '该账号不是坐席，不能接听电话。请让管理员在方案中为其分配队列。',
    en: 'This account takes no calls. Ask an administrator to give it a queue in the plan.',
  },
  NO_PHONE: {
    status: 409,
    zh: '该坐席没有话机。请让管理员在方案中为其添加话机。',
    en: 'This agent has no phone. Ask an administrator to add one in the plan.',
  },
  NOT_SIGNED_IN: {
    status: 409,
    zh: '坐席尚未签入。请先登录。',
    en: 'The agent is not signed in. Sign in first.',
  },
  NOT_IN_WRAP_UP: {
    status: 409,
    zh: '当前不在话后整理状态。',
    en: 'There is no wrap-up to finish.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;
/** Codes by which the engine refuses a request. */
export type RefusalCode = 'NOT_AN_AGENT' | 'NO_PHONE' | 'NOT_SIGNED_IN' | 'NOT_IN_WRAP_UP';

/** A broken invariant of ours: ends the call it concerns, and nothing else. */
export class BugError extends Error {
  override name = 'BugError';
}
