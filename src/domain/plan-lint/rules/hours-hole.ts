/** Working days that were forgotten between others, and hotlines that are open while their store is not. */
import type { PlanHours, Span } from '../../plan';
import { finding, type LintedPlan } from '../plan';

const DAYS = {
  zh: ['周一', '周二', '周三', '周四', '周五'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
};

export const hoursHole = (plan: LintedPlan) => [...forgotten(plan), ...beyondStore(plan)];

/** From Monday to Friday, with an open day on both sides. */
function forgotten({ hours = [] }: LintedPlan) {
  return hours.flatMap(({ id, week }, index) =>
    [1, 2, 3]
      .filter((day) => isOpen(week, day - 1) && !isOpen(week, day) && isOpen(week, day + 1))
      .map((day) =>
        finding('warning', 'HOURS_HOLE', `hours[${index}].week`, {
          zh: `营业时间 ${id} 在${DAYS.zh[day]}关闭，而前后两天营业：热线那天只承诺回电。如非有意，请补上。`,
          en: `The hours ${id} are closed on ${DAYS.en[day]}, and open the day before and after: callers are only promised a call then. Add the day, if that is a slip.`,
        }),
      ),
  );
}

const isOpen = (week: PlanHours['week'], day: number): boolean => (week[day] ?? []).length > 0;

function beyondStore({ hours = [], hotlines, stores }: LintedPlan) {
  const named = (id: string | undefined) => hours.find((one) => one.id === id);
  return hotlines.flatMap((hotline, index) => {
    const own = named(hotline.hours);
    const shop = named(stores.find(({ id }) => id === hotline.store)?.hours);
    if (!own || !shop || own === shop) return [];
    const isCovered = own.week.every((spans, day) =>
      spans.every((span) => covers(shop.week[day] ?? [], span)),
    );
    return isCovered
      ? []
      : [
          finding('hint', 'HOTLINE_BEYOND_STORE', `hotlines[${index}].hours`, {
            zh: `热线 ${hotline.number} 在专营店 ${hotline.store} 关门时仍营业：请确认那时有人接听。`,
            en: `The hotline ${hotline.number} is open while its store ${hotline.store} is not: see to it that somebody is there then.`,
          }),
        ];
  });
}

/** Spans are in order and do not overlap; those that touch are one. */
function covers(spans: readonly Span[], [from, to]: Span): boolean {
  let reached = from;
  for (const [begin, end] of spans) if (begin <= reached && end > reached) reached = end;
  return reached >= to;
}
