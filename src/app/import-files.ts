/** Files of imports in the data folder: taking one, and throwing away what nobody waits for. */
import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../domain/errors';

/** Writes what comes. Rejects with `CodedError`: `TOO_LARGE`, and `INVALID_REQUEST` when nothing comes. */
export async function keepFile(
  file: Readable,
  path: string,
  limitBytes: number,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  // Made before anything can fail: whoever takes it away after a failure finds it.
  const kept = await open(path, 'w', 0o600);
  await pipeline(
    file,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > limitBytes) throw new CodedError('TOO_LARGE');
        hash.update(chunk);
        yield chunk;
      }
    },
    kept.createWriteStream(),
  );
  if (bytes === 0) throw new CodedError('INVALID_REQUEST', [{ at: 'body', problem: 'is missing' }]);
  return { sha256: hash.digest('hex'), bytes };
}

/**
 * Throws away, once, what an app before this one has left: files of people that no import waits for (`waiting`: their ids), as
 * it fell while it took one. What comes meanwhile is younger.
 */
export function sweepFiles(folder: string): (waiting: readonly string[]) => Promise<void> {
  // A file's own time is a little behind the clock.
  const since = Date.now() - 1000;
  let isDone = false;
  return async (waiting) => {
    if (isDone) return;
    isDone = true;
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: since }));
      if (mtimeMs < since && !waiting.includes(name)) await rm(path, { force: true });
    }
  };
}
