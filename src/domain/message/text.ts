/** What a text says and how many parts it is charged as. */

/** UCS-2, as Chinese is sent: 70 characters in one part, 67 in each of several (3GPP TS 23.038). */
const ALONE = 70;
const JOINED = 67;

const PLACE = /\{(\w{1,32})\}/g;

/** Names of what a template wants filled in. */
export const placesOf = (template: string): string[] => [
  ...new Set([...template.matchAll(PLACE)].map(([, name = '']) => name)),
];

/** The template with its values, without line ends and control characters; a value that is missing is left out. */
export const filledText = (template: string, values: Record<string, string>): string =>
  template
    .replace(PLACE, (_all, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : '',
    )
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

/** Parts that the carrier charges. */
export const partsOf = (text: string): number =>
  text.length <= ALONE ? 1 : Math.ceil(text.length / JOINED);

/** A number as who may not see it whole is shown it. */
export const maskedNumber = (number: string): string =>
  number.length < 8 ? '****' : `${number.slice(0, -8)}****${number.slice(-4)}`;
