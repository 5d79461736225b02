/**
 * One recording: places what one or two endpoints hear from their far sides on one timeline and
 * writes it out window by window. Trouble with the disk ends the recording, never the call.
 *
 *     opening -> writing <-> idle -> finishing -> stored | failed
 */
import type { RecordedFile } from '../messages';
import { Pauses } from '../pauses';
import { gapsMs, type Gap } from '../recording-gaps';
import {
  manifestOf,
  NO_PACKETS,
  type ManifestHead,
  type ManifestLine,
} from '../recording-manifest';
import {
  rateOf,
  samplesPerTick,
  silenceOf,
  tickBytes,
  type RecordingFormat,
} from '../recording-format';
import { TICKS_PER_MS, ticksSince } from './clock';
import { ManifestFile } from './manifest-file';
import { RecorderTrack, type Track } from './recorder-track';
import { RecordingFile } from './recording-file';
import { LEFT, MOST_TICKS, RIGHT, RecordingWindow, type Side } from './recording-window';

/** Packets may be this late and still find their place in the file: 500 ms. */
const HOLD_BACK = 4000;

export interface RecorderOptions {
  recording: string;
  /** Absolute path of the finished file, and the one it is reported by. */
  file: string;
  path: string;
  format: RecordingFormat;
  /** Time zero on both clocks: 8 kHz ticks, and milliseconds since the epoch. */
  origin: number;
  startedAt: number;
  /** The same instant on the monotonic clock of the machine, milliseconds. */
  monotonicZeroMs: number;
  /** Packets of strangers that the endpoint of each side has dropped so far. */
  strangers?: { left: () => number; right?: (() => number) | undefined };
  /** The disk refused; `finish` then tells the reason. Called once, and not from `finish`. */
  onFailed: () => void;
}

export class Recorder {
  readonly left: Track;
  /** Null in a recording of one side. */
  readonly right: Track | null;
  private readonly window: RecordingWindow;
  private readonly sides: readonly RecorderTrack[];
  private readonly pauses = new Pauses();
  /** All that were found, and the last line with all of them. */
  private readonly gaps: Gap[] = [];
  private lastLine: ManifestLine | null = null;
  private written = 0;
  private file: RecordingFile | null = null;
  private manifest: ManifestFile | null = null;
  private failure: string | null = null;
  /** Resolves when what was begun on the disk is done. */
  private work: Promise<void>;
  private busy = true;
  private finishing = false;

  constructor(private readonly options: RecorderOptions) {
    const { format, strangers } = options;
    this.window = new RecordingWindow(format);
    const left = this.track(LEFT, strangers?.left);
    const right = format.channels === 2 ? this.track(RIGHT, strangers?.right) : null;
    this.left = left;
    this.right = right;
    this.sides = right === null ? [left] : [left, right];
    const head = headOf(options);
    this.work = this.attempt(async () => {
      this.file = await RecordingFile.create(options.file, format);
      this.manifest = await ManifestFile.create(options.file, head);
    });
  }

  private track(side: Side, strangers = none): RecorderTrack {
    const { window } = this;
    const { origin, format } = this.options;
    return new RecorderTrack({ window, side, origin, wideband: format.wideband, strangers });
  }

  /** From now on silence is written, to the sample, until `resume`. */
  pause(now: number): void {
    this.pauses.pause(ticksSince(this.options.origin, now));
  }

  resume(now: number): void {
    this.pauses.resume(ticksSince(this.options.origin, now));
  }

  /** Writes what is old enough; skipped while the disk is busy with the window before. */
  flush(now: number): void {
    for (const side of this.sides) side.settle();
    const position = ticksSince(this.options.origin, now);
    if (this.busy) {
      if (position - this.written > MOST_TICKS) this.fail('disk-too-slow');
      return;
    }
    const until = position - HOLD_BACK;
    this.work = this.writeUntil(until, () => this.gapsBefore(until));
  }

