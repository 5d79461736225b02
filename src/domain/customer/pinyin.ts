/**
 * How Chinese characters are read. The dictionary is loaded with the first name that has any: that takes a tenth of a second, which
 * every start, also of a command, would take longer.
 */
import type { pinyin } from 'pinyin-pro';

/** As `pinyin` of pinyin-pro. */
export const readings: typeof pinyin = ((...asked: Parameters<typeof pinyin>) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('pinyin-pro') as { pinyin: typeof pinyin }).pinyin(...asked)) as typeof pinyin;
