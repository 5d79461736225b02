/** Menus that ask for nothing: every key leads where their callers stand anyway, or a key leads nowhere. */
import type { PlanHotline } from '../../plan';
import { finding, type LintedPlan } from '../plan';

const KEYS = ['sales', 'afterSales', 'complaint'] as const;

export const menuInVain = (plan: LintedPlan) =>
  plan.hotlines.flatMap((hotline, index) => {
    const at = `hotlines[${index}].menu`;
    return hotline.menu === undefined
      ? []
      : [...askedForNothing(hotline, at), ...toNowhere(plan, hotline, at)];
  });

function askedForNothing({ queue, menu = {}, language: own = 'zh-CN' }: PlanHotline, at: string) {
  const queues = new Set([menu.sales ?? queue, menu.afterSales, menu.complaint]);
  queues.delete(undefined);
  const { language } = menu;
  if (language === own)
    return [
      finding('warning', 'MENU_SAME_LANGUAGE', `${at}.language`, {
        zh: `热线本来就使用 ${own}：按 9 不会有变化，因此不播报该选项。请换一种语言或去掉此项。`,
        en: `The hotline speaks ${own} already: the key 9 would change nothing, and is not offered. Name another language, or leave it out.`,
      }),
    ];
  // Who complains stands in front of others, in whichever line.
  if (queues.size > 1 || menu.complaint !== undefined || language !== undefined) return [];
  return [
    finding('warning', 'MENU_TO_ITSELF', at, {
      zh: `菜单的每个按键都通向队列 ${[...queues].join()}：来电者白白等待。请去掉菜单，或给其他按键另一个队列。`,
      en: `Every key leads to the queue ${[...queues].join()}: callers are asked in vain. Leave the menu out, or give another key another queue.`,
    }),
  ];
}

/** A queue of another store that has no hotline: nobody who waits there could be called back, and the key is left out. */
function toNowhere(
  { queues, hotlines }: LintedPlan,
  { store, menu = {} }: PlanHotline,
  at: string,
) {
  return KEYS.flatMap((key) => {
    const line = queues.find(({ id }) => id === menu[key]);
    if (!line || line.store === store || hotlines.some((one) => one.store === line.store))
      return [];
    return [
      finding('error', 'MENU_KEY_LEFT_OUT', `${at}.${key}`, {
        zh: `队列 ${line.id} 的专营店 ${line.store} 没有热线：该按键不会播报。请给该店一条热线，或选择本店的队列。`,
        en: `The store ${line.store} of the queue ${line.id} has no hotline: this key is not offered. Give the store one, or name a queue of this store.`,
      }),
    ];
  });
}
