import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { ServedFile, type Served } from '../../../../../sip/gateway/alone/served-file';
import { waitFor } from '../../../../support/wait';

let folder: string;
const path = (): string => join(folder, 'edge', 'callers.jsonl');
const open = (): ServedFile => new ServedFile(path(), pino({ level: 'silent' }));
const ids = (file: ServedFile): string[] => file.of('cell:all').map(({ id }) => id);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'openline-served-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const caller = (id: string, result: Served['caller']['result'] = 'over-capacity'): Served => ({
  ...{ id, app: 'cell:all' },
  caller: {
    ...{ invite: `INVITE of ${id}`, hotline: '400', trunkId: 'carrier', note: '' },
    ...{ arrivedAt: 1, answeredAt: null, endedAt: 2, result },
  },
});

test('a rush of callers is on disk, in order, when each of them is told so', async () => {
  const file = open();
  const rush = Array.from({ length: 200 }, (_, n) => `caller ${n}`);
  await Promise.all(
    rush.map(async (id) => {
      await file.keep(caller(id));
      expect(readFileSync(path(), 'utf8')).toContain(`INVITE of ${id}"`);
    }),
  );
  await file.close();
  expect(ids(open())).toEqual(rush);
});

test('the last line about one counts; who is acknowledged is gone, and with the last of them all lines', async () => {
  const file = open();
  await Promise.all([
    file.keep(caller('a')),
    file.keep(caller('b')),
    file.keep(caller('a', 'left')),
  ]);
  file.done('b');
  await waitFor('that to be on disk', () => readFileSync(path(), 'utf8').includes('"done"'));
  await file.close();
  const next = open();
  expect(next.of('cell:all')).toEqual([caller('a', 'left')]);
  next.done('a');
  await waitFor('the file to be emptied', () => readFileSync(path(), 'utf8') === '');
  await next.close();
});
