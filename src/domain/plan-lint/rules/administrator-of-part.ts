/** Administrators of some stores: they can apply no plan, which is of all; where nobody can, `admin` stands beside the plan. */
import { postsOf } from '../../organisation';
import { hasRight, storesOf } from '../../rights';
import { finding, type LintedPlan } from '../plan';

export const administratorOfPart = (plan: LintedPlan) => {
  const has = plan.people.map((person) => hasRight(person, 'plan.apply', plan));
  const severity = has.includes(true) ? 'hint' : 'warning';
  return plan.people.flatMap((person, index) =>
    has[index] || !postsOf(person).some(({ post }) => post === 'administrator')
      ? []
      : [
          finding(severity, 'ADMINISTRATOR_OF_PART', `people[${index}]`, {
            zh: `${person.id} 只是部分专营店（${storesOf(person, 'plan.apply').join('、')}）的管理员：不能应用方案，也不能做其他涉及所有专营店的事。如需要，请用 posts 让该岗位涵盖所有专营店。`,
            en: `${person.id} is administrator of some stores only (${storesOf(person, 'plan.apply').join(', ')}): he can apply no plan, nor do what else concerns all stores. If he shall, give him the post in every store by posts.`,
          }),
        ],
  );
};