  /** Writes the rest and closes the file. Never rejects. */
  async finish(now: number): Promise<RecordedFile> {
    this.finishing = true;
    const samples = ticksSince(this.options.origin, now);
    await this.work;
    await this.writeUntil(samples, () => this.lastGaps(samples));
    const { file, manifest } = this;
    if (this.failure === null && file !== null && manifest !== null) {
      const stored = await this.close(file, manifest, samples);
      if (stored !== null) return stored;
    }
    await file?.abandon().catch(() => undefined);
    await manifest?.abandon().catch(() => undefined);
    return { result: 'failed', reason: this.failure ?? 'not opened' };
  }

  /** Null when the disk refuses. */
  private async close(
    file: RecordingFile,
    manifestFile: ManifestFile,
    samples: number,
  ): Promise<RecordedFile | null> {
    let facts = { bytes: 0, sha256: '' };
    await this.attempt(async () => {
      facts = await file.finish();
    });
    const { format } = this.options;
    const written = samplesPerTick(format) * samples;
    const closed = { state: 'finished', samples: written, ...facts } as const;
    const manifest = manifestOf(
      headOf(this.options),
      this.lastLine === null ? [] : [this.lastLine],
      closed,
    );
    await this.attempt(() => manifestFile.finish(manifest));
    if (this.failure !== null) return null;
    const { path, startedAt } = this.options;
    const durationMs = Math.round(samples / TICKS_PER_MS);
    const told = {
      gapsMs: gapsMs(manifest.gaps, rateOf(format) / 1000),
      reconciles: manifest.reconciles,
    };
    return { result: 'stored', path, startedAt, durationMs, ...facts, ...told };
  }

  private async writeUntil(position: number, gaps: () => Gap[]): Promise<void> {
    const { file, manifest } = this;
    const { format } = this.options;
    if (file === null || manifest === null || this.failure !== null) return;
    if (position <= this.written) return;
    const data = this.window.take(position);
    for (const { from, to } of this.pauses.within(this.written, position)) {
      const [start, end] = [from, to].map((at) => (at - this.written) * tickBytes(format));
      data.fill(silenceOf(format), start, end);
    }
    this.written = position;
    const line = this.lineOf(position, gaps());
    this.gaps.push(...line.gaps);
    this.lastLine = { ...line, gaps: this.gaps };
    // Sound first: a manifest never tells of more than there is.
    await this.attempt(async () => {
      await file.append(data);
      await manifest.add(line);
    });
  }

  /** Counted in samples of the file. */
  private lineOf(ticks: number, found: Gap[]): ManifestLine {
    const scale = samplesPerTick(this.options.format);
    const gaps = found.map((gap) => ({
      ...gap,
      from: scale * gap.from,
      samples: scale * gap.samples,
    }));
    const [left = NO_PACKETS, right] = this.sides.map((side) => side.counts());
    const legs = right === undefined ? { left } : { left, right };
    return { at: Date.now(), samples: scale * ticks, ...legs, gaps };
  }

  private gapsBefore(until: number): Gap[] {
    const heard = this.sides.flatMap((side) => side.takeGaps(until));
    return this.explained(heard, this.pauses.take(until));
  }

  private lastGaps(samples: number): Gap[] {
    const paused = this.pauses.finish(samples);
    return this.explained(
      this.sides.flatMap((side) => side.finishGaps(samples)),
      paused,
    );
  }

  private explained(heard: Gap[], paused: Gap[]): Gap[] {
    return [...heard.flatMap((gap) => this.pauses.unexplained(gap)), ...paused];
  }

  /** Runs a piece of disk work; its first failure is the recording's. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
    this.busy = false;
  }

  private fail(reason: string): void {
    if (this.failure !== null) return;
    this.failure = reason;
    if (!this.finishing) this.options.onFailed();
  }
}

const none = (): number => 0;

function headOf(options: RecorderOptions): ManifestHead {
  const { recording, path, startedAt, monotonicZeroMs, format } = options;
  return { recording, path, startedAt, monotonicZeroMs, rate: rateOf(format) };
}
