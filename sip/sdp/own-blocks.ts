/** Our own descriptions: the one audio stream, the streams that we decline, and the lines around them. */
import { CODECS } from './codecs';
import { cryptoValue, type SuiteKey } from './crypto';
import { serialiseSdp, valueOf, type Attribute, type MediaBlock } from './description';
import type { Direction } from './direction';
import { COMFORT_NOISE, TELEPHONE_EVENT, type AudioFormat } from './formats';

/** What our audio block says. */
export interface OwnAudio {
  port: number;
  /** Where we take RTCP, when that is not the port above. */
  rtcpPort: number | undefined;
  protocol: string;
  formats: readonly AudioFormat[];
  /** Payload types, null where it is not listed. */
  telephoneEvent: number | null;
  comfortNoise: number | null;
  direction: Direction;
  /** Packet time that we ask for. */
  ptimeMs: number;
  rtcpMux: boolean;
  /** Lines of ours: the tag by which the other side names it, suite and key. */
  crypto: readonly (SuiteKey & { tag: number })[];
  /** The name of the stream in the far side's descriptions (RFC 5888), undefined for none. */
  mid: string | undefined;
}

/** Digits 0-9, *, #, A-D and flash (RFC 4733 §3.2). */
const TELEPHONE_EVENTS = '0-16';

export function audioBlock(audio: OwnAudio): MediaBlock {
  const { port, protocol, comfortNoise, telephoneEvent } = audio;
  const types = audio.formats.map(({ payloadType }) => payloadType);
  const attributes = audio.formats.map(({ codec, payloadType }) => rtpmap(payloadType, codec));
  if (comfortNoise !== null) {
    types.push(comfortNoise);
    attributes.push(rtpmap(comfortNoise, COMFORT_NOISE));
  }
  if (telephoneEvent !== null) {
    types.push(telephoneEvent);
    attributes.push(
      rtpmap(telephoneEvent, TELEPHONE_EVENT),
      attribute('fmtp', `${telephoneEvent} ${TELEPHONE_EVENTS}`),
    );
  }
  attributes.push(
    attribute('ptime', String(audio.ptimeMs)),
    { name: audio.direction },
    ...controlLines(audio),
    ...audio.crypto.map((line) => attribute('crypto', cryptoValue(line.tag, line))),
    ...midLine(audio.mid),
  );
  return { kind: 'audio', port, protocol, formats: types.map(String), attributes };
}

/** Port 0 (RFC 3264 §6); its name is kept, so that groups of the offer can be read (RFC 5888 §9). */
export function declined(block: MediaBlock): MediaBlock {
  const formats = block.formats.length > 0 ? block.formats : ['0'];
  const attributes = midLine(midOf(block));
  return { kind: block.kind, port: 0, protocol: block.protocol, formats, attributes };
}

/** The text, under an `o=` line of ours; `origin` is the address in it where that is not `address`. */
export function ownDescription(
  from: { sessionId: string; version: number; address: string; origin?: string },
  media: MediaBlock[],
): string {
  const { sessionId, version, address, origin = address } = from;
  return serialiseSdp({
    origin: { username: 'openline', sessionId, version, address: origin },
    connection: address,
    attributes: [],
    media,
  });
}

export function midOf(block: MediaBlock): string | undefined {
  return valueOf(block, 'mid');
}

function controlLines({ port, rtcpPort, rtcpMux }: OwnAudio): Attribute[] {
  const elsewhere = rtcpPort !== undefined && rtcpPort !== port + 1;
  return [
    ...(elsewhere ? [attribute('rtcp', String(rtcpPort))] : []),
    ...(rtcpMux ? [{ name: 'rtcp-mux' }] : []),
  ];
}

function midLine(mid: string | undefined): Attribute[] {
  return mid === undefined ? [] : [attribute('mid', mid)];
}

function rtpmap(payloadType: number, name: string): Attribute {
  const mapping = CODECS.find(({ codec }) => codec === name)?.mapping ?? name;
  return attribute('rtpmap', `${payloadType} ${mapping}`);
}

function attribute(name: string, value: string): Attribute {
  return { name, value };
}
