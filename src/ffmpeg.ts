/**
 * The only file that knows ffmpeg. fluent-ffmpeg is no longer maintained and the packaged binary is of 2018,
 * so both get files of our own recorder, and what an administrator hands over. What of that comes over the network
 * is read as one of a few formats and by a few decoders alone, and not for long (`Distrusted`).
 */
import { spawnSync } from 'node:child_process';
import fluent, { type FfmpegCommand } from 'fluent-ffmpeg';

/** How a file is read that came over the network: no format is guessed, so that none of it leads to other files. */
export interface Distrusted {
  format: 'wav' | 'mp3' | 'ogg';
}

/** All that is in WAV, MP3 and Ogg files that people make. */
const DECODERS = [
  ...['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le'],
  ...['pcm_alaw', 'pcm_mulaw', 'mp3', 'mp3float', 'vorbis', 'opus', 'flac', 'libopus', 'libvorbis'],
].join(',');
/** Then it is given up. */
const SECONDS = 60;
/** Calls come first. */
const NICENESS = 10;

/** A command on that file, with the binary set. */
export function ffmpeg(input: string, distrusted?: Distrusted): FfmpegCommand {
  if (distrusted === undefined) return fluent(input).setFfmpegPath(binary());
  return fluent(input, { timeout: SECONDS, niceness: NICENESS })
    .inputFormat(distrusted.format)
    .inputOptions(['-codec_whitelist', DECODERS])
    .setFfmpegPath(binary());
}

/** Writes the output file; rejects with ffmpeg's reason. */
export function save(command: FfmpegCommand, output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    command
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
