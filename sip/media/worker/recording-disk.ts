/**
 * Where a recording is written: in the first folder for as long as that takes it, then, with all that was
 * written, in the other. What no folder takes is kept for a while and tried again with every window; what
 * is too old by then is silence, and a gap of cause `disk`. Knows no packets; never rejects.
 *
 *     taking --refused, or 10 s behind--> moved to the other folder | refused --taken again--> taking
 */
import { silenceOf, samplesPerTick, tickBytes, type RecordingFormat } from '../recording-format';
import type { Gap } from '../gap-list';
import {
  addFound,
  nothingFound,
  type Manifest,
  type ManifestHead,
  type ManifestLine,
} from '../recording-manifest';
import type { DiskTrouble, Folder } from '../messages';
import { RecordingPlace, type FolderPath } from './recording-place';

/** 30 s: what is older is given up, so that a full disk does not take memory as well. */
export const MOST_UNWRITTEN = 240_000;
/** A folder that has not caught up for so long is too slow. */
const TOO_SLOW_MS = 10_000;
/** A disk that does not answer at all is not waited for longer at the end. */
const MOST_AT_END_MS = 30_000;
/** So much silence is written at a time: 4 s. */
const SILENCE_TICKS = 32_000;
/** What no other folder mends: the recording as ordered cannot be. */
const ORDER_FAULTS = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];
/** The other folder refuses; every other fault may be that the first cannot be read. */
const FULL = ['ENOSPC', 'EDQUOT', 'EROFS'];

export interface DiskOptions {
  /** In the order of preference. */
  places: readonly FolderPath[];
  format: RecordingFormat;
  head: ManifestHead;
  /** The recording cannot be as it was ordered. Called once, and not after `finish`. */
  onFailed: () => void;
  onTrouble: (trouble: DiskTrouble) => void;
  /** Milliseconds of a monotonic clock. */
  now?: (() => number) | undefined;
}

/** A window on its way to the disk. */
interface Piece {
  ticks: number;
  /** Null when it was given up: silence stands for it. */
  data: Buffer | null;
  line: ManifestLine;
  /** The line is in the manifest. */
  isTold?: boolean;
}

type Describe = (file: { bytes: number; sha256: string }) => Manifest;

/** What `finish` has made of it. */
export type Finished = { manifest: Manifest; folder: Folder } | { failure: string };

export class RecordingDisk {
  /** Ticks in the file. */
  written = 0;
  /** Stretches of the file that are silence because no folder took them, in its samples. */
  gaps: Gap[] = [];
  /** What its lines tell beside these, and the last of them. */
  private told = nothingFound();
  private lastLine: ManifestLine | null = null;
  private pieces: Piece[] = [];
  private unwritten = 0;
  private place: RecordingPlace | null = null;
  private failure: string | null = null;
  private isRefused = false;
  private draining = false;
  private finishing = false;
  private work: Promise<void>;
  private readonly now: () => number;

  /** Opens the first folder that lets it. */
  constructor(private readonly options: DiskOptions) {
    this.now = options.now ?? (() => performance.now());
    this.work = this.drain();
  }

  /** The next window; its line is added to the manifest before it. */
  write(ticks: number, data: Buffer, line: ManifestLine): void {
    if (this.failure !== null) return;
    this.pieces.push({ ticks, data, line });
    this.unwritten += ticks;
    if (this.unwritten > MOST_UNWRITTEN) this.giveUp();
    if (!this.draining) this.work = this.drain();
  }

  /** Writes what can be written, and closes the file. `describe` is asked when `written` is final. */
  async finish(describe: Describe): Promise<Finished> {
    this.finishing = true;
    if (!(await inTime(this.work, MOST_AT_END_MS))) {
      void this.work.then(() => this.place?.abandon());
      return { failure: 'the disk does not answer' };
    }
    if (this.pieces.length > 0) await this.drain();
    if (this.failure === null && this.place !== null) return this.close(this.place, describe);
    await this.place?.abandon();
    return { failure: this.failure ?? 'no folder takes it' };
  }

  private async close(place: RecordingPlace, describe: Describe): Promise<Finished> {
    try {
      return { manifest: await place.finish(describe), folder: place.folder };
    } catch (error) {
      const other = this.otherThan(place);
      const moved = other === undefined ? null : await place.moveTo(other).catch(() => null);
      if (moved === null) {
        await place.abandon();
        return { failure: messageOf(error) };
      }
      this.tell('moved', moved, error);
      return this.close(moved, describe);
    }
  }

  private async drain(): Promise<void> {
    this.draining = true;
    for (let goOn = true; goOn && this.failure === null;) {
      try {
        this.place ??= await this.open();
        goOn = await this.writeOut(this.place);
      } catch (error) {
        goOn = await this.mend(error);
      }
    }
    this.draining = false;
  }

  private async open(): Promise<RecordingPlace> {
    const { places, format, head } = this.options;
    let refusal: unknown = new Error('no folder');
    for (const [i, place] of places.entries()) {
      try {
        const opened = await RecordingPlace.open(place, format, head);
        if (i > 0) this.tell('moved', opened, refusal);
        return opened;
      } catch (error) {
        if (i === 0 || isOrderFault(error)) refusal = error;
        if (isOrderFault(error)) break;
      }
    }
    throw refusal;
  }

