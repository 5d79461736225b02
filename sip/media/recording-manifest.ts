/**
 * What is written beside a recording: which packets each far side sent and what became of them, every
 * stretch that is missing, with its reason, and where a side's clock was corrected. While the recording runs it is a file of lines, `<path>.json.part`:
 * first the head, then one line a window. When it is over they become one object, `<path>.json`. Pure.
 */
import type { PacketCounts } from '../rtp/arrival-counts';
import type { Gap } from './gap-list';
import type { Correction } from './recording-corrections';

/** Known from the start. */
export interface ManifestHead {
  recording: string;
  /** Relative to the recordings folder. */
  path: string;
  /** Wall time of the first sample, milliseconds since the epoch. */
  startedAt: number;
  /** The same instant on the monotonic clock of the machine, milliseconds. */
  monotonicZeroMs: number;
  /** Samples a second and channel, 8000 or 16000; all positions and lengths are counted in these. */
  rate: number;
}

/** One side's packets. */
export interface LegCounts extends PacketCounts {
  /**
   * Of those received, those that are not in the file: they came after their window was written, or, being
   * G.722, after sound that was spoken later.
   */
  late: number;
  /** Came from somebody else's address, and were dropped unread; in no other count. */
  foreign: number;
}

/**
 * Before each window, so that a file never holds a loss of which no line tells; counts are those from the start, gaps
 * and corrections those found since the line before.
 */
export interface ManifestLine {
  /** Wall time of writing, milliseconds since the epoch. */
  at: number;
  /** In the file when the window is in it. */
  samples: number;
  left: LegCounts;
  /** Not of a recording of one side. */
  right?: LegCounts;
  gaps: Gap[];
  /** Those that may go on after this window, up to there; the next line tells them anew. */
  open: Gap[];
  /** Lines that older versions wrote have none. */
  corrections?: Correction[];
}

export interface Manifest extends ManifestHead {
  /** `edge-killed`: closed by who came after; counts are those of the last whole window. */
  state: 'finished' | 'edge-killed';
  samples: number;
  bytes: number;
  sha256: string;
  left: LegCounts;
  right?: LegCounts;
  gaps: Gap[];
  /** Each side's in the order of speaking. Manifests of older versions have none. */
  corrections: Correction[];
  /** False is a bug of ours: the counts contradict each other, or the samples the bytes of the file. */
  reconciles: boolean;
}

export const NO_PACKETS: LegCounts = {
  ...{ expected: 0, received: 0, lost: 0, duplicates: 0 },
  ...{ late: 0, foreign: 0 },
};

/** What was found in a recording from line to line. */
export type Found = Required<Pick<ManifestLine, 'gaps' | 'corrections'>>;

export const nothingFound = (): Found => ({ gaps: [], corrections: [] });

/** What a line tells comes to what those before it told. */
export function addFound(found: Found, { gaps, corrections = [] }: ManifestLine): void {
  found.gaps.push(...gaps);
  found.corrections.push(...corrections);
}

/** Each packet that should have come came or is lost, and none is late that did not come. */
export function reconciles({ expected, received, lost, late }: LegCounts): boolean {
  return expected === received + lost && lost >= 0 && late >= 0 && late <= received;
}

/** How the recording came out as a file. */
export type Closed = Pick<Manifest, 'state' | 'samples' | 'bytes' | 'sha256'>;

/** The whole manifest from its head and lines; `last` are gaps that no line tells. */
export function manifestOf(
  head: ManifestHead,
  lines: readonly ManifestLine[],
  closed: Closed,
  last: readonly Gap[] = [],
): Manifest {
  const { left = NO_PACKETS, right } = lines.at(-1) ?? {};
  const gaps = [...lines.flatMap((line) => line.gaps), ...last].sort((a, b) => a.from - b.from);
  return {
    ...head,
    ...closed,
    ...{ left, ...(right === undefined ? {} : { right }), gaps },
    corrections: correctionsIn(lines, closed.samples),
    reconciles: reconciles(left) && (right === undefined || reconciles(right)),
  };
}

/** What the lines tell of a file that ends after so many samples, wherever its writer was killed. */
export function linesWithin(lines: readonly ManifestLine[], samples: number): ManifestLine[] {
  const last = lines.at(-1);
  if (last === undefined) return [];
  const none =
    last.right === undefined ? { left: NO_PACKETS } : { left: NO_PACKETS, right: NO_PACKETS };
  const whole = lines.filter((line) => line.samples <= samples).at(-1) ?? { ...last, ...none };
  const gaps = [...lines.flatMap((line) => line.gaps), ...last.open]
    .filter(({ from }) => from < samples)
    .map((gap) => ({ ...gap, samples: Math.min(gap.samples, samples - gap.from) }));
  return [{ ...whole, gaps, open: [], corrections: correctionsIn(lines, samples) }];
}

/** Those that are in a file of so many samples. */
function correctionsIn(lines: readonly ManifestLine[], samples: number): Correction[] {
  return lines.flatMap(({ corrections = [] }) => corrections).filter(({ at }) => at < samples);
}
