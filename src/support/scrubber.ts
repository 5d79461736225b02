/**
 * Takes out of texts and values whom and what they name: telephone numbers in any spelling, people, addresses, secrets,
 * ids of the plan. What is not known to be harmless goes. Numbers, times and words of the program stay.
 */
import type { Kind, Pseudonyms } from './pseudonyms';

/** Whatever is looked for in a text, in this order: who comes first has the place. */
const PATTERN = new RegExp(
  [
    // Ids of calls and legs say nothing outside this installation, and join the lines of one call.
    '(?<uuid>(?<![\\w-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\\w-]))',
    '(?<time>(?<!\\d)\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?)',
    '(?<sip>\\b(?:sips?|tel):[^\\s<>"\',;]+)',
    '(?<login>(?<=://)[^\\s/@]+@)',
    '(?<secret>\\bolt_[\\w-]+|(?<=\\bBearer )\\S+|(?<![\\w-])(?:[0-9a-fA-F]{32,}|[A-Za-z0-9_-]{40,}))',
    '(?<mail>[^\\s@<>"\'()]+@[^\\s@<>"\'()]+)',
    '(?<ip4>(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]))',
    '(?<number>(?<![\\w.~])(?:\\+|%2B|00)?\\(?\\d(?:(?:[\\s\\-./()]|%20|%28|%29|%2D){0,2}\\d){4,}(?![\\w]))',
    '(?<encoded>[\\w.-]*(?:%[0-9a-fA-F]{2}[\\w.-]*)+)',
    '(?<ip6>(?<![\\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\\w:]))',
    '(?<quoted>"[^"\\n]*"|“[^”\\n]*”)',
    '(?<word>[\\p{L}\\p{N}][\\p{L}\\p{N}_.-]*)',
  ].join('|'),
  'giu',
);

