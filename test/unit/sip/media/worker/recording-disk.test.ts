import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { closeFallen } from '../../../../../sip/media/fallen-recording';
import type { DiskTrouble } from '../../../../../sip/media/messages';
import type { Manifest } from '../../../../../sip/media/recording-manifest';
import { RecordingDisk } from '../../../../../sip/media/worker/recording-disk';
import { Recorder } from '../../../../../sip/media/worker/recorder';
import { needsTmpfs } from '../../../../support/needs';
import { SmallDisk } from '../../../../support/small-disk';
import { readWav, tonePayload, toneShare } from '../../../../support/tone';
import { waitFor } from '../../../../support/wait';

const ORIGIN = 500_000;
const FORMAT = { channels: 2, wideband: false } as const;
const SECOND = 8000;
const disks: SmallDisk[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const disk of disks.splice(0)) disk.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function smallDisk(kilobytes: number): SmallDisk {
  const disk = new SmallDisk(kilobytes);
  disks.push(disk);
  return disk;
}

function wideFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openline-disk-2-'));
  folders.push(folder);
  return folder;
}

/** A recording of both sides, in folders of which one or both are small. */
class Talk {
  readonly troubles: DiskTrouble[] = [];
  failures = 0;
  private now = 0;
  private readonly recorder: Recorder;

  constructor(private readonly dirs: string[]) {
    this.recorder = new Recorder({
      ...{ recording: 'r', path: 'a/r.wav', format: FORMAT },
      places: dirs.map((dir, i) => ({ folder: i === 0 ? 1 : 2, file: join(dir, 'a/r.wav') })),
      ...{ origin: ORIGIN, startedAt: 1_700_000_000_000, monotonicZeroMs: 1 },
      onOver: () => this.failures++,
      onTrouble: (trouble) => this.troubles.push(trouble),
    });
  }

  get states(): string[] {
    return this.troubles.map(({ state, folder }) => `${state} ${folder}`);
  }

  /** Both sides speak; a window is handed to the disk every second. */
  speak(seconds: number): void {
    for (const end = this.now + seconds * SECOND; this.now < end; this.now += 160) {
      for (const [track, ssrc, tone] of [
        [this.recorder.left, 1, 1000],
        [this.recorder.right, 2, 600],
      ] as const) {
        const packet = Buffer.alloc(172);
        const sequence = (this.now / 160) & 0xffff;
        const timestamp = this.now;
        writeHeader(packet, 0, { marker: false, payloadType: 8, sequence, timestamp, ssrc });
        tonePayload('PCMA', tone, this.now).copy(packet, 12);
        track?.write(packet, 12, 172, 'PCMA', ORIGIN + this.now + 160);
      }
      if ((this.now + 160) % SECOND === 0) this.recorder.flush(ORIGIN + this.now + 160);
    }
  }

  /** Time passes, and packets are lost. */
  miss(seconds: number): void {
    this.now += seconds * SECOND;
  }

  finish() {
    return this.recorder.finish(ORIGIN + this.now);
  }

  part(folder: 1 | 2): number {
    try {
      const file = readFileSync(join(this.dirs[folder - 1] ?? '', 'a/r.wav.part'));
      return (file.readUInt32LE(54) / 2) | 0;
    } catch {
      return -1;
    }
  }

