/**
 * Makes a prompt of any sound file: mono, 16 bit, as loud as the built-in ones. Decides which sound can be
 * one; where it goes is the caller's.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ffmpeg, save } from '../../ffmpeg';
import { linearWav } from './linear-wav';
import { levelled, MUSIC, SPEECH } from './loudness';

/** What callers with G.722 hear; for others the edge halves it. */
const RATE = 16_000;

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
  const samples = levelled(read, RATE, kind === 'music' ? MUSIC : SPEECH);
  return samples === null
    ? { is: 'silent' }
    : { is: 'sound', wav: linearWav(samples, RATE), seconds };
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
