/** What ids and names may be. */
import { matching } from './fields';

export const id = matching(
  /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u,
  '1-64 个字母、数字、点、横线或下划线',
  '1-64 letters, digits, dots, dashes or underscores',
);

export const name = matching(
  /^(?=.*\S)[^\p{Cc}]{1,100}$/u,
  '1-100 个字符的名称',
  'a name of 1-100 characters',
);
