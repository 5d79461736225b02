/** Which process is ended by who becomes the active app: only the one that took the journal's lock itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openJournal } from '../../../src/app/claim';
import { uuidv7Maker } from '../../../src/engine/id';
import { startOf } from '../../../src/engine/process-start';

const log = pino({ level: 'silent' });
let folder: string;
let other: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-claim-'));
  other = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(other, 'spawn');
});
afterEach(async () => {
  if (other.signalCode === null) {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
  rmSync(folder, { recursive: true });
});

const lockedBy = (owner: { started: string; epoch?: number }): void =>
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: other.pid, ...owner }));
const open = () => openJournal({ folder, makeId: uuidv7Maker(), log, epoch: 5 }, log);

test('the app of an older epoch is ended, and its journal taken', async () => {
  lockedBy({ started: startOf(other.pid!), epoch: 4 });
  const ended = once(other, 'exit');
  const journal = await open();
  expect(await ended).toEqual([null, 'SIGKILL']);
  await journal.close();
});

test('another program that only has its id is left alone, and holds nothing', async () => {
  lockedBy({ started: 'before', epoch: 4 });
  await (await open()).close();
  expect(other.signalCode).toBeNull();
  expect(() => process.kill(other.pid!, 0)).not.toThrow();
});

test.each([
  ['where nobody can tell whether it is that app', { started: '', epoch: 4 }],
  ['of the same epoch', { started: 'its own', epoch: 5 }],
  ['that is no app', { started: 'its own' }],
])('a process %s is not ended, and the start is refused', async (_what, owner) => {
  lockedBy({ ...owner, started: owner.started && startOf(other.pid!) });
  await expect(open()).rejects.toMatchObject({ name: 'JournalLocked', pid: other.pid });
  expect(() => process.kill(other.pid!, 0)).not.toThrow();
  expect(other.signalCode).toBeNull();
});
