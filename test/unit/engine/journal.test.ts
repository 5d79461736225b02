import { constants, statSync } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry, JournalRecord } from '../../../src/domain/records';
import { FileJournal } from '../../../src/engine/journal';
import { JournalLocked, lockJournal } from '../../../src/engine/journal-lock';
import { uuidv7Maker } from '../../../src/engine/id';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const note = (what: string): JournalRecord => ({
  kind: 'audit.noted',
  who: 'test',
  what,
  subject: 'journal',
});

let folder: string;
const opened: FileJournal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-journal-'));
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  await rm(folder, { recursive: true });
});

async function open(segmentBytes?: number): Promise<FileJournal> {
  const journal = await FileJournal.open({
    folder,
    makeId: uuidv7Maker(),
    log,
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  opened.push(journal);
  return journal;
}

async function pendingOf(journal: FileJournal, size?: number): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const batch of journal.pending(size)) entries.push(...batch);
  return entries;
}

async function firstBatch(journal: FileJournal, size: number): Promise<JournalEntry[]> {
  for await (const batch of journal.pending(size)) return batch;
  return [];
}

const texts = (entries: JournalEntry[]): string[] =>
  entries.map(({ record }) => (record.kind === 'audit.noted' ? record.what : record.kind));

const segments = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();

/** Of how we hold the segment's file open, whether writes wait for the disk (proc(5), fdinfo). */
async function flagsOf(segment = ''): Promise<number> {
  for (const fd of await readdir('/proc/self/fd')) {
    const path = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
    if (path !== join(folder, segment)) continue;
    const [, flags = ''] =
      /flags:\s+(\d+)/.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return Number.parseInt(flags, 8) & constants.O_DSYNC;
  }
  throw new Error(`${segment} is not open`);
}