  /** Sound and manifest, which agree with each other and with what was told. */
  read(folder: 1 | 2) {
    const file = join(this.dirs[folder - 1] ?? '', 'a/r.wav');
    const bytes = readFileSync(file);
    const manifest = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Manifest;
    const { channels } = readWav(bytes);
    expect(manifest).toMatchObject({
      ...{ samples: channels[0]?.length, bytes: bytes.length, reconciles: true },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const gaps = manifest.gaps.map((gap) => `${gap.cause} ${gap.from}+${gap.samples}`);
    return { channels: channels as [Int16Array, Int16Array], manifest, gaps };
  }
}

function expectTones([left, right]: [Int16Array, Int16Array], from: number, to: number): void {
  expect(toneShare(left.subarray(from, to), 1000)).toBeGreaterThan(0.99);
  expect(toneShare(right.subarray(from, to), 600)).toBeGreaterThan(0.99);
}

needsTmpfs('a disk that is full', () => {
  test.each([
    ['in the middle', 100],
    ['after its head', 12],
    ['from the start', 0],
  ])('%s: the second folder has it all, and the first nothing', async (_when, kilobytes) => {
    const [full, wide] = [smallDisk(1024), wideFolder()];
    mkdirSync(join(full.path, 'a'));
    full.fill(kilobytes);
    const talk = new Talk([full.path, wide]);
    talk.speak(15);
    await waitFor('it to move', () => talk.states.includes('moved 2'));
    talk.speak(15);
    expect(await talk.finish()).toMatchObject({
      ...{ result: 'stored', path: 'a/r.wav', folder: 2, durationMs: 30_000 },
      ...{ gapsMs: {}, reconciles: true },
    });
    const { channels, manifest, gaps } = talk.read(2);
    expectTones(channels, 0, 30 * SECOND);
    expect(gaps).toEqual([]);
    expect(manifest.left).toMatchObject({ expected: 1500, received: 1500, lost: 0 });
    expect(readdirSync(join(full.path, 'a'))).toEqual([]);
    expect(readdirSync(join(wide, 'a'))).toEqual(['r.wav', 'r.wav.json']);
    expect(talk.states).toEqual(['moved 2']);
    expect(talk.failures).toBe(0);
  });

  test.each([
    ['alone', [200]],
    ['and so is the other', [200, 100]],
  ])('%s: what it took is a whole file, and the rest one gap', async (_what, kilobytes) => {
    const dirs = kilobytes.map((leave) => {
      const disk = smallDisk(1024);
      disk.fill(leave);
      return disk.path;
    });
    const talk = new Talk(dirs);
    talk.speak(25);
    // What was lost where nothing is written is no gap of its own.
    talk.miss(1);
    talk.speak(4);
    await waitFor('it to be refused', () => talk.states.at(-1) === 'refused 1');
    const file = await talk.finish();
    if (file.result !== 'stored') throw new Error(file.reason);
    expect(file.folder).toBeUndefined();
    const { channels, manifest, gaps } = talk.read(1);
    const { samples } = manifest;
    // 200 KB are 12.8 s, of which the manifest has a part.
    expect(samples).toBeGreaterThan(9 * SECOND);
    expectTones(channels, 0, samples);
    expect(gaps).toEqual([`disk ${samples}+${30 * SECOND - samples}`]);
    expect(file.durationMs + (file.gapsMs['disk'] ?? 0)).toBe(30_000);
    expect(dirs.flatMap((dir) => (existsSync(`${dir}/a`) ? readdirSync(`${dir}/a`) : []))).toEqual([
      'r.wav',
      'r.wav.json',
    ]);
    expect(talk.failures).toBe(0);
  });

  test('what was refused for less than 30 s is written when there is room again', async () => {
    const disk = smallDisk(1024);
    disk.fill(100);
    const talk = new Talk([disk.path]);
    talk.speak(20);
    await waitFor('it to be refused', () => talk.states.includes('refused 1'));
    disk.free();
    talk.speak(5);
    await waitFor('it to be taken', () => talk.states.includes('taken 1'));
    expect(await talk.finish()).toMatchObject({ result: 'stored', durationMs: 25_000, gapsMs: {} });
    const { channels, gaps } = talk.read(1);
    expect(gaps).toEqual([]);
    expectTones(channels, 0, 25 * SECOND);
  });

  test('what was refused for longer is silence, and a gap; what comes after has its place', async () => {
    const disk = smallDisk(2048);
    disk.fill(100);
    const talk = new Talk([disk.path]);
    talk.speak(20);
    await waitFor('it to be refused', () => talk.states.includes('refused 1'));
    talk.speak(31);
    disk.free();
    talk.speak(5);
    const file = await talk.finish();
    const { channels, manifest, gaps } = talk.read(1);
    const [gap] = manifest.gaps;
    if (gap === undefined) throw new Error('no gap');
    expect(gaps).toEqual([`disk ${gap.from}+${gap.samples}`]);
    expect(file).toMatchObject({ durationMs: 56_000, gapsMs: { disk: gap.samples / 8 } });
    expect(gap.samples).toBeGreaterThanOrEqual(30 * SECOND);
    const end = gap.from + gap.samples;
    for (const channel of channels) {
      expect(channel.subarray(gap.from, end).every((sample) => sample === 8)).toBe(true);
    }
    expectTones(channels, 0, gap.from);
    expectTones(channels, end, 56 * SECOND);
  });

  test('what cannot be read any more is silence in the second folder, and a gap', async () => {
    const [full, wide] = [smallDisk(1024), wideFolder()];
    full.fill(100);
    const talk = new Talk([full.path, wide]);
    talk.speak(3);
    await waitFor('two windows', () => talk.part(1) === 2.5 * SECOND);
    rmSync(join(full.path, 'a/r.wav.part'));
    talk.speak(12);
    await waitFor('it to move', () => talk.states.includes('moved 2'));
    expect(await talk.finish()).toMatchObject({ folder: 2, durationMs: 15_000 });
    const { channels, manifest, gaps } = talk.read(2);
    const lost = manifest.gaps[0]?.samples ?? 0;
    expect(gaps).toEqual([`disk 0+${lost}`]);
    expect(lost).toBeLessThan(9 * SECOND);
    expectTones(channels, lost, 15 * SECOND);
  });

  test('an edge that is killed while it writes in the second folder loses nothing of the first', async () => {
    const [full, wide] = [smallDisk(1024), wideFolder()];
    full.fill(100);
    const talk = new Talk([full.path, wide]);
    talk.speak(15);
    await waitFor('it to move', () => talk.part(2) > 13 * SECOND);
    const owed = { recording: 'r', owner: 'o', session: 's', path: 'a/r.wav' };
    const now = 1_700_000_000_000 + 15_000;
    expect(await closeFallen(owed, [full.path, wide], now)).toMatchObject({
      ...{ result: 'stored', folder: 2, reconciles: true },
    });
    const { channels, manifest } = talk.read(2);
    expect(manifest.state).toBe('edge-killed');
    expectTones(channels, 0, manifest.samples);
    expect(manifest.samples + (manifest.gaps[0]?.samples ?? 0)).toBe(15 * SECOND);
    // Its files are another's now.
    expect(await talk.finish()).toMatchObject({ result: 'failed' });
  });
});

test('a folder that does not catch up for 10 s is left for the second', async () => {
  const dirs = [wideFolder(), wideFolder()];
  const states: string[] = [];
  let now = 0;
  const disk = new RecordingDisk({
    places: dirs.map((dir, i) => ({ folder: i === 0 ? 1 : 2, file: join(dir, 'r.wav') })),
    format: FORMAT,
    head: { recording: 'r', path: 'r.wav', startedAt: 0, monotonicZeroMs: 0, rate: 8000 },
    onFailed: () => undefined,
    onTrouble: ({ state, folder, reason }) => states.push(`${state} ${folder} ${reason}`),
    // Each look at the clock finds it 6 s later.
    now: () => (now += 6000),
  });
  for (let i = 0; i < 6; i++) {
    const leg = { expected: 0, received: 0, lost: 0, duplicates: 0, late: 0, foreign: 0 };
    const line = { at: 0, samples: 10 * (i + 1), left: leg, gaps: [], open: [] };
    disk.write(10, Buffer.alloc(20, i), line);
  }
  const finished = await disk.finish(({ bytes }) => ({ bytes }) as Manifest);
  expect(finished).toEqual({ folder: 2, manifest: { bytes: 58 + 120 } });
  expect(states).toEqual(['moved 2 too slow']);
  const bytes = readFileSync(join(dirs[1] ?? '', 'r.wav')).subarray(58);
  expect([...bytes].filter((_, i) => i % 20 === 0)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(readdirSync(dirs[0] ?? '')).toEqual([]);
});
