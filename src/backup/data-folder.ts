/**
 * What becomes of each file of the data folder in a backup. A file that is not named here is in none, and a test of the
 * running product fails: whoever adds one decides it here.
 */
import { opendir } from 'node:fs/promises';

/**
 * `saved`: comes along; `behind`: comes along where the database had not got all of it; `sealed`: comes along encrypted,
 * when secrets are asked for; `anew`: is made again, and `why` that loses nothing.
 */
export type Kept =
  { at: RegExp; how: 'saved' | 'behind' | 'sealed' } | { at: RegExp; how: 'anew'; why: string };

/** The first that fits counts. */
const DATA_FOLDER: readonly Kept[] = [
  // On the way to its own name: whoever was writing it begins again.
  { at: /\.(part|new|tmp)$/, how: 'anew', why: 'is no file yet' },
  { at: /^prompts\//, how: 'saved' },
  // Files of customers whose import has not ended: it goes on where they are.
  { at: /^imports\//, how: 'saved' },
  // Of which edge the calls were that stand open: with another they have ended.
  { at: /^edge-id$/, how: 'saved' },
  // Callers whom the edge answered alone and promised a call, and whom no app has taken over from it yet.
  { at: /^edge\/callers\.jsonl$/, how: 'saved' },
  { at: /^journal\/(applied|\d+\.jsonl)$/, how: 'behind' },
  { at: /^(secrets|tls)\//, how: 'sealed' },
  { at: /^postgres\//, how: 'anew', why: 'its rows come along as tables' },
  { at: /^postgres\.(port|log)$/, how: 'anew', why: 'of this run of PostgreSQL' },
  { at: /^postgres\.new\//, how: 'anew', why: 'is no database yet' },
  { at: /^snapshot\.jsonl$/, how: 'anew', why: 'says the same as the rows' },
  { at: /^bindings\.jsonl$/, how: 'anew', why: 'phones register anew within minutes' },
  {
    at: /^edge\/dialogs\.jsonl$/,
    how: 'anew',
    why: 'no call outlives its edge on another machine',
  },
  {
    at: /^edge\/recordings\.jsonl$/,
    how: 'anew',
    why: 'recordings that go on are in the next backup',
  },
  { at: /^edge\/hotlines\.json$/, how: 'anew', why: 'the app tells the edge its hotlines' },
  { at: /^(epoch|edge\/claims\.json)$/, how: 'anew', why: 'the lease row has the greatest epoch' },
  { at: /^read-only$/, how: 'anew', why: 'an order for this machine, often given to leave it' },
  { at: /^restoring$/, how: 'anew', why: 'the mark of a restore that is under way' },
  { at: /^logs\//, how: 'anew', why: 'of this machine; a support bundle has them' },
  { at: /^running\.json$/, how: 'anew', why: 'addresses of this run' },
  { at: /(^|\/)(launcher\.lock|edge\.lock|lock)(\.\d+)?$/, how: 'anew', why: 'of this run' },
  { at: /^\.openline-doctor-/, how: 'anew', why: 'the doctor tries the disk with it' },
];

/** Null: nobody decided it. The path is relative to the data folder, with slashes. */
export const keptOf = (path: string): Kept | null =>
  DATA_FOLDER.find(({ at }) => at.test(path)) ?? null;

/** Never looked into: large, and never saved as files. */
const CLOSED = ['postgres', 'postgres.new'];

/** Every file of a data folder but those of the database, relative and with slashes; nothing where there is no folder. */
export async function* dataFiles(dataDir: string, within = ''): AsyncGenerator<string> {
  const folder = await opendir(`${dataDir}/${within}`).catch(() => null);
  if (folder === null) return;
  for await (const entry of folder) {
    const path = `${within}${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !CLOSED.includes(path)) yield* dataFiles(dataDir, `${path}/`);
  }
}
