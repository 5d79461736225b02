import { ControlFailure } from '../../sip/control/failure';
import { AudioLoad, type AudioMeasured, type Talk } from './audio-load';
import { cpuMs, rssMb } from './cpu';
import { elapsed } from './elapsed';
import { isMade, LEGS, startServer, type MediaMode, type MediaServer } from './media-server';
import { rounded } from './quantile';

/**
 * The media edge under load: talks, with G.711 in 20 ms packets both ways for each party, and callers on
 * music whose own audio is read. For each number of calls every mode in turn, each with a server and a
 * generator of its own:
 *
 *   plain                  the reference: a forwarder of thirty lines that decodes nothing
 *   forward                the edge bridges two parties
 *   recorded               and writes a stereo WAV of each talk
 *   monitored              a supervisor listens to each talk, which is mixed; left out while the edge cannot
 *   music                  one party for each call, who hears the queue's music
 *
 * of each run:
 *   cpuMsPerCallSecond     CPU of the server for one second of one call
 *   ratioToPlainForward    that, over the plain forwarder's of the same number of calls
 *   lossRatio              packets that did not arrive, or were not read, of all that were due
 *   addedLatencyP50Ms, …P99Ms  from leg to leg through the server, the generator's own delay included; of
 *                          mixed talks and music: how late frames come against a steady clock
 *   directP50Ms, …P99Ms    from leg to leg without the server: the generator's own delay
 *   directLossRatio        lost on that way: above 0 the machine was too busy for a figure of the server
 *   rssMb                  resident memory of the server at the end
 * of callers on music, rung by rung:
 *   maxWaitingCallers      the most with at most 0.1 % lost both ways together, and at most 1 % of frames
 *                          later than 40 ms, which is what a jitter buffer of 60 ms forgives
 *   knee                   what ended the search
 *
 * `failed` counts talks without a stored recording, and runs in which nothing arrived.
 */
export interface MediaBench {
  calls: number[];
  settleMs: number;
  measureMs: number;
  /** Waiting callers, rising. */
  ladder: number[];
  rungMs: number;
}

export const FULL_MEDIA: MediaBench = {
  calls: [100, 300, 500],
  settleMs: 2000,
  measureMs: 6000,
  ladder: [500, 1000, 1250, 1500, 1750, 2000, 2250, 2500, 2750, 3000, 3500, 4000],
  rungMs: 4000,
};

/** Enough to see every key and no failure; the figures mean nothing. */
export const QUICK_MEDIA: MediaBench = {
  calls: [20],
  settleMs: 200,
  measureMs: 800,
  ladder: [4, 8],
  rungMs: 500,
};

export interface MediaRun {
  mode: MediaMode;
  calls: number;
  cpuMsPerCallSecond: number;
  ratioToPlainForward: number;
  lossRatio: number;
  addedLatencyP50Ms: number;
  addedLatencyP99Ms: number;
  directP50Ms: number;
  directP99Ms: number;
  directLossRatio: number;
  rssMb: number;
}

export interface MediaFigures {
  runs: MediaRun[];
  maxWaitingCallers: number;
  knee: string;
  /** Modes that the edge does not know. */
  leftOut: MediaMode[];
  failed: number;
}

const MODES: MediaMode[] = ['plain', 'forward', 'recorded', 'monitored', 'music'];
const MOST_LOSS = 0.001;
const MOST_LATE = 0.01;

export async function media(bench: MediaBench): Promise<MediaFigures> {
  const runs: MediaRun[] = [];
  const leftOut = new Set<MediaMode>();
  let failed = 0;
  for (const calls of bench.calls) {
    let plain = Number.NaN;
    for (const mode of MODES) {
      const measured = await measureMode(mode, calls, bench).catch(unlessUnknown);
      if (measured === null) {
        leftOut.add(mode);
        continue;
      }
      const { missing, ...figures } = measured;
      if (mode === 'plain') plain = figures.cpuMsPerCallSecond;
      const ratioToPlainForward = rounded(figures.cpuMsPerCallSecond / plain);
      runs.push({ mode, calls, ...figures, ratioToPlainForward });
      failed += missing + (figures.lossRatio === 1 ? 1 : 0);
    }
  }
  return { runs, ...(await findKnee(bench)), leftOut: [...leftOut], failed };
}

