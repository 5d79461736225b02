import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '../../../sip/folder-lock';
import { waitFor } from '../../support/wait';

let folder: string;
let file: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'openline-lock-')), 'edge');
  file = join(folder, 'edge.lock');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const statOf = (pid: number | undefined) => readFileSync(`/proc/${pid}/stat`, 'utf8');

/** When a process began, as the lock would have it. */
function beganAt(pid: number | undefined): string | undefined {
  const stat = statOf(pid);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

test('makes the folder, keeps others out, and leaves nothing behind', () => {
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(
    `another edge (process ${process.pid}) works in ${folder}. Stop it first, or set OPENLINE_DATA`,
  );
  expect(readdirSync(folder)).toEqual(['edge.lock']);
  release();
  expect(readdirSync(folder)).toEqual([]);
  lockFolder(folder)();
});

test('a process that lives holds it, one that is gone holds nothing', async () => {
  lockFolder(folder)();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  writeFileSync(file, JSON.stringify({ pid: child.pid, began: beganAt(child.pid) }));
  expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const release = lockFolder(folder);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  release();
});

test('a process that was killed and that its parent has not noticed holds nothing', async () => {
  lockFolder(folder)();
  // The shell becomes a program that never asks what became of its child.
  const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60']);
  const pid = Number(String(await once(parent.stdout, 'data')));
  await waitFor('the end of the child', () => statOf(pid).includes(') Z '));
  writeFileSync(file, JSON.stringify({ pid, began: beganAt(pid) }));
  lockFolder(folder)();
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});

test('another process with the number of the old one holds nothing', () => {
  lockFolder(folder)();
  for (const pid of [process.ppid, process.pid]) {
    writeFileSync(file, JSON.stringify({ pid, began: '1' }));
    lockFolder(folder)();
  }
});

test.each(['', 'not JSON', '{"pid":', 'null', '{}'])(
  'a lock that reads %j holds nothing',
  (text) => {
    lockFolder(folder)();
    writeFileSync(file, text);
    lockFolder(folder)();
  },
);
