/**
 * What a phone dialled, out of a Request-URI: digits, or the id of a phone or person, and nothing that could be
 * read in two ways. No escapes, no parameters of the user, no second host, no header fields.
 */
const PLAIN_SIP = /^sips?:(\+?[\d*#]{1,32}|[A-Za-z][\w.-]{0,63})@[^@?\s]+$/i;
const PLAIN_TEL = /^tel:(\+?[\d*#]{1,32})$/i;

/** Null for everything else. */
export const dialledUser = (uri: string): string | null =>
  (PLAIN_SIP.exec(uri) ?? PLAIN_TEL.exec(uri))?.[1] ?? null;
