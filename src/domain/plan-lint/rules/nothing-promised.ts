/** Hotlines that can be found empty, and whose callers are neither called back nor may leave a message. */
import { finding, type LintedPlan } from '../plan';

export const nothingPromised = ({ hotlines }: LintedPlan) =>
  hotlines.flatMap(({ number, callback, voiceMessage, ringBack }, index) =>
    callback === 'none' && voiceMessage === 'none' && ringBack?.after?.length === 0
      ? [
          finding('warning', 'NOTHING_PROMISED', `hotlines[${index}]`, {
            zh: `热线 ${number}：不能按 1 回电，不能留言，也不自动回拨。无人接听时，来电者能否得到回电全靠人工。请至少允许一项。`,
            en: `Hotline ${number}: no call back by key 1, no message, and nobody is rung back by himself. Who finds nobody has only a task in a list. Allow one of these.`,
          }),
        ]
      : [],
  );
