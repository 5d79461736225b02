/**
 * Makes a backup of a product that runs: all tables as of one moment, then files. Where the journal could not be brought
 * into the database first, it comes along: before the tables, so that both together are everything up to one moment.
 */
import { createReadStream, existsSync } from 'node:fs';
import { readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { listSegments, readMark, segmentPath } from '../engine/journal-segments';
import type { Instant } from '../domain/time';
import { FolderInUse, lockFolder } from '../launcher/folder-lock';
import { hotlineLedger } from '../reports';
import type { Database } from '../store/database';
import { NoSchema, openSnapshot, type Snapshot } from '../store/backup/snapshot';
import { copyFile, Pace, syncFolder, writeFrom, type Written } from './copy';
import { makeFolder } from './make-folder';
import { BackupFault, FILES, FORMAT, MANIFEST, type ListedFile, type Manifest } from './manifest';
import { dataFiles, keptOf } from './data-folder';
import { copyRecordings, roomFor, streamRecordings } from './recordings';
import { seal } from './sealed';
import { beginIn, nameOf, newestOf } from './shelf';
import { TarWriter } from './tar';

export interface BackupOptions {
  databaseUrl: string;
  dataDir: string;
  /** `RECORDINGS_DIR`, `RECORDINGS_DIR_2`. */
  recordingsDirs: readonly [string, string | null];
  /** The folder in which backups stand side by side; made when missing. */
  shelf: string;
  /** Absolute: the backup is this one file, and nothing on the shelf. */
  file?: string;
  /** Of the product. */
  version: string;
  bytesPerSecond: number;
  /** Null: secrets stay out of it. */
  passphrase: string | null;
  /** Has the running app bring its journal into the database; false: it did not, or none runs. */
  catchUp: () => Promise<boolean>;
  /** How far it is: bytes of recordings, or rows of tables. */
  progress: (step: BackupStep, done: number, total: number) => void;
  now: () => Instant;
}

export type BackupStep = 'journal' | 'tables' | 'files' | 'recordings';

export interface MadeBackup {
  /** Absolute; a file, where one was asked for. */
  folder: string;
  manifest: Manifest;
  /** Recordings that a former backup, or a broken one, had already. */
  reused: number;
}

/** Throws `BackupFault`, and what the disk or PostgreSQL say; then there is no new backup. */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  if (options.file !== undefined) return makeFile(options, options.file);
  await makeFolder(options.shelf);
  const unlock = lockShelf(options.shelf);
  try {
    return await makeOn(options);
  } finally {
    unlock();
  }
}

/**
 * One at a time: a second one would take what the first is writing for what somebody left behind. Answers how to release it;
 * throws `BackupFault` (`UNDER_WAY`).
 */
export function lockShelf(shelf: string): () => void {
  try {
    return lockFolder(shelf);
  } catch (error) {
    if (error instanceof FolderInUse) throw new BackupFault('UNDER_WAY', shelf);
    throw error;
  }
}

/** What has no length before it was read is gathered beside the file; recordings go straight into it. */
async function makeFile(options: BackupOptions, file: string): Promise<MadeBackup> {
  if (existsSync(file)) throw new BackupFault('FILE_THERE', file);
  const draft = `${file}.partial`;
  await makeFolder(draft);
  const unlock = lockShelf(draft);
  let made;
  try {
    for (const left of await readdir(draft))
      if (!left.startsWith('launcher.lock')) await rm(join(draft, left), { recursive: true });
    const tar = await TarWriter.create(join(draft, 'backup.tar'));
    made = await new Making(options, draft, null, tar).run().finally(() => tar.breakOff());
    await rename(join(draft, 'backup.tar'), file);
  } finally {
    unlock();
  }
  await rm(draft, { recursive: true });
  await syncFolder(dirname(file));
  return { folder: file, ...made };
}

async function makeOn(options: BackupOptions): Promise<MadeBackup> {
  const { shelf, now } = options;
  const former = await newestOf(shelf);
  const name = nameOf(now());
  if (existsSync(join(shelf, name))) throw new BackupFault('NOT_EMPTY', join(shelf, name));
  const draft = await beginIn(shelf, name);
  const made = await new Making(options, draft, former).run();
  const folder = join(shelf, name);
  await rename(draft, folder);
  await syncFolder(shelf);
  return { folder, ...made };
}

class Making {
  private readonly listed: ListedFile[] = [];
  private readonly pace: Pace;

  constructor(
    private readonly options: BackupOptions,
    private readonly draft: string,
    private readonly former: string | null,
    private readonly tar: TarWriter | null = null,
  ) {
    this.pace = new Pace(options.bytesPerSecond);
  }

  async run(): Promise<Omit<MadeBackup, 'folder'>> {
    const { recordingsDirs, progress } = this.options;
    progress('journal', 0, 1);
    // Before all else: whom an app takes over meanwhile is in its journal as well, and known by his id.
    await this.copyData((path) => path.startsWith('edge/'));
    const caughtUp = await this.options.catchUp();
    if (!caughtUp) await this.copyJournal();
    const snapshot = await this.snapshot();
    const head = await this.copyTables(snapshot).finally(() => snapshot.close());
    progress('files', 0, 1);
    await this.copyData((path) => !path.startsWith('edge/'));
    await this.sealSecrets();
    const copying = {
      ...{ recordings: snapshot.recordings, recordingsDirs, pace: this.pace },
      listed: (file: ListedFile) => this.listed.push(file),
      progress: (done: number, total: number) => progress('recordings', done, total),
    };
    for (const { path } of this.tar ? [...this.listed] : []) await this.moveInto(path);
    const copied = this.tar
      ? await streamRecordings({ ...copying, tar: this.tar })
      : await copyRecordings({ ...copying, draft: this.draft, former: this.former });
    const { reused, ...recordings } = copied;
    const secrets = this.options.passphrase !== null;
    return { manifest: await this.seal({ ...head, caughtUp, recordings, secrets }), reused };
  }

