/**
 * App and edge as two processes with a folder each, as on two hosts: a long recording is on its way when the
 * app, and then the edge, is killed (SIGKILL).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recordingHeader } from '../../sip/media/recording-format';
import { useDatabase } from '../support/postgres';
import { readWav, tonePayload, toneShare } from '../support/tone';
import { waitFor, within } from '../support/wait';
import { endEdges, folder, listening, portOf, run, watch, type Run } from './support/edge-process';
import { SECRET } from './support/engine';

const PATH = 'sh/2026/05/04/long.wav';
const database = useDatabase();
const dir = mkdtempSync(join(folder, 'afar-'));
const atEdge = join(dir, 'edge-recordings', PATH);
const atApp = join(dir, 'app-recordings', PATH);
const ledger = join(dir, 'edge-data', 'edge', 'recordings.jsonl');

afterAll(endEdges);

function startEdge(ports: Record<string, string> = {}): Run {
  return run({
    OPENLINE_DATA: join(dir, 'edge-data'),
    RECORDINGS_DIR: join(dir, 'edge-recordings'),
    MEDIA_FILES_LISTEN: 'http://127.0.0.1:0',
    ...ports,
  });
}

function startApp({ drachtio, control }: { drachtio: string; control: string }): Run {
  const child = spawn(process.execPath, [resolve('dist/src/main.js')], {
    // A developer's own `.env` lies in the repository.
    cwd: dir,
    env: {
      PATH: process.env['PATH'],
      OPENLINE_DATA: join(dir, 'app-data'),
      RECORDINGS_DIR: join(dir, 'app-recordings'),
      DATABASE_URL: database.url,
      DRACHTIO_PORT: String(portOf(drachtio)),
      DRACHTIO_SECRET: SECRET,
      MEDIA_URL: `tcp://${control}`,
      MEDIA_SECRET: 'm',
      HTTP_LISTEN: 'http://127.0.0.1:0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

/** As an edge leaves it whose app was told of it, and went: left 1 kHz, right 600 Hz, half an hour. */
function leaveRecording(): string {
  const left = tonePayload('PCMA', 1000, 0, 8000);
  const right = tonePayload('PCMA', 600, 0, 8000);
  const second = Buffer.alloc(16_000, 0);
  for (let i = 0; i < 8000; i++) second.set([left[i] ?? 0, right[i] ?? 0], 2 * i);
  const data = Buffer.concat(Array.from({ length: 1800 }, () => second));
  const file = Buffer.concat([
    recordingHeader({ channels: 2, wideband: false }, data.length),
    data,
  ]);
  mkdirSync(join(atEdge, '..'), { recursive: true });
  writeFileSync(atEdge, file);
  writeFileSync(`${atEdge}.json`, '{"recording":"long"}\n');
  const sha256 = createHash('sha256').update(file).digest('hex');
  const owed = { recording: 'long', owner: 'cell:all', session: 'call', path: PATH };
  mkdirSync(join(ledger, '..'), { recursive: true });
  const told = { bytes: file.length, sha256 };
  writeFileSync(ledger, `${JSON.stringify({ owed: { ...owed, told } })}\n`);
  return sha256;
}

const arrived = () => (existsSync(`${atApp}.part`) ? statSync(`${atApp}.part`).size : 0);

async function kill({ child, exit }: Run): Promise<void> {
  child.kill('SIGKILL');
  await within('the exit', exit, 5000);
}

test('a recording that is cut off by the end of either process arrives whole, and only then goes', async () => {
  const sha256 = leaveRecording();
  const edge = startEdge();
  const report = await listening(edge);
  const places = { drachtio: report.drachtio ?? '', control: report.control };
  const app = startApp(places);
  await waitFor('a beginning of it', () => arrived() > 2_000_000, 30_000);
  await kill(app);
  const first = arrived();
  expect(existsSync(atApp)).toBe(false);
  expect(existsSync(atEdge)).toBe(true);

  const second = startApp(places);
  await waitFor('more of it', () => arrived() > first + 2_000_000, 30_000);
  await kill(edge);
  expect(existsSync(atApp)).toBe(false);
  const next = startEdge({ MEDIA_LISTEN: places.control, DRACHTIO_LISTEN: places.drachtio });
  await waitFor('the edge to delete its own', () => !existsSync(atEdge), 30_000);

  const file = readFileSync(atApp);
  expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
  // The last second: half an hour is long to decode, and every byte has been compared.
  const end = file.subarray(-16_000);
  const header = recordingHeader({ channels: 2, wideband: false }, end.length);
  const [left, right] = readWav(Buffer.concat([header, end])).channels;
  expect(toneShare(left?.subarray(-8000) ?? new Int16Array(1), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(right?.subarray(-8000) ?? new Int16Array(1), 600)).toBeGreaterThan(0.99);
  expect(readFileSync(`${atApp}.json`, 'utf8')).toBe('{"recording":"long"}\n');
  expect(existsSync(`${atEdge}.json`)).toBe(false);
  await waitFor('it to be settled', () => readFileSync(ledger, 'utf8').includes('settled'));
  // What was fetched once is not fetched again.
  // The app's line may come after the edge's.
  await waitFor('the line of it', () =>
    /a recording was fetched/.test(app.errors() + second.errors()),
  );
  await kill(next);
  await kill(second);
}, 90_000);
