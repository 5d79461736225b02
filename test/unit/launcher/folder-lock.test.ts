import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUse, lockFolder } from '../../../src/launcher/folder-lock';

let folder: string;
let file: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'openline-lock-')), 'data');
  file = join(folder, 'launcher.lock');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

/** A lock of a process that lives, as that process would have written it. */
function lockedBy(child: ChildProcess): void {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(file, JSON.stringify({ pid: child.pid, began }));
}

test('makes the folder, keeps others out, and leaves nothing behind', () => {
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUse);
  expect(() => lockFolder(folder)).toThrow(
    `Openline already runs in ${folder} (process ${process.pid}). Stop it first, or set OPENLINE_DATA to another folder.`,
  );
  release();
  expect(readdirSync(folder)).toEqual([]);
  lockFolder(folder)();
});

test('a process that is gone holds nothing', async () => {
  lockFolder(folder)();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  lockedBy(child);
  expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const release = lockFolder(folder);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  release();
});

test('another process with the number of the old one holds nothing', () => {
  lockFolder(folder)();
  writeFileSync(file, JSON.stringify({ pid: process.ppid, began: '1' }));
  lockFolder(folder)();
  expect(existsSync(file)).toBe(false);
});

test.each(['', 'not JSON', '{"pid":'])('a lock that reads %j holds nothing', (text) => {
  lockFolder(folder)();
  writeFileSync(file, text);
  lockFolder(folder)();
});
