/**
 * Decides where secrets come from: the environment, else a file in `$OPENLINE_DATA/secrets` that is
 * made at first start and readable by its owner only.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shared between our own processes; never shown, never logged. */
export interface Secrets {
  /** Between app and SIP engine (drachtio protocol). */
  drachtio: string;
  /** Between app and edge control. */
  media: string;
  /** Signs session cookies. */
  session: string;
  /** Bearer token of `npx openline` on the same machine. */
  admin: string;
  /** Seals secrets in the database that must be read again. */
  seal: string;
}

/** Loads all secrets of a data folder and makes those that are missing. */
export function loadSecrets(dataDir: string, env: NodeJS.ProcessEnv): Secrets {
  return {
    drachtio: env['DRACHTIO_SECRET'] || loadSecret(dataDir, 'drachtio'),
    media: env['MEDIA_SECRET'] || loadSecret(dataDir, 'media'),
    session: loadSecret(dataDir, 'session'),
    admin: loadSecret(dataDir, 'admin'),
    seal: loadSecret(dataDir, 'seal'),
  };
}

/** One secret of the data folder: 64 hex digits, made when the file is not there yet. */
export function loadSecret(dataDir: string, name: string): string {
  const folder = join(dataDir, 'secrets');
  const path = join(folder, name);
  return read(path) ?? make(folder, path);
}

/** An existing secret, or null; for commands that must not create a data folder by mistake. */
export function readSecret(dataDir: string, name: string): string | null {
  return read(join(dataDir, 'secrets', name));
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside and linked into place, so that two processes starting at once agree on one. */
function make(folder: string, path: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(beside);
  }
  const secret = read(path);
  if (secret === null) throw new Error(`The secret ${path} is empty. Delete it and start again.`);
  return secret;
}
