/**
 * Tones as G.711 and how much of one is in what was heard (Goertzel), so that tests check sound by its
 * content: send 1 kHz one way and 600 Hz the other, and measure both at each end and in each channel.
 */
import { Downsampler } from '../../sip/rtp/resample';
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR, encodeAlaw, encodeUlaw } from '../../sip/rtp/g711';
import { G722Decoder, G722Encoder } from '../../sip/rtp/g722';

export type Law = 'PCMA' | 'PCMU';
/** What a TonePhone can speak. */
export type Voice = Law | 'G722';

const SAMPLE_RATE = 8000;
export const WIDE_RATE = 16_000;
/** Well above noise, well below clipping. */
const AMPLITUDE = 8000;

/** A second of each tone, made once: whole hertz begin anew every second. */
const seconds = new Map<string, Buffer>();

/**
 * `samples` ticks, each a byte, of a sine tone of whole hertz; `from` is the number of the first sample, so that
 * frames join.
 */
export function tonePayload(law: Voice, frequency: number, from: number, samples = 160): Buffer {
  const second = secondOf(law, frequency);
  const payload = Buffer.alloc(samples);
  for (let done = 0; done < samples;) {
    done += second.copy(payload, done, (from + done) % SAMPLE_RATE);
  }
  return payload;
}

/** The same of two tones together, as of a key of a telephone. */
export function pairPayload(law: Law, [a, b]: [number, number], from: number): Buffer {
  const sum = Buffer.alloc(160);
  const encode = law === 'PCMA' ? encodeAlaw : encodeUlaw;
  const step = (2 * Math.PI) / SAMPLE_RATE;
  for (let i = 0; i < sum.length; i++) {
    const at = (from + i) * step;
    sum[i] = encode(Math.round((AMPLITUDE / 2) * (Math.sin(a * at) + Math.sin(b * at))));
  }
  return sum;
}

function secondOf(voice: Voice, frequency: number): Buffer {
  const name = `${voice} ${frequency}`;
  const known = seconds.get(name);
  if (known !== undefined) return known;
  const second = voice === 'G722' ? wideSecond(frequency) : narrowSecond(voice, frequency);
  seconds.set(name, second);
  return second;
}

function narrowSecond(law: Law, frequency: number): Buffer {
  const encode = law === 'PCMA' ? encodeAlaw : encodeUlaw;
  return Buffer.from(sine(frequency, SAMPLE_RATE).map(encode));
}

/** The second of two, when the encoder has settled: it may be repeated. */
function wideSecond(frequency: number): Buffer {
  const samples = Int16Array.from(sine(frequency, WIDE_RATE));
  const encoder = new G722Encoder();
  const second = Buffer.alloc(SAMPLE_RATE);
  for (let i = 0; i < 2; i++) encoder.encode(samples, second, 0);
  return second;
}

/** A second of it. */
function sine(frequency: number, rate: number): number[] {
  return Array.from({ length: rate }, (_, i) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * frequency * i) / rate)),
  );
}

/** What a G.722 telephone makes of these bytes: two samples of 16 kHz of each. */
export function decodeWide(payload: Uint8Array): Int16Array {
  const samples = new Int16Array(2 * payload.length);
  new G722Decoder().decode(payload, 0, payload.length, samples);
  return samples;
}

/** G.711 bytes as 16 bit samples. */
export function decode(law: Law, payload: Uint8Array): Int16Array {
  const table = law === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
  return Int16Array.from(payload, (byte) => table[byte] as number);
}

/**
 * The share of the sound's energy that is at `frequency`, 0..1: about 1 for that tone alone, about 0
 * for silence, music, speech or another tone. Give it 100 ms or more.
 */
export function toneShare(samples: Int16Array, frequency: number, rate = SAMPLE_RATE): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let energy = 0;
  let last = 0;
  let before = 0;
  for (const sample of samples) {
    energy += sample * sample;
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
  }
  // Digital silence of A-law is +-8 and has a "tone" of rounding only.
  if (energy < samples.length * 50 * 50) return 0;
  const power = last * last + before * before - coefficient * last * before;
  return (2 * power) / (samples.length * energy);
}

/** Root mean square of the samples: 0 for silence, some thousands for speech. */
export function loudness(samples: Int16Array): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(energy / Math.max(1, samples.length));
}

/** A WAV file's channels as 16 bit samples: linear 16 bit, A-law or µ-law. */
export interface Wav {
  format: 'linear' | Law;
  sampleRate: number;
  channels: Int16Array[];
  /** Seconds. */
  duration: number;
}

/** Reads a WAV file. Throws when it is none, or of another format. */
export function readWav(file: Buffer): Wav {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.readUInt32LE(4) !== file.length - 8) {
    throw new Error('not a whole RIFF file');
  }
  const format = chunkOf(file, 'fmt ');
  const data = chunkOf(file, 'data');
  const kinds: Record<number, Wav['format']> = { 1: 'linear', 6: 'PCMA', 7: 'PCMU' };
  const kind = kinds[format.readUInt16LE(0)];
  if (kind === undefined) throw new Error(`WAV format ${format.readUInt16LE(0)}`);
  const count = format.readUInt16LE(2);
  const all =
    kind === 'linear'
      ? Int16Array.from({ length: data.length >> 1 }, (_, i) => data.readInt16LE(i * 2))
      : decode(kind, data);
  const channels = Array.from({ length: count }, (_, channel) =>
    all.filter((_sample, i) => i % count === channel),
  );
  const sampleRate = format.readUInt32LE(4);
  return { format: kind, sampleRate, channels, duration: all.length / count / sampleRate };
}

function chunkOf(file: Buffer, name: string): Buffer {
  for (let at = 12; at + 8 <= file.length;) {
    const length = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === name) return file.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length % 2);
  }
  throw new Error(`no ${name} chunk`);
}

/** 16 kHz as it is heard at 8 kHz. */
export function halved(wide: Int16Array): Int16Array {
  const narrow = new Int16Array(wide.length >> 1);
  new Downsampler().process(wide, narrow);
  return narrow;
}