  private async snapshot(): Promise<Snapshot> {
    try {
      const snapshot = await openSnapshot(this.options.databaseUrl);
      await this.refuseWithoutRoom(snapshot).catch(async (error: unknown) => {
        await snapshot.close();
        throw error;
      });
      return snapshot;
    } catch (error) {
      if (error instanceof NoSchema) throw new BackupFault('NO_SCHEMA', '');
      throw error;
    }
  }

  private async refuseWithoutRoom(snapshot: Snapshot): Promise<void> {
    const needed = snapshot.bytes + (await roomFor(snapshot.recordings, this.draft, this.former));
    const { bavail, bsize } = await statfs(this.draft);
    if (bavail * bsize >= needed) return;
    const mega = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
    throw new BackupFault('NO_ROOM', `${mega(needed)} > ${mega(bavail * bsize)}`);
  }

  /** From the mark on: what stands before it is in the database. Segments may go meanwhile: then they are, too. */
  private async copyJournal(): Promise<void> {
    const folder = join(this.options.dataDir, 'journal');
    if (!existsSync(folder)) return;
    const mark = await readMark(folder);
    await this.copyIfThere(join(folder, 'applied'), 'data/journal/applied');
    for (const segment of await listSegments(folder)) {
      const path = segmentPath(folder, segment);
      const name = path.slice(folder.length + 1);
      if (segment >= mark.segment) await this.copyIfThere(path, `data/journal/${name}`);
    }
  }

  private async copyTables(snapshot: Snapshot) {
    const tables: Manifest['tables'] = [];
    for (const [n, table] of snapshot.tables.entries()) {
      this.options.progress('tables', n, snapshot.tables.length);
      const path = `tables/${table.name}.copy`;
      let rows = () => 0;
      const begin = () => {
        const { stream, rows: counted } = snapshot.rowsOf(table);
        rows = counted;
        return stream;
      };
      this.list(path, await writeFrom(begin, join(this.draft, path), this.pace));
      tables.push({ ...table, rows: rows() });
    }
    const { at, migration, sequences } = snapshot;
    const jobs = await this.copyJobs(snapshot);
    const told = await snapshot.read((db) => tellLedger(db, at));
    return { at, migration, sequences, tables, jobs, ...told };
  }

  private async copyJobs(snapshot: Snapshot): Promise<NonNullable<Manifest['jobs']>> {
    const jobs: NonNullable<Manifest['jobs']> = [];
    for (const table of snapshot.jobs) {
      let rows = () => 0;
      const begin = () => {
        const { stream, rows: counted } = snapshot.jobRowsOf(table);
        rows = counted;
        return stream;
      };
      const path = `jobs/${table}.copy`;
      this.list(path, await writeFrom(begin, join(this.draft, path), this.pace));
      jobs.push({ table, rows: rows() });
    }
    return jobs;
  }

  private async sealSecrets(): Promise<void> {
    const { passphrase, dataDir } = this.options;
    if (passphrase === null) return;
    const text = await seal(dataDir, passphrase);
    const to = join(this.draft, 'secrets.json');
    this.list('secrets.json', await writeFrom(linesOf([text]), to, this.pace));
  }

  private async copyData(isMeant: (path: string) => boolean): Promise<void> {
    const { dataDir } = this.options;
    for await (const path of dataFiles(dataDir))
      if (isMeant(path) && keptOf(path)?.how === 'saved')
        await this.copyIfThere(join(dataDir, path), `data/${path}`);
  }

  private async copyIfThere(from: string, path: string): Promise<void> {
    try {
      this.list(path, await copyFile(from, join(this.draft, path), this.pace));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  private list(path: string, { bytes, sha256 }: Written): void {
    this.listed.push({ path, bytes, sha256 });
  }

  private async seal(rest: Omit<Manifest, 'format' | 'version' | 'files'>): Promise<Manifest> {
    const lines = this.listed.map((file) => `${JSON.stringify(file)}\n`);
    const free = new Pace(Infinity);
    const list = await writeFrom(linesOf(lines), join(this.draft, FILES), free);
    const files = { count: this.listed.length, sha256: list.sha256 };
    const manifest: Manifest = { format: FORMAT, version: this.options.version, ...rest, files };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFrom(linesOf([text]), join(this.draft, MANIFEST), free);
    if (this.tar) {
      for (const path of [FILES, MANIFEST]) await this.moveInto(path);
      await this.tar.end();
    } else await syncFolder(this.draft);
    return manifest;
  }

  /** From the draft, which needs its room no longer. */
  private async moveInto(path: string): Promise<void> {
    const from = join(this.draft, path);
    const { size } = await stat(from);
    await this.tar?.append(path, size, createReadStream(from), this.pace);
    await rm(from);
  }
}

const linesOf = (lines: readonly string[]) => (): Readable =>
  Readable.from(lines.map((line) => Buffer.from(line)));

/** All hotlines together, then each, of all time. */
async function tellLedger(db: Database, at: Instant) {
  const hotlines = await db('hotline').orderBy('number').pluck<string[]>('number');
  const all = { from: 0, to: at + 1 };
  const ledger = [await hotlineLedger(db, all)];
  for (const hotline of hotlines) ledger.push(await hotlineLedger(db, { ...all, hotline }));
  const [open] = await db('promise')
    .whereIn('state', ['open', 'claimed'])
    .count<{ count: string }[]>();
  return { ledger, openPromises: Number(open?.count ?? 0) };
}
