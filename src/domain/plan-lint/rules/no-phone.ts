/** People who serve a queue and have nothing to pick up, and seats at which nobody has to sit. */
import { finding, linesOf, reachable, staffOf, type LintedPlan } from '../plan';

export function noPhone(plan: LintedPlan) {
  const hasPhone = reachable(plan);
  const deaf = [...linesOf(plan)].filter(([id]) => {
    const staff = staffOf(plan, id);
    return staff.length > 0 && !staff.some(hasPhone);
  });
  const told = new Set(deaf.flatMap(([id]) => staffOf(plan, id)));
  return [
    ...deaf.map(([id, at]) =>
      finding('error', 'QUEUE_WITHOUT_PHONES', at, {
        zh: `队列 ${id} 的人员都没有话机，也没有公用话机：没有人能接听。请在 phones 中添加。`,
        en: `Nobody of the queue ${id} has a phone, and there is no seat: nobody can answer. Add them to phones.`,
      }),
    ),
    ...plan.people.flatMap((person, index) =>
      person.queues.length === 0 || told.has(person) || hasPhone(person)
        ? []
        : [
            finding('warning', 'PERSON_WITHOUT_PHONE', `people[${index}]`, {
              zh: `${person.id} 在队列中，但没有话机，也没有公用话机可签入。请在 phones 中添加一部。`,
              en: `${person.id} serves a queue and has no phone, nor is there a seat to sign in at. Add one to phones.`,
            }),
          ],
    ),
    ...uselessSeats(plan),
  ];
}

/** Whoever takes calls has his own, and no number by which he could sign in elsewhere. */
function uselessSeats({ people, phones }: LintedPlan) {
  const owners = new Set(phones.map(({ person }) => person));
  const needs = people.some(
    ({ id, queues, extension }) =>
      extension !== undefined || (queues.length > 0 && !owners.has(id)),
  );
  if (needs) return [];
  return phones.flatMap(({ id, person }, index) =>
    person !== undefined
      ? []
      : [
          finding('hint', 'PHONE_OF_NOBODY', `phones[${index}]`, {
            zh: `话机 ${id} 不属于任何人，而所有坐席都有自己的话机，也没有分机号：没有人会用它。请填写 person，或给人员 extension。`,
            en: `The phone ${id} is nobody's, everybody has one of his own, and no extension to sign in with: nobody uses it. Name its person, or give people extensions.`,
          }),
        ],
  );
}
