import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../../src/backup/make-folder';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'openline-make-folder-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('it is made with those above it, for its owner alone, and may be there already', async () => {
  const deep = join(folder, 'a/b/c');
  for (let time = 0; time < 2; time++) await makeFolder(deep);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

test('where nothing can be made that is told at once, and not tried for ever', async () => {
  await expect(makeFolder('/proc/openline/backups')).rejects.toMatchObject({ code: 'ENOENT' });
});
