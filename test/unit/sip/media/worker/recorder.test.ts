import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { G722Encoder } from '../../../../../sip/rtp/g722';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { closeFallen } from '../../../../../sip/media/fallen-recording';
import type { Codec } from '../../../../../sip/sdp/codecs';
import type { RecordingFormat } from '../../../../../sip/media/recording-format';
import type {
  LegCounts,
  Manifest,
  ManifestLine,
} from '../../../../../sip/media/recording-manifest';
import type { Correction } from '../../../../../sip/media/recording-corrections';
import { Recorder } from '../../../../../sip/media/worker/recorder';
import { RecordingFile } from '../../../../../sip/media/worker/recording-file';
import type { Track } from '../../../../../sip/media/worker/recorder-track';
import { loudness, readWav, tonePayload, toneShare } from '../../../../support/tone';
import { waitFor } from '../../../../support/wait';

const ORIGIN = 500_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-recorder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const CLOCKS = { origin: ORIGIN, startedAt: 1_700_000_000_000, monotonicZeroMs: 4321.5 };

const STEREO: RecordingFormat = { channels: 2, wideband: false };

function record(path = 'a/b.wav', onOver = () => undefined as void, format = STEREO): Recorder {
  const places = [{ folder: 1, file: join(folder, path) }] as const;
  const onTrouble = () => undefined;
  return new Recorder({ recording: 'r', places, path, format, ...CLOCKS, onOver, onTrouble });
}

async function manifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, `${path}.json`), 'utf8')) as Manifest;
}

/** Resolves when there are so many bytes of sound. */
async function written(path: string, bytes: number): Promise<void> {
  const part = join(folder, `${path}.part`);
  const size = (): Promise<number> =>
    stat(part).then(
      (file) => file.size,
      () => 0,
    );
  await waitFor(`${bytes} bytes`, async () => (await size()) === 58 + bytes);
}

const NONE = { expected: 0, received: 0, lost: 0, duplicates: 0, late: 0, foreign: 0 };

/** Lets a far side speak a tone from `from` to `to`, in ticks of the recording. */
function speak(
  track: Track | null,
  {
    ssrc = 1,
    tone = 1000,
    from = 0,
    to = 0,
    codec = 'PCMA' as Codec,
    late = 0,
    encoder = new G722Encoder(),
  },
): void {
  for (let at = from; at < to; at += 160) {
    const packet = Buffer.alloc(12);
    const sequence = (at / 160) & 0xffff;
    writeHeader(packet, 0, { marker: false, payloadType: 8, sequence, timestamp: at, ssrc });
    const payload = codec === 'G722' ? wide(encoder, tone, at) : tonePayload(codec, tone, at);
    const whole = Buffer.concat([packet, payload]);
    track?.write(whole, 12, 172, codec, ORIGIN + at + 160 + late);
  }
}

/** 20 ms of a tone in G.722. */
function wide(encoder: G722Encoder, tone: number, at: number): Buffer {
  const samples = Int16Array.from({ length: 320 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * tone * (2 * at + i)) / 16_000)),
  );
  const bytes = Buffer.alloc(160);
  encoder.encode(samples, bytes, 0);
  return bytes;
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
    gapsMs: { unheard: 2000 },
    reconciles: true,
  });
  const [left, right] = readWav(bytes).channels as [Int16Array, Int16Array];
  expect(left).toHaveLength(20_000);
  expect(toneShare(left.subarray(0, 16_000), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(right.subarray(8000, 16_000), 600)).toBeGreaterThan(0.99);
  expect(right.subarray(0, 8000).every((sample) => sample === 8)).toBe(true);
  expect(left.subarray(16_000).every((sample) => sample === 8)).toBe(true);
  expect(await readdir(join(folder, 'a'))).toEqual(['b.wav', 'b.wav.json']);
});

/**
 * What a player gets of a file that is being written: as much as its head says, in one read, so that nothing
 * comes between. Sound behind that is of a window whose head is not written yet. Null while there is no head.
 */
function playable(path: string): Buffer | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(1 << 20);
  const length = readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  if (length < 8) return null;
  const whole = 8 + bytes.readUInt32LE(4);
  expect(length).toBeGreaterThanOrEqual(whole);
  return bytes.subarray(0, whole);
}

