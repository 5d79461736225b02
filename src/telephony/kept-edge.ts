/**
 * The name of the edge at which our legs stand, on disk: after a fall of both, as by a machine that loses its power, the
 * next app knows from it that no call went on, and counts none as hung up by its caller.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { Logger } from 'pino';

export interface KeptEdge {
  /** The edge of the former run; null where none is known. */
  readonly former: string | null;
  /** Our legs stand at this one from now on. A disk that refuses is logged only. */
  keep(edgeId: string | null): void;
}

export function keptEdge(path: string, log: Logger): KeptEdge {
  const former = readEdge(path);
  let kept = former;
  return {
    former,
    keep: (edgeId) => {
      if (edgeId === null || edgeId === kept) return;
      try {
        write(path, edgeId);
        kept = edgeId;
      } catch (err) {
        log.error({ err }, 'the name of the edge could not be written to disk');
      }
    },
  };
}

/** Once in the life of an edge: nothing is lost by waiting for the disk. */
function write(path: string, edgeId: string): void {
  const draft = `${path}.part`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, edgeId);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function readEdge(path: string): string | null {
  try {
    return readFileSync(path, 'utf8') || null;
  } catch {
    return null;
  }
}
