import {
  blank,
  formatOfHeader,
  LONGEST_TICKS,
  rateOf,
  RECORDING_HEADER_LENGTH,
  recordingHeader,
  tickBytes,
  type RecordingFormat,
} from '../../../../sip/media/recording-format';
import { readWav } from '../../../support/tone';

const ALAW = [0xd5, 0xaa, 0xd5, 0x2a];
const LINEAR = [1, 0, 0xff, 0xff, 0, 0x80, 2, 0];

test.each<[string, RecordingFormat, number[], object, number[][]]>([
  [
    'stereo A-law',
    { channels: 2, wideband: false },
    ALAW,
    { format: 'PCMA', sampleRate: 8000, duration: 2 / 8000 },
    [
      [8, 8],
      [32_256, -32_256],
    ],
  ],
  [
    'one channel of A-law',
    { channels: 1, wideband: false },
    ALAW,
    { format: 'PCMA', sampleRate: 8000, duration: 4 / 8000 },
    [[8, 32_256, 8, -32_256]],
  ],
  [
    'stereo at 16 kHz',
    { channels: 2, wideband: true },
    LINEAR,
    { format: 'linear', sampleRate: 16_000, duration: 2 / 16_000 },
    [
      [1, -32_768],
      [-1, 2],
    ],
  ],
  [
    'one channel at 16 kHz',
    { channels: 1, wideband: true },
    LINEAR,
    { format: 'linear', sampleRate: 16_000, duration: 4 / 16_000 },
    [[1, -1, -32_768, 2]],
  ],
])('a header of %s is read as what it says', (_what, format, bytes, wav, channels) => {
  const data = Buffer.from(bytes);
  const header = recordingHeader(format, data.length);
  expect(header).toHaveLength(RECORDING_HEADER_LENGTH);
  const read = readWav(Buffer.concat([header, data]));
  expect(read).toMatchObject(wav);
  expect(read.channels.map((channel) => [...channel])).toEqual(channels);
  expect(formatOfHeader(header)).toEqual(format);
  // Bytes a second, as players seek by.
  expect(header.readUInt32LE(28)).toBe(8000 * tickBytes(format));
  expect(rateOf(format)).toBe(read.sampleRate);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one that was cut off', recordingHeader({ channels: 2, wideband: false }, 0).subarray(0, 50)],
  ['zeros', Buffer.alloc(RECORDING_HEADER_LENGTH)],
])('%s is no header of ours', (_what, header) => {
  expect(formatOfHeader(header)).toBeNull();
});

test('the longest recording of the largest format has a header, and less than 2^31 bytes', () => {
  const format = { channels: 2, wideband: true } as const;
  // And a minute, should the end be told late.
  const bytes = tickBytes(format) * (LONGEST_TICKS + 60 * 8000);
  const header = recordingHeader(format, bytes);
  expect(RECORDING_HEADER_LENGTH + bytes).toBeLessThan(2 ** 31);
  expect(header.readInt32LE(54)).toBe(bytes);
});

test.each<[string, RecordingFormat, 0 | 1 | undefined, number[]]>([
  ['the left of A-law', { channels: 2, wideband: false }, 0, [1, 2, 0xd5, 4, 0xd5, 6, 7, 8]],
  ['the right of A-law', { channels: 2, wideband: false }, 1, [1, 2, 3, 0xd5, 5, 0xd5, 7, 8]],
  ['both sides', { channels: 2, wideband: false }, undefined, [1, 2, ...fourOf(0xd5), 7, 8]],
  ['the only one', { channels: 1, wideband: false }, 1, [1, 0xd5, 0xd5, 4, 5, 6, 7, 8]],
  ['one of 16 kHz', { channels: 1, wideband: true }, 0, [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 13]],
  [
    'the right of 16 kHz',
    { channels: 2, wideband: true },
    1,
    [...upTo(10), 0, 0, 13, 14, 0, 0, 17, 18, 0, 0, 21, 22, 0, 0, 25],
  ],
])('of two ticks after the first, %s is silence', (_what, format, channel, expected) => {
  const data = Buffer.from(upTo(expected.length));
  blank(data, format, { from: 1, to: 3 }, channel);
  expect([...data]).toEqual(expected);
});

/** 1 2 3 … */
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

function fourOf(byte: number): number[] {
  return [byte, byte, byte, byte];
}
