/**
 * Decides which passwords people may choose for themselves. Those of a plan file are the administrator's, and are taken
 * as they are. Pure.
 */
import type { AgentId } from '../ids';

const SHORTEST = 10;

/** The commonest of that length and more in lists of stolen passwords, and what lies near here. */
const COMMON = new Set(
  (
    '1234567890 0123456789 0987654321 9876543210 1234567891 12345678910 123456789a a123456789 a1234567890 ' +
    'qwertyuiop 1q2w3e4r5t q1w2e3r4t5 1qaz2wsx3edc qazwsxedcr asdfghjkl1 zxcvbnm123 qwerty12345 qwerty123456 ' +
    'password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 iloveyou12 iloveyou123 ' +
    'admin12345 admin123456 admin@12345 administrator 147258369a abc1234567 abcd123456 abcde12345 abc123456789 ' +
    'aa12345678 aa123456789 asd1234567 qq123456789 woaini1314 woaini1314520 woaini520 5201314520 1314520520 ' +
    'openline123 openline1234 changeme123 change-me-now welcome123 welcome1234 letmein1234 dealership'
  ).split(' '),
);

/** `short`: of fewer than ten characters; `same`: as before. */
export type WhyRefused = 'short' | 'user' | 'common' | 'same';

/** Why it may not be his password; null when it may. */
export function whyRefused(
  password: string,
  { personId, current }: { personId: AgentId; current: string },
): WhyRefused | null {
  if ([...password].length < SHORTEST) return 'short';
  const plain = password.toLowerCase();
  if (plain.includes(personId.toLowerCase()) && plain.length - personId.length < SHORTEST / 2)
    return 'user';
  if (COMMON.has(plain) || new Set(plain).size < 3) return 'common';
  return password === current ? 'same' : null;
}
