import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { Recorder, type Track } from '../../../../../sip/media/worker/recorder';
import { readWav, tonePayload, toneShare } from '../../../../support/tone';
import { waitFor } from '../../../../support/wait';

const ORIGIN = 500_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-recorder-'));
});
afterEach(() => rm(folder, { recursive: true }));

function record(path = 'a/b.wav', onFailed = () => undefined as void): Recorder {
  const options = { file: join(folder, path), path, origin: ORIGIN, startedAt: 1_700_000_000_000 };
  return new Recorder({ ...options, onFailed });
}

/** Lets a far side speak a tone from `from` to `to`, in samples of the recording. */
function speak(track: Track, { ssrc = 1, tone = 1000, from = 0, to = 0 }): void {
  for (let at = from; at < to; at += 160) {
    const packet = Buffer.alloc(12);
    writeHeader(packet, 0, { marker: false, payloadType: 8, sequence: 0, timestamp: at, ssrc });
    const whole = Buffer.concat([packet, tonePayload('PCMA', tone, at)]);
    track.write(whole, 12, 172, 'PCMA', ORIGIN + at + 160);
  }
}

test('each side stands in its channel, aligned, with silence where nothing was said', async () => {
  const recorder = record();
  speak(recorder.left, { tone: 1000, from: 0, to: 16_000 });
  speak(recorder.right, { tone: 600, from: 8000, to: 16_000, ssrc: 2 });
  const file = await recorder.finish(ORIGIN + 20_000);
  const bytes = await readFile(join(folder, 'a/b.wav'));
  expect(file).toEqual({
    ...{ result: 'stored', path: 'a/b.wav', startedAt: 1_700_000_000_000, durationMs: 2500 },
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const [left, right] = readWav(bytes).channels as [Int16Array, Int16Array];
  expect(left).toHaveLength(20_000);
  expect(toneShare(left.subarray(0, 16_000), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(right.subarray(8000, 16_000), 600)).toBeGreaterThan(0.99);
  expect(right.subarray(0, 8000).every((sample) => sample === 8)).toBe(true);
  expect(left.subarray(16_000).every((sample) => sample === 8)).toBe(true);
  expect(await readdir(join(folder, 'a'))).toEqual(['b.wav']);
});

test('the file can be played at any moment, under another name until it is whole', async () => {
  const recorder = record('now.wav');
  const part = join(folder, 'now.wav.part');
  const samples = async (): Promise<number> => {
    const bytes = await readFile(part).catch(() => Buffer.alloc(0));
    return bytes.length === 0 ? -1 : (readWav(bytes).channels[0]?.length ?? -1);
  };
  await waitFor('an empty recording', async () => (await samples()) === 0);
  speak(recorder.left, { from: 0, to: 16_000 });
  recorder.flush(ORIGIN + 16_000);
  await waitFor('the first window, without the last half second', async () => {
    return (await samples()) === 12_000;
  });
  speak(recorder.left, { from: 16_000, to: 24_000 });
  recorder.flush(ORIGIN + 24_000);
  await waitFor('the second window', async () => (await samples()) === 20_000);
  await recorder.finish(ORIGIN + 24_000);
  const [left] = readWav(await readFile(join(folder, 'now.wav'))).channels;
  expect(toneShare(left ?? new Int16Array(1), 1000)).toBeGreaterThan(0.99);
});

test('a packet late by less than the hold-back finds its place after a flush', async () => {
  const recorder = record('late.wav');
  await waitFor('the file', () => readdir(folder).then(({ length }) => length > 0));
  speak(recorder.left, { from: 0, to: 12_800 });
  speak(recorder.left, { from: 12_960, to: 16_000 });
  recorder.flush(ORIGIN + 16_000);
  speak(recorder.left, { from: 12_800, to: 12_960 });
  await recorder.finish(ORIGIN + 16_000);
  const [left] = readWav(await readFile(join(folder, 'late.wav'))).channels;
  expect(toneShare(left?.subarray(12_000, 14_000) ?? new Int16Array(1), 1000)).toBeGreaterThan(
    0.99,
  );
});

test.each([
  ['the file exists already', 'taken.wav', 'EEXIST'],
  ['a file stands where a folder should', 'taken.wav/x.wav', 'ENOTDIR'],
])('when %s, the failure is told at once, with its reason', async (_what, path, reason) => {
  await writeFile(join(folder, 'taken.wav'), 'precious');
  const failed = await new Promise<Recorder>((resolve) => {
    const recorder = record(path, () => resolve(recorder));
  });
  const file = await failed.finish(ORIGIN + 8000);
  expect(file).toEqual({
    result: 'failed',
    reason: expect.stringMatching(`${reason}|EEXIST`) as string,
  });
  expect(await readFile(join(folder, 'taken.wav'), 'utf8')).toBe('precious');
});

test('a name that cannot be given at the end fails the recording and keeps the part', async () => {
  const recorder = record('late.wav');
  await waitFor('the file', () => readdir(folder).then(({ length }) => length > 0));
  speak(recorder.left, { from: 0, to: 8000 });
  await mkdir(join(folder, 'late.wav'));
  const file = await recorder.finish(ORIGIN + 8000);
  expect(file).toMatchObject({
    result: 'failed',
    reason: expect.stringContaining('EISDIR') as string,
  });
  expect(readWav(await readFile(join(folder, 'late.wav.part'))).duration).toBe(1);
});
