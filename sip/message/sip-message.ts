import { headerKey } from './header-names';
import { tagOf } from './header-values';
import { DEFAULT_LIMITS, TOP_LIMITS, type MessageLimits } from './limits';
import { parseVia, type Via } from './via';

/**
 * One SIP message as it arrived, with an index of its header lines. Text is held as "byte text"
 * (latin1: one character is one byte), so lengths are bytes, bodies stay exact and UTF-8 passes
 * through untouched. Values are cut out only when somebody asks.
 */
export class SipMessage {
  private cachedVia: Via | undefined | null = null;
  private cachedFromTag: string | undefined | null = null;
  private cachedToTag: string | undefined | null = null;

  constructor(
    /** The whole message as byte text, body included. */
    readonly text: string,
    /** Empty for a response. */
    readonly method: string,
    /** Request-URI; empty for a response. */
    readonly uri: string,
    /** 0 for a request. */
    readonly status: number,
    readonly reason: string,
    private readonly keys: readonly string[],
    /** Start and end of each value in `text`, two numbers a header line. */
    private readonly spans: readonly number[],
    private readonly rawNames: readonly string[],
    /** Where the body starts; `text.length` when there is none. */
    readonly bodyAt: number,
    /** `2.0` in every response; of a request what it claims to be. */
    readonly version: string,
  ) {}

  get isRequest(): boolean {
    return this.status === 0;
  }

  get body(): string {
    return this.text.slice(this.bodyAt);
  }

  /** The first value of that name; `key` is the long name in lower case. */
  get(key: string): string | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.valueAt(at);
  }

  has(key: string): boolean {
    return this.keys.includes(key);
  }

  /** Every line of that name, in order; lists inside a line are not split. */
  all(key: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] === key) values.push(this.valueAt(i));
    }
    return values;
  }

  count(key: string): number {
    let n = 0;
    for (const k of this.keys) if (k === key) n++;
    return n;
  }

  /** Calls back for each header line: key, name as written, unfolded value. */
  forEach(visit: (key: string, name: string, value: string) => void): void {
    for (let i = 0; i < this.keys.length; i++) {
      visit(this.keys[i] as string, this.rawNames[i] as string, this.valueAt(i));
    }
  }

  /** The same message with the first value of `key` replaced; itself when there is none. */
  replaceFirst(key: string, value: string): SipMessage {
    const at = this.keys.indexOf(key);
    if (at < 0) return this;
    const from = this.spans[2 * at] as number;
    const to = this.spans[2 * at + 1] as number;
    const shift = value.length - (to - from);
    const spans = this.spans.map((position, i) => (i > 2 * at ? position + shift : position));
    return new SipMessage(
      this.text.slice(0, from) + value + this.text.slice(to),
      this.method,
      this.uri,
      this.status,
      this.reason,
      this.keys,
      spans,
      this.rawNames,
      this.bodyAt + shift,
      this.version,
    );
  }

  get callId(): string {
    return this.get('call-id') ?? '';
  }

  get fromTag(): string | undefined {
    if (this.cachedFromTag === null) this.cachedFromTag = tagOf(this.get('from') ?? '');
    return this.cachedFromTag;
  }

  get toTag(): string | undefined {
    if (this.cachedToTag === null) this.cachedToTag = tagOf(this.get('to') ?? '');
    return this.cachedToTag;
  }

  /** NaN when the header is missing or malformed. */
  get cseq(): number {
    return Number.parseInt(this.get('cseq') ?? '', 10);
  }

  get cseqMethod(): string {
    const value = this.get('cseq') ?? '';
    return value.slice(value.search(/\s/) + 1).trim();
  }

  /** The topmost Via; undefined when missing or malformed. */
  get via(): Via | undefined {
    if (this.cachedVia === null) {
      const value = this.get('via');
      this.cachedVia = value === undefined ? undefined : parseVia(value);
    }
    return this.cachedVia;
  }

  private valueAt(index: number): string {
    const value = this.text.slice(this.spans[2 * index], this.spans[2 * index + 1]);
    return value.includes('\n') ? unfold(value) : value;
  }
}

/**
 * Indexes a message; undefined when it is no SIP message at all or beyond the limits. The
 * body is everything after the empty line, or `Content-Length` bytes of it when that is less
 * (RFC 3261 §18.3: what follows in a datagram is discarded). `framed` says that the text's own end
 * is the body's end and Content-Length is not to be trusted; such a text is an app's, or was let in before.
 */
