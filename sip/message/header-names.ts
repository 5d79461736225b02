/**
 * How header names are compared and spelled: compact forms (RFC 3261 §7.3.3) stand for the long
 * name, case does not matter, and what we write comes out in the canonical spelling.
 */

const KNOWN = [
  'Accept Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authentication-Info',
  'Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language',
  'Content-Length Content-Type CSeq Date Diversion Error-Info Event Expires From History-Info',
  'Identity In-Reply-To Join Max-Forwards MIME-Version Min-Expires Min-SE Organization',
  'P-Asserted-Identity P-Preferred-Identity Path Priority Privacy Proxy-Authenticate',
  'Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-To Referred-By Replaces',
  'Reply-To Request-Disposition Require Retry-After Route RSeq Server Service-Route',
  'Session-Expires SIP-ETag SIP-If-Match Subject Subscription-State Supported Timestamp To',
  'Unsupported User-Agent Via Warning WWW-Authenticate',
]
  .join(' ')
  .split(' ');

const COMPACT: Record<string, string> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const keys = new Map<string, string>();
const spellings = new Map<string, string>();
for (const name of KNOWN) {
  const lower = name.toLowerCase();
  for (const spelling of [name, lower, name.toUpperCase()]) keys.set(spelling, lower);
  spellings.set(lower, name);
}
for (const [short, name] of Object.entries(COMPACT)) {
  keys.set(short, name.toLowerCase());
  keys.set(short.toUpperCase(), name.toLowerCase());
}

/** The key under which a header is looked up: the long name in lower case. */
export function headerKey(name: string): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  return keys.get(lower) ?? lower;
}

/**
 * How a name is written: known headers canonically; names that start with `X-` as they are; others,
 * compact ones included, capitalised after each dash.
 */
export function spellHeader(name: string): string {
  const lower = name.toLowerCase();
  const known = spellings.get(lower);
  if (known !== undefined) return known;
  if (lower.startsWith('x-')) return name;
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => {
    return dash + letter.toUpperCase();
  });
}

/** True for an RFC 3261 token, the only thing a header name or a method may be. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9\-.!%*_+`'~]+$/.test(text);
}

/** A header line with a name of one letter. */
const SHORT_LINE = /\n([A-Za-z])(?=[ \t]*:)/g;

/** The message with its compact names written out; itself when it has none. */
export function spellOut(text: string): string {
  const headEnd = text.indexOf('\r\n\r\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  const spelled = head.replace(SHORT_LINE, (line: string, short: string) => {
    const long = COMPACT[short.toLowerCase()];
    return long === undefined ? line : `\n${long}`;
  });
  return spelled === head ? text : spelled + text.slice(head.length);
}
