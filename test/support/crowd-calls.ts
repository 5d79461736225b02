/**
 * Many recorded calls of a ToneCrowd over an edge's control connection, and whether the manifest of each
 * says, to the packet, what its two far sides sent and left out.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import type { Gap } from '../../sip/media/gap-list';
import type { LegCounts, Manifest } from '../../sip/media/recording-manifest';
import { readWav, toneShare } from './tone';
import type { CrowdReport, CrowdTalk, ToneCrowd } from './tone-crowd';
import { waitFor } from './wait';

/** Frames that were lost one after the other. */
interface Run {
  first: number;
  count: number;
}

type Finished = Extract<EventLine, { event: 'record.finished' }>;

/** Calls that are being set up at a time. */
const AT_A_TIME = 10;
const SAMPLES = 160;
/** What is left of a packet at the edges of a gap when the recorder shifts a side; a shift in silence. */
const CRUMB = 40;
const SHIFT = 240;
/**
 * In the middle of a tone the recorder corrects the clock of a side only when it is more than 30 ms off, as
 * after a stall of the machine. That turns the tone's phase, moves all that follows, and no manifest lists it.
 */
const mostCorrections = (samples: number): number => Math.ceil(samples / 24_000);
const MOST_SHIFT = 1600;
/** An edge that is killed takes this much along at most: 2 s. */
const MOST_UNWRITTEN = 16_000;

/** The sound is judged in stretches of 200 ms. */
const STRETCH = 1600;
const CLEAN = 0.85;
/** A-law has no nought. */
const SILENCE = 8;
/** A recorder aligns its sides in the first half second. */
const ALIGNED = 4000;
/** Silence at the end of less than 60 ms is listed as no gap. */
const UNLISTED_END = 480;

/** Four hertz apart: a second of sound tells them from each other. */
export const callerHz = (n: number): number => 500 + 4 * n;
export const agentHz = (n: number): number => 1700 + 4 * n;

export const sessionOf = (n: number): string => `call-${n}`;
const pathOf = (n: number): string => `${sessionOf(n)}.wav`;
const SIDES = ['left', 'right'] as const;

export class CrowdCalls {
  private readonly finished = new Map<string, Finished>();
  readonly lost = new Set<string>();

  /** Two legs of the crowd for each call. */
  constructor(
    private readonly crowd: ToneCrowd,
    readonly count: number,
  ) {}

  /** Hears the events of this connection, and acknowledges them. */
  hear(control: ControlClient): void {
    control.on('event', (line: EventLine) => {
      if (line.event === 'record.finished') this.finished.set(line.recording, line);
      if (line.event === 'session.lost') this.lost.add(line.session);
      control.ack(line.seq);
    });
  }

  /** Answers both legs of each, records and bridges them, and lets them speak, some calls at a time. */
  async begin(control: ControlClient): Promise<void> {
    for (let first = 0; first < this.count; first += AT_A_TIME) {
      const some = Array.from({ length: AT_A_TIME }, (_, i) => first + i);
      const talks = await Promise.all(some.map((n) => this.connect(control, n)));
      await this.crowd.talk(talks.flat());
    }
  }

  private async connect(control: ControlClient, n: number): Promise<CrowdTalk[]> {
    const session = sessionOf(n);
    const answered = async (endpoint: string, leg: number): Promise<number> => {
      const offer = offerOf(this.crowd.legs[leg]?.port ?? 0);
      const { answer } = await control.command('endpoint.answer', { session, endpoint, offer });
      return Number(/^m=audio (\d+)/m.exec(answer)?.[1]);
    };
    const [caller, agent] = [await answered('caller', 2 * n), await answered('agent', 2 * n + 1)];
    await control.command('session.note', { session, note: `note ${n}` });
    const order = { session, recording: session, path: pathOf(n) };
    await control.command('record.start', { ...order, left: 'caller', right: 'agent' });
    await control.command('bridge', { session, a: 'caller', b: 'agent' });
    return [
      { leg: 2 * n, port: caller, hz: callerHz(n), hears: agentHz(n) },
      { leg: 2 * n + 1, port: agent, hz: agentHz(n), hears: callerHz(n) },
    ];
  }

