/** Imports of customers and leads: where files are kept, what the plan says of their rows, and who carries them out. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../domain/errors';
import { choicesOf } from '../domain/form/choices';
import type { ImportBatch, ImportOrder } from '../domain/intake/batch';
import { BYTE_ORDER_MARK, headingLines, rejectedLine } from '../domain/intake/corrected';
import { nameKey } from '../domain/intake/fields';
import type { Given } from '../domain/intake/header';
import { wantsConfirmation } from '../domain/lead/confirmation';
import { leadRulesOf } from '../domain/lead/rules';
import type { StoreId } from '../domain/ids';
import { bookOfStore, numberBook } from '../domain/number/book';
import { postsOf } from '../domain/organisation';
import type { Plan } from '../domain/plan';
import type { Instant } from '../domain/time';
import { IMPORT_LIMIT_BYTES, type ImportDesk } from '../http/import-ports';
import { checkFile, runImport } from '../intake/run';
import { Imports } from '../jobs/imports';
import { Turns } from '../turns';
import type { Database } from '../store/database';
import {
  addBatch,
  findBatch,
  keepHeading,
  listBatches,
  moveBatch,
  openBatches,
} from '../store/intake/batches';
import { landPortion } from '../store/intake/land';
import { rememberedMapping, rememberMapping } from '../store/intake/mappings';
import { rejectedRows } from '../store/intake/rejects';
import { undoBatch } from '../store/intake/undo';
import { isUuid } from '../store/page';
import { keepFile, sweepFiles } from './import-files';
import { previewFile } from './import-preview';
import type { Logger } from 'pino';

export interface ImportParts {
  db: Database;
  /** Of files, until they have landed. */
  folder: string;
  plan: () => Plan;
  makeId: () => string;
  now: () => Instant;
  ready: () => Promise<void>;
  log: Logger;
  limitBytes?: number;
}

