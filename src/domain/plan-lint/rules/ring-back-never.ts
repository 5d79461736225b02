/** Call-backs that never come: hours that never meet those of the hotline, or no trunk by which to call. */
import type { PlanHotline, Span } from '../../plan';
import { finding, hoursOf, type LintedPlan } from '../plan';

export const ringBackNever = (plan: LintedPlan) =>
  plan.hotlines.flatMap((hotline, index) => {
    const { ringBack } = hotline;
    if (ringBack === undefined || ringBack.after?.length === 0) return [];
    const at = `hotlines[${index}].ringBack`;
    return [
      ...(meets(plan, hotline)
        ? []
        : [
            finding('error', 'RING_BACK_NEVER', `${at}.hours`, {
              zh: '回电时间与营业时间没有交集：承诺的回电永远不会拨出。请修改其中之一。',
              en: 'These hours never meet those of the hotline: who is promised a call is never called. Change one of the two.',
            }),
          ]),
      ...(canCall(plan, hotline)
        ? []
        : [
            finding('warning', 'RING_BACK_WITHOUT_TRUNK', at, {
              zh: '该店的中继都没有 to（运营商网关）：无法拨出回电，只能由人工处理。请在中继中填写 to。',
              en: 'No trunk of the store has a gateway (to): nobody can be called back. Say in a trunk where calls are sent.',
            }),
          ]),
    ];
  });

function canCall({ stores, trunks }: LintedPlan, { store: storeId }: PlanHotline): boolean {
  const own = stores.find(({ id }) => id === storeId)?.trunks;
  return trunks.some(({ id, to }) => to !== undefined && (own?.includes(id) ?? true));
}

function meets(plan: LintedPlan, hotline: PlanHotline): boolean {
  const called = plan.hours?.find(({ id }) => id === hotline.ringBack?.hours);
  const open = hoursOf(plan, hotline);
  if (called === undefined || open === undefined || called === open) return true;
  // A day that one of the two names may be any day of the week: it is enough that they meet on one of these.
  const days: Day[] = [
    ...called.week.map((spans, day): Day => [spans, open.week[day] ?? []]),
    ...(called.workdays ?? []).flatMap((one) => open.week.map((spans): Day => [one.open, spans])),
    ...(open.workdays ?? []).flatMap((one) => called.week.map((spans): Day => [one.open, spans])),
  ];
  return days.some(([one, other]) => one.some((a) => other.some((b) => overlap(a, b))));
}

type Day = [readonly Span[], readonly Span[]];

const overlap = ([from, to]: Span, [begin, end]: Span): boolean => from < end && begin < to;
