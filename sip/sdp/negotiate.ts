/**
 * Offer and answer for one audio stream (RFC 3264): which codec both sides speak, which direction is
 * left, what our own description says. Pure: addresses, ports, keys and the `o=` line come in as values.
 */
import { isSilent, readAudio, type RemoteAudio } from './audio';
import { PLAIN_G711, type Capabilities, type Codec } from './codecs';
import type { CryptoLine, Suite, SuiteKey } from './crypto';
import { parseSdp, type MediaBlock } from './description';
import { common, mirrored, type Direction } from './direction';
import { SdpError } from './errors';
import { audioBlock, declined, midOf, ownDescription } from './own-blocks';
import { LONGEST_MS, OUR_PTIME_MS } from './packet-time';
import type { Rtcp } from './rtcp';

/** Our side of the stream. The version rises with each description that we send (RFC 3264 §8). */
export interface LocalAudio {
  sessionId: string;
  version: number;
  /** IP literal that the far side sends to. */
  address: string;
  /** Address in `o=`, which stays when another is sent to (RFC 3264 §8); `address` when not given. */
  origin?: string;
  port: number;
  /** Port for RTCP, when that is not the port above. */
  rtcpPort?: number;
  /** What we want of the stream; both ways when not given. */
  direction?: Direction;
  /** G.711 in plain RTP when not given. */
  can?: Capabilities;
  /** One for each suite in `can`: what we encrypt with. */
  keys?: readonly SuiteKey[];
  /** Our offers demand encryption (RTP/SAVP), and an answer without is refused. */
  secure?: boolean;
  /** Packets as long as the far side takes them, and we ask for such. */
  longPackets?: boolean;
}

/** What both sides agreed on. */
export interface AgreedAudio {
  /** Where the far side wants its packets. */
  remote: { address: string; port: number };
  rtcp: Rtcp;
  codec: Codec;
  payloadType: number;
  /** Payload type of key presses in both directions, null when not agreed. */
  telephoneEvent: number | null;
  /** Payload type of comfort noise in both directions, null when not agreed. */
  comfortNoise: number | null;
  /** Packet time the far side wishes to receive. */
  ptimeMs: number;
  /** What we send of it: packets of 10, 20, 40 or 60 ms. */
  packetMs: number;
  /** As we see it: `recvonly` means that we must not send. */
  direction: Direction;
  /** SRTP, when agreed. */
  crypto?: AgreedCrypto;
}

export interface AgreedCrypto {
  suite: Suite;
  /** Base64 of master key and salt. */
  sendKey: string;
  receiveKey: string;
  /** Bytes of master key identifier in each packet that comes; ours have none. */
  receiveMkiBytes: number;
}

/** What an exchange leaves behind for the next one, which must keep to it (RFC 3264 §8). */
export interface Standing {
  agreed: AgreedAudio;
  /** Index of the block that is ours. */
  index: number;
  /** The far side's blocks as it wrote them last. */
  media: readonly MediaBlock[];
}

/**
 * Answers an offer with the first of its formats that is ours, and key presses if it lists them; every
 * other stream is declined by port 0 (RFC 3264 §6). A later offer that declines every stream takes the
 * sound away and leaves the call. Throws `SdpError`; then what stood before still stands.
 */
export function answerOffer(
  offerText: string,
  local: LocalAudio,
  before: Standing | null = null,
): Standing & { answer: string } {
  const offer = parseSdp(offerText);
  const { media } = offer;
  if (before !== null && isSilent(offer)) {
    return { answer: ownDescription(local, media.map(declined)), ...silenced(before, media) };
  }
  const remote = readAudio(offer, canOf(local), before?.index);
  const agreed = agree(remote, local, keyFor(local, remote.crypto));
  const blocks = media.map((block, index) =>
    index === remote.index ? answerBlock(local, block, agreed, remote) : declined(block),
  );
  return { answer: ownDescription(local, blocks), agreed, index: remote.index, media };
}

/**
 * Where the offer's stream is to be sent to, null when it takes the sound away. Throws like
 * `answerOffer`, which may need an address of ours in the same network first.
 */
export function addressOffered(
  offerText: string,
  can: Capabilities,
  before: Standing | null = null,
): string | null {
  const offer = parseSdp(offerText);
  if (before !== null && isSilent(offer)) return null;
  return readAudio(offer, can, before?.index).address;
}

