/** Stores that nobody can call. */
import { finding, type LintedPlan } from '../plan';

export const storeWithoutHotline = ({ stores, hotlines, queues }: LintedPlan) =>
  stores.flatMap(({ id }, index) => {
    if (hotlines.some(({ store }) => store === id)) return [];
    const hasQueue = queues.some(({ store }) => store === id);
    return [
      finding(hasQueue ? 'warning' : 'hint', 'STORE_WITHOUT_HOTLINE', `stores[${index}]`, {
        zh: `专营店 ${id} 没有热线：${hasQueue ? '有队列，但' : ''}没有人能打进来，也无法向客户承诺回电。请在 hotlines 中添加一条。`,
        en: `The store ${id} has no hotline: ${hasQueue ? 'it has a queue, and ' : ''}nobody can call it, nor be promised a call by it. Add one to hotlines.`,
      }),
    ];
  });
