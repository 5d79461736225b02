import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { keptEdge } from '../../../src/telephony/kept-edge';

const folder = mkdtempSync(join(tmpdir(), 'kept-edge-'));
const path = join(folder, 'edge-id');
const quiet = pino({ level: 'silent' });

afterAll(() => rmSync(folder, { recursive: true }));

test('the next run knows at which edge the former stood last; the first run of all knows none', () => {
  const first = keptEdge(path, quiet);
  expect(first.former).toBeNull();
  first.keep('edge-1');
  // Without a connection there is nothing to keep.
  first.keep(null);
  const second = keptEdge(path, quiet);
  expect(second.former).toBe('edge-1');
  second.keep('edge-2');
  expect(second.former).toBe('edge-1');
  expect(keptEdge(path, quiet).former).toBe('edge-2');
});

test('a disk that refuses stops nobody', () => {
  const kept = keptEdge(join(folder, 'nowhere', 'edge-id'), quiet);
  expect(() => kept.keep('edge-1')).not.toThrow();
});
