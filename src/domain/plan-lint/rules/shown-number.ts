/** Numbers that customers are shown, and that are refused when they ring back. */
import { finding, type LintedPlan } from '../plan';
import { isSameNumber } from '../same-number';

export function shownNumber({ hotlines, stores, trunks }: LintedPlan) {
  const numbers = hotlines.map(({ number }) => number);
  const shown = [
    ...stores.map(({ shows }, index) => ({ shows, at: `stores[${index}].shows` })),
    ...trunks.map(({ shows }, index) => ({
      ...{ shows: shows?.number, at: `trunks[${index}].shows.number` },
    })),
  ];
  return shown.flatMap(({ shows, at }) =>
    shows === undefined || numbers.some((one) => isSameNumber(one, shows))
      ? []
      : [
          finding('warning', 'SHOWN_NUMBER_REFUSED', at, {
            zh: `客户看到的是 ${shows}，但它不是热线：回拨会被拒绝。请将它加入 hotlines，或显示一条热线的号码。`,
            en: `Customers are shown ${shows}, which is no hotline: who rings back is refused. Make it one, or show a hotline's number.`,
          }),
        ],
  );
}