describe('appending', () => {
  test('what is durable is on disk, in the order of appending', async () => {
    const journal = await open();
    const told: string[] = [];
    for (const text of ['a', 'b', 'c']) journal.append(1, note(text), () => told.push(text));
    expect(told).toEqual([]);
    await journal.flush();
    expect(told).toEqual(['a', 'b', 'c']);
    const [name = ''] = await segments();
    const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
    expect(texts(lines.map((line) => JSON.parse(line) as JournalEntry))).toEqual(['a', 'b', 'c']);
  });

  test('records that come while a sync is under way share the next one', async () => {
    const journal = await open();
    let syncs = 0;
    journal.watch(() => syncs++);
    journal.append(1, note('first'), () => {
      for (let n = 0; n < 100; n++) journal.append(1, note(`next ${n}`));
    });
    await journal.flush();
    expect(await pendingOf(journal)).toHaveLength(101);
    expect(syncs).toBe(2);
  });

  test('who asks whether it is written waits for what came before, and hurries nobody', async () => {
    const journal = await open();
    await journal.written();
    journal.append(1, note('first'));
    const first = journal.written();
    journal.append(1, note('second'));
    await first;
    const [name = ''] = await segments();
    const onDisk = () => readFile(join(folder, name), 'utf8');
    expect(await onDisk()).toContain('second');
    // Somebody waits for the third: it is being written before the question is put.
    journal.append(1, note('third'), () => undefined);
    await Promise.resolve().then(() => Promise.resolve());
    await journal.written();
    expect(await onDisk()).toContain('third');
  });

  test('a listener that throws does not stop the others', async () => {
    const journal = await open();
    const told: string[] = [];
    journal.append(1, note('a'), () => {
      throw new Error('not mine');
    });
    journal.append(1, note('b'), () => told.push('b'));
    await journal.flush();
    expect(told).toEqual(['b']);
  });

  test('a segment that has grown is followed by another', async () => {
    const journal = await open(200);
    for (const text of ['a', 'b', 'c', 'd']) {
      journal.append(1, note(text));
      await journal.flush();
    }
    expect((await segments()).length).toBeGreaterThan(1);
    expect(texts(await pendingOf(journal))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('every segment is written through to the disk', async () => {
    const journal = await open(1);
    expect(await flagsOf((await segments()).at(-1))).toBe(constants.O_DSYNC);
    for (const text of ['a', 'b']) {
      journal.append(1, note(text));
      await journal.flush();
    }
    expect(await segments()).toHaveLength(2);
    expect(await flagsOf((await segments()).at(-1))).toBe(constants.O_DSYNC);
  });

  test('every segment is for its owner only', async () => {
    const journal = await open(200);
    for (const what of ['one', 'two', 'three']) {
      journal.append(1, note(what));
      await journal.flush();
    }
    const modes = (await segments()).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test('ids are unique and in order', async () => {
    const journal = await open();
    for (let n = 0; n < 50; n++) journal.append(1, note(String(n)));
    await journal.flush();
    const ids = (await pendingOf(journal)).map(({ id }) => id);
    expect([...new Set(ids)].sort()).toEqual(ids);
  });
});

describe('reading what is not applied', () => {
  test('begins behind what was applied', async () => {
    const journal = await open();
    for (const text of ['a', 'b', 'c']) journal.append(1, note(text));
    await journal.flush();
    await journal.applied((await firstBatch(journal, 2)).at(-1)?.id ?? '');
    expect(texts(await pendingOf(journal))).toEqual(['c']);
  });

  test('without a word that it was applied, everything comes again', async () => {
    const journal = await open();
    journal.append(1, note('a'));
    await journal.flush();
    expect(texts(await pendingOf(journal))).toEqual(['a']);
    expect(texts(await pendingOf(journal))).toEqual(['a']);
  });

  test('an id that ends no batch is a fault', async () => {
    const journal = await open();
    await expect(journal.applied('nonsense')).rejects.toThrow('ends no batch');
  });

  test('segments that are applied as a whole are deleted', async () => {
    const journal = await open(100);
    for (const text of ['a', 'b', 'c']) {
      journal.append(1, note(text));
      await journal.flush();
    }
    const all = await pendingOf(journal, 1);
    await pendingOf(journal, 1);
    await journal.applied(all.at(-1)?.id ?? '');
    expect(await segments()).toHaveLength(1);
    expect(journal.hasMore()).toBe(false);
  });

  test('records longer than what is read at once come whole', async () => {
    const journal = await open();
    const long = 'x'.repeat(400_000);
    journal.append(1, note(long));
    journal.append(1, note('after'));
    await journal.flush();
    expect(texts(await pendingOf(journal))).toEqual([long, 'after']);
  });

  test('text that is not ASCII comes whole wherever it is cut', async () => {
    const journal = await open();
    const names = Array.from({ length: 3000 }, (_, n) => `王芳 ${n} ${'店'.repeat(n % 97)}`);
    for (const name of names) journal.append(1, note(name));
    await journal.flush();
    expect(texts(await pendingOf(journal))).toEqual(names);
  });
});

describe('another life', () => {
  test('finds what the former one left, before its own', async () => {
    const former = await open();
    former.append(1, note('of the former life'));
    await former.close();
    const journal = await open();
    journal.append(2, note('of this one'));
    await journal.flush();
    expect(texts(await pendingOf(journal))).toEqual(['of the former life', 'of this one']);
  });

  test('knows what the former one had applied', async () => {
    const former = await open();
    for (const text of ['a', 'b']) former.append(1, note(text));
    await former.flush();
    await former.applied((await firstBatch(former, 1))[0]?.id ?? '');
    await former.close();
    expect(texts(await pendingOf(await open()))).toEqual(['b']);
  });

  test('passes over the line that a kill -9 tore, and loses no other', async () => {
    const former = await open();
    for (const text of ['a', 'b']) former.append(1, note(text));
    await former.close();
    const path = join(folder, (await segments())[0] ?? '');
    await appendFile(path, '{"id":"torn","at":1,"rec');
    const journal = await open();
    journal.append(2, note('c'));
    await journal.flush();
    expect(texts(await pendingOf(journal))).toEqual(['a', 'b', 'c']);
  });

  test('passes over damage in the middle and goes on behind it', async () => {
    const former = await open();
    for (const text of ['a', 'b', 'c']) former.append(1, note(text));
    await former.close();
    const path = join(folder, (await segments())[0] ?? '');
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines[1] = '\0'.repeat(10);
    await writeFile(path, lines.join('\n'));
    expect(texts(await pendingOf(await open()))).toEqual(['a', 'c']);
  });

  test('throws away a former segment of which only a torn line is left', async () => {
    const former = await open();
    former.append(1, note('a'));
    await former.close();
    await truncate(join(folder, (await segments())[0] ?? ''), 5);
    const journal = await open();
    expect(journal.hasMore()).toBe(true);
    expect(await pendingOf(journal)).toEqual([]);
    expect(journal.hasMore()).toBe(false);
    expect(await segments()).toHaveLength(1);
  });

  test('is not disturbed by a mark that cannot be read', async () => {
    const former = await open();
    former.append(1, note('a'));
    await former.close();
    await writeFile(join(folder, 'applied'), '{"segment":');
    expect(texts(await pendingOf(await open()))).toEqual(['a']);
  });
});

describe('the lock', () => {
  test('keeps a second app out while the first one lives', async () => {
    await open();
    await expect(open()).rejects.toThrow(JournalLocked);
    await expect(open()).rejects.toMatchObject({ pid: process.pid });
  });

  test('is given back by close', async () => {
    await (await open()).close();
    await expect(open()).resolves.toBeInstanceOf(FileJournal);
  });

  test('of a process that is gone is taken over', async () => {
    // Larger than any pid that Linux gives (2^22).
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: 4_194_305, started: 'x' }));
    await expect(open()).resolves.toBeInstanceOf(FileJournal);
  });

  test('of an earlier process with our pid is taken over', async () => {
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.pid, started: 'before' }));
    await expect(open()).resolves.toBeInstanceOf(FileJournal);
  });

  test('that cannot be read is taken over', async () => {
    await writeFile(join(folder, 'lock'), '');
    await expect(open()).resolves.toBeInstanceOf(FileJournal);
  });

  test('is not taken where the system tells of no process when it began, and says what to do', async () => {
    const untold = () => '';
    const owner = { pid: process.ppid, started: '', epoch: 4 };
    await writeFile(join(folder, 'lock'), JSON.stringify(owner));
    const taking = () => lockJournal(folder, 5, untold);
    expect(taking).toThrow(JournalLocked);
    expect(taking).toThrow(`delete ${join(folder, 'lock')}`);
    expect(() => lockJournal(folder, 5)).toThrow(expect.objectContaining({ isCertain: false }));
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...owner, pid: 4_194_305 }));
    lockJournal(folder, 5, untold)();
  });

  test('of who took it itself is known to be his', async () => {
    const free = lockJournal(folder, 4);
    expect(() => lockJournal(folder, 5)).toThrow(
      expect.objectContaining({ isCertain: true, epoch: 4, pid: process.pid }),
    );
    free();
  });

  test('leaves nothing but itself behind', async () => {
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: 4_194_305, started: 'x' }));
    await open();
    expect((await readdir(folder)).filter((name) => name.startsWith('lock'))).toEqual(['lock']);
  });
});
