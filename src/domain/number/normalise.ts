/**
 * Decides in which form a number is a key. Valid numbers become E.164; anything else stays as it was
 * dialled, because a strange number is still a caller and never a reason to refuse him.
 */
import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import { areaOf } from './areas';

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

/** Behind a fixed number: `,801`, `;ext=801` (RFC 3966 §5.3), `转801`, `x801`, `#801`, `-801`. */
const EXTENSION = /^(.*\d)\)?\s*(?:,|;ext=|#|转|x|ext\.?|-)\s*(\d{1,6})$/i;

/** A local number as it is dialled within an area. */
const LOCAL = /^[2-9]\d{6,7}$/;

/** Whether numbers of that country, by ISO 3166 (`CN`), can be told. */
export const isCountry = (text: string): boolean => isSupportedCountry(text);

/** `86` of `CN`; that of mainland China where the country cannot be told. */
export const callingCode = (country: string): string =>
  getCountryCallingCode(isSupportedCountry(country) ? country : 'CN');

/**
 * The number in E.164 (`+8613800138000`, with extension `+861082345678;ext=801`) where it is valid in
 * `region` or abroad, `''` when the caller withheld it, else what was dialled without surrounding blanks.
 * With `area` (`010`) local numbers are those of that area.
 */
export function normaliseNumber(raw: string, region = 'CN', area = ''): string {
  const dialled = raw.trim();
  if (isWithheld(dialled)) return '';
  return e164Of(dialled, region, area) ?? withExtension(dialled, region, area) ?? dialled;
}

/** Only a fixed number has extensions; what follows a mobile one is a mistake. */
function withExtension(dialled: string, region: string, area: string): string | null {
  const [, base = '', extension = ''] = EXTENSION.exec(dialled) ?? [];
  const number = base === '' ? null : e164Of(base, region, area);
  if (number === null || areaOf(number) === undefined) return null;
  return `${number};ext=${extension}`;
}

function e164Of(dialled: string, region: string, area: string): string | null {
  if (!DIALLABLE.test(dialled)) return null;
  const digits = dialled.replace(/[\s().\-/]/g, '');
  const whole = area !== '' && LOCAL.test(digits) ? area + digits : dialled;
  const defaultCountry = isSupportedCountry(region) ? region : 'CN';
  const parsed = parsePhoneNumberFromString(whole, { defaultCountry, extract: false });
  return parsed?.isValid() && isPlausible(parsed.number) ? parsed.number : null;
}

/** libphonenumber takes short numbers of China for whole ones; without an area code they name nobody. */
const isPlausible = (e164: string): boolean =>
  !e164.startsWith('+86') ||
  /^\+86(?:1[3-9]\d{9}|[48]00\d{7})$/.test(e164) ||
  (areaOf(e164) !== undefined && /^\+86\d{9,11}$/.test(e164));

/** As it is dialled within its own country, with the digit that opens a national call. */
export const nationalDigits = (e164: string): string =>
  parsePhoneNumberFromString(e164)?.formatNational().replace(/\D/g, '') ?? e164;
