/**
 * Makes a prompt of any sound file: mono, 16 bit, as loud as the built-in ones. Decides which sound can be
 * one; where it goes is the caller's.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ffmpeg, save } from '../../ffmpeg';

/** What callers with G.722 hear; for others the edge halves it. */
const RATE = 16_000;
const FRAME = RATE / 50;
/** Loudness of speech without its pauses, full scale being 32,768, and the highest peak; as make-prompts. */
const SPEECH = { loudness: 3277, peak: 27_500 };
/** Music is heard under a voice, not over it. */
const MUSIC = { loudness: 1800, peak: 10_360 };
/** Softer stretches of 20 ms are pauses. */
const PAUSE = 300;
/** A file softer than this throughout has no sound in it. */
const SILENCE = 30;

export type Kind = 'prompt' | 'music';

/** Longest, in seconds. */
export const LONGEST: Record<Kind, number> = { prompt: 120, music: 900 };
const SHORTEST = 0.1;

export type Converted =
  | { is: 'sound'; wav: Buffer; seconds: number }
  | { is: 'unreadable'; why: string }
  | { is: 'silent' }
  | { is: 'too-short' | 'too-long'; seconds: number };

/** The WAV file that a sound file becomes, or why it cannot. */
export async function convert(file: string, kind: Kind): Promise<Converted> {
  const read = await samplesOf(file, LONGEST[kind] + 1);
  if (!(read instanceof Int16Array)) return read;
  const seconds = read.length / RATE;
  if (seconds < SHORTEST) return { is: 'too-short', seconds };
  if (seconds > LONGEST[kind]) return { is: 'too-long', seconds };
  const levelled = level(read, kind === 'music' ? MUSIC : SPEECH);
  return levelled === null ? { is: 'silent' } : { is: 'sound', wav: wavOf(levelled), seconds };
}

/** At most so many seconds of it. */
async function samplesOf(
  file: string,
  seconds: number,
): Promise<Int16Array | { is: 'unreadable'; why: string }> {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-prompt-'));
  try {
    const raw = join(scratch, 'samples');
    const command = ffmpeg(file)
      .noVideo()
      .audioChannels(1)
      .audioFrequency(RATE)
      .audioCodec('pcm_s16le')
      .duration(seconds)
      .format('s16le');
    await save(command, raw);
    const bytes = await readFile(raw);
    return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));
  } catch (error) {
    return { is: 'unreadable', why: reasonOf(error as Error) };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** ffmpeg tells much; its last line is why. */
function reasonOf({ message }: Error): string {
  return message.trim().split('\n').at(-1)?.trim() ?? message;
}

/** Null when there is no sound. */
function level(
  samples: Int16Array,
  { loudness, peak: highest }: { loudness: number; peak: number },
): Int16Array | null {
  const frames = Array.from({ length: Math.ceil(samples.length / FRAME) }, (_, n) =>
    samples.subarray(n * FRAME, (n + 1) * FRAME),
  ).map((frame) => ({ energy: energyOf(frame), length: frame.length }));
  const loudest = Math.max(...frames.map(({ energy, length }) => Math.sqrt(energy / length)));
  if (loudest < SILENCE) return null;
  // A very soft recording has its pauses further down.
  const spoken = frames.filter(
    ({ energy, length }) => Math.sqrt(energy / length) >= Math.min(PAUSE, loudest / 4),
  );
  const energy = spoken.reduce((sum, frame) => sum + frame.energy, 0);
  const length = spoken.reduce((sum, frame) => sum + frame.length, 0);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const gain = Math.min(loudness / Math.sqrt(energy / length), highest / peak);
  return samples.map((sample) => Math.round(sample * gain));
}

function energyOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

/** RIFF, format 1 (linear), one channel, 16 bit. */
function wavOf(samples: Int16Array): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, 44 + i * 2));
  return file;
}
