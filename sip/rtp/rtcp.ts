/**
 * RTCP read and written (RFC 3550 §6): sender and receiver reports, CNAME, BYE. Packets of other types
 * are skipped. Knows no sockets and no clock: NTP time, random values and addresses are the caller's.
 *
 *     compound = SR or RR, then SDES, BYE, …      each: V P count | type | words - 1 | SSRC …
 */

/** One report block (§6.4.1): how the reporter receives the sender `ssrc`. */
export interface ReportBlock {
  ssrc: number;
  /** Lost since the report before, in 1/256. */
  fractionLost: number;
  /** Over the life of the sender; negative when duplicates outnumber losses. */
  lost: number;
  /** Cycles in the upper 16 bits. */
  highestSequence: number;
  /** In units of the RTP timestamp. */
  jitter: number;
  /** The middle 32 bits of the NTP time in the last SR of that sender, 0 when there was none. */
  lastSr: number;
  /** Since that SR arrived, in 1/65536 s. */
  delaySinceLastSr: number;
}

/** NTP time: seconds since 1900 and 1/2^32 s. */
export interface NtpTime {
  seconds: number;
  fraction: number;
}

export interface SenderInfo {
  ntp: NtpTime;
  rtpTimestamp: number;
  packets: number;
  /** Of payload. */
  octets: number;
}

/** All numbers unsigned, but for `lost`. */
export type RtcpPacket =
  | { kind: 'sr'; ssrc: number; sender: SenderInfo; reports: ReportBlock[] }
  | { kind: 'rr'; ssrc: number; reports: ReportBlock[] }
  | { kind: 'sdes'; chunks: { ssrc: number; cname: string }[] }
  | { kind: 'bye'; ssrcs: number[]; reason: string };

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
const HEADER_BYTES = 8;
const SENDER_BYTES = 20;
const REPORT_BYTES = 24;
const CNAME = 1;
/** Most packets that are read of one datagram: nobody has that much to say of one call. */
const MAX_PACKETS = 16;
/** §6.2; the sum of both sides' bandwidth never asks for more on a call of two. */
const INTERVAL_MS = 5000;
const NTP_EPOCH_SECONDS = 2_208_988_800;
/** A round trip beyond a minute is a wrong clock or a lie. */
const MAX_ROUND_TRIP = 60 * 65_536;

/** Told from RTP by the second byte (RFC 5761 §4): RTP has no payload types 64-95 with a marker. */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** The packets of one datagram; null when it is no compound packet (RFC 3550 A.2). Never throws. */
export function readCompound(bytes: Buffer): RtcpPacket[] | null {
  if (bytes.length < HEADER_BYTES) return null;
  const first = bytes.readUInt8(1);
  if (first !== SR && first !== RR) return null;
  const packets: RtcpPacket[] = [];
  let at = 0;
  for (let count = 0; at < bytes.length; count++) {
    const end = packetEnd(bytes, at);
    if (end < 0) return null;
    if (count < MAX_PACKETS) {
      const packet = readPacket(bytes.subarray(at, end));
      if (packet !== null) packets.push(packet);
    }
    at = end;
  }
  return packets;
}

/** Writes a compound packet. `reports`, chunks and sources at most 31 each, texts at most 255 bytes. */
export function writeCompound(packets: readonly RtcpPacket[]): Buffer {
  return Buffer.concat(packets.map(writePacket));
}

/** Milliseconds to the next report: 5 s in the mean, 2.5 to 7.5, the first time half (§6.2, §6.3.1). */
export function reportInterval(random: number, first: boolean): number {
  // No division by e - 3/2: two members need no reconsideration, whose bias that takes out.
  return INTERVAL_MS * (0.5 + random) * (first ? 0.5 : 1);
}

/** The NTP time of milliseconds since 1970. */
export function ntpTime(epochMs: number): NtpTime {
  const seconds = Math.floor(epochMs / 1000);
  const fraction = Math.floor(((epochMs - seconds * 1000) / 1000) * 2 ** 32);
  return { seconds: (seconds + NTP_EPOCH_SECONDS) >>> 0, fraction };
}

/** The middle 32 bits, by which reports name it: 1/65536 s, wrapping after 18 hours. */
export function ntpMiddle({ seconds, fraction }: NtpTime): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/** Milliseconds there and back by a report that arrived `now`; null when it tells nothing (§6.4.1). */
export function roundTripMs(report: ReportBlock, now: NtpTime): number | null {
  if (report.lastSr === 0) return null;
  const units = (ntpMiddle(now) - report.lastSr - report.delaySinceLastSr) | 0;
  return units < 0 || units > MAX_ROUND_TRIP ? null : (units * 1000) / 65_536;
}

/** Where the packet that starts at `at` ends; -1 when its header lies. */
function packetEnd(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length || bytes.readUInt8(at) >> 6 !== 2) return -1;
  const end = at + (bytes.readUInt16BE(at + 2) + 1) * 4;
  return end <= bytes.length ? end : -1;
}

/** Null for a type that is not ours, and for one whose count promises more than there is. */
function readPacket(padded: Buffer): RtcpPacket | null {
  const bytes = withoutPadding(padded);
  const count = padded.readUInt8(0) & 0x1f;
  switch (padded.readUInt8(1)) {
    case SR:
      return readReport(bytes, count, HEADER_BYTES + SENDER_BYTES);
    case RR:
      return readReport(bytes, count, HEADER_BYTES);
    case SDES:
      return readSdes(bytes, count);
    case BYE:
      return readBye(bytes, count);
    default:
      return null;
  }
}