/** Reads the answer to our offer, or another answer to it (a fork). Throws like `answerOffer`. */
export function readAnswer(
  answerText: string,
  local: LocalAudio,
  before: Standing | null = null,
): Standing {
  const answer = parseSdp(answerText);
  // An answer has a line for each of ours; one that lacks some still cannot undo their places.
  const media = [...answer.media, ...(before?.media.slice(answer.media.length) ?? [])];
  if (before !== null && isSilent(answer)) return silenced(before, media);
  const remote = readAudio(answer, answerable(local), before?.index);
  const own = local.secure === true ? keyTaken(local, remote.crypto) : null;
  return { agreed: agree(remote, local, own), index: before?.index ?? remote.index, media };
}

function agree(remote: RemoteAudio, local: LocalAudio, own: SuiteKey | null): AgreedAudio {
  const format = remote.formats[0];
  if (format === undefined) throw new SdpError('no-codec', 'no audio format');
  const { address, port, rtcp, telephoneEvent, comfortNoise, ptimeMs } = remote;
  const packetMs = local.longPackets === true ? remote.longestMs : remote.packetMs;
  return {
    remote: { address, port },
    rtcp,
    codec: format.codec,
    payloadType: format.payloadType,
    telephoneEvent,
    comfortNoise,
    ptimeMs,
    packetMs,
    direction: common(mirrored(remote.direction), local.direction ?? 'sendrecv'),
    ...encryption(remote.crypto, own),
  };
}

function encryption(theirs: CryptoLine | null, own: SuiteKey | null): Pick<AgreedAudio, 'crypto'> {
  if (theirs === null || own === null) return {};
  return {
    crypto: {
      suite: own.suite,
      sendKey: own.key,
      receiveKey: theirs.key,
      receiveMkiBytes: theirs.mkiBytes,
    },
  };
}

/** The stream is gone, the rest of the agreement stays for the one that may come back. */
function silenced(before: Standing, media: readonly MediaBlock[]): Standing {
  // A description that lacks places is against RFC 3264 §8; it must not lead us out of its list.
  const index = Math.min(before.index, media.length - 1);
  return { agreed: { ...before.agreed, direction: 'inactive' }, index, media };
}

function answerBlock(
  local: LocalAudio,
  block: MediaBlock,
  agreed: AgreedAudio,
  remote: RemoteAudio,
): MediaBlock {
  const { codec, payloadType } = agreed;
  const [keyed, theirs] = [agreed.crypto, remote.crypto];
  return audioBlock({
    ...agreed,
    port: local.port,
    rtcpPort: local.rtcpPort,
    ptimeMs: askedPacketTime(local),
    protocol: block.protocol,
    formats: [{ codec, payloadType }],
    rtcpMux: agreed.rtcp.mux,
    crypto:
      keyed === undefined || theirs === null
        ? []
        : [{ tag: theirs.tag, suite: keyed.suite, key: keyed.sendKey }],
    mid: midOf(block),
  });
}

/** Our key for their line, whose suite is one of ours by then. */
function keyFor(local: LocalAudio, theirs: CryptoLine | null): SuiteKey | null {
  return local.keys?.find(({ suite }) => suite === theirs?.suite) ?? null;
}

/** An answer takes one of our lines by its tag, or there is no encryption and no call. */
function keyTaken({ keys = [] }: LocalAudio, theirs: CryptoLine | null): SuiteKey {
  const own = theirs === null ? undefined : keys[theirs.tag - 1];
  if (own === undefined || own.suite !== theirs?.suite) {
    throw new SdpError('no-codec', 'no a=crypto line that answers one of ours');
  }
  return own;
}

/** An answer can only take up what was offered. */
function answerable(local: LocalAudio): Capabilities {
  const can = canOf(local);
  return local.secure === true ? can : { ...can, suites: [] };
}

/** What our descriptions ask for. */
export const askedPacketTime = ({ longPackets }: LocalAudio): number =>
  longPackets === true ? LONGEST_MS : OUR_PTIME_MS;

/** What the engine behind the stream says that it can do; a suite without a key of ours is none. */
export function canOf({ can = PLAIN_G711, keys = [] }: LocalAudio): Capabilities {
  return { ...can, suites: can.suites.filter((suite) => keys.some((key) => key.suite === suite)) };
}
