/**
 * Makes a small listening copy of a recording. The only file that knows ffmpeg: fluent-ffmpeg is no
 * longer maintained and the packaged binary is of 2018, so both get WAV files of our own recorder
 * only, never anything from outside.
 */
import { spawnSync } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import ffmpeg from 'fluent-ffmpeg';

export type ListeningFormat = 'mp3' | 'opus';

interface Encoding {
  codec: string;
  container: string;
  /** For speech of two parties at 8 kHz; an hour is about 10 MB. */
  bitrateKbps: number;
}

const ENCODINGS: Record<ListeningFormat, Encoding> = {
  mp3: { codec: 'libmp3lame', container: 'mp3', bitrateKbps: 32 },
  opus: { codec: 'libopus', container: 'ogg', bitrateKbps: 24 },
};

export interface Transcoding {
  /** A WAV file that our recorder wrote. */
  input: string;
  /** Appears when it is whole; an older file of that name is replaced. */
  output: string;
  format: ListeningFormat;
}

/** Encodes the whole file, both channels kept apart. Rejects with ffmpeg's reason. */
export async function transcode({ input, output, format }: Transcoding): Promise<void> {
  const encoding = ENCODINGS[format];
  const unfinished = `${output}.${process.pid}.part`;
  try {
    await encode(input, unfinished, encoding);
    await rename(unfinished, output);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function encode(input: string, output: string, encoding: Encoding): Promise<void> {
  return new Promise((resolve, reject) => {
    ffmpeg(input)
      .setFfmpegPath(binary())
      .inputFormat('wav')
      .audioCodec(encoding.codec)
      .audioBitrate(encoding.bitrateKbps)
      .format(encoding.container)
      .on('end', () => resolve())
      .on('error', (error: Error) => reject(error))
      .save(output);
  });
}

let found: string | null = null;

/** The system's ffmpeg, which gets security fixes; else the one that npm installed. */
function binary(): string {
  if (found !== null) return found;
  const system = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
  found = system ? 'ffmpeg' : packaged();
  return found;
}

/** Loaded only when needed: the package throws on platforms it has no binary for. */
function packaged(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('@ffmpeg-installer/ffmpeg') as { path: string }).path;
}