  /** False when all is written, true when it goes on in the other folder because this one is too slow. */
  private async writeOut(place: RecordingPlace): Promise<boolean> {
    let began = this.now();
    for (let [piece] = this.pieces; piece !== undefined; [piece] = this.pieces) {
      await this.writePiece(place, piece);
      if (this.isRefused) this.tell('taken', place, null);
      if (this.pieces.length === 0 || this.now() - began < TOO_SLOW_MS) continue;
      if (place.folder === 1 && (await this.moveOn(place, new Error('too slow')))) return true;
      began = this.now();
    }
    return false;
  }

  /** The line first: the file never holds a loss that no line tells. What is done is not done again. */
  private async writePiece(place: RecordingPlace, piece: Piece): Promise<void> {
    const { format } = this.options;
    if (piece.isTold !== true) {
      await place.addLine(this.lineOf(piece));
      piece.isTold = true;
    }
    while (piece.ticks > 0) {
      const ticks = piece.data === null ? Math.min(piece.ticks, SILENCE_TICKS) : piece.ticks;
      const silence = () => Buffer.alloc(ticks * tickBytes(format), silenceOf(format));
      await place.sound.append(piece.data ?? silence());
      if (piece.data === null) this.addSilence(ticks);
      else this.unwritten -= ticks;
      this.written += ticks;
      piece.ticks -= ticks;
    }
    addFound(this.told, piece.line);
    this.lastLine = piece.line;
    this.pieces.shift();
  }

  private lineOf({ ticks, data, line }: Piece): ManifestLine {
    return data === null ? { ...line, gaps: [...line.gaps, this.silence(ticks)] } : line;
  }

  /** A stretch of silence begins where the file ends. */
  private silence(ticks: number): Gap {
    const scale = samplesPerTick(this.options.format);
    const place = { from: scale * this.written, samples: scale * ticks };
    return { side: 'both', ...place, cause: 'disk' };
  }

  private addSilence(ticks: number): void {
    const gap = this.silence(ticks);
    const before = this.gaps.at(-1);
    if (before !== undefined && before.from + before.samples === gap.from) {
      before.samples += gap.samples;
    } else this.gaps.push(gap);
  }

  /** True when it is worth going on at once. */
  private async mend(error: unknown): Promise<boolean> {
    if (isOrderFault(error)) this.fail(messageOf(error));
    else if (this.place !== null && (await this.moveOn(this.place, error))) return true;
    else if (!this.isRefused) this.tell('refused', this.place, error);
    return false;
  }

  /** False when there is no other folder, or it takes it as little. */
  private async moveOn(place: RecordingPlace, reason: unknown): Promise<boolean> {
    const other = this.otherThan(place);
    if (other === undefined) return false;
    try {
      this.place = await place.moveTo(other);
    } catch (error) {
      if (FULL.includes(codeOf(error)) || !(await this.beginAgain(place, other))) return false;
    }
    this.tell('moved', this.place, reason);
    return true;
  }

  /** What was written cannot be read any more: it stays where it is, and is silence in the other folder. */
  private async beginAgain(place: RecordingPlace, other: FolderPath): Promise<boolean> {
    const { format, head } = this.options;
    const opened = await RecordingPlace.open(other, format, head).catch(() => null);
    if (opened === null) return false;
    this.place = opened;
    void place.abandon();
    if (this.lastLine !== null) {
      const line = { ...this.lastLine, ...this.told };
      this.pieces.unshift({ ticks: this.written, data: null, line });
    }
    for (const piece of this.pieces) piece.isTold = false;
    [this.written, this.gaps, this.told] = [0, [], nothingFound()];
    return true;
  }

  /** All that is not on its way at this moment becomes one piece of silence. */
  private giveUp(): void {
    const [first] = this.pieces;
    const isSilenceTold = first?.isTold === true && first.data === null;
    const kept = this.draining || isSilenceTold ? this.pieces.splice(0, 1) : [];
    const lost = this.pieces;
    const last = lost.at(-1);
    if (last === undefined) return;
    const ticks = lost.reduce((sum, piece) => sum + piece.ticks, 0);
    const found = nothingFound();
    for (const { isTold, line } of lost) addFound(isTold === true ? this.told : found, line);
    this.pieces = [...kept, { ticks, data: null, line: { ...last.line, ...found } }];
    this.unwritten = kept.reduce((sum, { data, ticks: own }) => sum + (data ? own : 0), 0);
  }

  private otherThan({ folder }: RecordingPlace): FolderPath | undefined {
    return this.options.places.find((place) => place.folder !== folder);
  }

  private tell(state: DiskTrouble['state'], place: RecordingPlace | null, error: unknown): void {
    this.isRefused = state === 'refused';
    const reason = error === null ? '' : messageOf(error);
    this.options.onTrouble({ state, folder: place?.folder ?? null, reason });
  }

  private fail(reason: string): void {
    this.failure = reason;
    if (!this.finishing) this.options.onFailed();
  }
}

async function inTime(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}

function isOrderFault(error: unknown): boolean {
  return ORDER_FAULTS.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