test('the file can be played at any moment, under another name until it is whole', async () => {
  const recorder = record('now.wav');
  const part = join(folder, 'now.wav.part');
  const samples = (): number => {
    const bytes = playable(part);
    return bytes === null ? -1 : (readWav(bytes).channels[0]?.length ?? -1);
  };
  await waitFor('an empty recording', () => samples() === 0);
  speak(recorder.left, { from: 0, to: 16_000 });
  recorder.flush(ORIGIN + 16_000);
  await waitFor('the first window, without the last half second', () => samples() === 12_000);
  speak(recorder.left, { from: 16_000, to: 24_000 });
  recorder.flush(ORIGIN + 24_000);
  await waitFor('the second window', () => samples() === 20_000);
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

test('the manifest tells of every packet, and of every stretch that is missing', async () => {
  const recorder = record('told.wav');
  speak(recorder.left, { from: 0, to: 8000 });
  speak(recorder.left, { from: 7840, to: 8000 });
  speak(recorder.left, { from: 8480, to: 16_000 });
  const file = await recorder.finish(ORIGIN + 16_000);
  const told = await manifest('told.wav');
  expect(told).toEqual({
    ...{ recording: 'r', path: 'told.wav', startedAt: CLOCKS.startedAt, monotonicZeroMs: 4321.5 },
    ...{ rate: 8000, state: 'finished', samples: 16_000, reconciles: true },
    ...(file.result === 'stored' ? { bytes: file.bytes, sha256: file.sha256 } : {}),
    left: { ...NONE, expected: 100, received: 97, lost: 3, duplicates: 1 },
    right: NONE,
    gaps: [
      { side: 'right', from: 0, samples: 16_000, cause: 'unheard' },
      { side: 'left', from: 8000, samples: 480, cause: 'loss' },
    ],
    corrections: [],
  });
  expect(file).toMatchObject({ gapsMs: { unheard: 2000, loss: 60 }, reconciles: true });
});

test('a line is added with each window', async () => {
  const recorder = record('lines.wav');
  const lines = async (): Promise<{ samples?: number; left?: { received: number } }[]> => {
    const text = await readFile(join(folder, 'lines.wav.json.part'), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as object]));
  };
  await waitFor('the head', async () => (await lines()).length === 1);
  speak(recorder.left, { from: 0, to: 16_000 });
  recorder.flush(ORIGIN + 16_000);
  const line = await waitFor('the first window', async () => (await lines())[1]);
  expect(line).toMatchObject({ samples: 12_000, left: { ...NONE, expected: 100, received: 100 } });
  await waitFor('its sound', async () => {
    return readWav(await readFile(join(folder, 'lines.wav.part'))).duration === 1.5;
  });
  await recorder.finish(ORIGIN + 16_000);
});

test('before a window is written, every loss in it is told', async () => {
  const told: number[] = [];
  const append = jest.spyOn(RecordingFile.prototype, 'append').mockImplementation(() => {
    const lines = readFileSync(join(folder, 'first.wav.json.part'), 'utf8').trim().split('\n');
    told.push((JSON.parse(lines.at(-1) ?? '') as ManifestLine).samples);
    return Promise.reject(new Error('killed here'));
  });
  try {
    const recorder = record('first.wav');
    recorder.flush(ORIGIN + 16_000);
    await waitFor('the window', () => told.length > 0);
    expect(told).toEqual([12_000]);
    await recorder.finish(ORIGIN + 16_000);
  } finally {
    append.mockRestore();
  }
});

