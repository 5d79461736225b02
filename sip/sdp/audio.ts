/**
 * What the far side's description says about the one audio stream we carry: where to, which codec, key
 * presses, packet time, direction, encryption. Decides which `m=` block is that stream.
 */
import { familyOf } from './address';
import { PLAIN_G711, type Capabilities } from './codecs';
import { readCrypto, type CryptoLine } from './crypto';
import type { Description, MediaBlock } from './description';
import { directionOf, type Direction } from './direction';
import { SdpError } from './errors';
import {
  comfortNoiseOf,
  formatsOf,
  listedFormats,
  telephoneEventOf,
  type AudioFormat,
} from './formats';
import { longestPacketTime, packetTimeFor, ptimeOf } from './packet-time';
import { rtcpOf, wantsMux, type Rtcp } from './rtcp';

export interface RemoteAudio {
  /** Index of the `m=` block. */
  index: number;
  /** IP literal; `0.0.0.0` and `::` are hold in the manner of RFC 2543. */
  address: string;
  port: number;
  rtcp: Rtcp;
  formats: AudioFormat[];
  /** Payload type of telephone-event/8000 (RFC 4733), if listed. */
  telephoneEvent: number | null;
  /** Payload type of CN/8000 (RFC 3389), if listed and ours to carry. */
  comfortNoise: number | null;
  /** Packet time the far side wishes to receive, 10-60 ms; 20 when not said. */
  ptimeMs: number;
  /** What we make of it: 10, 20, 40 or 60 ms. */
  packetMs: number;
  /** The longest that it takes. */
  longestMs: number;
  /** As the far side sees it: `sendonly` means that it will not listen. */
  direction: Direction;
  /** The first of its `a=crypto` lines that we can meet. */
  crypto: CryptoLine | null;
}

const PLAIN = ['RTP/AVP', 'RTP/AVPF'];
const SECURE = ['RTP/SAVP', 'RTP/SAVPF'];
/** Of a refusal: enough for every telephone, too little for somebody who fills logs. */
const MAX_LISTED = 600;

/**
 * Reads the audio stream that we can carry: that of block `prefer` when it is one, else the first. Throws
 * `no-codec` when there is none with a format of ours, `bad-sdp` when its address is none.
 */
export function readAudio(
  description: Description,
  can: Capabilities = PLAIN_G711,
  prefer?: number,
): RemoteAudio {
  const index = indexOfAudio(description, can, prefer);
  const block = description.media[index];
  if (block === undefined) throw new SdpError('no-codec', bothLists(description, can));
  const address = block.connection ?? description.connection ?? '';
  if (familyOf(address) === null) {
    throw new SdpError('bad-sdp', `no IP address for audio: ${address}`);
  }
  const ptimeMs = ptimeOf(block);
  return {
    index,
    address,
    port: block.port,
    rtcp: rtcpOf(block, address, can.rtcpMux && wantsMux(block)),
    formats: formatsOf(block, can.codecs),
    telephoneEvent: telephoneEventOf(block),
    comfortNoise: can.comfortNoise ? comfortNoiseOf(block) : null,
    ptimeMs,
    packetMs: packetTimeFor(ptimeMs),
    longestMs: longestPacketTime(block),
    direction: directionOf(block, description, address),
    crypto: cryptoOf(block, can),
  };
}

/** True when every stream is declined: the session stays, without a sound (RFC 3264 §8.2). */
export function isSilent({ media }: Description): boolean {
  return media.every(({ port }) => port === 0);
}

/** True for the protocols that are nothing without encryption. */
function isSecure(protocol: string): boolean {
  return SECURE.includes(protocol);
}

function indexOfAudio({ media }: Description, can: Capabilities, prefer?: number): number {
  const wanted = prefer === undefined ? undefined : media[prefer];
  if (prefer !== undefined && wanted !== undefined && isCarried(wanted, can)) return prefer;
  return media.findIndex((block) => isCarried(block, can));
}

function isCarried(block: MediaBlock, can: Capabilities): boolean {
  const { kind, port, protocol } = block;
  if (kind !== 'audio' || port === 0 || formatsOf(block, can.codecs).length === 0) return false;
  return PLAIN.includes(protocol) || (isSecure(protocol) && cryptoOf(block, can) !== null);
}

/**
 * Phones that leave encryption to us send these lines in `RTP/AVP` too. They mean it: who cannot do
 * without says `RTP/SAVP`, and who cannot do it at all sends none.
 */
function cryptoOf(block: MediaBlock, can: Capabilities): CryptoLine | null {
  for (const { name, value } of block.attributes) {
    if (name !== 'crypto' || value === undefined) continue;
    const line = readCrypto(value);
    if (line !== null && can.suites.includes(line.suite)) return line;
  }
  return null;
}

/** Why nothing fits, for whoever reads the log: theirs with the names of its formats, and ours. */
function bothLists({ media }: Description, can: Capabilities): string {
  const theirs = media.map((block) => {
    const suites = block.attributes
      .filter(({ name }) => name === 'crypto')
      .map(({ value = '' }) => value.split(/\s+/)[1] ?? '');
    const off = block.port === 0 ? ' declined' : '';
    const keys = suites.length > 0 ? ` with ${suites.join(' ')}` : '';
    return `${block.kind} ${block.protocol} ${listedFormats(block)}${keys}${off}`;
  });
  const secure = can.suites.length > 0 ? ` or RTP/SAVP with ${can.suites.join(' ')}` : '';
  const listed = theirs.join('; ').slice(0, MAX_LISTED);
  return `none of theirs (${listed}) is one of ours (${can.codecs.join(', ')} over RTP/AVP${secure})`;
}
