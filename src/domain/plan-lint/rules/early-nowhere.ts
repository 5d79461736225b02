/** Hotlines that are to be heard before they answer, where that never happens. */
import { finding, type LintedPlan } from '../plan';

export const earlyNowhere = ({ hotlines, trunks }: LintedPlan) =>
  hotlines.flatMap(({ answerMode, menu }, index) => {
    if (answerMode !== 'early') return [];
    const at = `hotlines[${index}].answerMode`;
    if (!trunks.some(({ earlyMedia }) => earlyMedia === 'allow'))
      return [
        finding('warning', 'EARLY_NOWHERE', at, {
          zh: '没有中继允许接通前放音：来电者仍先接通再等待。请在中继中填写 earlyMedia: allow，或去掉此项。',
          en: 'No trunk allows sound before the answer: callers are answered to wait, as always. Say earlyMedia: allow in a trunk, or leave this out.',
        }),
      ];
    if (menu === undefined) return [];
    return [
      finding('hint', 'EARLY_WITH_MENU', at, {
        zh: '有菜单的热线需要按键，会立即接通：此项不起作用。',
        en: 'A hotline with a menu needs keys and answers at once: this has no effect.',
      }),
    ];
  });
