/**
 * Our own offers: all that the engine carries, in the places and with the numbers that an earlier exchange
 * has left (RFC 3264 §8). Pure like negotiate.ts.
 */
import { CODECS, type Capabilities, type Codec } from './codecs';
import type { MediaBlock } from './description';
import { COMFORT_NOISE_TYPE, type AudioFormat } from './formats';
import {
  askedPacketTime,
  canOf,
  type AgreedAudio,
  type LocalAudio,
  type Standing,
} from './negotiate';
import { audioBlock, declined, midOf, ownDescription } from './own-blocks';

/** In our offers; dynamic, so an answer or a foreign offer may name another. */
const TELEPHONE_EVENT_TYPES: readonly number[] = [101, 100, 102, 96];

/**
 * Offers all that we carry, `prefer` first, in the block that is ours already; the streams of an earlier
 * exchange keep their places, declined, and its payload types their meaning (RFC 3264 §8).
 */
export function makeOffer(
  local: LocalAudio,
  prefer: Codec = 'PCMA',
  before: Standing | null = null,
): string {
  const earlier = before?.media ?? [];
  const own = before?.index ?? 0;
  const places = Math.max(earlier.length, own + 1);
  const blocks = Array.from({ length: places }, (_, index) => {
    const block = earlier[index];
    return index === own || block === undefined
      ? offerBlock(local, prefer, before)
      : declined(block);
  });
  return ownDescription(local, blocks);
}

function offerBlock(local: LocalAudio, prefer: Codec, before: Standing | null): MediaBlock {
  const can = canOf(local);
  const theirs = before?.media[before.index];
  const formats = offeredFormats(can, prefer, before?.agreed ?? null);
  const secure = local.secure === true;
  return audioBlock({
    port: local.port,
    rtcpPort: local.rtcpPort,
    protocol: protocolFor(before, secure),
    formats,
    telephoneEvent: telephoneEventFor(formats, before),
    comfortNoise: comfortNoiseFor(can, formats, before),
    direction: local.direction ?? 'sendrecv',
    ptimeMs: askedPacketTime(local),
    rtcpMux: can.rtcpMux,
    crypto: secure ? (local.keys ?? []).map((key, index) => ({ tag: index + 1, ...key })) : [],
    mid: theirs && midOf(theirs),
  });
}

/** The profile of the stream stays as it was, unless encryption comes or goes. */
function protocolFor(before: Standing | null, secure: boolean): string {
  const theirs = before?.media[before.index];
  const same = theirs?.kind === 'audio' && (before?.agreed.crypto !== undefined) === secure;
  return same ? theirs.protocol : secure ? 'RTP/SAVP' : 'RTP/AVP';
}

/** A number that was agreed for something else is left to that, even if it is a codec's by RFC 3551. */
function offeredFormats(
  can: Capabilities,
  prefer: Codec,
  agreed: AgreedAudio | null,
): AudioFormat[] {
  const rows = CODECS.filter(({ codec }) => can.codecs.includes(codec));
  const order = (codec: Codec): number => (codec === prefer ? -1 : can.codecs.indexOf(codec));
  const formats = rows
    .sort((a, b) => order(a.codec) - order(b.codec))
    .map(({ codec, payloadType }) => ({ codec, payloadType }));
  if (agreed === null) return formats;
  const { codec, payloadType, telephoneEvent, comfortNoise } = agreed;
  const taken: (number | null)[] = [payloadType, telephoneEvent, comfortNoise];
  return formats.flatMap((format) => {
    if (format.codec === codec) return [{ codec, payloadType }];
    return taken.includes(format.payloadType) ? [] : [format];
  });
}

/** As agreed, else by its static number unless that means something else. */
function comfortNoiseFor(
  can: Capabilities,
  formats: readonly AudioFormat[],
  before: Standing | null,
): number | null {
  if (!can.comfortNoise) return null;
  const { comfortNoise = null, telephoneEvent = null } = before?.agreed ?? {};
  if (comfortNoise !== null) return comfortNoise;
  const taken = [telephoneEvent, ...formats.map(({ payloadType }) => payloadType)];
  return taken.includes(COMFORT_NOISE_TYPE) ? null : COMFORT_NOISE_TYPE;
}

/** The one that was agreed, else a number that means nothing else to either side. */
function telephoneEventFor(
  formats: readonly AudioFormat[],
  before: Standing | null,
): number | null {
  const agreed = before?.agreed.telephoneEvent ?? null;
  if (agreed !== null) return agreed;
  const taken = before?.media[before.index]?.formats.map(Number) ?? [];
  taken.push(before?.agreed.comfortNoise ?? COMFORT_NOISE_TYPE);
  taken.push(...formats.map(({ payloadType }) => payloadType));
  return TELEPHONE_EVENT_TYPES.find((type) => !taken.includes(type)) ?? null;
}
