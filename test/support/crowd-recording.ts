/**
 * What one channel of a recording of a ToneCrowd must be by its manifest, to the sample: what its leg spoke, moved by
 * the corrections that are listed, and silence in every gap. Only what a correction touches is left open.
 */
import type { Gap } from '../../sip/media/gap-list';
import type { LegCounts, Manifest } from '../../sip/media/recording-manifest';
import type { Correction } from '../../sip/media/recording-corrections';
import { tonePayload } from './tone';
import type { CrowdReport } from './tone-crowd';

export type Side = 'left' | 'right';

/** Samples of a frame, and of a second, after which a tone of whole hertz begins anew. */
const FRAME = 160;
const SECOND = 8000;
const SILENCE = 0xd5;
/** RIFF header of a recording. */
const HEADER = 58;
/** The recorder lists no gap of less at the end of what is written, nor beside a correction. */
const CRUMB = 40;

/** Samples `from` to `to`, which is left out. */
interface Range {
  from: number;
  to: number;
}

const rangeOf = ({ from, samples }: Gap): Range => ({ from, to: from + samples });

/** Where the sound before a correction ends. */
const endBefore = ({ at, samples }: Correction): number => at - Math.min(0, samples);

export class RecordedLeg {
  private readonly gaps: Gap[];
  private readonly corrections: Correction[];
  /** What the corrections have inserted or covered. */
  private readonly touched: Range[];
  /** What was never sent, in samples since the leg began. */
  private readonly runs: Range[];

  constructor(
    private readonly manifest: Manifest,
    private readonly side: Side,
    private readonly leg: CrowdReport,
  ) {
    this.gaps = manifest.gaps.filter((gap) => gap.side === side);
    this.corrections = manifest.corrections.filter((one) => one.side === side);
    this.touched = this.corrections.map(({ at, samples }) => ({
      from: at,
      to: at + Math.abs(samples),
    }));
    this.runs = runsOf(leg.dropped);
  }

  /** What is wrong with counts, gaps and sound; nothing for a recording that is as it must be. */
  faults(file: Buffer, hz: number): string[] {
    const second = tonePayload('PCMA', hz, 0, SECOND);
    const channel = channelOf(file, this.side);
    const judged = this.origins().map((origin) => [
      ...this.gapFaults(origin),
      ...this.soundFaults(origin, channel, second),
    ]);
    const best = judged.sort((a, b) => a.length - b.length)[0];
    if (best === undefined) return ['no loss is listed, by which its place is known'];
    return [...this.countFaults(), ...best];
  }

  private get isWhole(): boolean {
    return this.manifest.state === 'finished';
  }

  private countFaults(): string[] {
    const { leg } = this;
    const counts = this.manifest[this.side] as LegCounts;
    const expected = this.isWhole ? leg.frames : counts.expected;
    const lost = leg.dropped.filter((frame) => frame < expected).length;
    const received = expected - lost;
    const should = { expected, received, lost, duplicates: 0, late: 0, foreign: 0 };
    const [is, must] = [counts, should].map((one) => JSON.stringify(sorted(one)));
    return is === must ? [] : [`counts ${is}, not ${must}`];
  }

  /** Every loss is listed at its place, and nothing else is. */
  private gapFaults(origin: number): string[] {
    const odd = this.gaps.filter((gap) => gap.cause !== 'loss' && !this.isSilent(gap, origin));
    const { listed, lost } = this.untouchedLoss(origin);
    return [
      ...odd.map((gap) => `a gap ${JSON.stringify(gap)}`),
      ...lost.filter((one) => !listed.includes(one)).map((one) => `loss not listed: ${one}`),
      ...listed.filter((one) => !lost.includes(one)).map((one) => `no loss: ${one}`),
    ];
  }

  /** Before it began to speak, after it ended, and where the end was not known any more. */
  private isSilent(gap: Gap, origin: number): boolean {
    const { from, to } = rangeOf(gap);
    if (this.isTouched({ from, to })) return true;
    const end = this.placeOf(origin, this.leg.frames * FRAME);
    const isOutside = to <= origin || from >= end || this.isOpenEnd(gap);
    return gap.cause === 'unheard' && isOutside;
  }

  private isOpenEnd(gap: Gap): boolean {
    const isLast = rangeOf(gap).to === this.manifest.samples;
    return !this.isWhole && gap.cause === 'unheard' && isLast;
  }

  private untouchedLoss(origin: number): { listed: string[]; lost: string[] } {
    const untouched = (ranges: Range[]): string[] =>
      ranges.flatMap((one) => this.untouched(one)).map(({ from, to }) => `${from}-${to}`);
    const listed = this.gaps.filter(({ cause }) => cause === 'loss').map(rangeOf);
    const lost = this.runs.map((run) => this.placed(origin, run));
    return {
      listed: untouched(listed),
      lost: untouched(lost.filter((one) => this.mustBeListed(one))),
    };
  }

