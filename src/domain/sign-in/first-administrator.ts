/**
 * Who may set the installation up before a plan says so. He stands beside the plan, which is replaced as a whole: a
 * plan that names no administrator does not take him away, and one that names somebody ends him.
 */
import type { AgentId } from '../ids';
import type { Plan, PlanPerson } from '../plan';
import { hasRight, NO_STORE } from '../rights';

/** He belongs to no store, so he sees no customer of any. */
export const FIRST_ADMINISTRATOR: PlanPerson = {
  ...{ id: 'admin', name: 'admin', post: 'administrator', store: NO_STORE, queues: [] },
};

/** Whether the plan leaves it to him: nobody of it may apply another one, and nobody has his name. */
export const needsFirstAdministrator = (plan: Plan): boolean =>
  !plan.people.some(
    (one) => hasRight(one, 'plan.apply', plan) || one.id === FIRST_ADMINISTRATOR.id,
  );

/** Who that is, of the plan or beside it. */
export function personIn(plan: Plan, id: AgentId): PlanPerson | undefined {
  const person = plan.people.find((one) => one.id === id);
  if (person || id !== FIRST_ADMINISTRATOR.id) return person;
  return needsFirstAdministrator(plan) ? FIRST_ADMINISTRATOR : undefined;
}

/** Everybody who may sign in. */
export const peopleOf = (plan: Plan): PlanPerson[] =>
  needsFirstAdministrator(plan) ? [...plan.people, FIRST_ADMINISTRATOR] : plan.people;

/** What is told on the terminal, once. */
export function firstPasswordText(password: string, address: string): string {
  const rule = '─'.repeat(64);
  return [
    rule,
    `Openline: ${address}`,
    '',
    `  User / 用户        ${FIRST_ADMINISTRATOR.id}`,
    `  One-time password / 一次性密码   ${password}`,
    '',
    'Shown once; it must be changed at the first sign-in. Another one:',
    '仅显示一次，首次登录时须修改。重新生成：',
    `  npx openline reset-password ${FIRST_ADMINISTRATOR.id}`,
    rule,
    '',
  ].join('\n');
}
