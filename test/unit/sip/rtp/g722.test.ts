import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { G722Decoder, G722Encoder } from '../../../../sip/rtp/g722';
import { seeded } from '../../../simulation/random';
import { needs } from '../../../support/needs';
import { share, signalToNoise, sine } from './sound';

const RATE = 16_000;

/** Whole numbers only, so that every machine makes the same: two triangles, then noise that swells. */
function mixture(samples: number): Int16Array {
  const random = seeded(722);
  const triangle = (at: number, period: number): number =>
    Math.abs((at % period) - (period >> 1)) - (period >> 2);
  return Int16Array.from({ length: samples }, (_, at) => {
    const swelling = random.below(1 + (at % 4000)) * 2 - (at % 4000);
    return 60 * triangle(at, 130) + 400 * triangle(at, 6) + 2 * swelling;
  });
}

/** The hardest there is: full scale at random, where everything saturates. */
function noise(samples: number): Int16Array {
  const random = seeded(3);
  return Int16Array.from({ length: samples }, () => random.below(65_536) - 32_768);
}

function encode(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length / 2);
  expect(new G722Encoder().encode(samples, bytes, 0)).toBe(bytes.length);
  return bytes;
}

function decode(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length * 2);
  expect(new G722Decoder().decode(bytes, 0, bytes.length, samples)).toBe(samples.length);
  return samples;
}

const hash = (data: Uint8Array | Int16Array): string =>
  createHash('sha256')
    .update(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);

test('bytes and samples are those that ffmpeg made of the same sound', () => {
  const bytes = encode(mixture(32_000));
  expect(Buffer.from(bytes.subarray(1000, 1024)).toString('hex')).toBe(
    '4f5e1773f8975e9bf85174984efd1dfd3b6b961e3c77d2ba',
  );
  expect(hash(bytes)).toBe('a9b04894882e2032');
  expect(hash(decode(bytes))).toBe('7a119f84f237878e');
});

test.each([300, 1000, 3300, 5000, 6800])('a tone of %i Hz survives', (frequency) => {
  const samples = sine(frequency, 8000, RATE, RATE);
  const heard = decode(encode(samples)).subarray(RATE / 2);
  expect(share(heard, frequency, RATE)).toBeGreaterThan(0.97);
});

test('what is heard is what was said, 22 samples later', () => {
  const said = sine(400, 9000, RATE, RATE);
  const heard = decode(encode(said));
  expect(signalToNoise(said.subarray(2000, 15_000), heard.subarray(2022, 15_022))).toBeGreaterThan(
    25,
  );
});

test('frames of a stream give what one piece gives, at any place of the packet', () => {
  const samples = mixture(3200);
  const whole = encode(samples);
  const encoder = new G722Encoder();
  const packet = new Uint8Array(12 + 160).fill(7);
  const decoder = new G722Decoder();
  const heard = new Int16Array(320);
  const expected = decode(whole);
  for (let at = 0; at < samples.length; at += 320) {
    expect(encoder.encode(samples.subarray(at, at + 320), packet, 12)).toBe(160);
    expect(packet.subarray(12)).toEqual(whole.subarray(at / 2, at / 2 + 160));
    expect(decoder.decode(packet, 12, 172, heard)).toBe(320);
    expect(heard).toEqual(expected.subarray(at, at + 320));
  }
  expect([...packet.subarray(0, 12)]).toEqual(Array(12).fill(7));
});

test('only the first samples of a larger buffer are encoded when told so', () => {
  const samples = mixture(640);
  const bytes = new Uint8Array(320);
  expect(new G722Encoder().encode(samples, bytes, 0, 320)).toBe(160);
  expect(bytes.subarray(160).every((byte) => byte === 0)).toBe(true);
});

test('a decoder fed with any bytes finds back to the stream', () => {
  const random = seeded(9);
  const decoder = new G722Decoder();
  const heard = new Int16Array(RATE);
  const rubbish = Uint8Array.from({ length: 4000 }, () => random.below(256));
  decoder.decode(rubbish, 0, rubbish.length, heard);
  const said = encode(sine(1000, 8000, RATE, RATE));
  decoder.decode(said, 0, said.length, heard);
  expect(share(heard.subarray(RATE / 2), 1000, RATE)).toBeGreaterThan(0.97);
});

needs('ffmpeg')('beside the codec of ffmpeg', () => {
  const format = ['-f', 's16le', '-ar', String(RATE), '-ac', '1'];
  const ffmpeg = (input: Uint8Array | Int16Array, args: string[]): Buffer => {
    const { stdout, stderr, status } = spawnSync('ffmpeg', ['-v', 'error', ...args], {
      input: Buffer.from(input.buffer, input.byteOffset, input.byteLength),
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(String(stderr));
    return stdout;
  };

  test.each([
    ['a mixture', mixture(160_000)],
    ['a loud tone', sine(1000, 16_000, RATE, RATE)],
    ['silence', new Int16Array(RATE)],
  ])('%s: every byte and every sample is the same', (_name, samples) => {
    const bytes = encode(samples);
    const theirs = ffmpeg(samples, [...format, '-i', '-', '-f', 'g722', '-']);
    expect(Buffer.compare(theirs, Buffer.from(bytes))).toBe(0);
    const heard = ffmpeg(bytes, ['-f', 'g722', '-i', '-', '-f', 's16le', '-']);
    expect(Buffer.compare(heard, Buffer.from(decode(bytes).buffer))).toBe(0);
  });

  test('where ffmpeg does not saturate as the recommendation does, the sound is the same', () => {
    const samples = noise(RATE);
    const theirs = ffmpeg(samples, [...format, '-i', '-', '-f', 'g722', '-']);
    const ours = decode(theirs);
    const heard = ffmpeg(theirs, ['-f', 'g722', '-i', '-', '-f', 's16le', '-']);
    const same = new Int16Array(heard.buffer, heard.byteOffset, heard.length / 2);
    expect(signalToNoise(same, ours)).toBeGreaterThan(25);
  });
});