/** Lost: in the first window, over its end, in the second; and a pause over the end of the second. */
test.each<[what: string, samples: number, gaps: string[], left: Partial<LegCounts>]>([
  ['nothing', 0, [], { expected: 0 }],
  ['a part of the first window', 5000, ['loss 4000+160', 'loss 4960+40'], { expected: 0 }],
  ['the first window', 8000, ['loss 4000+160', 'loss 4960+160', 'loss 7840+160'], { lost: 4 }],
  [
    'a part of the second',
    12_000,
    ['loss 4000+160', 'loss 4960+160', 'loss 7840+320', 'paused 11000+1000'],
    { lost: 4 },
  ],
  [
    'both windows',
    16_000,
    ['loss 4000+160', 'loss 4960+160', 'loss 7840+320', 'paused 11000+5000'],
    { lost: 4 },
  ],
])(
  'of an edge that was killed with %s in the file all is listed',
  async (_what, samples, gaps, left) => {
    const recorder = record('cut.wav', undefined, { channels: 1, wideband: false });
    const part = join(folder, 'cut.wav.part');
    const holds = (ticks: number): Promise<unknown> =>
      waitFor('the window', () => readFile(part).then(({ length }) => length === 58 + ticks));
    await waitFor('the file', () => readdir(folder).then(({ length }) => length > 1));
    let from = 0;
    for (const [to, next] of [
      [4000, 4160],
      [4960, 5120],
      [7840, 8160],
      [12_000, 12_000],
    ] as const) {
      speak(recorder.left, { from, to });
      from = next;
    }
    recorder.flush(ORIGIN + 12_000);
    await holds(8000);
    recorder.pause(ORIGIN + 11_000);
    speak(recorder.left, { from, to: 20_000 });
    recorder.flush(ORIGIN + 20_000);
    await holds(16_000);
    await truncate(part, 58 + samples);
    const owed = { recording: 'r', owner: 'o', session: 's', path: 'cut.wav' };
    await closeFallen(owed, [folder], CLOCKS.startedAt);
    const told = await manifest('cut.wav');
    expect(told).toMatchObject({ samples, left });
    const others = told.gaps.filter(({ cause }) => cause !== 'edge-killed');
    expect(others.map((gap) => `${gap.cause} ${gap.from}+${gap.samples}`)).toEqual(gaps);
    expect(await recorder.finish(ORIGIN + 20_000)).toMatchObject({ result: 'failed' });
  },
);

test.each([
  ['16 kHz', true],
  ['A-law', false],
])(
  'in a file of %s, overtaken G.722 is left out, is late, and is loss',
  async (_what, wideband) => {
    const encoder = new G722Encoder();
    const scale = wideband ? 2 : 1;
    const play = async (path: string, order: readonly number[]): Promise<Buffer> => {
      const recorder = record(path, undefined, { channels: 1, wideband });
      for (const i of order) recorder.left.write(...(packets[i] as Parameters<Track['write']>));
      await recorder.finish(ORIGIN + 16_000);
      return readFile(join(folder, path));
    };
    const packets: Parameters<Track['write']>[] = [];
    const heard = { write: (...packet: Parameters<Track['write']>) => void packets.push(packet) };
    speak(heard as Track, { to: 16_000, codec: 'G722', encoder });
    const others = packets.map((_packet, i) => i).filter((i) => i !== 20);
    const lost = await play('lost.wav', others);
    const overtaken = await play('overtaken.wav', [
      ...others.slice(0, 21),
      20,
      ...others.slice(21),
    ]);
    expect(overtaken.equals(lost)).toBe(true);
    expect(await manifest('overtaken.wav')).toMatchObject({
      left: { ...NONE, expected: 100, received: 100, late: 1 },
      gaps: [{ side: 'left', from: 3200 * scale, samples: 160 * scale, cause: 'loss' }],
      reconciles: true,
    });
  },
);

test('G.711 in 16 kHz: an overtaken packet has its place, and leaves no trace in the others', async () => {
  const recorder = record('overtaken.wav', undefined, { channels: 1, wideband: true });
  speak(recorder.left, { from: 0, to: 3200 });
  speak(recorder.left, { from: 3360, to: 3520 });
  speak(recorder.left, { tone: 0, from: 3200, to: 3360 });
  speak(recorder.left, { from: 3520, to: 16_000 });
  await recorder.finish(ORIGIN + 16_000);
  const [sound] = readWav(await readFile(join(folder, 'overtaken.wav'))).channels as [Int16Array];
  expect(loudness(sound.subarray(6400, 6720))).toBeLessThan(100);
  expect(toneShare(sound.subarray(6900, 32_000), 1000, 16_000)).toBeGreaterThan(0.999);
  const { left, gaps } = await manifest('overtaken.wav');
  expect(left).toEqual({ ...NONE, expected: 100, received: 100 });
  expect(gaps).toEqual([]);
});

