import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '../../../src/launcher/own-folder';

let folder: string;
let real: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'openline-own-')));
  real = join(folder, 'openline-1/dist/src');
  mkdirSync(join(real, 'cli'), { recursive: true });
  symlinkSync('openline-1', join(folder, 'openline'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('started through a link it stays the link', () => {
  const named = join(folder, 'openline/dist/src');
  expect(ownFolder(join(named, 'launcher.js'), real)).toBe(named);
  expect(ownFolder(join(real, 'launcher.js'), real)).toBe(real);
});

test('scripts/start.mjs knows that it is the program, also through a link', () => {
  symlinkSync(join(__dirname, '../../..'), join(folder, 'linked'));
  const args = [join(folder, 'linked/scripts/start.mjs'), 'nobody'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining('Unknown program nobody')]);
});

test.each([
  ['another program started us', (at: string) => join(at, 'openline/dist/src/cli/main.js')],
  ['its folder is gone', (at: string) => join(at, 'no/where.js')],
  ['there is none', () => undefined],
])('where %s it is where it lies', (_what, program) => {
  expect(ownFolder(program(folder), real)).toBe(real);
});
