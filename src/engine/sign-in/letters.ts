/** Secrets that people read and type, and how those are kept that nobody has to read again. */
import { createHash, randomInt } from 'node:crypto';

/** Letters and digits that nobody takes for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const OF_A_GROUP = 4;

/** `xxxx-xxxx-xxxx-xxxx`: 79 bits of chance. */
export function typedSecret(): string {
  const letter = (): string => LETTERS.charAt(randomInt(LETTERS.length));
  const group = (): string => Array.from({ length: OF_A_GROUP }, letter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** SHA-256, which is enough for what is chance and no word of a person. */
export const fingerprint = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');
