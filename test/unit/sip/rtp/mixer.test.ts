import { encode, mix } from '../../../../sip/rtp/mixer';
import { decode, type Law } from '../../../support/tone';

const frame = (...samples: number[]): Int16Array => Int16Array.from(samples);

const sums: [string, Int16Array[], number[]][] = [
  ['nobody: silence', [], [0, 0]],
  ['one voice: itself', [frame(7, -7)], [7, -7]],
  ['two voices: their sum', [frame(100, -3), frame(20, -4)], [120, -7]],
  [
    'loud voices clip and do not wrap',
    [frame(30_000, -30_000), frame(9000, -9000)],
    [32_767, -32_768],
  ],
  [
    'what is too loud on the way may be right in the end',
    [frame(30_000, -30_000), frame(30_000, -30_000), frame(-30_000, 30_000)],
    [30_000, -30_000],
  ],
];
test.each(sums)('%s', (_name, frames, expected) => {
  const out = Int16Array.of(1234, 1234);
  mix(out, frames);
  expect([...out]).toEqual(expected);
});

test.each<Law>(['PCMA', 'PCMU'])('%s: a sum is heard as it is, within a step', (law) => {
  const samples = Int16Array.from({ length: 160 }, (_, i) => 20_000 * Math.sin(i / 3));
  const bytes = new Uint8Array(172);
  encode(samples, 160, law, bytes, 12);
  expect([...bytes.subarray(0, 12)]).toEqual(Array(12).fill(0));
  const heard = decode(law, bytes.subarray(12));
  heard.forEach((sample, i) => {
    const wanted = samples[i] as number;
    expect(Math.abs(sample - wanted)).toBeLessThanOrEqual(Math.max(8, Math.abs(wanted) / 16));
  });
});
