/**
 * The inside of header values: lists, name-addr, parameters. Works on the value text only; knows
 * no message. Nothing here validates: a value that is not understood yields `undefined` parts.
 */

/** Splits at commas outside quotes and angle brackets (RFC 3261 §7.3.1). */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value.trim()];
  const items: string[] = [];
  let from = 0;
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i++;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x3c) depth++;
    else if (c === 0x3e) depth--;
    else if (c === 0x2c && depth <= 0) {
      items.push(value.slice(from, i).trim());
      from = i + 1;
    }
  }
  items.push(value.slice(from).trim());
  return items.filter((item) => item !== '');
}

/** A From, To, Contact, Route … value taken apart. `params` starts with `;` or is empty. */
export interface NameAddr {
  display: string;
  uri: string;
  params: string;
}

/** Without angle brackets everything after the first `;` belongs to the header (§20). */
export function parseNameAddr(value: string): NameAddr {
  const open = value.charCodeAt(0) === 0x22 ? afterQuoted(value) : 0;
  const left = value.indexOf('<', open);
  if (left >= 0) {
    const right = value.indexOf('>', left);
    const end = right < 0 ? value.length : right;
    return {
      display: value.slice(0, left).trim(),
      uri: value.slice(left + 1, end).trim(),
      params: value.slice(end + 1).trim(),
    };
  }
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return { display: '', uri: value.trim(), params: '' };
  return { display: '', uri: value.slice(0, semicolon).trim(), params: value.slice(semicolon) };
}

function afterQuoted(value: string): number {
  for (let i = 1; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x22) return i + 1;
  }
  return 0;
}

/** The value of `;name=value`, `''` for a bare `;name`, undefined when absent. Case-insensitive. */
export function paramOf(params: string, name: string): string | undefined {
  let at = params.indexOf(';');
  while (at >= 0) {
    const next = nextSemicolon(params, at + 1);
    const end = next < 0 ? params.length : next;
    const equals = params.indexOf('=', at);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const found = params.slice(at + 1, nameEnd).trim();
    if (found === name || found.toLowerCase() === name) {
      return nameEnd === end ? '' : params.slice(nameEnd + 1, end).trim();
    }
    at = next;
  }
  return undefined;
}

/** The next one outside quotes: a quoted value may hold what looks like a parameter (§25.1). */
function nextSemicolon(params: string, from: number): number {
  const semicolon = params.indexOf(';', from);
  const quote = semicolon < 0 ? -1 : params.indexOf('"', from);
  if (quote < 0 || quote > semicolon) return semicolon;
  for (let i = quote + 1; i < params.length; i++) {
    const c = params.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x22) return nextSemicolon(params, i + 1);
  }
  return semicolon;
}

/** The tag of a From or To value; undefined when there is none. */
export function tagOf(value: string): string | undefined {
  const at = value.lastIndexOf('>');
  return paramOf(at < 0 ? value : value.slice(at + 1), 'tag') || undefined;
}

/** The value with its tag set; any tag it had is kept. */
export function withTag(value: string, tag: string): string {
  return tagOf(value) === undefined ? `${value};tag=${tag}` : value;
}
