/** Numbers that customers are shown, and that are refused when they ring back. */
import { finding, type LintedPlan } from '../plan';

/** Digits by which two spellings of one number agree, from the end: without country and area. */
const OWN_DIGITS = 7;

export function shownNumber({ hotlines, stores, trunks }: LintedPlan) {
  const numbers = hotlines.map(({ number }) => number);
  const shown = [
    ...stores.map(({ shows }, index) => ({ shows, at: `stores[${index}].shows` })),
    ...trunks.map(({ shows }, index) => ({
      ...{ shows: shows?.number, at: `trunks[${index}].shows.number` },
    })),
  ];
  return shown.flatMap(({ shows, at }) =>
    shows === undefined || numbers.some((one) => isSame(one, shows))
      ? []
      : [
          finding('warning', 'SHOWN_NUMBER_REFUSED', at, {
            zh: `客户看到的是 ${shows}，但它不是热线：回拨会被拒绝。请将它加入 hotlines，或显示一条热线的号码。`,
            en: `Customers are shown ${shows}, which is no hotline: who rings back is refused. Make it one, or show a hotline's number.`,
          }),
        ],
  );
}

/** The last of several whose area a trunk may leave out. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((number) => number.replace(/^\+86|\D/g, ''));
  const [short = '', long = ''] = [a ?? '', b ?? ''].sort((x, y) => x.length - y.length);
  return short.length >= OWN_DIGITS && long.endsWith(short.replace(/^0/, ''));
}