export function parseMessage(
  text: string,
  framed = false,
  limits: MessageLimits = framed ? TOP_LIMITS : DEFAULT_LIMITS,
): SipMessage | undefined {
  const { messageBytes, headerLines, lineBytes } = limits;
  if (text.length > messageBytes) return undefined;
  let at = 0;
  while (text.charCodeAt(at) === 13 || text.charCodeAt(at) === 10) at++;
  if (at > 0) text = text.slice(at);
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0 || lineEnd > lineBytes) return undefined;
  const start = parseStartLine(trimEnd(text, 0, lineEnd));
  if (start === undefined) return undefined;

  const keys: string[] = [];
  const names: string[] = [];
  const spans: number[] = [];
  let bodyAt = text.length;
  for (let pos = lineEnd + 1; pos < text.length;) {
    const first = text.charCodeAt(pos);
    if (first === 10 || (first === 13 && text.charCodeAt(pos + 1) === 10)) {
      bodyAt = pos + (first === 10 ? 1 : 2);
      break;
    }
    const end = endOfFoldedLine(text, pos);
    const colon = text.indexOf(':', pos);
    if (colon < 0 || colon > end) return undefined;
    if (end - pos > lineBytes || keys.length >= headerLines) return undefined;
    const name = trimEnd(text, pos, colon);
    keys.push(headerKey(name));
    names.push(name);
    pushValueSpan(text, colon + 1, end, spans);
    pos = end + 1;
  }
  const { method, uri, status, reason, version } = start;
  const whole = framed ? text : cutBody(text, bodyAt, keys, spans);
  return new SipMessage(whole, method, uri, status, reason, keys, spans, names, bodyAt, version);
}

interface StartLine {
  method: string;
  uri: string;
  status: number;
  reason: string;
  version: string;
}

/** The URI is everything between the first and the last space: what is wrong in it stays visible. */
function parseStartLine(line: string): StartLine | undefined {
  if (line.startsWith('SIP/')) return parseStatusLine(line);
  const space = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  if (space <= 0 || last <= space) return undefined;
  const version = line.slice(last + 1).toUpperCase();
  if (version !== 'SIP/2.0' && !/^SIP\/\d+\.\d+$/.test(version)) return undefined;
  return {
    method: line.slice(0, space),
    uri: line.slice(space + 1, last),
    status: 0,
    reason: '',
    version: version.slice(4),
  };
}

/** A status code has three digits and nothing but a space after them (RFC 3261 §7.2). */
function parseStatusLine(line: string): StartLine | undefined {
  const status = Number(line.slice(8, 11));
  const after = line.charCodeAt(11);
  if (!line.startsWith('SIP/2.0 ') || !(status >= 100 && status <= 699)) return undefined;
  if (line.length > 11 && after !== 32) return undefined;
  return { method: '', uri: '', status, reason: line.slice(12), version: '2.0' };
}

/** Position of the `\n` that really ends the line: a line that starts with white space goes on. */
function endOfFoldedLine(text: string, from: number): number {
  let end = text.indexOf('\n', from);
  while (end >= 0) {
    const next = text.charCodeAt(end + 1);
    if (next !== 32 && next !== 9) return end;
    end = text.indexOf('\n', end + 1);
  }
  return text.length;
}

/** A fold and the white space around it are one space (RFC 3261 §7.3.1). */
function unfold(value: string): string {
  const parts = value.split('\n').map((part) => part.trim());
  return parts.filter((part) => part !== '').join(' ');
}

function trimEnd(text: string, from: number, to: number): string {
  while (to > from && text.charCodeAt(to - 1) <= 32) to--;
  return text.slice(from, to);
}

function pushValueSpan(text: string, from: number, to: number, spans: number[]): void {
  while (from < to && text.charCodeAt(from) <= 32) from++;
  while (to > from && text.charCodeAt(to - 1) <= 32) to--;
  spans.push(from, to);
}

function cutBody(text: string, bodyAt: number, keys: string[], spans: number[]): string {
  const at = keys.indexOf('content-length');
  if (at < 0) return text;
  const length = Number(text.slice(spans[2 * at], spans[2 * at + 1]));
  return length >= 0 && bodyAt + length < text.length ? text.slice(0, bodyAt + length) : text;
}
