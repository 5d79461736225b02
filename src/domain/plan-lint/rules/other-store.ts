/** Hotlines whose callers stand in a line of another store: what is promised them is kept elsewhere. */
import { finding, type LintedPlan } from '../plan';

export const otherStore = ({ hotlines, queues }: LintedPlan) =>
  hotlines.flatMap(({ store, queue }, index) => {
    const line = queues.find(({ id }) => id === queue);
    return line === undefined || line.store === store
      ? []
      : [
          finding('warning', 'QUEUE_OF_OTHER_STORE', `hotlines[${index}].queue`, {
            zh: `队列 ${queue} 属于专营店 ${line.store}，热线属于 ${store}：回电承诺会转给 ${store} 的其他队列。请使用同一家店的队列。`,
            en: `The queue ${queue} belongs to the store ${line.store}, the hotline to ${store}: what its callers are promised is kept by another queue. Name one of the same store.`,
          }),
        ];
  });