export interface ImportWorld {
  desk: ImportDesk;
  /** `mayChange`: whether people may change what is kept. */
  start(mayChange: () => boolean): void;
  /** Resolves when nothing is left to be done. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Nothing lands before `start`. */
export function importWorld(parts: ImportParts): ImportWorld {
  const { db, plan, now, makeId, ready, log } = parts;
  let mayChange = () => true;
  const sweep = sweepFiles(parts.folder);
  const pathOf = (id: string) => join(parts.folder, id);
  const jobs = new Imports({
    ...{ ready, log, mayChange: () => mayChange() },
    open: async () => {
      const batches = await openBatches(db);
      await sweep(batches.map(({ id }) => id));
      return batches;
    },
    land: (batch, signal) => land(batch, signal),
    undo: (batch) => undoBatch(db, batch.id, now()),
    ended: async ({ id }, error) => {
      const state = error === null ? 'done' : 'failed';
      await moveBatch(db, id, ['waiting', 'running'], { state, error, doneAt: now() });
      await rm(pathOf(id), { force: true });
    },
  });

  const placeOf = ({ storeId, by }: Pick<ImportBatch, 'storeId' | 'by'>) => ({
    remembered: (shapes: readonly string[]) => rememberedMapping(db, storeId, shapes),
    remember: (shape: string, mapping: Given) =>
      rememberMapping(db, { storeId, shape, mapping, by, at: now() }),
  });

  async function land(batch: ImportBatch, signal: AbortSignal): Promise<'done' | 'broken-off'> {
    const { id } = batch;
    if (batch.state === 'waiting') await moveBatch(db, id, ['waiting'], { state: 'running' });
    const place = {
      ...placeOf(batch),
      heading: (heading: NonNullable<ImportBatch['heading']>) => keepHeading(db, id, heading),
      land: async (portion: Parameters<typeof landPortion>[2]) =>
        mayChange() && landPortion(db, batch, portion, landingIn(batch.storeId)),
    };
    return runImport(batch, place, { path: pathOf(id), rules: rulesFor(batch), signal }).catch(
      fileGone,
    );
  }

  /** How cells are read, as the plan is now. */
  const rulesFor = ({ storeId, area }: Pick<ImportOrder, 'storeId' | 'area'>) => ({
    numbers: { book: bookOfStore(numberBook(plan()), storeId), area, at: now() },
    channels: choicesOf(plan().forms).sources,
  });

  /** What becomes of rows, as the plan is now. */
  const landingIn = (storeId: StoreId) => ({
    ...{ at: now(), makeId, consultant: consultantIn(plan(), storeId) },
    wantsConfirmation: (lead: Parameters<typeof wantsConfirmation>[0]) =>
      wantsConfirmation(lead, leadRulesOf(plan(), storeId)),
  });

  const stopping = new AbortController();
  /** Each has a transaction of its own, and is as much work as an import. */
  const previews = new Turns(1);

  const desk: ImportDesk = {
    async receive(order, file, noted) {
      const id = makeId();
      const part = `${pathOf(id)}.part`;
      await mkdir(parts.folder, { recursive: true });
      try {
        const kept = await keepFile(file, part, parts.limitBytes ?? IMPORT_LIMIT_BYTES);
        await checkFile(part, order.given, placeOf(order));
        await noted(id);
        await rename(part, pathOf(id));
        await addBatch(db, { ...order, ...kept, id, at: now() });
      } catch (error) {
        await Promise.all([part, pathOf(id)].map((path) => rm(path, { force: true })));
        throw error;
      }
      jobs.wake();
      return found(db, id);
    },
    async preview(order, file, gone) {
      const path = `${pathOf(makeId())}.part`;
      await mkdir(parts.folder, { recursive: true });
      try {
        await keepFile(file, path, parts.limitBytes ?? IMPORT_LIMIT_BYTES);
        return await previews.run(() =>
          previewFile(db, order, {
            ...{ path, rules: rulesFor(order), landing: landingIn(order.storeId) },
            remembered: placeOf(order).remembered,
            isOver: () => gone.aborted || stopping.signal.aborted,
          }),
        );
      } finally {
        await rm(path, { force: true });
      }
    },
    list: (storeIds, request) => listBatches(db, storeIds, request),
    find: async (id) => (isUuid(id) ? findBatch(db, id) : null),
    rejects: (batch) => rejectsFile(db, batch),
    async undo({ id }, by) {
      const moved = await moveBatch(db, id, ['done', 'failed'], { state: 'undoing', undoneBy: by });
      if (!moved) throw new CodedError('IMPORT_UNDONE');
      jobs.wake();
      return found(db, id);
    },
  };
  return {
    desk,
    start: (may) => {
      mayChange = may;
      jobs.start();
    },
    idle: () => jobs.idle(),
    stop: () => {
      stopping.abort();
      return jobs.stop();
    },
  };
}

async function found(db: Database, id: string): Promise<ImportBatch> {
  const batch = await findBatch(db, id);
  if (batch === null) throw new CodedError('NOT_FOUND');
  return batch;
}

/** Lost with a data folder, or by hand: there is nothing to be read. */
function fileGone(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    throw new CodedError('IMPORT_UNREADABLE', 'the file is gone');
  throw error;
}

/** Whom the name of a consultant means: one person with a post in the store, by id or name. */
export function consultantIn(plan: Plan, storeId: string): (name: string) => string | null {
  const meant = new Map<string, Set<string>>();
  for (const person of plan.people) {
    if (!postsOf(person).some(({ stores }) => stores.includes(storeId))) continue;
    for (const key of [person.id, person.name].map(nameKey))
      meant.set(key, (meant.get(key) ?? new Set()).add(person.id));
  }
  return (name) => {
    const [one = null, ...others] = meant.get(nameKey(name)) ?? [];
    return others.length === 0 ? one : null;
  };
}

/** A file without a heading had no row to reject. */
async function* rejectsFile(db: Database, batch: ImportBatch): AsyncGenerator<string> {
  const { heading } = batch;
  if (heading === null) return;
  const width = heading.labels.length;
  yield BYTE_ORDER_MARK + headingLines(heading.rows, width);
  for await (const rows of rejectedRows(db, batch.id))
    yield rows.map((row) => rejectedLine(row, width)).join('');
}
