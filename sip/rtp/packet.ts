/**
 * The RTP header (RFC 3550 §5.1) read and written in place, without an object per packet: 50 of them
 * arrive each second from every leg.
 *
 *      0      1       2..3      4..7       8..11
 *     V P X CC | M PT | sequence | timestamp | SSRC | CSRCs, extension, payload, padding
 */

export const HEADER_LENGTH = 12;

/**
 * Sequence numbers are 16 bit, timestamps and SSRCs 32 bit. The latter are handled as signed integers:
 * they wrap all the same, and V8 keeps those in place where it would box a larger number.
 */
export const SEQUENCE_MASK = 0xffff;

/**
 * Where the payload starts, or -1 when the bytes are no RTP packet (wrong version, cut short, RTCP
 * by its types 192-223 in the second byte, RFC 5761 §4).
 */
export function payloadStart(packet: Buffer): number {
  if (packet.length < HEADER_LENGTH) return -1;
  const first = packet[0] as number;
  if (first >> 6 !== 2 || isRtcpType(packet[1] as number)) return -1;
  const start = HEADER_LENGTH + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return start <= packet.length ? start : -1;
  if (start + 4 > packet.length) return -1;
  const afterExtension = start + 4 + packet.readUInt16BE(start + 2) * 4;
  return afterExtension <= packet.length ? afterExtension : -1;
}

/** Where the payload ends: the last byte of a padded packet counts its padding. -1 when it lies. */
export function payloadEnd(packet: Buffer, start: number): number {
  if (((packet[0] as number) & 0x20) === 0) return packet.length;
  const padding = packet[packet.length - 1] as number;
  return padding > 0 && start + padding <= packet.length ? packet.length - padding : -1;
}

export function payloadTypeOf(packet: Buffer): number {
  return (packet[1] as number) & 0x7f;
}

export function markerOf(packet: Buffer): boolean {
  return (packet[1] as number) >= 0x80;
}

export function sequenceOf(packet: Buffer): number {
  return ((packet[2] as number) << 8) | (packet[3] as number);
}

export function timestampOf(packet: Buffer): number {
  return int32At(packet, 4);
}

export function ssrcOf(packet: Buffer): number {
  return int32At(packet, 8);
}

/**
 * What a header says; the rest of it is fixed: version 2, no padding, extension or CSRC. Timestamp and
 * SSRC may be given signed or unsigned.
 */
export interface Header {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
}

/** Writes a plain header of 12 bytes at `at`. */
export function writeHeader(bytes: Buffer, at: number, header: Header): void {
  bytes[at] = 0x80;
  bytes[at + 1] = (header.marker ? 0x80 : 0) | header.payloadType;
  bytes[at + 2] = header.sequence >> 8;
  bytes[at + 3] = header.sequence;
  putInt32(bytes, at + 4, header.timestamp);
  putInt32(bytes, at + 8, header.ssrc);
}

/** How far sequence number `b` is ahead of `a`, -32768..32767. */
export function sequenceDistance(a: number, b: number): number {
  return ((b - a) << 16) >> 16;
}

/** How far timestamp `b` is ahead of `a`, -2^31..2^31-1. */
export function timestampDistance(a: number, b: number): number {
  return (b - a) | 0;
}

function int32At(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function putInt32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}

function isRtcpType(second: number): boolean {
  return second >= 192 && second <= 223;
}
