/**
 * One recording: places what one or two endpoints hear from their far sides on one timeline and hands it
 * to the disk window by window, with what is to be told of it. Where that is written, and what becomes of
 * it when it cannot be, is decided in recording-disk.ts.
 */
import type { DiskTrouble, RecordedFile } from '../messages';
import { Pauses } from '../pauses';
import {
  blank,
  LONGEST_TICKS,
  rateOf,
  RECORDING_HEADER_LENGTH,
  samplesPerTick,
  tickBytes,
  type RecordingFormat,
} from '../recording-format';
import { gapsMs, outside, type Gap } from '../gap-list';
import {
  addFound,
  manifestOf,
  NO_PACKETS,
  nothingFound,
  type Manifest,
  type ManifestHead,
  type ManifestLine,
} from '../recording-manifest';
import { ticksSince } from './clock';
import { RecorderTrack, type Track } from './recorder-track';
import { RecordingDisk } from './recording-disk';
import type { FolderPath } from './recording-place';
import { LEFT, RIGHT, RecordingWindow, type Side } from './recording-window';

/** Packets may be this late and still find their place in the file: 500 ms. */
const HOLD_BACK = 4000;

export interface RecorderOptions {
  recording: string;
  /** The absolute paths that the finished file may have, the preferred first. */
  places: readonly FolderPath[];
  /** The one it is reported by, relative to its folder. */
  path: string;
  format: RecordingFormat;
  /** Time zero on both clocks: 8 kHz ticks, and milliseconds since the epoch. */
  origin: number;
  startedAt: number;
  /** The same instant on the monotonic clock of the machine, milliseconds. */
  monotonicZeroMs: number;
  /** Packets of strangers that the endpoint of each side has dropped so far. */
  strangers?: { left: () => number; right?: (() => number) | undefined };
  /**
   * It is over: it cannot be as it was ordered, or it is as long as one may be. Calls for `finish`, which tells
   * what became of it. Not called from there.
   */
  onOver: () => void;
  /** A folder does not take it, or does again. */
  onTrouble: (trouble: DiskTrouble) => void;
  /** As long as it may be, in ticks. */
  longest?: number;
  /** It is over when nobody has spoken for so many ticks. */
  quiet?: number;
}

export class Recorder {
  readonly left: Track;
  /** Null in a recording of one side. */
  readonly right: Track | null;
  private readonly window: RecordingWindow;
  private readonly sides: readonly RecorderTrack[];
  private readonly pauses = new Pauses();
  /** All that were found, in samples of the file, and the last line. */
  private readonly found = nothingFound();
  private lastLine: ManifestLine | null = null;
  /** Up to here it was handed to the disk. */
  private taken = 0;
  private readonly disk: RecordingDisk;

  constructor(private readonly options: RecorderOptions) {
    const { format, strangers, places, onOver, onTrouble } = options;
    this.window = new RecordingWindow(format);
    const left = this.track(LEFT, strangers?.left);
    const right = format.channels === 2 ? this.track(RIGHT, strangers?.right) : null;
    this.left = left;
    this.right = right;
    this.sides = right === null ? [left] : [left, right];
    this.disk = new RecordingDisk({
      ...{ places, format, head: this.head() },
      ...{ onFailed: onOver, onTrouble },
    });
  }

  private track(side: Side, strangers = none): RecorderTrack {
    const { window } = this;
    const { origin, format, quiet } = this.options;
    const listens = quiet !== undefined;
    return new RecorderTrack({
      ...{ window, side, origin, wideband: format.wideband, strangers, listens },
    });
  }

  /** From now on silence is written, to the sample, until `resume`. */
  pause(now: number): void {
    this.pauses.pause(ticksSince(this.options.origin, now));
  }

  resume(now: number): void {
    this.pauses.resume(ticksSince(this.options.origin, now));
  }

  /** Hands on to the disk what is old enough. */
  flush(now: number): void {
    for (const side of this.sides) side.settle();
    const { origin, longest = LONGEST_TICKS, quiet = Infinity, onOver } = this.options;
    const ticks = ticksSince(origin, now);
    const until = ticks - HOLD_BACK;
    this.writeUntil(until, () => [this.gapsBefore(until), this.pendingAt(until)]);
    const spokenAt = Math.max(...this.sides.map((side) => side.spokenAt));
    if (ticks >= longest || ticks - spokenAt >= quiet) onOver();
  }

