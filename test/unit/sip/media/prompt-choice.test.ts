import { choosePrompts, type PromptIndex, type Wanted } from '../../../../sip/media/prompt-choice';
import { en } from '../../../../sip/media/sentences/en';
import { zhCn } from '../../../../sip/media/sentences/zh-cn';

const index: PromptIndex = new Map([
  ['zh-CN', new Set(['greeting', 'goodbye', ...zhCn.words])],
  ['en', new Set(['greeting', 'beep', ...en.words])],
  ['fr', new Set(['greeting'])],
]);

test.each<[string, Wanted, string[], string[]]>([
  [
    'prompts and sentences of the caller’s language',
    { prompts: ['greeting', { minutes: 2 }], language: 'zh-CN' },
    ['zh-CN/greeting', 'zh-CN/number-2-measure', 'zh-CN/minutes'],
    [],
  ],
  [
    'a pause is of no language',
    { prompts: [{ digits: '12345' }], language: 'en' },
    ['en/number-1', 'pause', 'en/number-2', 'en/number-3', 'en/number-4', 'en/number-5'],
    [],
  ],
  [
    'another of the same tongue',
    { prompts: ['goodbye'], language: 'zh-TW' },
    ['zh-CN/goodbye'],
    ['zh-CN/goodbye'],
  ],
  [
    'the hotline’s before English',
    { prompts: ['greeting'], language: 'de', otherwise: 'zh-CN' },
    ['zh-CN/greeting'],
    ['zh-CN/greeting'],
  ],
  [
    'English',
    { prompts: ['greeting'], language: 'de', otherwise: 'it' },
    ['en/greeting'],
    ['en/greeting'],
  ],
  [
    'any that has it',
    { prompts: ['goodbye'], language: 'en' },
    ['zh-CN/goodbye'],
    ['zh-CN/goodbye'],
  ],
  [
    'a sentence where the caller’s language has no grammar, one tongue throughout',
    { prompts: ['greeting', { position: 2 }], language: 'fr' },
    ['fr/greeting', 'en/position-before', 'en/number-2', 'en/position-after'],
    ['en/position-before', 'en/number-2', 'en/position-after'],
  ],
  [
    'the first of several that there is',
    { prompts: [{ firstOf: ['greeting-north', 'goodbye', 'greeting'] }], language: 'zh-CN' },
    ['zh-CN/goodbye'],
    [],
  ],
  [
    'nothing in place of one that may be missing',
    { prompts: [{ firstOf: ['typhoon'], isOptional: true }, 'goodbye'], language: 'zh-CN' },
    ['zh-CN/goodbye'],
    [],
  ],
  [
    'one in a language of its own, which is nothing foreign',
    { prompts: ['goodbye', { firstOf: ['greeting'], language: 'fr' }], language: 'zh-CN' },
    ['zh-CN/goodbye', 'fr/greeting'],
    [],
  ],
  [
    'of several one of the caller’s language before the first',
    { prompts: [{ firstOf: ['goodbye', 'greeting'] }], language: 'en' },
    ['en/greeting'],
    [],
  ],
])('%s', (_what, wanted, clips, foreign) => {
  expect(choosePrompts(wanted, index)).toEqual({ clips, foreign });
});

test.each<[Wanted, string, string]>([
  [{ prompts: ['greeting', 'nothing'], language: 'en' }, 'unknown-prompt', 'en/nothing'],
  [{ prompts: [{ number: 1 }], language: 'en' }, 'unknown-prompt', 'en/number'],
  [{ prompts: [{ firstOf: ['nothing', 'none'] }], language: 'en' }, 'unknown-prompt', 'en/none'],
  [
    { prompts: ['greeting', { number: -1 }], language: 'en' },
    'bad-request',
    'prompts[1]: number is a whole number from 0 to 999999',
  ],
])('%j is refused: %s', (wanted, code, message) => {
  const known = code === 'bad-request' ? index : new Map([['en', new Set(['greeting'])]]);
  expect(() => choosePrompts(wanted, known)).toThrow(
    expect.objectContaining({ code, message }) as Error,
  );
});
