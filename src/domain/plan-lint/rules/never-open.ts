/** Opening hours in which there is no hour, and such that nobody uses. */
import { finding, type LintedPlan } from '../plan';

export function neverOpen({ hours = [], hotlines, stores }: LintedPlan) {
  const used = new Set(
    [...hotlines, ...stores, ...hotlines.map(({ ringBack }) => ringBack ?? {})].map(
      (one) => one.hours,
    ),
  );
  return hours.flatMap(({ id, week, workdays = [] }, index) => {
    const spans = [...week, ...workdays.map(({ open }) => open)].flat();
    if (!used.has(id))
      return [
        finding('hint', 'HOURS_UNUSED', `hours[${index}]`, {
          zh: `没有专营店或热线使用营业时间 ${id}。请在 stores 或 hotlines 的 hours 中引用，或删除。`,
          en: `Neither a store nor a hotline uses the hours ${id}. Name them there (hours), or leave them out.`,
        }),
      ];
    if (spans.length > 0) return [];
    return [
      finding('error', 'NEVER_OPEN', `hours[${index}].week`, {
        zh: `营业时间 ${id} 没有任何时段：使用它的热线永远关闭。请填写时段，例如 mon-fri: "09:00-18:00"。`,
        en: `The hours ${id} have no hour: a hotline that uses them is never open. Say when, such as mon-fri: "09:00-18:00".`,
      }),
    ];
  });
}