/** Null for a mode that the edge has no command for. */
function unlessUnknown(error: unknown): null {
  if (error instanceof ControlFailure && error.code === 'unknown-command') return null;
  throw error;
}

/** A server and the far ends of its calls. */
class Load {
  private calls = 0;
  private readonly audio = AudioLoad.start();

  private constructor(
    private readonly mode: MediaMode,
    readonly server: MediaServer,
  ) {}

  static async start(mode: MediaMode): Promise<Load> {
    return new Load(mode, await startServer(mode));
  }

  async add(calls: number): Promise<void> {
    const legs = LEGS[this.mode];
    const opened = await this.audio.open(calls * legs);
    const ports = await this.server.open(opened.map(({ port }) => port));
    const partnerOf = (n: number) => opened[n ^ 1]?.leg ?? -1;
    const talks = opened.map(({ leg }, n): Talk => ({
      leg,
      port: ports[n] ?? 0,
      hears: isMade(this.mode) ? 'server' : partnerOf(n),
    }));
    await this.audio.talk(talks);
    this.calls += calls;
  }

  async measure(ms: number) {
    const { server, audio, calls } = this;
    const drops = server.dropped();
    const cpu = cpuMs(server.pid);
    await audio.begin();
    await elapsed(ms);
    const cpuUsed = cpuMs(server.pid) - cpu;
    const measured = await audio.end();
    const perCallSecond = cpuUsed / (calls * (measured.windowMs / 1000));
    return {
      lossRatio: this.lossOf(measured, server.dropped() - drops),
      cpuMsPerCallSecond: rounded(perCallSecond, 3),
      measured,
    };
  }

  /** What a bridged leg sent and nobody read is missing at its partner already. */
  private lossOf({ expected, received, sent }: AudioMeasured, unread: number): number {
    const missing = Math.max(0, expected - received);
    if (!isMade(this.mode)) return rounded(missing / expected, 5);
    return rounded((missing + unread) / (expected + sent), 5);
  }

  async close(): Promise<void> {
    this.audio.close();
    await this.server.close();
  }
}

async function measureMode(mode: MediaMode, calls: number, bench: MediaBench) {
  const load = await Load.start(mode);
  try {
    await load.add(calls);
    await elapsed(bench.settleMs);
    const { measured, ...figures } = await load.measure(bench.measureMs);
    const { p50, p99 } = isMade(mode) ? measured.lateMs : measured.transitMs;
    return {
      ...figures,
      addedLatencyP50Ms: rounded(p50),
      addedLatencyP99Ms: rounded(p99),
      directP50Ms: rounded(measured.directMs.p50),
      directP99Ms: rounded(measured.directMs.p99),
      directLossRatio: rounded(measured.directLossRatio, 5),
      rssMb: rssMb(load.server.pid),
      missing: await load.server.end(),
    };
  } finally {
    await load.close();
  }
}

/** Adds waiting callers until a rung is bad twice, for the machine's moods, or the edge takes no more. */
async function findKnee({ ladder, settleMs, rungMs }: MediaBench) {
  const load = await Load.start('music');
  let best = 0;
  try {
    for (const callers of ladder) {
      const refusal = await load.add(callers - best).then(
        () => null,
        (error: Error) => error.message,
      );
      if (refusal !== null) return { maxWaitingCallers: best, knee: `refused: ${refusal}` };
      await elapsed(settleMs);
      const bad = (await isBad(load, rungMs)) && (await isBad(load, rungMs));
      if (bad !== false) return { maxWaitingCallers: best, knee: `${callers} callers: ${bad}` };
      best = callers;
    }
    return { maxWaitingCallers: best, knee: 'not reached' };
  } finally {
    await load.close();
  }
}

async function isBad(load: Load, ms: number): Promise<string | false> {
  const { lossRatio, measured } = await load.measure(ms);
  if (lossRatio <= MOST_LOSS && measured.lateShare <= MOST_LATE) return false;
  return `lost ${lossRatio}, late ${rounded(measured.lateShare, 4)}`;
}
