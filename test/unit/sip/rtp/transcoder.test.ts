import { ALAW_TO_LINEAR, ULAW_TO_LINEAR, encodeAlaw } from '../../../../sip/rtp/g711';
import { G722Output } from '../../../../sip/rtp/g722-stream';
import { writeHeader } from '../../../../sip/rtp/packet';
import { Transcoder } from '../../../../sip/rtp/transcoder';
import { decodeWide, loudness, tonePayload, type Law, type Voice } from '../../../support/tone';
import { largestStep, share, sine } from './sound';

/** Of a sine of amplitude 8000. */
const LEVEL = 8000 / Math.SQRT2;

/** Packet number `sequence` of a tone, after a header of 12 bytes. */
function packetOf(voice: Voice, frequency: number, sequence: number, samples = 160): Buffer {
  const packet = Buffer.alloc(12 + samples);
  const numbers = { sequence, timestamp: sequence * samples, ssrc: 1 };
  writeHeader(packet, 0, { marker: false, payloadType: 0, ...numbers });
  tonePayload(voice, frequency, sequence * samples, samples).copy(packet, 12);
  return packet;
}

/** What a telephone hears of these packets, left out where they were not passed on; and at which rate. */
function heard(from: Voice, to: Voice, packets: Buffer[]): { samples: Int16Array; rate: number } {
  const transcoder = new Transcoder(to, to === 'G722' ? new G722Output() : null);
  const passed = packets.filter((packet) => transcoder.process(packet, 12, packet.length, from));
  const bytes = Buffer.concat(passed.map((packet) => packet.subarray(12)));
  if (to === 'G722') return { samples: decodeWide(bytes), rate: 16_000 };
  const table = to === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
  return { samples: Int16Array.from(bytes, (byte) => table[byte] as number), rate: 8000 };
}

const ways = (['PCMA', 'PCMU'] as Law[]).flatMap((law) => [
  [law, 'G722'] as [Voice, Voice],
  ['G722', law] as [Voice, Voice],
]);
const cases = ways.flatMap(([from, to]) =>
  [10, 20, 30, 40, 60].map(
    (ptime, i): [Voice, Voice, number, number] =>
      [...[from, to], ...[ptime, [300, 600, 1000, 2000, 3000][i] as number]] as [
        Voice,
        Voice,
        number,
        number,
      ],
  ),
);
test.each(cases)('%s to %s, packets of %i ms: %i Hz keeps its level', (from, to, ptime, tone) => {
  const packets = Array.from({ length: 1200 / ptime }, (_, i) =>
    packetOf(from, tone, i, ptime * 8),
  );
  const { samples, rate } = heard(from, to, packets);
  const settled = samples.subarray(rate / 5, rate / 5 + rate);
  expect(settled).toHaveLength(rate);
  expect(share(settled, tone, rate)).toBeGreaterThan(0.995);
  expect(Math.abs(20 * Math.log10(loudness(settled) / LEVEL))).toBeLessThan(0.3);
});

test.each(ways)(
  '%s to %s: what was overtaken and copies do not spoil what comes after',
  (from, to) => {
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    // 31 before 30, and 40 twice: one packet is missing in what is heard, as if it had been lost.
    numbers.splice(30, 2, 31, 30);
    numbers.splice(41, 0, 40);
    const packets = numbers.map((number) => packetOf(from, 600, number));
    const { samples, rate } = heard(from, to, packets);
    expect(samples).toHaveLength((59 * rate) / 50);
    for (let second = 0; second < 5; second++) {
      // Behind the places where something was left out.
      const at = (second < 3 ? 0.1 : 0.72) * rate + (second % 3) * (rate / 10);
      expect(share(samples.subarray(at, at + rate / 10), 600, rate)).toBeGreaterThan(0.99);
    }
  },
);

test.each(ways)('%s to %s: another sender is heard as he is within 100 ms', (from, to) => {
  const packets = Array.from({ length: 40 }, (_, i) => packetOf(from, 600, i));
  packets.push(
    ...Array.from({ length: 20 }, (_, i) => {
      const packet = packetOf(from, 1000, i);
      packet.writeUInt32BE(2, 8);
      return packet;
    }),
  );
  const { samples, rate } = heard(from, to, packets);
  expect(samples).toHaveLength((60 * rate) / 50);
  const after = samples.subarray(0.9 * rate, 1.1 * rate);
  expect(share(after, 1000, rate)).toBeGreaterThan(0.99);
});

test('the first words of another G.722 sender are as loud as he says them', () => {
  const packets = Array.from({ length: 20 }, (_, i) => packetOf('G722', 600, i));
  const [begins, quiet] = [new G722Output(), sine(600, 300, 16_000, 320)];
  for (let i = 0; i < 5; i++) {
    const packet = packetOf('G722', 600, i);
    packet.writeUInt32BE(2, 8);
    begins.encodeWide(quiet, 320, packet, 12);
    packets.push(packet);
  }
  const { samples } = heard('G722', 'PCMA', packets);
  expect(Math.max(...samples.subarray(20 * 160, 25 * 160))).toBeLessThan(400);
});

test('an encoder that others’ frames passed by goes on without a click', () => {
  const loud = Array.from({ length: 50 }, (_, i) => tonePayload('G722', 600, i * 160));
  const quiet = Int16Array.from({ length: 320 }, (_, i) => 300 * Math.sin(i / 8));
  const stream = (output: G722Output): Int16Array => {
    const bytes = [...loud];
    for (let i = 0; i < 10; i++) {
      const frame = Buffer.alloc(160);
      output.encodeWide(quiet, 320, frame, 0);
      bytes.push(frame);
    }
    return decodeWide(Buffer.concat(bytes)).subarray(320 * 50 + 24, 320 * 60);
  };
  const following = new G722Output();
  for (const frame of loud) following.pass(frame, 0, 160);
  // What is said next is quiet: an encoder that does not know what the far side heard makes it loud.
  expect(largestStep(stream(new G722Output()))).toBeGreaterThan(500);
  expect(largestStep(stream(following))).toBeLessThan(150);
});

test('no packet is too long or too short to be told apart from sound', () => {
  const long = Buffer.alloc(12 + 1400, encodeAlaw(0));
  const to = (voice: Voice) => new Transcoder(voice, voice === 'G722' ? new G722Output() : null);
  expect(to('G722').process(long, 12, long.length, 'PCMA')).toBe(false);
  expect(to('PCMA').process(long, 12, long.length, 'G722')).toBe(false);
});
