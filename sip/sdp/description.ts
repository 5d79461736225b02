/**
 * SDP text <-> a plain description (RFC 8866). Tolerant in what it reads: CRLF or LF, lines of
 * unknown type left out, missing `s=` and `t=` forgiven. Knows nothing of codecs or of offer and
 * answer.
 */
import { SdpError } from './errors';

/** The `o=` line: who made the description, and which version of it this is. */
export interface Origin {
  username: string;
  sessionId: string;
  version: number;
  address: string;
}

/** One `m=` block. `port` 0 is a declined stream. */
export interface MediaBlock {
  kind: string;
  port: number;
  protocol: string;
  /** Format list as written: payload type numbers for RTP. */
  formats: string[];
  /** `c=` of the block itself. */
  connection?: string;
  attributes: Attribute[];
}

/** An `a=` line: `a=ptime:20` is `{name: 'ptime', value: '20'}`, `a=sendrecv` has no value. */
export interface Attribute {
  name: string;
  value?: string;
}

export interface Description {
  origin: Origin;
  /** Address of the session-wide `c=` line. */
  connection?: string;
  attributes: Attribute[];
  media: MediaBlock[];
}

/** Longer texts are no audio offer but an attack on the parser. */
const MAX_LENGTH = 16_384;

/** An offer is looked at for its address, and for whether it can be answered, before it is: three times in a row. */
let latest: { text: string; description: Description } | null = null;

/**
 * Reads SDP text; what is returned may be another's as well. Throws `SdpError('bad-sdp')` when `v=`, `o=` or a
 * readable `m=` is missing.
 */
export function parseSdp(text: string): Readonly<Description> {
  if (latest?.text !== text) latest = { text, description: read(text) };
  return latest.description;
}

function read(text: string): Description {
  if (text.length > MAX_LENGTH) throw new SdpError('bad-sdp', 'longer than 16 KB');
  const lines = text.split(/\r\n|\r|\n/).filter((line) => /^[a-z]=/.test(line));
  if (lines[0]?.trim() !== 'v=0') throw new SdpError('bad-sdp', 'does not start with v=0');
  const description: Description = {
    origin: { username: '-', sessionId: '0', version: 0, address: '' },
    attributes: [],
    media: [],
  };
  for (const line of lines.slice(1)) readLine(description, line[0] ?? '', line.slice(2).trim());
  if (description.origin.address === '') throw new SdpError('bad-sdp', 'no o= line');
  if (description.media.length === 0) throw new SdpError('bad-sdp', 'no m= line');
  return description;
}

/** Writes a description with the lines in the order of RFC 8866 §5, CRLF after each. */
export function serialiseSdp(description: Description): string {
  const { origin } = description;
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.version} ${addressLine(origin.address)}`,
    's=-',
  ];
  if (description.connection !== undefined) lines.push(`c=${addressLine(description.connection)}`);
  lines.push('t=0 0', ...description.attributes.map(attributeLine));
  for (const block of description.media) {
    lines.push(`m=${block.kind} ${block.port} ${block.protocol} ${block.formats.join(' ')}`);
    if (block.connection !== undefined) lines.push(`c=${addressLine(block.connection)}`);
    lines.push(...block.attributes.map(attributeLine));
  }
  return lines.join('\r\n') + '\r\n';
}

/** The value of the block's first attribute of that name; undefined when there is none or it has none. */
export function valueOf(block: MediaBlock, name: string): string | undefined {
  return block.attributes.find((attribute) => attribute.name === name)?.value;
}

function readLine(description: Description, type: string, value: string): void {
  const block = description.media.at(-1);
  switch (type) {
    case 'o':
      description.origin = readOrigin(value);
      break;
    case 'c':
      (block ?? description).connection = readConnection(value);
      break;
    case 'a':
      (block ?? description).attributes.push(readAttribute(value));
      break;
    case 'm':
      description.media.push(readMediaBlock(value));
      break;
    default:
      // Bandwidth, e-mail, keys and whatever the future brings do not concern an audio stream.
      break;
  }
}

function readOrigin(value: string): Origin {
  const [username, sessionId, version, , , address] = value.split(/\s+/);
  if (username === undefined || sessionId === undefined || address === undefined) {
    throw new SdpError('bad-sdp', `o=${value}`);
  }
  // Some gateways write versions beyond 2^53; the far side's version decides nothing here.
  return { username, sessionId, version: Number(version) || 0, address };
}

function readConnection(value: string): string {
  const [, family, place] = value.split(/\s+/);
  const address = place?.split('/')[0] ?? '';
  // An address of another family than is said is a mistake, and a guess would send sound astray.
  const contradicts = /^IP6$/i.test(family ?? '') ? /^[\d.]*$/ : /^$|:/;
  if (contradicts.test(address)) throw new SdpError('bad-sdp', `c=${value}`);
  return address;
}

function readAttribute(value: string): Attribute {
  const colon = value.indexOf(':');
  if (colon < 0) return { name: value };
  return { name: value.slice(0, colon), value: value.slice(colon + 1).trim() };
}

function readMediaBlock(value: string): MediaBlock {
  const [kind, ports, protocol, ...formats] = value.split(/\s+/);
  // `m=audio 49170/2`: a count of ports belongs to layered coding, the first is the one we use.
  const port = /^\d{1,5}(\/\d+)?$/.test(ports ?? '') ? Number.parseInt(ports ?? '', 10) : -1;
  if (kind === undefined || protocol === undefined || port < 0 || port > 65_535) {
    throw new SdpError('bad-sdp', `m=${value}`);
  }
  return { kind, port, protocol, formats, attributes: [] };
}

function addressLine(address: string): string {
  return `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
}

function attributeLine({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`;
}
