/** Prompts that callers of a hotline are to hear and that no folder has. */
import type { PlanHotline, PlanQueue } from '../../plan';
import type { Language, PromptKey } from '../../spoken';
import { finding, hoursOf, type LintedPlan, type LintFacts } from '../plan';

/** What anybody may hear. */
const ALWAYS: readonly PromptKey[] = [
  ...(['greeting', 'all-busy', 'still-busy', 'no-agents', 'promise-taken', 'no-number'] as const),
  ...(['wait-time', 'number-confirm', 'number-ask', 'number-taken', 'goodbye'] as const),
];

type Heard = Pick<LintedPlan, 'hotlines' | 'queues' | 'stores' | 'hours'>;

export const promptMissing = (plan: LintedPlan, { promptsMissing }: LintFacts) =>
  plan.hotlines.flatMap((hotline, index) =>
    languagesOf(hotline).flatMap(({ language, at }) =>
      lacking(language, keysOf(hotline, plan), promptsMissing, `hotlines[${index}]${at}`),
    ),
  );

/** All that callers of its hotlines may hear, as `en/greeting`. */
export const promptsNeeded = (plan: Heard): Set<string> =>
  new Set(
    plan.hotlines.flatMap((hotline) =>
      languagesOf(hotline).flatMap(({ language }) =>
        keysOf(hotline, plan).map((key) => `${language}/${key}`),
      ),
    ),
  );

/** Each with the place in the hotline that names it. */
function languagesOf({ language = 'zh-CN', menu }: PlanHotline): {
  language: Language;
  at: string;
}[] {
  const other = menu?.language;
  return [
    { language, at: '' },
    ...(other === undefined || other === language
      ? []
      : [{ language: other, at: '.menu.language' }]),
  ];
}

function lacking(
  language: Language,
  keys: readonly PromptKey[],
  missing: LintFacts['promptsMissing'],
  at: string,
) {
  const some = keys.filter((key) => missing.has(`${language}/${key}`));
  if (some.length === 0) return [];
  const named = `${language}/${some.slice(0, 3).join(', ')}${some.length > 3 ? ' …' : ''}`;
  return [
    finding('error', 'PROMPT_MISSING', at, {
      zh: `缺少 ${some.length} 个提示音（${named}）。请用 npx openline prompts import 导入。`,
      en: `${some.length} prompts are missing (${named}). Import them: npx openline prompts import.`,
    }),
  ];
}

function keysOf(hotline: PlanHotline, plan: Heard): PromptKey[] {
  const { notice, callback, voiceMessage, menu } = hotline;
  const rates = (one: PlanQueue) => one.id === hotline.queue && one.afterTalk === 'rating';
  return [
    ...ALWAYS,
    ...(notice === 'none' ? [] : (['recording-notice'] as const)),
    ...(hoursOf(plan, hotline) ? (['closed', 'holiday'] as const) : []),
    ...(callback === 'none' ? [] : (['callback-offer', 'callback-taken'] as const)),
    ...(voiceMessage === 'none'
      ? []
      : (['message-offer', 'message-leave', 'message-saved', 'beep'] as const)),
    ...(plan.queues.some(rates)
      ? (['rating-ask', 'rating-settled', 'rating-thanks'] as const)
      : []),
    ...(menu ? (['menu-sales', 'menu-repeat', 'whisper-sales'] as const) : []),
    ...(menu?.afterSales ? (['menu-after-sales', 'whisper-after-sales'] as const) : []),
    ...(menu?.complaint ? (['menu-complaint', 'whisper-complaint'] as const) : []),
    ...(menu?.language ? (['menu-language'] as const) : []),
  ];
}
