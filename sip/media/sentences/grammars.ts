/** The languages whose sentences can be composed. One more is a file beside this one and a line here. */
import { en } from './en';
import type { Grammar } from './part';
import { zhCn } from './zh-cn';

export const GRAMMARS: readonly Grammar[] = [zhCn, en];