function withoutPadding(packet: Buffer): Buffer {
  if ((packet.readUInt8(0) & 0x20) === 0) return packet;
  const padding = packet.readUInt8(packet.length - 1);
  return packet.subarray(0, Math.max(packet.length - padding, 4));
}

function readReport(bytes: Buffer, count: number, start: number): RtcpPacket | null {
  if (bytes.length < start + count * REPORT_BYTES) return null;
  const ssrc = bytes.readUInt32BE(4);
  const reports = Array.from({ length: count }, (_, i) =>
    readBlock(bytes, start + i * REPORT_BYTES),
  );
  if (start === HEADER_BYTES) return { kind: 'rr', ssrc, reports };
  const sender = {
    ntp: { seconds: bytes.readUInt32BE(8), fraction: bytes.readUInt32BE(12) },
    rtpTimestamp: bytes.readUInt32BE(16),
    packets: bytes.readUInt32BE(20),
    octets: bytes.readUInt32BE(24),
  };
  return { kind: 'sr', ssrc, sender, reports };
}

function readBlock(bytes: Buffer, at: number): ReportBlock {
  return {
    ssrc: bytes.readUInt32BE(at),
    fractionLost: bytes.readUInt8(at + 4),
    lost: bytes.readIntBE(at + 5, 3),
    highestSequence: bytes.readUInt32BE(at + 8),
    jitter: bytes.readUInt32BE(at + 12),
    lastSr: bytes.readUInt32BE(at + 16),
    delaySinceLastSr: bytes.readUInt32BE(at + 20),
  };
}

/** Chunks without a CNAME are left out; an item that is cut short ends the reading. */
function readSdes(bytes: Buffer, count: number): RtcpPacket {
  const chunks: { ssrc: number; cname: string }[] = [];
  let at = 4;
  for (let i = 0; i < count && at + 4 <= bytes.length; i++) {
    const ssrc = bytes.readUInt32BE(at);
    at += 4;
    while (at + 2 <= bytes.length && bytes.readUInt8(at) !== 0) {
      const end = at + 2 + bytes.readUInt8(at + 1);
      if (end > bytes.length) return { kind: 'sdes', chunks };
      if (bytes.readUInt8(at) === CNAME) chunks.push({ ssrc, cname: text(bytes, at + 2, end) });
      at = end;
    }
    // The list ends with one to four zeros, at a multiple of 32 bits.
    at = (at + 4) & ~3;
  }
  return { kind: 'sdes', chunks };
}

function readBye(bytes: Buffer, count: number): RtcpPacket | null {
  const end = 4 + count * 4;
  if (bytes.length < end) return null;
  const ssrcs = Array.from({ length: count }, (_, i) => bytes.readUInt32BE(4 + i * 4));
  const reasonEnd = bytes.length > end ? end + 1 + bytes.readUInt8(end) : end;
  const reason =
    reasonEnd > end && reasonEnd <= bytes.length ? text(bytes, end + 1, reasonEnd) : '';
  return { kind: 'bye', ssrcs, reason };
}

function text(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}

function writePacket(packet: RtcpPacket): Buffer {
  switch (packet.kind) {
    case 'sr':
      return writeReport(SR, packet.ssrc, packet.reports, packet.sender);
    case 'rr':
      return writeReport(RR, packet.ssrc, packet.reports, null);
    case 'sdes':
      return framed(SDES, packet.chunks.length, Buffer.concat(packet.chunks.map(writeChunk)));
    case 'bye':
      return framed(BYE, packet.ssrcs.length, writeBye(packet.ssrcs, packet.reason));
  }
}

function writeReport(
  type: number,
  ssrc: number,
  reports: readonly ReportBlock[],
  sender: SenderInfo | null,
): Buffer {
  const words = [ssrc];
  if (sender !== null) {
    const { ntp, rtpTimestamp, packets, octets } = sender;
    words.push(ntp.seconds, ntp.fraction, rtpTimestamp, packets, octets);
  }
  for (const report of reports) {
    words.push(
      ...[report.ssrc, (report.fractionLost << 24) | (clamped(report.lost) & 0xff_ffff)],
      ...[report.highestSequence, report.jitter, report.lastSr, report.delaySinceLastSr],
    );
  }
  return framed(type, reports.length, ofWords(words));
}

/** The count of losses stops at its ends, it does not wrap (A.3). */
function clamped(lost: number): number {
  return Math.min(Math.max(lost, -0x80_0000), 0x7f_ffff);
}

function writeChunk({ ssrc, cname }: { ssrc: number; cname: string }): Buffer {
  const name = Buffer.from(cname);
  const item = Buffer.concat([Buffer.from([CNAME, name.length]), name]);
  const zeros = 4 - (item.length % 4);
  return Buffer.concat([ofWords([ssrc]), item, Buffer.alloc(zeros)]);
}

function writeBye(ssrcs: readonly number[], reason: string): Buffer {
  if (reason === '') return ofWords(ssrcs);
  const why = Buffer.from(reason);
  const zeros = (4 - ((why.length + 1) % 4)) % 4;
  return Buffer.concat([ofWords(ssrcs), Buffer.from([why.length]), why, Buffer.alloc(zeros)]);
}

function framed(type: number, count: number, body: Buffer): Buffer {
  const header = Buffer.from([0x80 | count, type, 0, 0]);
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}

function ofWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => bytes.writeUInt32BE(word >>> 0, i * 4));
  return bytes;
}
