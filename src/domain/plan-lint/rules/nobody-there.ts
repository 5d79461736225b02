/** Lines in which callers stand and for which nobody works, and queues that nothing leads to. */
import { finding, linesOf, staffOf, type LintedPlan } from '../plan';

export function nobodyThere(plan: LintedPlan) {
  const lines = linesOf(plan);
  return plan.queues.flatMap(({ id }, index) => {
    if (staffOf(plan, id).length > 0) return [];
    const at = lines.get(id);
    if (at !== undefined)
      return [
        finding('error', 'QUEUE_WITHOUT_PEOPLE', at, {
          zh: `队列 ${id} 没有人员：来电者只会听到无人接听，承诺的回电也无人拨出。请在 people 的 queues 中加入它。`,
          en: `Nobody serves the queue ${id}: its callers hear that nobody is there, and nobody calls them back. Add it to somebody's queues.`,
        }),
      ];
    return [
      finding('hint', 'QUEUE_UNUSED', `queues[${index}]`, {
        zh: `队列 ${id} 没有人员，也没有热线通向它。请使用它或删除。`,
        en: `The queue ${id} has no people, and no hotline leads to it. Use it, or leave it out.`,
      }),
    ];
  });
}