test('one that is as long as it may be is over, and is a whole file', async () => {
  const over = jest.fn();
  const places = [{ folder: 1, file: join(folder, 'long.wav') }] as const;
  const recorder = new Recorder({
    ...{ recording: 'r', places, path: 'long.wav', format: STEREO, ...CLOCKS },
    ...{ onOver: over, onTrouble: () => undefined, longest: 16_000 },
  });
  speak(recorder.left, { to: 15_840 });
  recorder.flush(ORIGIN + 15_999);
  expect(over).not.toHaveBeenCalled();
  recorder.flush(ORIGIN + 16_000);
  expect(over).toHaveBeenCalledTimes(1);
  expect(await recorder.finish(ORIGIN + 16_000)).toMatchObject({
    ...{ result: 'stored', durationMs: 2000, reconciles: true },
  });
});

test('a packet that comes after its window was written is late, and missing', async () => {
  const recorder = record('late.wav');
  await waitFor('the file', () => readdir(folder).then(({ length }) => length > 1));
  speak(recorder.left, { from: 0, to: 4000 });
  speak(recorder.left, { from: 4160, to: 16_000 });
  recorder.flush(ORIGIN + 16_000);
  // One that was missed, and the copy of one that was not.
  speak(recorder.left, { from: 3840, to: 4160 });
  await recorder.finish(ORIGIN + 16_000);
  const { left, gaps } = await manifest('late.wav');
  expect(left).toEqual({ ...NONE, expected: 100, received: 100, late: 1, duplicates: 1 });
  expect(gaps).toContainEqual({ side: 'left', from: 4000, samples: 160, cause: 'loss' });
});