  async end(control: ControlClient): Promise<void> {
    for (let n = 0; n < this.count; n++) {
      if (this.lost.has(sessionOf(n))) continue;
      await control.command('session.close', { session: sessionOf(n) });
    }
  }

  /** Resolves when each recording was told. */
  async allFinished(): Promise<void> {
    await waitFor('all recordings', () => this.finished.size === this.count, 30_000);
  }

  /** Throws unless the recording of call `n` is whole, or short by its end only where `killed`. */
  expectRecording(folder: string, n: number, legs: CrowdReport[], killed: boolean): void {
    const { file } = this.finished.get(sessionOf(n)) as Finished;
    if (file.result !== 'stored') throw new Error(`${sessionOf(n)}: ${file.reason}`);
    const bytes = readFileSync(join(folder, file.path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(file).toMatchObject({ reconciles: true, bytes: bytes.length, sha256 });
    const manifest = manifestAt(folder, file.path);
    expect(manifest.state).toBe(killed ? 'edge-killed' : 'finished');
    // 58 bytes of header, two channels.
    expect(manifest.samples).toBe((bytes.length - 58) / 2);
    for (const [i, side] of SIDES.entries()) {
      expectSide(manifest, side, legs[2 * n + i] as CrowdReport);
    }
    expectEnd(manifest);
  }

  /** Each channel holds its own tone wherever its manifest lists no gap, silence where it does, and never the other's. */
  expectTones(folder: string, n: number): void {
    const { channels } = readWav(readFileSync(join(folder, pathOf(n))));
    const { gaps } = manifestAt(folder, pathOf(n));
    for (const [i, hz] of [callerHz(n), agentHz(n)].entries()) {
      const channel = channels[i] as Int16Array;
      const own = gaps.filter(({ side }) => side === SIDES[i] || side === 'both');
      const torn = tornStretches(channel, own, hz);
      const most = mostCorrections(channel.length);
      if (torn.length > most) throw new Error(`call ${n}, ${SIDES[i]}: torn at ${torn.join()}`);
      const other = i === 0 ? agentHz(n) : callerHz(n);
      expect(toneShare(channel, other)).toBeLessThan(0.05);
    }
  }
}

function manifestAt(folder: string, path: string): Manifest {
  return JSON.parse(readFileSync(join(folder, `${path}.json`), 'utf8')) as Manifest;
}

/** Where the stretches begin that lack the tone outside the gaps, or have sound in one. */
function tornStretches(channel: Int16Array, gaps: readonly Gap[], hz: number): number[] {
  const missing = marked(channel.length, gaps, 0);
  const silent = marked(channel.length, gaps, CRUMB);
  const torn: number[] = [];
  for (let at = ALIGNED; at + STRETCH <= channel.length - UNLISTED_END; at += STRETCH) {
    // What lies in a gap says nothing of the tone, and may not be there.
    const inStretch = channel.slice(at, at + STRETCH);
    const sound = inStretch.map((sample, i) => (missing[at + i] ? 0 : sample));
    const heard = STRETCH - missing.subarray(at, at + STRETCH).reduce((sum, is) => sum + is, 0);
    const lacks = heard > 0 && toneShare(sound, hz) * (STRETCH / heard) <= CLEAN;
    const isLoud = inStretch.some((sample, i) => silent[at + i] && Math.abs(sample) > SILENCE);
    if (lacks || isLoud) torn.push(at);
  }
  return torn;
}

/** One for each sample of a gap but those at its edges. */
function marked(length: number, gaps: readonly Gap[], edge: number): Uint8Array {
  const marks = new Uint8Array(length);
  for (const { from, samples } of gaps) {
    marks.fill(1, from + edge, Math.max(from + edge, from + samples - edge));
  }
  return marks;
}

/** Nothing but recordings and their manifests. */
export function expectNothingUnfinished(folder: string, count: number): void {
  const names = Array.from({ length: count }, (_, n) => [pathOf(n), `${pathOf(n)}.json`]).flat();
  expect(readdirSync(folder).sort()).toEqual(names.sort());
}

/** Counts and gaps are those of what the leg sent, as far as the file reaches. */
function expectSide(manifest: Manifest, side: 'left' | 'right', leg: CrowdReport): void {
  const counts = manifest[side] as LegCounts;
  expect(counts).toMatchObject({ duplicates: 0, late: 0, foreign: 0 });
  const isWhole = manifest.state === 'finished';
  if (isWhole) expect(counts).toMatchObject({ expected: leg.frames, lost: leg.dropped.length });
  const gaps = manifest.gaps.filter((gap) => gap.side === side);
  expect(gaps.every(({ cause }) => cause === 'loss' || cause === 'unheard')).toBe(true);
  const found = gaps.filter(({ cause }) => cause === 'loss');
  const runs = runsOf(leg.dropped);
  const origin = originOf(found, runs);
  // Of a process that was killed the file ends somewhere, and nothing but what is in it is told.
  const inFile = (frames: number): number => manifest.samples - origin - frames * SAMPLES;
  const written = runs.filter(({ first, count }) => isWhole || inFile(first + count) >= SHIFT);
  const most = runs.filter(({ first }) => isWhole || inFile(first) > -SHIFT);
  expect(found.length).toBeLessThanOrEqual(most.length);
  expect(correctionsOf(found, written)).toBeLessThanOrEqual(mostCorrections(manifest.samples));
  const ends = gaps.map(({ from, samples }) => from + samples);
  expect(Math.max(0, ...ends)).toBeLessThanOrEqual(manifest.samples);
  const lost = leg.dropped.filter((frame) => frame < counts.expected);
  expect(counts.lost).toBe(lost.length);
}

/** Where its first frame would lie, by its last gap. */
function originOf(found: Gap[], runs: Run[]): number {
  const [gap, run] = [found.at(-1), runs[found.length - 1]];
  return (gap?.from ?? 0) - (run?.first ?? 0) * SAMPLES;
}

/**
 * Gaps and lost frames are the same, to the sample: answers how often they were not, because the recorder
 * shifted the side, or had sound after the shift cover a gap.
 */
function correctionsOf(found: Gap[], runs: Run[]): number {
  let corrections = 0;
  let next = 0;
  let origin = (found[0]?.from ?? 0) - (runs[0]?.first ?? 0) * SAMPLES;
  for (const { first, count } of runs) {
    const gap = found[next];
    const step = (gap?.from ?? Number.POSITIVE_INFINITY) - origin - first * SAMPLES;
    const isSame = step === 0 && gap?.samples === count * SAMPLES;
    if (!isSame) corrections += 1;
    if (Math.abs(step) > MOST_SHIFT) continue;
    origin += step;
    next += 1;
  }
  return corrections;
}

/** Lost frames that follow each other are one gap. */
function runsOf(dropped: number[]): Run[] {
  const runs: Run[] = [];
  for (const frame of dropped) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === frame) last.count += 1;
    else runs.push({ first: frame, count: 1 });
  }
  return runs;
}

/** What the process took along is one gap of at most 2 s at the end; without a fall there is none. */
function expectEnd({ gaps, samples, state }: Manifest): void {
  const taken = gaps.filter(({ cause }) => cause === 'edge-killed');
  expect(taken).toHaveLength(state === 'edge-killed' ? 1 : 0);
  for (const gap of taken) {
    expect(gap).toMatchObject({ side: 'both', from: samples });
    expect(gap.samples).toBeLessThanOrEqual(MOST_UNWRITTEN);
  }
}

function offerOf(port: number): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...lines, `m=audio ${port} RTP/AVP 8`, ''].join('\r\n');
}
