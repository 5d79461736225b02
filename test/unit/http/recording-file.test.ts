import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInside } from '../../../src/http/recording-file';

describe('the file of a recording', () => {
  const root = mkdtempSync(join(tmpdir(), 'openline-files-'));
  const folder = join(root, 'recordings');

  beforeAll(() => {
    mkdirSync(join(folder, 'bj01'), { recursive: true });
    mkdirSync(join(root, 'recordings-of-others'));
    writeFileSync(join(folder, 'bj01', 'a.wav'), 'sound');
    writeFileSync(join(folder, 'empty.wav'), '');
    writeFileSync(join(root, 'secret'), 'secret');
    writeFileSync(join(root, 'recordings-of-others', 'b.wav'), 'sound');
    symlinkSync(join(root, 'secret'), join(folder, 'link.wav'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('is found with its size', async () => {
    expect(await findInside(folder, 'bj01/a.wav')).toEqual({
      path: expect.stringMatching(/a\.wav$/),
      size: 5,
    });
  });

  test.each([
    ['the way up', '../secret'],
    ['the way up and sideways', '../recordings-of-others/b.wav'],
    ['a detour', 'bj01/../../secret'],
    ['an absolute path', '/etc/passwd'],
    ['a link that leads out', 'link.wav'],
    ['a folder', 'bj01'],
    ['the folder itself', '.'],
    ['nothing', 'bj01/none.wav'],
    ['a file taken for a folder', 'bj01/a.wav/x'],
    ['an empty file', 'empty.wav'],
    ['a NUL', 'bj01/a.wav\0'],
    ['an endless name', 'x'.repeat(5000)],
  ])('%s leads to none', async (_what, path) => {
    expect(await findInside(folder, path)).toBeNull();
  });
});
