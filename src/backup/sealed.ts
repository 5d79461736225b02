/**
 * The secrets of a data folder, encrypted with a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM encrypts and
 * tells a wrong passphrase. Without the passphrase nobody reads them, and nothing brings them back.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataFiles, keptOf } from './data-folder';
import { BackupFault, inside } from './manifest';

/** 128 MiB and about a third of a second for each guess. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

interface Sealed {
  kdf: 'scrypt';
  N: number;
  r: number;
  p: number;
  salt: string;
  iv: string;
  tag: string;
  data: string;
}

/** By path relative to the data folder; contents in base64. */
type Files = Record<string, string>;

/** Keys and certificates that were made there. */
export async function seal(dataDir: string, passphrase: string): Promise<string> {
  const plain = Buffer.from(JSON.stringify(await secretFiles(dataDir)));
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const { N, r, p } = COST;
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, COST), iv);
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  const sealed: Sealed = {
    ...{ kdf: 'scrypt', N, r, p },
    ...{ salt: salt.toString('base64'), iv: iv.toString('base64') },
    ...{ tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') },
  };
  return JSON.stringify(sealed);
}

/** Puts them into a data folder. Throws `BackupFault` when the passphrase is another one. */
export function unseal(text: string, passphrase: string, dataDir: string): void {
  const files = JSON.parse(opened(text, passphrase)) as Files;
  for (const [path, content] of Object.entries(files)) {
    const to = inside(dataDir, path);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeFileSync(to, Buffer.from(content, 'base64'), { mode: 0o600 });
  }
}

/** Throws `BackupFault` when the passphrase is another one. */
export function opened(text: string, passphrase: string): string {
  const sealed = JSON.parse(text) as Sealed;
  const [salt, iv, tag, data] = [sealed.salt, sealed.iv, sealed.tag, sealed.data].map((one) =>
    Buffer.from(one, 'base64'),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const { N, r, p } = sealed;
  const key = scryptSync(passphrase, salt, 32, { N, r, p, maxmem: COST.maxmem });
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]).toString();
  } catch {
    throw new BackupFault('WRONG_PASSPHRASE', '');
  }
}

async function secretFiles(dataDir: string): Promise<Files> {
  const files: Files = {};
  for await (const path of dataFiles(dataDir))
    if (keptOf(path)?.how === 'sealed')
      files[path] = readFileSync(join(dataDir, path)).toString('base64');
  return files;
}