  /** Writes the rest and closes the file. Never rejects. */
  async finish(now: number): Promise<RecordedFile> {
    const ticks = ticksSince(this.options.origin, now);
    this.writeUntil(ticks, () => [this.lastGaps(ticks), []]);
    const finished = await this.disk.finish((facts) => this.manifestOf(ticks, facts));
    if ('failure' in finished) return { result: 'failed', reason: finished.failure };
    const { folder, manifest } = finished;
    const { startedAt, samples, rate, bytes, sha256, reconciles } = manifest;
    return {
      ...{ result: 'stored', path: this.options.path, startedAt, bytes, sha256, reconciles },
      durationMs: Math.round((1000 * samples) / rate),
      gapsMs: gapsMs(manifest.gaps, rate / 1000),
      ...(folder === 2 ? { folder } : {}),
    };
  }

  /** What no folder has taken of a recording of so many ticks explains all that is missing there. */
  private manifestOf(ticks: number, facts: { bytes: number; sha256: string }): Manifest {
    const scale = samplesPerTick(this.options.format);
    const [samples, whole] = [scale * this.disk.written, scale * ticks];
    const untaken: Gap[] = [...this.disk.gaps];
    if (samples < whole) {
      untaken.push({ side: 'both', from: samples, samples: whole - samples, cause: 'disk' });
    }
    const ranges = untaken.map(({ from, samples: length }) => ({ from, to: from + length }));
    const { corrections } = this.found;
    const gaps = this.found.gaps.flatMap((gap) => outside(gap, ranges));
    const lines = this.lastLine === null ? [] : [{ ...this.lastLine, gaps, corrections }];
    const closed = { state: 'finished', samples, ...facts } as const;
    const manifest = manifestOf(this.head(), lines, closed, untaken);
    const bytes = RECORDING_HEADER_LENGTH + this.disk.written * tickBytes(this.options.format);
    return { ...manifest, reconciles: manifest.reconciles && facts.bytes === bytes };
  }

  /** `found`: the gaps that are over, and those that may go on. */
  private writeUntil(position: number, found: () => [Gap[], Gap[]]): void {
    const { format } = this.options;
    if (position <= this.taken) return;
    const data = this.window.take(position);
    for (const side of this.sides) side.blank(data, this.taken, position, format);
    for (const { from, to } of this.pauses.within(this.taken, position)) {
      blank(data, format, { from: from - this.taken, to: to - this.taken });
    }
    const line = this.lineOf(position, found());
    addFound(this.found, line);
    this.lastLine = line;
    this.disk.write(position - this.taken, data, line);
    this.taken = position;
  }

  /** Counted in samples of the file. */
  private lineOf(ticks: number, [over, going]: [Gap[], Gap[]]): ManifestLine {
    const scale = samplesPerTick(this.options.format);
    const inSamples = (gaps: Gap[]): Gap[] =>
      gaps.map((gap) => ({ ...gap, from: scale * gap.from, samples: scale * gap.samples }));
    const corrections = this.sides
      .flatMap((side) => side.takeCorrections())
      .map(({ side, at, samples }) => ({ side, at: scale * at, samples: scale * samples }));
    const told = { gaps: inSamples(over), open: inSamples(going), corrections };
    const [left = NO_PACKETS, right] = this.sides.map((side) => side.counts());
    const legs = right === undefined ? { left } : { left, right };
    return { at: Date.now(), samples: scale * ticks, ...legs, ...told };
  }

  private gapsBefore(until: number): Gap[] {
    const heard = this.sides.flatMap((side) => side.takeGaps(until));
    return this.explained(heard, this.pauses.take(until));
  }

  private pendingAt(until: number): Gap[] {
    const heard = this.sides.flatMap((side) => side.pendingGaps(until));
    return this.explained(heard, this.pauses.pending(until));
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

  private head(): ManifestHead {
    const { recording, path, startedAt, monotonicZeroMs, format } = this.options;
    return { recording, path, startedAt, monotonicZeroMs, rate: rateOf(format) };
  }
}

const none = (): number => 0;
