/**
 * The folder in which backups stand side by side. Decides their names, which one is the newest whole one, and what of a
 * broken one is used again.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../domain/time';
import { MANIFEST } from './manifest';

const WHOLE = /^openline-\d{8}T\d{6}Z$/;
const BROKEN = /^openline-\d{8}T\d{6}Z\.partial$/;
/** In a backup, for its recordings: they outlive a try that was broken off. */
export const RECORDINGS = 'recordings';

export const nameOf = (at: Instant): string =>
  `openline-${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`;

/** The newest whole backup; null: there is none. */
export async function newestOf(shelf: string): Promise<string | null> {
  const names = (await readdir(shelf)).filter((name) => WHOLE.test(name)).sort();
  const newest = names.filter((name) => existsSync(join(shelf, name, MANIFEST))).at(-1);
  return newest === undefined ? null : join(shelf, newest);
}

/**
 * Where a backup is made until it is whole. Recordings of a try that was broken off are kept in it, all else of it is
 * thrown away.
 */
export async function beginIn(shelf: string, name: string): Promise<string> {
  const draft = join(shelf, `${name}.partial`);
  const broken = (await readdir(shelf)).filter((one) => BROKEN.test(one)).sort();
  const latest = broken.pop();
  for (const older of broken) await rm(join(shelf, older), { recursive: true, force: true });
  if (latest !== undefined && join(shelf, latest) !== draft)
    await rename(join(shelf, latest), draft);
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(draft))
    if (entry !== RECORDINGS) await rm(join(draft, entry), { recursive: true, force: true });
  return draft;
}