const CJK = /\p{Script=Han}/u;
const OWN_ADDRESS = /^(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$/;

/** Times, sizes and counts, whatever they are. */
const MEASURE =
  /^(?:at|time|since|until|from|to|size|pid|port|seq|epoch|level|status|responseTime)$|(?:At|Ms|Bytes|Time|Seconds|Minutes|bytes|rows|ms|count|seconds|total|free|used|calls|entries)$/;

export interface TextRule {
  /** Chinese words are names unless they are known to be the program's own: in logs, not in its messages. */
  chinese: 'names' | 'ours';
  /** What stands in quotation marks was given by somebody. */
  quoted?: boolean;
}

export class Scrubber {
  private readonly known = new Map<string, Kind>();
  /** Known ones in Chinese, which has no blanks between words; the longest first. */
  private phrases: [string, Kind][] = [];

  constructor(readonly pseudonyms: Pseudonyms) {}

  /** From now on it goes wherever it stands; one letter or digit would be everywhere. */
  know(kind: Kind, value: string): void {
    const text = value.trim();
    if (text.length < 2) return;
    this.known.set(text.toLowerCase(), kind);
    if (CJK.test(text)) this.phrases.push([text, kind]);
    if (kind === 'name' && /\s/.test(text))
      for (const word of text.split(/\s+/)) this.know('name', word);
  }

  /** To be called when all are known. */
  begin(): void {
    this.phrases.sort(([a], [b]) => b.length - a.length);
  }

  /** A text as a program writes it. */
  text(text: string, rule: TextRule): string {
    // Digits and letters of full width are the same ones.
    let plain = text.normalize('NFKC');
    for (const [phrase, kind] of rule.chinese === 'ours' && CJK.test(plain) ? this.phrases : [])
      if (plain.includes(phrase))
        plain = plain.replaceAll(phrase, this.pseudonyms.of(kind, phrase));
    return plain.replace(PATTERN, (...match: unknown[]) => {
      const found = match[0] as string;
      const [[kind = ''] = []] = Object.entries(
        match.at(-1) as Record<string, string | undefined>,
      ).filter(([, value]) => value !== undefined);
      return this.replaced(kind, found, rule);
    });
  }

  /**
   * A value of JSON: strings whose key is in `plain` are texts of the program, all others are named anew. Keys that are
   * data themselves are in `named`.
   */
  value(
    value: unknown,
    plain: ReadonlySet<string>,
    key = '',
    rule: TextRule = { chinese: 'ours' },
  ): unknown {
    if (Array.isArray(value)) return value.map((one) => this.value(one, plain, key, rule));
    if (typeof value === 'number') return this.figure(value, key);
    if (typeof value === 'string')
      return plain.has(key) ? this.text(value, rule) : this.token(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !this.known.has(name.toLowerCase())
          ? name
          : this.token(name),
        this.value(one, plain, name, rule),
      ]),
    );
  }

  /** The name of something that goes as a whole. */
  token(value: string): string {
    if (value === '') return '';
    const kind = this.known.get(value.trim().toLowerCase()) ?? kindOf(value);
    return this.pseudonyms.of(kind, value.trim());
  }

  private figure(value: number, key: string): number | string {
    const isLong = Number.isInteger(value) && Math.abs(value) >= 10_000;
    return isLong && !MEASURE.test(key) ? this.token(String(value)) : value;
  }

  private replaced(kind: string, found: string, rule: TextRule): string {
    switch (kind) {
      case 'uuid':
      case 'time':
        return found;
      case 'sip':
        return this.uri(found);
      case 'login':
        return '';
      case 'secret':
      case 'number':
        return this.pseudonyms.of(kind, found);
      case 'mail':
      case 'encoded':
        return this.pseudonyms.of('text', found);
      case 'ip4':
      case 'ip6':
        return this.address(found);
      case 'quoted':
        if (!rule.quoted) return found[0]! + this.text(found.slice(1, -1), rule) + found.at(-1)!;
        return /^"[a-z]+(?:_[a-z0-9]+)+"$/.test(found)
          ? found
          : `"${this.token(found.slice(1, -1))}"`;
      default:
        return this.word(found, rule);
    }
  }

  /** `sip:user@host:port`: both are somebody's, the port is not. */
  private uri(found: string): string {
    const [, scheme = '', rest = ''] = /^(\w+):(.*)$/.exec(found) ?? [];
    const at = rest.lastIndexOf('@');
    const [user, host] = at < 0 ? ['', rest] : [rest.slice(0, at), rest.slice(at + 1)];
    if (scheme.toLowerCase() === 'tel') return `tel:${this.token(rest)}`;
    return `${scheme}:${user === '' ? '' : `${this.token(user)}@`}${this.host(host)}`;
  }

  private host(written: string): string {
    const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(written) ?? [];
    const bare = host.replace(/^\[|\]$/g, '');
    if (OWN_ADDRESS.test(bare)) return written;
    const kind = /^[\d.]+$|:/.test(bare) ? 'ip' : 'host';
    return this.pseudonyms.of(kind, bare || written) + port;
  }

  private address(found: string): string {
    const isAddress = found.includes('.') || found.includes('::') || found.split(':').length > 4;
    return !isAddress || OWN_ADDRESS.test(found) ? found : this.pseudonyms.of('ip', found);
  }

  private word(found: string, rule: TextRule): string {
    const bare = found.replace(/[.-]+$/, '');
    const kind = this.known.get(bare.toLowerCase());
    if (kind !== undefined) return this.pseudonyms.of(kind, bare) + found.slice(bare.length);
    if (rule.chinese === 'names' && CJK.test(bare)) return this.pseudonyms.of('name', bare);
    // Of `agent-wang` the one part that is known; of `tel13800138000` the digits.
    return found.replace(/[\p{L}\p{N}]+/gu, (part) => {
      const partKind = this.known.get(part.toLowerCase());
      if (partKind !== undefined) return this.pseudonyms.of(partKind, part);
      return part.replace(/\d{5,}/g, (digits) => this.pseudonyms.of('number', digits));
    });
  }
}

function kindOf(value: string): Kind {
  if (/^\+?[\d\s().-]{5,}$/.test(value)) return 'number';
  if (/^[\d.]{7,15}(?:\/\d+)?$/.test(value)) return 'ip';
  return CJK.test(value) ? 'name' : 'text';
}
