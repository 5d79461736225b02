/** The passphrase of secrets in a backup: from the environment, else typed, unseen. Never an argument: those are in `ps`. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export const PASSPHRASE = 'OPENLINE_BACKUP_PASSPHRASE';
export const SHORTEST = 12;

/** Null: there is none, and no terminal to ask at. */
export async function passphraseOf(
  env: NodeJS.ProcessEnv,
  question: string,
): Promise<string | null> {
  const given = env[PASSPHRASE];
  if (given) return given;
  if (!process.stdin.isTTY) return null;
  process.stderr.write(question);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
