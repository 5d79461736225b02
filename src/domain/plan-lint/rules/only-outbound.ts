/** Lines of callers whose people are all there to call out. */
import { postsOf, type Post } from '../../organisation';
import type { PlanPerson } from '../../plan';
import { finding, linesOf, staffOf, type LintedPlan } from '../plan';

/** Posts that place calls, and take none. */
const OUTBOUND: readonly Post[] = ['telemarketer-outbound', 'callback'];

export const onlyOutbound = (plan: LintedPlan) =>
  [...linesOf(plan)].flatMap(([id, at]) => {
    const staff = staffOf(plan, id);
    return staff.length === 0 || !staff.every(callsOut)
      ? []
      : [
          finding('error', 'ONLY_OUTBOUND', at, {
            zh: `队列 ${id} 的人员都是外呼岗位（${OUTBOUND.join('、')}）：没有人接听来电。请加入呼入岗位的人员。`,
            en: `Everybody of the queue ${id} is there to call out (${OUTBOUND.join(', ')}): nobody answers its callers. Add somebody who takes calls.`,
          }),
        ];
  });

const callsOut = (person: PlanPerson): boolean =>
  postsOf(person).every(({ post }) => OUTBOUND.includes(post));
