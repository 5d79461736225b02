/**
 * Makes a prompt of any sound file: mono, 16 bit, as loud as the built-in ones. Decides which sound can be
 * one; where it goes is the caller's.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ffmpeg, save, type Distrusted } from '../ffmpeg';
import { SOUND_LIMIT_BYTES } from '../http/ports';
import { linearWav } from './linear-wav';
import { levelled, MUSIC, SPEECH } from './loudness';

/** What callers with G.722 hear; for others the edge halves it. */
const RATE = 16_000;

export type Kind = 'prompt' | 'music';

/** Longest, in seconds. */
export const LONGEST: Record<Kind, number> = { prompt: 120, music: 900 };
export const SHORTEST = 0.1;

export type Converted =
  | { is: 'sound'; wav: Buffer; seconds: number }
  | { is: 'unreadable'; why: string }
  | { is: 'silent' }
  | { is: 'too-short' | 'too-long'; seconds: number };

/** The WAV file that a sound file becomes, or why it cannot. `distrusted`: it came over the network. */
export async function convert(
  file: string,
  kind: Kind,
  distrusted?: Distrusted,
): Promise<Converted> {
  const read = await samplesOf(file, LONGEST[kind] + 1, distrusted);
  if (!(read instanceof Int16Array)) return read;
  const seconds = read.length / RATE;
  if (seconds < SHORTEST) return { is: 'too-short', seconds };
  if (seconds > LONGEST[kind]) return { is: 'too-long', seconds };
  // Who serves calls meanwhile gets between the steps.
  await setImmediate();
  const samples = levelled(read, RATE, kind === 'music' ? MUSIC : SPEECH);
  if (samples === null) return { is: 'silent' };
  await setImmediate();
  return { is: 'sound', wav: linearWav(samples, RATE), seconds };
}

/** The same of a WAV, MP3 or Ogg file that came over the network. */
export async function convertUpload(sound: Buffer, kind: Kind): Promise<Converted> {
  if (sound.length > SOUND_LIMIT_BYTES) return { is: 'unreadable', why: 'larger than 24 MB' };
  const format = formatOf(sound);
  if (format === null) return { is: 'unreadable', why: 'no WAV, MP3 or Ogg file' };
  return inScratch(async (scratch) => {
    const file = join(scratch, 'sound');
    await writeFile(file, sound);
    const converted = await convert(file, kind, { format });
    if (converted.is !== 'unreadable') return converted;
    return { ...converted, why: converted.why.replaceAll(`${file}: `, '') };
  });
}

/** RIFF (WAVE), Ogg (RFC 3533 §6), MP3 with an ID3 tag or from its first frame on. */
function formatOf(sound: Buffer): Distrusted['format'] | null {
  const [first = 0, second = 0] = sound;
  const text = sound.toString('latin1', 0, 12);
  if (text.startsWith('RIFF') && text.endsWith('WAVE')) return 'wav';
  if (text.startsWith('OggS')) return 'ogg';
  const isFrame = first === 0xff && (second & 0xe6) === 0xe2;
  return text.startsWith('ID3') || isFrame ? 'mp3' : null;
}

/** At most so many seconds of it. */
async function samplesOf(
  file: string,
  seconds: number,
  distrusted?: Distrusted,
): Promise<Int16Array | { is: 'unreadable'; why: string }> {
  return inScratch(async (scratch) => {
    try {
      const raw = join(scratch, 'samples');
      const command = ffmpeg(file, distrusted)
        .noVideo()
        .audioChannels(1)
        .audioFrequency(RATE)
        .audioCodec('pcm_s16le')
        .duration(seconds)
        .format('s16le');
      await save(command, raw);
      const bytes = await readFile(raw);
      const end = bytes.byteOffset + (bytes.length & ~1);
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, end));
    } catch (error) {
      return { is: 'unreadable', why: reasonOf(error as Error) };
    }
  });
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-prompt-'));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** ffmpeg tells much; its last line is why. */
function reasonOf({ message }: Error): string {
  return message.trim().split('\n').at(-1)?.trim() ?? message;
}
