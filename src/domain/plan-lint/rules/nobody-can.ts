/** Queues that want of an agent what none of theirs can, and people who can nothing that their queue wants. */
import { demandsOf, skillsOf, suits } from '../../queue/demands';
import type { PlanPerson, PlanQueue } from '../../plan';
import { finding, staffOf, type LintedPlan } from '../plan';

export const nobodyCan = (plan: LintedPlan) =>
  plan.queues.flatMap((queue, index) => {
    const staff = staffOf(plan, queue.id);
    return staff.length === 0 ? [] : [...wanted(queue, index, staff), ...idle(plan, queue, staff)];
  });

const can = (person: PlanPerson, demand: ReturnType<typeof demandsOf>[number]): boolean =>
  suits(skillsOf(person), demand);

function wanted(queue: PlanQueue, index: number, staff: readonly PlanPerson[]) {
  const demands = demandsOf(queue);
  const first = demands.findIndex((demand) => staff.some((person) => can(person, demand)));
  const at = `queues[${index}].wants`;
  if (first < 0)
    return [
      finding('error', 'NOBODY_CAN', at, {
        zh: `队列 ${queue.id} 的人员都不具备所要求的技能，逐步放宽后也没有：来电者一直等待。请给人员 skills，或放宽 widen。`,
        en: `Nobody of the queue ${queue.id} has the skills that it wants, however long a caller waits. Give people skills, or widen it.`,
      }),
    ];
  if (first === 0) return [];
  const seconds = (demands[first]?.after ?? 0) / 1000;
  return [
    finding('warning', 'NOBODY_CAN_YET', at, {
      zh: `队列 ${queue.id} 在最初 ${seconds} 秒内没有人具备所要求的技能：来电者白等。请给人员 skills，或降低要求。`,
      en: `For the first ${seconds} s nobody of the queue ${queue.id} has the skills that it wants: callers wait for nothing. Give people skills, or want less.`,
    }),
  ];
}

/** Who suits at no time, though others do. */
function idle({ people }: LintedPlan, queue: PlanQueue, staff: readonly PlanPerson[]) {
  const demands = demandsOf(queue);
  const useful = staff.filter((person) => demands.some((demand) => can(person, demand)));
  if (useful.length === 0) return [];
  return staff
    .filter((person) => !useful.includes(person))
    .map((person) =>
      finding('warning', 'AGENT_WITHOUT_SKILL', `people[${people.indexOf(person)}].skills`, {
        zh: `${person.id} 不具备队列 ${queue.id} 要求的技能，永远接不到它的来电。请填写 skills，或从该队列移除。`,
        en: `${person.id} lacks what the queue ${queue.id} wants, and is never offered its callers. Give the skills, or take the queue away.`,
      }),
    );
}
