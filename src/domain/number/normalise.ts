/**
 * Decides in which form a number is a key. Valid numbers become E.164; anything else stays as it was
 * dialled, because a strange number is still a caller and never a reason to refuse him.
 */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** User parts by which carriers say that the caller withheld his number (RFC 3323 and usage). */
const WITHHELD = new Set([
  '',
  'anonymous',
  'restricted',
  'private',
  'withheld',
  'unavailable',
  'unknown',
  'asserted-id-unavailable',
]);

/** True for a user part that says, or shows by being empty, that there is no number to call back. */
export const isWithheld = (user: string): boolean => WITHHELD.has(user.trim().toLowerCase());

/** How people write numbers: digits, blanks and the usual signs between them. */
const DIALLABLE = /^\+?[\d\s().\-/]+$/;

/**
 * The number in E.164 (`+8613800138000`) where it is valid in `region` or abroad, `''` when the
 * caller withheld it, else what was dialled without surrounding blanks.
 */
export function normaliseNumber(raw: string, region: CountryCode = 'CN'): string {
  const dialled = raw.trim();
  if (isWithheld(dialled)) return '';
  if (!DIALLABLE.test(dialled)) return dialled;
  const parsed = parsePhoneNumberFromString(dialled, { defaultCountry: region, extract: false });
  return parsed?.isValid() ? parsed.number : dialled;
}
