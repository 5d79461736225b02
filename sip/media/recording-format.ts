/**
 * The two shapes of a recording's file: A-law at 8 kHz, which is what most packets hold already, and 16 bit
 * linear at 16 kHz where a side is G.722. Positions are ticks of 8 kHz in both. Knows bytes, no files.
 */
import { ALAW_SILENCE } from '../rtp/g711';

export interface RecordingFormat {
  /** 2: left and right interleaved; 1: one side alone. */
  channels: 1 | 2;
  /** 16 bit linear at 16 kHz. */
  wideband: boolean;
}

/** WAVEFORMATEX tags. */
const LINEAR = 1;
const ALAW = 6;

const TICKS_PER_SECOND = 8000;

/**
 * A recording ends by itself after 8 h, before its positions (32 bit) or the sizes in its header could overflow:
 * no file reaches 2^31 bytes, the most that many programs read.
 */
export const LONGEST_TICKS = 8 * 3600 * TICKS_PER_SECOND;
export const LONGEST_MS = (1000 * LONGEST_TICKS) / TICKS_PER_SECOND;

/** RIFF + fmt (18 bytes, as G.711 needs; linear may have them) + fact + data header. */
export const RECORDING_HEADER_LENGTH = 58;

/** Samples of one channel in a tick. */
export function samplesPerTick({ wideband }: RecordingFormat): 1 | 2 {
  return wideband ? 2 : 1;
}

/** Samples a second of one channel. */
export function rateOf(format: RecordingFormat): number {
  return TICKS_PER_SECOND * samplesPerTick(format);
}

/** Bytes of a tick, all channels. */
export function tickBytes({ channels, wideband }: RecordingFormat): number {
  return channels * (wideband ? 4 : 1);
}

/** Each byte of silence. */
export function silenceOf({ wideband }: RecordingFormat): number {
  return wideband ? 0 : ALAW_SILENCE;
}

/** Makes silence of ticks `from` to `to` of interleaved samples, of one channel or of all. */
export function blank(
  data: Buffer,
  format: RecordingFormat,
  { from, to }: { from: number; to: number },
  channel?: 0 | 1,
): void {
  const silence = silenceOf(format);
  const [start, end] = [from * tickBytes(format), to * tickBytes(format)];
  if (channel === undefined || format.channels === 1) {
    data.fill(silence, start, end);
    return;
  }
  const width = format.wideband ? 2 : 1;
  // Byte by byte: `fill` for each sample took more than all else of a held talk.
  for (let byte = channel * width; byte < (channel + 1) * width; byte++) {
    for (let at = start + byte; at < end; at += 2 * width) data[at] = silence;
  }
}

/** Header of a recording that holds `dataBytes` of interleaved samples by now. */
export function recordingHeader(format: RecordingFormat, dataBytes: number): Buffer {
  const header = Buffer.alloc(RECORDING_HEADER_LENGTH);
  const { channels, wideband } = format;
  const frameBytes = tickBytes(format) / samplesPerTick(format);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(RECORDING_HEADER_LENGTH - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(wideband ? LINEAR : ALAW, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rateOf(format), 24);
  header.writeUInt32LE(rateOf(format) * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(wideband ? 16 : 8, 34);
  header.writeUInt16LE(0, 36);
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(dataBytes / frameBytes, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(dataBytes, 54);
  return header;
}

/** The format of a header that was written by this file; null for anything else. */
export function formatOfHeader(header: Buffer): RecordingFormat | null {
  if (header.length < RECORDING_HEADER_LENGTH) return null;
  const channels = header.readUInt16LE(22);
  if (channels !== 1 && channels !== 2) return null;
  const format = { channels, wideband: header.readUInt16LE(20) === LINEAR } as const;
  const mended = recordingHeader(format, header.readUInt32LE(54));
  return mended.equals(header.subarray(0, RECORDING_HEADER_LENGTH)) ? format : null;
}
