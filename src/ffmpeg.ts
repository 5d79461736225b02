/**
 * The only file that knows ffmpeg. fluent-ffmpeg is no longer maintained and the packaged binary is of 2018,
 * so both get files of our own recorder, and what an administrator hands over on the command line; never
 * anything that comes over the network.
 */
import { spawnSync } from 'node:child_process';
import fluent, { type FfmpegCommand } from 'fluent-ffmpeg';

/** A command on that file, with the binary set. */
export function ffmpeg(input: string): FfmpegCommand {
  return fluent(input).setFfmpegPath(binary());
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