test('a pause is silence to the sample, whoever speaks, and is no other gap', async () => {
  const recorder = record('paused.wav');
  await waitFor('the file', () => readdir(folder).then(({ length }) => length > 1));
  speak(recorder.left, { from: 0, to: 8000 });
  recorder.pause(ORIGIN + 7990);
  speak(recorder.left, { from: 8000, to: 12_000 });
  recorder.flush(ORIGIN + 16_000);
  speak(recorder.left, { from: 14_400, to: 24_000 });
  recorder.resume(ORIGIN + 20_010);
  await recorder.finish(ORIGIN + 24_000);
  const [left] = readWav(await readFile(join(folder, 'paused.wav'))).channels as [Int16Array];
  expect(left.subarray(7990, 20_010).every((sample) => sample === 8)).toBe(true);
  expect(toneShare(left.subarray(0, 7990), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(left.subarray(20_010), 1000)).toBeGreaterThan(0.99);
  const { gaps, left: packets } = await manifest('paused.wav');
  expect(gaps.filter(({ side }) => side !== 'right')).toEqual([
    { side: 'both', from: 7990, samples: 12_020, cause: 'paused' },
  ]);
  expect(packets).toMatchObject({ expected: 150, received: 135, lost: 15 });
});

test.each([
  ['A-law', false, 8],
  ['16 kHz', true, 0],
])(
  '%s: what a side says on hold is silence to the sample, and the other is as it was',
  async (_what, wideband, silence) => {
    const recorder = record('held.wav', undefined, { channels: 2, wideband });
    const per = wideband ? 2 : 1;
    speak(recorder.left, { from: 0, to: 8000 });
    recorder.left.withhold(true, ORIGIN + 7990);
    speak(recorder.left, { from: 8000, to: 16_000 });
    speak(recorder.right, { tone: 600, from: 0, to: 24_000, ssrc: 2 });
    recorder.flush(ORIGIN + 16_000);
    // A pause explains what lies in it; the rest is hold.
    recorder.pause(ORIGIN + 18_000);
    recorder.resume(ORIGIN + 19_000);
    recorder.left.withhold(false, ORIGIN + 20_010);
    speak(recorder.left, { from: 20_000, to: 24_000 });
    await recorder.finish(ORIGIN + 24_000);
    const wav = readWav(await readFile(join(folder, 'held.wav')));
    const [left, right] = wav.channels as [Int16Array, Int16Array];
    const rate = 8000 * per;
    expect(left.subarray(7990 * per, 20_010 * per).every((sample) => sample === silence)).toBe(
      true,
    );
    expect(toneShare(left.subarray(0, 7990 * per), 1000, rate)).toBeGreaterThan(0.99);
    expect(toneShare(left.subarray(20_050 * per), 1000, rate)).toBeGreaterThan(0.98);
    expect(toneShare(right.subarray(100, 18_000 * per), 600, rate)).toBeGreaterThan(0.99);
    const { gaps } = await manifest('held.wav');
    expect(
      gaps.map(({ side, from, samples, cause }) => [side, from / per, samples / per, cause]),
    ).toEqual([
      ['left', 7990, 10_010, 'hold'],
      ['both', 18_000, 1000, 'paused'],
      ['left', 19_000, 1010, 'hold'],
    ]);
  },
);

test('without a right side there is one channel, and one leg in the manifest', async () => {
  const format = { channels: 1, wideband: false } as const;
  const recorder = record('one.wav', undefined, format);
  expect(recorder.right).toBeNull();
  speak(recorder.left, { from: 0, to: 8000 });
  recorder.pause(ORIGIN + 8000);
  expect(await recorder.finish(ORIGIN + 16_000)).toMatchObject({
    ...{ result: 'stored', durationMs: 2000, gapsMs: { paused: 1000 }, reconciles: true },
  });
  const { channels } = readWav(await readFile(join(folder, 'one.wav')));
  expect(channels).toHaveLength(1);
  expect(channels[0]).toHaveLength(16_000);
  expect(toneShare(channels[0]?.subarray(0, 8000) ?? new Int16Array(1), 1000)).toBeGreaterThan(
    0.99,
  );
  const told = await manifest('one.wav');
  expect(told.left).toMatchObject({ expected: 50, received: 50 });
  expect(told.right).toBeUndefined();
});

test('a side in G.722 makes the file 16 kHz; the other is brought up to it, at its place', async () => {
  const recorder = record('wide.wav', undefined, { channels: 2, wideband: true });
  speak(recorder.left, { tone: 6000, from: 0, to: 16_000, codec: 'G722' });
  speak(recorder.right, { tone: 1000, from: 8000, to: 12_000, codec: 'PCMU' });
  speak(recorder.right, { tone: 1000, from: 12_000, to: 16_000 });
  recorder.flush(ORIGIN + 12_000);
  recorder.pause(ORIGIN + 14_000);
  const file = await recorder.finish(ORIGIN + 16_000);
  expect(file).toMatchObject({
    ...{ result: 'stored', durationMs: 2000, reconciles: true },
    gapsMs: { unheard: 1000, paused: 250 },
  });
  const wav = readWav(await readFile(join(folder, 'wide.wav')));
  expect(wav).toMatchObject({ format: 'linear', sampleRate: 16_000, duration: 2 });
  const [left, right] = wav.channels as [Int16Array, Int16Array];
  expect(toneShare(left.subarray(400, 27_900), 6000, 16_000)).toBeGreaterThan(0.99);
  expect(toneShare(right.subarray(16_100, 27_900), 1000, 16_000)).toBeGreaterThan(0.99);
  expect(right.subarray(0, 16_000).every((sample) => sample === 0)).toBe(true);
  expect(left.subarray(28_000).every((sample) => sample === 0)).toBe(true);
  const told = await manifest('wide.wav');
  expect(told).toMatchObject({ rate: 16_000, samples: 32_000 });
  expect(told.gaps).toEqual([
    { side: 'right', from: 0, samples: 16_000, cause: 'unheard' },
    { side: 'both', from: 28_000, samples: 4000, cause: 'paused' },
  ]);
});

test('G.722 that is agreed in the middle of an A-law file is brought down to it', async () => {
  const recorder = record('down.wav');
  speak(recorder.left, { tone: 1000, from: 0, to: 8000 });
  speak(recorder.left, { tone: 600, from: 8000, to: 16_000, codec: 'G722', ssrc: 2 });
  await recorder.finish(ORIGIN + 16_000);
  const wav = readWav(await readFile(join(folder, 'down.wav')));
  expect(wav).toMatchObject({ format: 'PCMA', sampleRate: 8000, duration: 2 });
  const left = wav.channels[0] as Int16Array;
  expect(toneShare(left.subarray(0, 8000), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(left.subarray(8200), 600)).toBeGreaterThan(0.99);
});

test.each([
  ['PCMA', 32_320],
  ['PCMU', 32_320],
  // Whose decoder needs a packet to fall silent.
  ['G722', 32_480],
] as const)(
  '%s: a drift of 15 ms is taken out when nothing is said, leaves no gap, and is listed',
  async (codec, at) => {
    const recorder = record('drift.wav');
    const { left } = recorder;
    const spoken = { codec, encoder: new G722Encoder() };
    speak(left, { from: 0, to: 16_000, ...spoken });
    recorder.flush(ORIGIN + 16_000);
    speak(left, { from: 16_000, to: 32_000, ...spoken, late: 120 });
    recorder.flush(ORIGIN + 32_000);
    speak(left, { from: 32_000, to: 32_160, ...spoken, late: 120 });
    speak(left, { tone: 0, from: 32_160, to: 32_480, ...spoken, late: 120 });
    speak(left, { from: 32_480, to: 40_000, ...spoken, late: 120 });
    await recorder.finish(ORIGIN + 40_120);
    const [sound] = readWav(await readFile(join(folder, 'drift.wav'))).channels as [Int16Array];
    const share = (from: number, to: number) => toneShare(sound.subarray(from, to), 1000);
    expect(share(400, 32_160)).toBeGreaterThan(0.99);
    expect(loudness(sound.subarray(32_240, 32_580))).toBeLessThan(100);
    expect(share(32_640, 40_100)).toBeGreaterThan(0.98);
    const { gaps, corrections } = await manifest('drift.wav');
    expect(gaps.filter(({ side }) => side === 'left')).toEqual([]);
    expect(corrections).toEqual([{ side: 'left', at, samples: 120 }]);
  },
);

test.each([
  ['fast', 200, false],
  ['slow', -200, false],
  ['fast', 200, true],
])(
  'a clock that is too %s by 200 ppm: every loss is where the listed corrections say (%i ppm, wideband %s)',
  async (_what, ppm, wideband) => {
    const recorder = record('skew.wav', undefined, { channels: 1, wideband });
    const scale = wideband ? 2 : 1;
    const lost = (at: number): boolean => (at / 160) % 70 === 69;
    const end = 180 * 8000;
    for (let at = 0; at < end; at += 160) {
      // Half a second of four nothing is said.
      const tone = (at / 160) % 200 < 175 ? 1000 : 0;
      const late = -Math.round((at * ppm) / 1e6);
      if (!lost(at)) speak(recorder.left, { tone, from: at, to: at + 160, late });
      if (at % 11_520 === 0) recorder.flush(ORIGIN + at);
      if (at % 115_200 === 0 && at > 0) await written('skew.wav', (at - 4000) * (wideband ? 4 : 1));
    }
    await recorder.finish(ORIGIN + end);
    const { gaps, corrections } = await manifest('skew.wav');
    const found = gaps.filter(({ cause }) => cause === 'loss').map(({ from }) => from / scale);
    const own = Array.from({ length: end / 160 }, (_, i) => 160 * i).filter(lost);
    const movedBy = (correction: Correction): number => correction.samples / scale;
    /** Where the sound before it ends. */
    const endBefore = ({ at, samples }: Correction): number => (at - Math.min(0, samples)) / scale;
    const places = own.map((at) =>
      corrections.reduce((place, one) => place + (endBefore(one) <= place ? movedBy(one) : 0), at),
    );
    expect(found).toEqual(places);
    const moved = corrections.reduce((sum, one) => sum + movedBy(one), 0);
    // 36 ms, of which less than 20 ms are left.
    expect(Math.abs(moved + (end * ppm) / 1e6)).toBeLessThan(160);
    expect(moved * ppm).toBeLessThan(0);
  },
);

test('of an edge that was killed those corrections are listed that are in the file', async () => {
  const recorder = record('moved.wav', undefined, { channels: 1, wideband: false });
  const part = join(folder, 'moved.wav.part');
  // 50 ms late from the second window on, 100 ms from the third, taken out at once each time.
  for (const [to, late] of [
    [12_000, 0],
    [24_000, 400],
    [36_000, 800],
    [48_000, 800],
  ] as const) {
    speak(recorder.left, { from: to - 12_000, to, late });
    recorder.flush(ORIGIN + to);
    await written('moved.wav', to - 4000);
  }
  const lines = `${part.slice(0, -5)}.json.part`;
  const [head, ...others] = (await readFile(lines, 'utf8')).trim().split('\n');
  const old = JSON.parse(others[0] ?? '') as ManifestLine;
  delete old.corrections;
  await writeFile(lines, `${[head, JSON.stringify(old), ...others.slice(1)].join('\n')}\n`);
  await truncate(part, 58 + 30_000);
  const owed = { recording: 'r', owner: 'o', session: 's', path: 'moved.wav' };
  await closeFallen(owed, [folder], CLOCKS.startedAt);
  const { corrections } = await manifest('moved.wav');
  expect(corrections).toEqual([{ side: 'left', at: 24_000, samples: 400 }]);
  expect(await recorder.finish(ORIGIN + 48_000)).toMatchObject({ result: 'failed' });
});

test('an edge that is killed before a whole manifest has its name leaves all that it tells', async () => {
  const recorder = record('named.wav');
  speak(recorder.left, { from: 0, to: 4000 });
  speak(recorder.left, { from: 8000, to: 12_000 });
  recorder.flush(ORIGIN + 12_000);
  const lines = join(folder, 'named.wav.json.part');
  await written('named.wav', 2 * 8000);
  const before = await readFile(lines, 'utf8');
  const file = await recorder.finish(ORIGIN + 12_000);
  const whole = await readFile(join(folder, 'named.wav.json'), 'utf8');
  // Of the lines that it was written over, the end of one and the others are still there.
  await rm(join(folder, 'named.wav.json'));
  await writeFile(lines, `${whole}"end":"of a line"}\n${before}`);
  const owed = { recording: 'r', owner: 'o', session: 's', path: 'named.wav' };
  expect(await closeFallen(owed, [folder], CLOCKS.startedAt + 60_000)).toEqual(file);
  expect(await readFile(join(folder, 'named.wav.json'), 'utf8')).toBe(whole);
  expect(await readdir(folder)).toEqual(['named.wav', 'named.wav.json']);
});

test.each<[string, RecordingFormat]>([
  ['of one channel', { channels: 1, wideband: false }],
  ['of 16 kHz', { channels: 2, wideband: true }],
])('a recording %s whose edge is killed becomes a file of its own shape', async (_what, format) => {
  const recorder = record('fallen.wav', undefined, format);
  speak(recorder.left, { from: 0, to: 12_000 });
  recorder.flush(ORIGIN + 12_000);
  const lines = join(folder, 'fallen.wav.json.part');
  await waitFor(
    'the window',
    async () => (await readFile(lines, 'utf8').catch(() => '')).split('\n').length > 2,
  );
  const owed = { recording: 'r', owner: 'o', session: 's', path: 'fallen.wav' };
  const file = await closeFallen(owed, [folder], CLOCKS.startedAt + 1500);
  expect(file).toMatchObject({
    ...{ result: 'stored', durationMs: 1000, reconciles: true },
    gapsMs: expect.objectContaining({ 'edge-killed': 500 }) as object,
  });
  const { channels, duration, sampleRate } = readWav(await readFile(join(folder, 'fallen.wav')));
  expect([channels.length, duration]).toEqual([format.channels, 1]);
  expect(
    toneShare(channels[0]?.subarray(100) ?? new Int16Array(1), 1000, sampleRate),
  ).toBeGreaterThan(0.99);
  expect(await manifest('fallen.wav')).toMatchObject({ rate: sampleRate, samples: sampleRate });
  // Its file is another's now.
  expect(await recorder.finish(ORIGIN + 12_000)).toMatchObject({ result: 'failed' });
});
