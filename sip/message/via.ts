import { paramOf } from './header-values';
import { parseHostPort } from './uri';

/** The topmost Via of a message: where it says it came from, and the stamp of where it did. */
export interface Via {
  /** Lower case: `udp`, `tcp`, … */
  transport: string;
  host: string;
  port: number | undefined;
  /** Empty when missing (RFC 2543 peers). */
  branch: string;
  /** End of the first value in the header text, should it hold several. */
  end: number;
}

/**
 * Undefined when malformed. Reads only the first of several comma-joined values. The version is not
 * judged: whoever speaks another one must still be told so.
 */
export function parseVia(value: string): Via | undefined {
  const comma = value.indexOf(',');
  const end = comma < 0 ? value.length : comma;
  const first = comma < 0 ? value : value.slice(0, comma);
  const semicolon = first.indexOf(';');
  const head = (semicolon < 0 ? first : first.slice(0, semicolon)).trimEnd();
  const match = /^SIP\s*\/\s*[\d.]+\s*\/\s*([A-Za-z0-9-]+)\s+(\S.*)$/i.exec(head);
  if (match === null) return undefined;
  const place = parseHostPort(withoutGaps(match[2] as string));
  if (place === undefined) return undefined;
  const branch = semicolon < 0 ? '' : (paramOf(first.slice(semicolon), 'branch') ?? '');
  return { transport: (match[1] as string).toLowerCase(), ...place, branch, end };
}

/** White space around a colon is allowed (RFC 3261 §25.1), anywhere else it stays and is a fault. */
function withoutGaps(place: string): string {
  return place
    .split(':')
    .map((part) => part.trim())
    .join(':');
}

/**
 * The Via value with `received` and `rport` telling the packet's true source. Always filled in, asked
 * for or not, so that answers go back through NAT (RFC 3581 §4, RFC 3261 §18.2.1).
 */
export function stampVia(value: string, via: Via, address: string, port: number): string {
  const first = value.slice(0, via.end);
  const clean = first.includes('r')
    ? first.replace(/;\s*(?:rport|received)(?:\s*=\s*[^;\s]*)?(?=\s*(?:;|$))/gi, '')
    : first;
  return `${clean};received=${address};rport=${port}${value.slice(via.end)}`;
}
