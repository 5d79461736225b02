/**
 * Offer and answer for one G.711 stream (RFC 3264): which codec both sides speak, which direction is
 * left, what our own description says. Pure: addresses, ports and the `o=` line come in as values.
 */
import {
  CODECS,
  readAudio,
  type AudioFormat,
  type Codec,
  type Direction,
  type RemoteAudio,
} from './audio';
import { parseSdp, serialiseSdp, type Attribute, type MediaBlock } from './description';
import { SdpError } from './errors';

/** Our side of the stream. The version rises with each description that we send (RFC 3264 §8). */
export interface LocalAudio {
  sessionId: string;
  version: number;
  /** IPv4 literal that the far side sends to. */
  address: string;
  port: number;
}

/** What both sides agreed on. */
export interface AgreedAudio {
  /** Where the far side wants its packets. */
  remote: { address: string; port: number };
  codec: Codec;
  payloadType: number;
  /** Payload type of key presses in both directions, null when not agreed. */
  telephoneEvent: number | null;
  /** Packet time the far side wishes to receive. */
  ptimeMs: number;
  /** As we see it: `recvonly` means that we must not send. */
  direction: Direction;
}

/** In our offers; dynamic, so an answer or a foreign offer may name another. */
const TELEPHONE_EVENT_TYPE = 101;
/** Digits 0-9, *, #, A-D and flash (RFC 4733 §3.2). */
const TELEPHONE_EVENTS = '0-16';
const OUR_PTIME_MS = 20;

const MIRROR: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/**
 * Answers an offer with the first of its formats that is ours, and key presses if it lists them;
 * every other stream is declined by port 0 (RFC 3264 §6). Throws `SdpError`.
 */
export function answerOffer(
  offerText: string,
  local: LocalAudio,
): { answer: string; agreed: AgreedAudio } {
  const offer = parseSdp(offerText);
  const remote = readAudio(offer);
  const agreed = agree(remote);
  const media = offer.media.map((block, index) =>
    index === remote.index ? ourBlock(local, block.protocol, agreed) : declined(block),
  );
  return { answer: describe(local, media), agreed };
}

/** Offers both laws, `prefer` first, key presses, both directions. */
export function makeOffer(local: LocalAudio, prefer: Codec = 'PCMA'): string {
  const formats = [...CODECS].sort(
    (a, b) => Number(b.codec === prefer) - Number(a.codec === prefer),
  );
  return describe(local, [
    audioBlock(local, 'RTP/AVP', {
      formats,
      telephoneEvent: TELEPHONE_EVENT_TYPE,
      direction: 'sendrecv',
    }),
  ]);
}

/** Reads the answer to our offer. Throws `SdpError`. */
export function readAnswer(answerText: string): AgreedAudio {
  return agree(readAudio(parseSdp(answerText)));
}

function agree(remote: RemoteAudio): AgreedAudio {
  const format = remote.formats[0];
  if (format === undefined) throw new SdpError('no-codec', 'no audio format');
  return {
    remote: { address: remote.address, port: remote.port },
    codec: format.codec,
    payloadType: format.payloadType,
    telephoneEvent: remote.telephoneEvent,
    ptimeMs: remote.ptimeMs,
    direction: MIRROR[remote.direction],
  };
}

function ourBlock(local: LocalAudio, protocol: string, agreed: AgreedAudio): MediaBlock {
  const { codec, payloadType, telephoneEvent, direction } = agreed;
  return audioBlock(local, protocol, {
    formats: [{ codec, payloadType }],
    telephoneEvent,
    direction,
  });
}

function audioBlock(
  local: LocalAudio,
  protocol: string,
  audio: { formats: AudioFormat[]; telephoneEvent: number | null; direction: Direction },
): MediaBlock {
  const types = audio.formats.map(({ payloadType }) => payloadType);
  const attributes: Attribute[] = audio.formats.map(({ codec, payloadType }) => ({
    name: 'rtpmap',
    value: `${payloadType} ${codec}/8000`,
  }));
  if (audio.telephoneEvent !== null) {
    types.push(audio.telephoneEvent);
    attributes.push(
      { name: 'rtpmap', value: `${audio.telephoneEvent} telephone-event/8000` },
      { name: 'fmtp', value: `${audio.telephoneEvent} ${TELEPHONE_EVENTS}` },
    );
  }
  attributes.push({ name: 'ptime', value: String(OUR_PTIME_MS) }, { name: audio.direction });
  return { kind: 'audio', port: local.port, protocol, formats: types.map(String), attributes };
}

function declined(block: MediaBlock): MediaBlock {
  const formats = block.formats.length > 0 ? block.formats : ['0'];
  return { kind: block.kind, port: 0, protocol: block.protocol, formats, attributes: [] };
}

function describe(local: LocalAudio, media: MediaBlock[]): string {
  const { sessionId, version, address } = local;
  return serialiseSdp({
    origin: { username: 'openline', sessionId, version, address },
    connection: address,
    attributes: [],
    media,
  });
}
