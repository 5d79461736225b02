/** What the files of a log are called: `app.log` is written, `app-20261129T074000123Z.log.gz` was put aside then. */
import type { Instant } from '../../domain/time';

const ARCHIVE = /^([a-z]+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(?:-\d+)?\.log(\.gz)?$/;

export const archiveName = (log: string, at: Instant): string =>
  `${log}-${new Date(at).toISOString().replace(/[-:.]/g, '')}.log`;

/** Null for a file that is none that was put aside. */
export function archiveOf(file: string): { log: string; at: Instant; isPacked: boolean } | null {
  const match = ARCHIVE.exec(file);
  if (match === null) return null;
  const [, log = '', year, month, day, hour, minute, second, ms, gz] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(at) ? null : { log, at, isPacked: gz !== undefined };
}
