/** What can be chosen in a form: the lists of the plan, or these where it has none. */
import type { FormChoice, Plan, PlanForms, PlanQueue } from '../plan';
import type { CallKind } from './form';

/** The eleven channels (渠道) by which customers come (A30). */
export const SOURCES: readonly FormChoice[] = [
  { id: 'showroom', zh: '展厅到访', en: 'showroom visit' },
  { id: 'consultant', zh: '销售顾问自我开发', en: "consultant's own" },
  { id: 'telemarketing', zh: '电话营销', en: 'telemarketing' },
  { id: 'friends', zh: '亲友推荐', en: 'friends' },
  { id: 'major-account', zh: '大客户', en: 'major account' },
  { id: 'second-level-dealer', zh: '二级经销商', en: 'second-level dealer' },
  { id: 'market-activity', zh: '市场活动', en: 'market activity' },
  { id: 'publicity', zh: '市场宣传', en: 'publicity' },
  { id: 'brand-cooperation', zh: '品牌合作', en: 'brand cooperation' },
  { id: 'purchased-data', zh: '购买数据', en: 'purchased data' },
  { id: 'web', zh: '网站', en: 'web site' },
];

/** The disposition of a call in which somebody complained; while it is followed up, his complaint is open. */
export const COMPLAINT = 'complaint';

/** What a call can come to; `ends`: nobody follows it up. */
export const DISPOSITIONS: readonly FormChoice[] = [
  { id: 'invited', zh: '已邀约到店', en: 'invited to the store', kind: 'pre-sale' },
  {
    id: 'follow-up',
    zh: '有意向，继续跟进',
    en: 'interested, to be followed up',
    kind: 'pre-sale',
  },
  { id: 'deal', zh: '已成交', en: 'deal', kind: 'pre-sale', ends: true },
  { id: 'defeat', zh: '战败', en: 'defeat', kind: 'pre-sale', ends: true },
  { id: 'lost-control', zh: '失控', en: 'lost control', kind: 'pre-sale', ends: true },
  { id: 'service-booked', zh: '已预约进厂', en: 'service booked', kind: 'after-sale' },
  { id: 'handed-over', zh: '已转售后', en: 'handed over to after-sales', kind: 'after-sale' },
  { id: COMPLAINT, zh: '投诉', en: 'complaint', kind: 'after-sale' },
  { id: 'answered', zh: '已解答', en: 'answered' },
  { id: 'call-again', zh: '约定再联系', en: 'to be called again' },
  { id: 'invalid', zh: '无效（打错、骚扰）', en: 'invalid: wrong number, nuisance', ends: true },
  { id: 'other', zh: '其他', en: 'other' },
];

export interface Choices {
  sources: readonly FormChoice[];
  dispositions: readonly FormChoice[];
}

export const choicesOf = (forms: PlanForms | undefined): Choices => ({
  sources: forms?.sources ?? SOURCES,
  dispositions: forms?.dispositions ?? DISPOSITIONS,
});

/** Can it come of a call of that kind? Without a kind, of every call. */
export const suits = (choice: FormChoice, kind: CallKind | null): boolean =>
  choice.kind === undefined || kind === null || choice.kind === kind;

export type FormRule = NonNullable<PlanQueue['form']>;

/** A queue that gives no time for the form does not demand it, unless it says so. */
export function formRule({ queues }: Plan, queueId: string): FormRule {
  const queue = queues.find(({ id }) => id === queueId);
  if (!queue) return 'optional';
  return queue.form ?? (queue.wrapUpSeconds > 0 ? 'required' : 'optional');
}
