import type { Readable } from 'node:stream';
import { NO_COUNTS, type ImportBatch, type ImportOrder } from '../../src/domain/intake/batch';
import type { ImportPreview, PreviewOrder } from '../../src/domain/intake/preview';
import type { ImportDesk } from '../../src/http/import-ports';
import type { Page } from '../../src/http/queries';
import { NOW } from './two-stores';

export const aBatch = (given: Partial<ImportBatch> = {}): ImportBatch => ({
  ...{ id: 'import-1', storeId: 'bj01', by: 'chen', fileName: 'list.xlsx', sha256: '', bytes: 12 },
  ...{
    format: 'excel',
    as: 'leads',
    source: 'hq',
    area: '',
    given: null,
    controller: 'store:bj01',
  },
  ...{ state: 'done', error: null, rowDone: 3, counts: NO_COUNTS, keptCount: 0, kept: [] },
  heading: { rows: [['姓名', '手机']], labels: ['姓名', '手机'], mapping: ['name', 'number'] },
  ...{ createdAt: NOW, doneAt: NOW, undoneAt: null, undoneBy: null, ...given },
});

export const A_PREVIEW: ImportPreview = {
  columns: [
    { heading: '姓名', field: 'name' },
    { heading: '手机', field: 'number' },
  ],
  counts: { ...NO_COUNTS, rows: 2, customers: 1, leads: 1, rejected: 1 },
  rejects: [{ code: 'NUMBER_MASKED', rows: 1 }],
  first: [
    {
      ...{ row: 2, outcome: 'made', reasons: [] },
      fields: [
        { heading: '姓名', stood: ' 王芳', field: 'name', value: '王芳' },
        { heading: '手机', stood: '138 0013 8000', field: 'number', value: '+8613800138000' },
      ],
    },
    {
      ...{ row: 3, outcome: 'rejected', fields: [] },
      reasons: [{ code: 'NUMBER_MASKED', zh: '号码中有星号', en: 'digits are hidden' }],
    },
  ],
};

/** Keeps what it is told; nothing lands. */
export class FakeImports implements ImportDesk {
  batches: ImportBatch[] = [];
  /** What was done, in its order. */
  readonly done: string[] = [];
  readonly files: string[] = [];
  readonly previewed: { order: PreviewOrder; file: string }[] = [];

  async receive(
    order: Omit<ImportOrder, 'sha256' | 'bytes'>,
    file: Readable,
    noted: (id: string) => void | Promise<void>,
  ): Promise<ImportBatch> {
    const pieces: Buffer[] = [];
    for await (const piece of file) pieces.push(piece as Buffer);
    const batch = aBatch({ ...order, id: `import-${this.batches.length + 1}`, state: 'waiting' });
    await noted(batch.id);
    this.files.push(Buffer.concat(pieces).toString());
    this.batches.push(batch);
    this.done.push(`begun ${batch.id}`);
    return batch;
  }

  async preview(order: PreviewOrder, file: Readable): Promise<ImportPreview> {
    const pieces: Buffer[] = [];
    for await (const piece of file) pieces.push(piece as Buffer);
    this.previewed.push({ order, file: Buffer.concat(pieces).toString() });
    this.done.push('previewed');
    return A_PREVIEW;
  }

  async list(storeIds: readonly string[]): Promise<Page<ImportBatch>> {
    return { items: this.batches.filter(({ storeId }) => storeIds.includes(storeId)), next: null };
  }

  async find(id: string): Promise<ImportBatch | null> {
    return this.batches.find((batch) => batch.id === id) ?? null;
  }

  async *rejects({ id }: ImportBatch): AsyncGenerator<string> {
    yield `rejects of ${id}`;
  }

  async undo(batch: ImportBatch, by: string): Promise<ImportBatch> {
    this.done.push(`undone ${batch.id}`);
    Object.assign(batch, { state: 'undoing', undoneBy: by });
    return batch;
  }
}
