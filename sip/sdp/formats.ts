/**
 * The format list of one audio block: which of its payload types are codecs that we carry, which are key
 * presses, which comfort noise. The far side's numbers are kept (RFC 3264 §6.1).
 */
import { CODECS, type Codec } from './codecs';
import type { MediaBlock } from './description';

/** A format of ours among those the far side lists. */
export interface AudioFormat {
  codec: Codec;
  payloadType: number;
}

/** Static payload type of comfort noise (RFC 3389 §4). */
export const COMFORT_NOISE_TYPE = 13;
export const COMFORT_NOISE = 'CN/8000';
export const TELEPHONE_EVENT = 'telephone-event/8000';

/** In the far side's order. */
export function formatsOf(block: MediaBlock, codecs: readonly Codec[]): AudioFormat[] {
  const mappings = mappingsOf(block);
  return payloadTypesOf(block).flatMap((payloadType) => {
    const name = mappings.get(payloadType);
    const known = CODECS.find((row) =>
      name === undefined ? row.payloadType === payloadType : name === row.mapping.toUpperCase(),
    );
    if (known === undefined || !codecs.includes(known.codec)) return [];
    return [{ codec: known.codec, payloadType }];
  });
}

/** Payload type of key presses (RFC 4733), null when they are not listed. */
export function telephoneEventOf(block: MediaBlock): number | null {
  return typeMappedTo(block, TELEPHONE_EVENT) ?? null;
}

/** Payload type of comfort noise, by its map or by its static number; null when it is not listed. */
export function comfortNoiseOf(block: MediaBlock): number | null {
  const mapped = typeMappedTo(block, COMFORT_NOISE);
  if (mapped !== undefined) return mapped;
  const isStatic =
    block.formats.includes(String(COMFORT_NOISE_TYPE)) &&
    !mappingsOf(block).has(COMFORT_NOISE_TYPE);
  return isStatic ? COMFORT_NOISE_TYPE : null;
}

/** For a log: the payload types with the names that the far side gives them. */
export function listedFormats(block: MediaBlock): string {
  const mappings = mappingsOf(block);
  const named = block.formats.map((format) => {
    const name = mappings.get(Number(format));
    return name === undefined ? format : `${format}=${name}`;
  });
  return named.join(' ');
}

/** Those of the list that are RTP payload types. */
function payloadTypesOf({ formats }: MediaBlock): number[] {
  return formats
    .filter((format) => /^\d{1,3}$/.test(format))
    .map(Number)
    .filter((type) => type <= 127);
}

function typeMappedTo(block: MediaBlock, mapping: string): number | undefined {
  const mappings = mappingsOf(block);
  return payloadTypesOf(block).find((type) => mappings.get(type) === mapping.toUpperCase());
}

/** Payload type to `NAME/CLOCK` in capitals, a trailing `/1` channel dropped; the first map counts. */
function mappingsOf(block: MediaBlock): Map<number, string> {
  const mappings = new Map<number, string>();
  for (const { name, value } of block.attributes) {
    if (name !== 'rtpmap' || value === undefined) continue;
    const [type, mapping] = value.split(/\s+/);
    if (mapping === undefined || mappings.has(Number(type))) continue;
    mappings.set(Number(type), mapping.toUpperCase().replace(/^([^/]+\/\d+)\/1$/, '$1'));
  }
  return mappings;
}