  /** The parts that no correction touches, and where crumbs are listed. */
  private untouched(range: Range): Range[] {
    const { samples } = this.manifest;
    const edges = this.isWhole ? this.touched : [...this.touched, { from: samples, to: samples }];
    return edges.reduce(
      (left, edge) =>
        left
          .flatMap(({ from, to }) => [
            { from, to: Math.min(to, edge.from - CRUMB) },
            { from: Math.max(from, edge.to + CRUMB), to },
          ])
          .filter(({ from, to }) => from < to),
      [range],
    );
  }

  /** What is lost, as far as it lies in the file. */
  private placed(origin: number, { from, to }: Range): Range {
    const place = this.placeOf(origin, from);
    return { from: place, to: Math.min(place + to - from, this.manifest.samples) };
  }

  /** Of an edge that was killed the last packets in the file may have no packet after them. */
  private mustBeListed({ from }: Range): boolean {
    const { samples } = this.manifest;
    if (from >= samples) return false;
    return !this.gaps.some((gap) => this.isOpenEnd(gap) && gap.from <= from);
  }

  private isTouched({ from, to }: Range): boolean {
    return this.touched.some((one) => one.from < to && from < one.to);
  }

  /** What it spoke at that sample lies there. */
  private placeOf(origin: number, own: number): number {
    return this.corrections.reduce(
      (place, one) => (endBefore(one) <= place ? place + one.samples : place),
      origin + own,
    );
  }

  /**
   * Where its first sample lies, or would, by the first gap that no correction touches: that is a loss with which all
   * other gaps agree best. Short of losses several do, and the sound tells them apart. None without such a gap.
   */
  private origins(): number[] {
    const gap = this.gaps.find((one) => one.cause === 'loss' && !this.isTouched(rangeOf(one)));
    if (gap === undefined) return [];
    const before = this.corrections.reduceRight(
      (place, one) => (endBefore(one) <= place - one.samples ? place - one.samples : place),
      gap.from,
    );
    const all = this.runs.map(({ from }) => before - from);
    const faults = all.map((origin) => this.gapFaults(origin).length);
    const least = Math.min(...faults);
    return all.filter((_, i) => faults[i] === least);
  }

  private movedAt(position: number): number {
    const before = this.corrections.filter(({ at }) => at <= position);
    return before.reduce((sum, { samples }) => sum + samples, 0);
  }

  /** Every sample that no correction touches is what it must be. */
  private soundFaults(origin: number, channel: Buffer, second: Buffer): string[] {
    const wrong: number[] = [];
    const edges = [...this.touched, ...this.manifest.gaps.map(rangeOf)];
    const cuts = new Set([0, channel.length, ...edges.flatMap(({ from, to }) => [from, to])]);
    const borders = [...cuts].filter((at) => at <= channel.length).sort((a, b) => a - b);
    for (const [i, to] of borders.entries()) {
      const from = borders[i - 1] ?? 0;
      const piece = { from, to };
      if (from === to || this.isTouched(piece)) continue;
      const own = origin + this.movedAt(from);
      const isGap = this.gaps.some((gap) => gap.from <= from && to <= gap.from + gap.samples);
      const spoken = this.leg.frames * FRAME;
      const isLost = (time: number): boolean =>
        this.runs.some((run) => run.from <= time && time < run.to);
      for (let at = from; at < to; at++) {
        const time = at - own;
        const isSilence = isGap || time < 0 || time >= spoken || isLost(time);
        const must = isSilence ? SILENCE : second[time % SECOND];
        if (channel[at] !== must) wrong.push(at);
      }
    }
    const [first] = wrong;
    if (first === undefined) return [];
    return [`${wrong.length} samples are wrong, from ${first} on (${this.listedNear(first)})`];
  }

  /** What the manifest says of two seconds there. */
  private listedNear(place: number): string {
    const listed = [
      ...this.corrections.map(({ at, samples }) => ({ at, text: `${samples} at ${at}` })),
      ...this.gaps.map(({ from, samples, cause }) => ({
        at: from,
        text: `${cause} ${from}-${from + samples}`,
      })),
    ];
    const near = listed.filter(({ at }) => Math.abs(at - place) < SECOND);
    return near.map(({ text }) => text).join(', ');
  }
}

/** Its bytes of A-law. */
function channelOf(file: Buffer, side: Side): Buffer {
  const first = HEADER + (side === 'left' ? 0 : 1);
  const channel = Buffer.alloc((file.length - HEADER) / 2);
  for (let at = 0; at < channel.length; at++) channel[at] = file[first + 2 * at] as number;
  return channel;
}

/** Lost frames that follow each other are one gap. */
function runsOf(dropped: number[]): Range[] {
  const runs: Range[] = [];
  for (const frame of dropped) {
    const last = runs.at(-1);
    const from = frame * FRAME;
    if (last?.to === from) last.to += FRAME;
    else runs.push({ from, to: from + FRAME });
  }
  return runs;
}

function sorted(counts: object): object {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}
