/**
 * Reads the caller's identity out of an INVITE, and writes the one we show to an agent's phone.
 * Everything here comes from outside and may hold anything: what is not plain is left out.
 */
import { isWithheld } from '../domain/number/normalise';
import type { CallerIdSource, PlanShown } from '../domain/plan';
import type { SipRequest } from './drachtio';

export interface CallerIdentity {
  /** User part as the trunk gave it; `''` when withheld. */
  number: string;
  displayName: string;
}

/** P-Asserted-Identity where the trunk sends one (RFC 3325). */
const USUAL_SOURCES: readonly CallerIdSource[] = ['pai', 'from'];

const HEADERS: Record<CallerIdSource, string> = {
  pai: 'P-Asserted-Identity',
  from: 'From',
  diversion: 'Diversion',
  rpid: 'Remote-Party-ID',
};

/**
 * By the first of the sources that the INVITE has, at last by From; Privacy: id withholds. Of several diversions
 * the first is the last that happened (RFC 5806 §5).
 */
export function callerIdentity(
  req: Pick<SipRequest, 'get' | 'has'>,
  sources: readonly CallerIdSource[] = USUAL_SOURCES,
): CallerIdentity {
  const from = req.get('From') ?? '';
  const source = sources.find((one) => req.has(HEADERS[one])) ?? 'from';
  const asserted = req.get(HEADERS[source]) ?? '';
  const user = userPart(asserted);
  if (isWithheld(user) || /\bid\b/.test(privacy(req))) return { number: '', displayName: '' };
  return { number: user, displayName: displayName(asserted) || displayName(from) };
}

function privacy(req: Pick<SipRequest, 'get' | 'has'>): string {
  return req.has('Privacy') ? req.get('Privacy') : '';
}

/** User of the first sip, sips or tel URI in a header value, without its parameters and password. */
export function userPart(header: string): string {
  const uri = firstUri(header);
  const user = /^sips?:([^@:;]*)[^@]*@/i.exec(uri) ?? /^tel:([^;,]*)/i.exec(uri);
  return decode(user?.[1] ?? '');
}

/** The display name may look like a URI itself, so it is passed over first (RFC 3261 §20.10). */
function firstUri(header: string): string {
  const unnamed = header.replace(/^\s*"(?:[^"\\]|\\.)*"/, '');
  return (/<([^>]*)>/.exec(unnamed)?.[1] ?? unnamed).trim();
}

function decode(text: string): string {
  try {
    return printable(decodeURIComponent(text)).slice(0, 64);
  } catch {
    return printable(text).slice(0, 64);
  }
}

function displayName(header: string): string {
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*</.exec(header);
  if (quoted) return printable((quoted[1] ?? '').replace(/\\(.)/g, '$1')).slice(0, 64);
  const plain = /^\s*([^"<:]+?)\s*</.exec(header);
  return plain ? printable(plain[1] ?? '').slice(0, 64) : '';
}

/** Without control characters, nor those that turn the order of what follows: they have no business in names, logs or headers. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
}

/** From and P-Asserted-Identity of the INVITE to an agent's phone; `localhost` becomes our address. */
export function identityHeaders(number: string, name: string): Record<string, string> {
  const user = userOf(number);
  if (user === '') return { From: ANONYMOUS };
  const shown = name.replace(/["\\]/g, '').trim();
  const uri = `<sip:${user}@localhost>`;
  return {
    From: shown ? `"${shown}" ${uri}` : uri,
    'P-Asserted-Identity': uri,
  };
}

/** RFC 3323 §4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** What may stand as the user of a URI. */
export const userOf = (number: string): string =>
  number
    .replace(/;ext=\d+$/, '')
    .replace(/[^A-Za-z0-9+*#._-]/g, '')
    .replace(/#/g, '%23');

/** How a carrier is told who calls: a number in the form that it wants, in the headers that it reads. */
export function carrierHeaders(number: string, shows: PlanShown = {}): Record<string, string> {
  const { in: headers = 'both', host = 'localhost' } = shows;
  const user = userOf(number);
  const account = userOf(shows.account ?? '');
  const uri = (name: string) => `<sip:${name}@${host}>`;
  if (user === '') return { From: account === '' ? ANONYMOUS : uri(account) };
  const from = headers === 'pai' && account !== '' ? account : user;
  return {
    From: uri(from),
    ...(headers === 'from' ? {} : { 'P-Asserted-Identity': uri(user) }),
  };
}

/** The tag of a From or To; `''` without one. */
export function tagOf(from: string): string {
  return /;\s*tag=([^;\s,]+)/i.exec(from.slice(from.lastIndexOf('>') + 1))?.[1] ?? '';
}
