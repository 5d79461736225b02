/**
 * One stereo recording: places what two endpoints hear from their far sides on one timeline and
 * writes it out window by window. Trouble with the disk ends the recording, never the call.
 *
 *     opening -> writing <-> idle -> finishing -> stored | failed
 */
import { ULAW_TO_ALAW } from '../../rtp/g711';
import { ssrcOf, timestampOf } from '../../rtp/packet';
import { Placement } from '../../rtp/placement';
import type { G711 } from '../../sdp/codecs';
import type { RecordedFile } from '../messages';
import { TICKS_PER_MS, ticksSince } from './clock';
import { RecordingFile } from './recording-file';
import { LEFT, MOST_SAMPLES, RIGHT, RecordingWindow, type Side } from './recording-window';

/** Packets may be this late and still find their place in the file: 500 ms. */
const HOLD_BACK = 4000;

/** One side of a recording: where an endpoint puts what it hears. */
export interface Track {
  write(packet: Buffer, start: number, end: number, codec: G711, now: number): void;
}

export interface RecorderOptions {
  /** Absolute path of the finished file, and the one it is reported by. */
  file: string;
  path: string;
  /** Time zero on both clocks: 8 kHz ticks, and milliseconds since the epoch. */
  origin: number;
  startedAt: number;
  /** The disk refused; `finish` then tells the reason. Called once, and not from `finish`. */
  onFailed: () => void;
}

export class Recorder {
  readonly left: Track;
  readonly right: Track;
  private readonly window = new RecordingWindow();
  private readonly sides: [RecorderTrack, RecorderTrack];
  private written = 0;
  private file: RecordingFile | null = null;
  private failure: string | null = null;
  /** Resolves when what was begun on the disk is done. */
  private work: Promise<void>;
  private busy = true;
  private finishing = false;

  constructor(private readonly options: RecorderOptions) {
    const { origin } = options;
    this.sides = [
      new RecorderTrack(this.window, LEFT, origin),
      new RecorderTrack(this.window, RIGHT, origin),
    ];
    [this.left, this.right] = this.sides;
    this.work = this.attempt(async () => {
      this.file = await RecordingFile.create(options.file);
    });
  }

  /** Writes what is old enough; skipped while the disk is busy with the window before. */
  flush(now: number): void {
    for (const side of this.sides) side.settle();
    const position = ticksSince(this.options.origin, now);
    if (this.busy) {
      if (position - this.written > MOST_SAMPLES) this.fail('disk-too-slow');
      return;
    }
    this.work = this.writeUntil(position - HOLD_BACK);
  }

  /** Writes the rest and closes the file. Never rejects. */
  async finish(now: number): Promise<RecordedFile> {
    this.finishing = true;
    const samples = ticksSince(this.options.origin, now);
    await this.work;
    await this.writeUntil(samples);
    const { file } = this;
    if (this.failure === null && file !== null) {
      let facts = { bytes: 0, sha256: '' };
      await this.attempt(async () => {
        facts = await file.finish();
      });
      if (this.failure === null) return this.stored(samples, facts);
    }
    await file?.abandon().catch(() => undefined);
    return { result: 'failed', reason: this.failure ?? 'not opened' };
  }

  private stored(samples: number, facts: { bytes: number; sha256: string }): RecordedFile {
    const { path, startedAt } = this.options;
    const durationMs = Math.round(samples / TICKS_PER_MS);
    return { result: 'stored', path, startedAt, durationMs, ...facts };
  }

  private async writeUntil(position: number): Promise<void> {
    const { file } = this;
    if (file === null || this.failure !== null || position <= this.written) return;
    const data = this.window.take(position);
    this.written = position;
    await this.attempt(() => file.append(data));
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

class RecorderTrack implements Track {
  private readonly placement = new Placement();

  constructor(
    private readonly window: RecordingWindow,
    private readonly side: Side,
    private readonly origin: number,
  ) {}

  write(packet: Buffer, start: number, end: number, codec: G711, now: number): void {
    const position = this.placement.place(
      ssrcOf(packet),
      timestampOf(packet),
      end - start,
      ticksSince(this.origin, now),
    );
    const map = codec === 'PCMU' ? ULAW_TO_ALAW : null;
    this.window.put(this.side, position, packet, start, end, map);
  }

  settle(): void {
    this.placement.settle();
  }
}
