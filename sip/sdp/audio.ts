/**
 * What the far side's description says about the one audio stream we carry: where to, which G.711
 * law, key presses, packet time, direction. Decides which `m=` block is that stream. To add a
 * codec: a row in `CODECS`, and its frames in rtp and media.
 */
import type { Description, MediaBlock } from './description';
import { SdpError } from './errors';

export type Codec = 'PCMA' | 'PCMU';

/** Static payload types of RFC 3551 §6, in the order of our preference (A-law is the carriers'). */
export const CODECS: readonly { codec: Codec; payloadType: number }[] = [
  { codec: 'PCMA', payloadType: 8 },
  { codec: 'PCMU', payloadType: 0 },
];

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A format of ours among those the far side lists, in its order. */
export interface AudioFormat {
  codec: Codec;
  payloadType: number;
}

export interface RemoteAudio {
  /** Index of the `m=` block. */
  index: number;
  /** IPv4 literal; `0.0.0.0` is hold in the manner of RFC 2543. */
  address: string;
  port: number;
  formats: AudioFormat[];
  /** Payload type of telephone-event/8000 (RFC 4733), if listed. */
  telephoneEvent: number | null;
  /** Packet time the far side wishes to receive, 10-60 ms; 20 when not said. */
  ptimeMs: number;
  /** As the far side sees it: `sendonly` means that it will not listen. */
  direction: Direction;
}

const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const PROTOCOLS = ['RTP/AVP', 'RTP/AVPF'];
const DEFAULT_PTIME_MS = 20;

/**
 * Reads the first audio stream that we can carry. Throws `no-codec` when there is none with a format
 * of ours, `bad-sdp` when its address is none.
 */
export function readAudio(description: Description): RemoteAudio {
  const index = description.media.findIndex(isCarried);
  const block = description.media[index];
  if (block === undefined) throw new SdpError('no-codec', whatWasListed(description));
  const address = block.connection ?? description.connection ?? '';
  if (!isIpv4(address)) throw new SdpError('bad-sdp', `no IPv4 address for audio: ${address}`);
  return {
    index,
    address,
    port: block.port,
    formats: formatsOf(block),
    telephoneEvent: telephoneEventOf(block),
    ptimeMs: ptimeOf(block),
    direction: held(address, directionOf(block, description)),
  };
}

function isCarried(block: MediaBlock): boolean {
  return (
    block.kind === 'audio' &&
    block.port !== 0 &&
    PROTOCOLS.includes(block.protocol) &&
    formatsOf(block).length > 0
  );
}

function formatsOf(block: MediaBlock): AudioFormat[] {
  return block.formats.flatMap((format) => {
    const payloadType = payloadTypeOf(format);
    if (payloadType === null) return [];
    const name = mappingOf(block, payloadType);
    const known = CODECS.find((row) =>
      name === null ? row.payloadType === payloadType : name === `${row.codec}/8000`,
    );
    return known === undefined ? [] : [{ codec: known.codec, payloadType }];
  });
}

function telephoneEventOf(block: MediaBlock): number | null {
  const types = block.formats.map(payloadTypeOf);
  return (
    types.find((type) => type !== null && mappingOf(block, type) === 'TELEPHONE-EVENT/8000') ?? null
  );
}

/** The `rtpmap` of a payload type as `NAME/CLOCK` in capitals; a trailing `/1` channel is dropped. */
function mappingOf(block: MediaBlock, payloadType: number): string | null {
  for (const { name, value } of block.attributes) {
    if (name !== 'rtpmap' || value === undefined) continue;
    const [type, mapping] = value.split(/\s+/);
    if (Number(type) === payloadType && mapping !== undefined) {
      return mapping.toUpperCase().replace(/^([^/]+\/\d+)\/1$/, '$1');
    }
  }
  return null;
}

function payloadTypeOf(format: string): number | null {
  const type = /^\d{1,3}$/.test(format) ? Number(format) : 128;
  return type <= 127 ? type : null;
}

function ptimeOf(block: MediaBlock): number {
  const value = Number(block.attributes.find(({ name }) => name === 'ptime')?.value);
  return value >= 10 && value <= 60 ? value : DEFAULT_PTIME_MS;
}

/** RFC 8866 §6.7: the block's own direction, else the session's, else both ways. */
function directionOf(block: MediaBlock, description: Description): Direction {
  const said = [...block.attributes, ...description.attributes].map(({ name }) => name);
  const first = said.find((name) => DIRECTIONS.includes(name as Direction));
  return (first as Direction | undefined) ?? 'sendrecv';
}

/** RFC 3264 §8.4: address 0.0.0.0 says that nothing can be sent there, whatever the direction. */
function held(address: string, direction: Direction): Direction {
  if (address !== '0.0.0.0') return direction;
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}

function isIpv4(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

function whatWasListed(description: Description): string {
  const theirs = description.media.map(
    (block) => `${block.kind} ${block.protocol} ${block.formats.join(' ')}`,
  );
  return `none of theirs (${theirs.join('; ')}) is one of ours (PCMA, PCMU over RTP/AVP)`;
}
