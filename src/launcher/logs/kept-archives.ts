/** Decides which log files that were put aside may go. Pure. */
import type { LogLimits } from '../../config';
import type { Instant } from '../../domain/time';

const DAY_MS = 86_400_000;

/** A file of the folder; `log` is whose it is. */
export interface Archive {
  file: string;
  log: string;
  /** When it was put aside. */
  at: Instant;
  bytes: number;
}

/**
 * Those beyond the number of files of one log, older than the days, or, the oldest first, beyond the bytes of all;
 * `open` are the bytes of the files that are being written, which count but never go.
 */
export function archivesToDelete(
  archives: readonly Archive[],
  limits: Omit<LogLimits, 'fileBytes'>,
  { now, open }: { now: Instant; open: number },
): string[] {
  const newestFirst = [...archives].sort((a, b) => b.at - a.at);
  const seen = new Map<string, number>();
  let bytes = open;
  let isOver = false;
  return newestFirst
    .filter(({ log, at, bytes: own }) => {
      const before = seen.get(log) ?? 0;
      seen.set(log, before + 1);
      bytes += own;
      // From here on all are older: a small one behind a large one would leave a hole in what is kept.
      isOver ||= bytes > limits.keepBytes;
      return before >= limits.keepFiles || now - at > limits.keepDays * DAY_MS || isOver;
    })
    .map(({ file }) => file);
}
