import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { OwedFiles } from '../../../../sip/media/owed-files';
import { RecordingLedger } from '../../../../sip/media/recording-ledger';
import { waitFor } from '../../../support/wait';

const dir = mkdtempSync(join(tmpdir(), 'openline-owed-'));
const FILE = { bytes: 3, sha256: 'ab' };

afterAll(() => rmSync(dir, { recursive: true }));

/** An edge's ledger and files, as it starts; again on the same name: the next edge. */
function edge(name: string, filesAreFetched = true) {
  const ledger = new RecordingLedger(join(dir, `${name}.jsonl`), pino({ level: 'silent' }));
  return { ledger, files: new OwedFiles(ledger, { filesAreFetched, folders: [dir] }) };
}

/** Recorded for `sales`, told, and in its journal. */
async function told({ ledger, files }: ReturnType<typeof edge>, recording: string) {
  const path = `${recording}.wav`;
  writeFileSync(join(dir, path), 'abc');
  await ledger.keep({ recording, owner: 'sales', session: 's', path });
  const rest = { startedAt: 1, durationMs: 1, gapsMs: {}, reconciles: true };
  files.finished('sales', recording, { result: 'stored', path, ...FILE, ...rest });
  files.told(recording);
  // Lines are written in order: when this one is, so is that.
  await ledger.keep({ recording: 'next', owner: 'sales', session: 's', path: 'next.wav' });
}

test('what was told and not fetched is owed by the next edge, to its app only, until it is fetched', async () => {
  await told(edge('next'), 'r1');
  const second = edge('next');
  expect(second.files.list('care').files).toEqual([]);
  expect(second.files.find('care', 'r1')).toBeNull();
  expect(second.files.list('sales')).toEqual({
    files: [{ recording: 'r1', path: 'r1.wav', ...FILE }],
    next: null,
  });
  await second.files.fetched('sales', 'r1');
  expect(existsSync(join(dir, 'r1.wav'))).toBe(false);
  await second.ledger.keep({ recording: 'last', owner: 'sales', session: 's', path: 'last.wav' });
  expect(edge('next').ledger.left.map(({ recording }) => recording)).toEqual(['next', 'last']);
});

test('an app that shares the folder is owed nothing once it knows, and its file stays', async () => {
  const shared = edge('shared', false);
  await told(shared, 'r2');
  expect(shared.files.list('sales').files).toEqual([]);
  await shared.files.fetched('sales', 'r2');
  expect(existsSync(join(dir, 'r2.wav'))).toBe(true);
  expect(edge('shared', false).ledger.left.map(({ recording }) => recording)).toEqual(['next']);
});

test('what is settled needs no next recording to be written, nor does an edge end before it is', async () => {
  const { ledger } = edge('settled');
  for (const recording of ['r1', 'r2']) {
    await ledger.keep({ recording, owner: 'sales', session: 's', path: `${recording}.wav` });
  }
  const left = () => {
    copyFileSync(join(dir, 'settled.jsonl'), join(dir, 'copy.jsonl'));
    return edge('copy').ledger.left.map(({ recording }) => recording);
  };
  ledger.settle('r1');
  await waitFor('one to be settled', () => left().length === 1);
  ledger.settle('r2');
  await ledger.close();
  expect(left()).toEqual([]);
});

test('files that were to be fetched, by an edge that now shares its folder, are let be', async () => {
  await told(edge('changed'), 'r3');
  const { files, ledger } = edge('changed', false);
  expect(files.list('sales').files).toEqual([]);
  await ledger.keep({ recording: 'last', owner: 'sales', session: 's', path: 'last.wav' });
  expect(edge('changed').files.list('sales').files).toEqual([]);
  expect(existsSync(join(dir, 'r3.wav'))).toBe(true);
});

test('pages follow each other without a gap, whatever is fetched in between', async () => {
  const { files } = edge('pages');
  const rest = { startedAt: 1, durationMs: 1, gapsMs: {}, reconciles: true };
  for (let i = 0; i < 450; i++) {
    const path = `p${i}.wav`;
    files.finished('sales', `p${i}`, { result: 'stored', path, ...FILE, ...rest });
    files.told(`p${i}`);
  }
  const first = files.list('sales');
  await files.fetched('sales', 'p199');
  const second = files.list('sales', first.next ?? 0);
  const third = files.list('sales', second.next ?? 0);
  const names = [first, second, third].flatMap((page) => page.files.map((one) => one.recording));
  expect(names).toEqual(Array.from({ length: 450 }, (_none, i) => `p${i}`));
  expect(third.next).toBeNull();
});
