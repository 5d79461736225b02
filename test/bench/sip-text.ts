/**
 * As much SIP as a load generator needs, written by hand so that it costs little and shares no fault
 * with the stack under load: reading the parts of a message it answers to, and SDP of one A-law stream.
 */
export interface SipText {
  /** The method of a request, else null. */
  method: string | null;
  /** The code of a response, else null. */
  status: number | null;
  callId: string;
  /** Method named by CSeq. */
  cseqMethod: string;
  text: string;
}

/** The message of one datagram; null for keep-alives and the like. */
export function readSip(bytes: Buffer): SipText | null {
  const text = bytes.toString('latin1');
  const line = text.slice(0, text.indexOf('\r\n'));
  const response = /^SIP\/2\.0 (\d{3})/.exec(line);
  const request = /^([A-Z]+) \S+ SIP\/2\.0$/.exec(line);
  if (response === null && request === null) return null;
  return {
    method: request?.[1] ?? null,
    status: response === null ? null : Number(response[1]),
    callId: header(text, 'Call-ID', 'i'),
    cseqMethod: header(text, 'CSeq').split(/\s+/)[1] ?? '',
    text,
  };
}

/** The first header of that name (or its compact form), or `''`. */
export function header(text: string, name: string, compact = name): string {
  return new RegExp(`^(?:${name}|${compact})\\s*:[ \\t]*(.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';
}

/** Every header of the names that a response repeats (RFC 3261 §8.2.6.2), in their order. */
export function repeated(text: string, toTag: string): string {
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  return lines
    .filter((line) => /^(Via|v|Record-Route|From|f|To|t|Call-ID|i|CSeq)\s*:/i.test(line))
    .map((line) =>
      /^(To|t)\s*:/i.test(line) && !/;tag=/i.test(line) ? `${line};tag=${toTag}` : line,
    )
    .join('\r\n');
}

/** URI between `<` and `>` of a name-addr, or the bare value without parameters. */
export function uriOf(nameAddr: string): string {
  return /<([^>]+)>/.exec(nameAddr)?.[1] ?? nameAddr.split(';')[0] ?? '';
}

/**
 * An offer or answer of one A-law stream at that address. An `inactive` one takes RTCP on its own port (RFC 5761),
 * so that thousands who hear nothing cost one port each.
 */
export function audioSdp(
  host: string,
  port: number,
  direction: 'sendrecv' | 'inactive' = 'sendrecv',
): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 8`,
    'a=rtpmap:8 PCMA/8000',
    'a=ptime:20',
    ...(direction === 'inactive' ? ['a=rtcp-mux'] : []),
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** Where a description wants its audio. */
export function audioAddress(sdp: string): { host: string; port: number } | null {
  const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
  const port = /^m=audio (\d+)/m.exec(sdp)?.[1];
  return host === undefined || port === undefined ? null : { host, port: Number(port) };
}

/** A request or response from its first line, header lines and body. */
export function compose(start: string, headers: string, body = ''): Buffer {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  return Buffer.from(
    `${start}\r\n${headers}\r\n${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    'latin1',
  );
}
