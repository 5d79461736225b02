import { desktops, type DesktopsLoad } from './hotline/desktops';
import { freeToOffer, type FreeLoad } from './hotline/free';
import { ramp, type RampLoad } from './hotline/ramp';
import { Rig, type RigOptions } from './hotline/rig';
import { steady, type SteadyLoad } from './hotline/steady';
import { toldCoverage, type ToldLoad } from './hotline/told';
import { waitInLine, type WaitingLoad } from './hotline/waiting';

/**
 * The hotline under load: the started product, telemarketers with static phones that answer at once,
 * callers from one trunk. Phases one after another, each in a file of its own that says what its keys mean:
 *
 *     hotline/steady.ts     short calls and long talks: cpuMsPerCall dbCpuMsPerCall inviteToAgentP50Ms …P99Ms
 *                           cpuMsPerCallSecondRecorded
 *     hotline/ramp.ts       75 calls a second, and as many as it takes: inviteToAgentP99NoDesktopMs
 *                           cleanCallsPerSecond
 *     hotline/desktops.ts   agents with desktops: inviteToPopP99Ms inviteToAgentP99WithDesktopMs
 *     hotline/free.ts       all agents talk, as many callers wait: freeToOfferP99Ms
 *     hotline/waiting.ts    everybody waits: waitingCallers musicStreams waitingEdgeMb waitingAppMb
 *     hotline/told.ts       what callers are told: waitErrorCoverage
 *
 * `busyAnswers` counts callers of all phases whose final answer was not 200. `failed` counts callers who were
 * refused, lost or brought to no agent (of the ramp: at its steady rate), talks whose audio did not come
 * back or that have no stored recording, and phases that broke off: their keys are null, and why is on
 * standard error. With `--phase=NAME` there is that phase alone, and the keys of the others are null.
 */
export interface HotlineLoad {
  rig: RigOptions;
  steady: SteadyLoad;
  ramp: RampLoad;
  free: FreeLoad;
  desktops: DesktopsLoad;
  waiting: WaitingLoad;
  told: ToldLoad;
}

export const FULL: HotlineLoad = {
  rig: { people: 1000, streams: 10_500 },
  steady: {
    agents: 100,
    warmUpCalls: 100,
    shortCalls: 1000,
    callsPerSecond: 25,
    talkMs: 3000,
    longTalks: 100,
    longTalkMs: 20_000,
  },
  ramp: {
    agents: 800,
    callsPerSecond: 75,
    calls: 1500,
    talkMs: 3000,
    ladder: [25, 50, 75, 100, 120, 140, 160, 180, 200],
    rungSeconds: 12,
    boundMs: 100,
  },
  free: { agents: 1000, waiting: 1000, ends: 300, endsPerSecond: 10, callsPerSecond: 40 },
  desktops: { desktops: 300, callsPerSecond: 75, calls: 1500, talkMs: 2000 },
  waiting: {
    agent: 999,
    waiting: 10_000,
    music: [250, 500, 750, 1000, 1250, 1500],
    measureMs: 4000,
    callsPerSecond: 50,
  },
  told: { seeds: 3, lines: Number.POSITIVE_INFINITY },
};

/** Enough to see every key and no failure; the figures mean nothing. */
export const QUICK: HotlineLoad = {
  rig: { people: 8, streams: 200 },
  steady: {
    agents: 8,
    warmUpCalls: 2,
    shortCalls: 12,
    callsPerSecond: 6,
    talkMs: 500,
    longTalks: 4,
    longTalkMs: 2000,
  },
  ramp: {
    agents: 8,
    callsPerSecond: 8,
    calls: 12,
    talkMs: 300,
    ladder: [4, 8],
    rungSeconds: 1,
    boundMs: 10_000,
  },
  free: { agents: 4, waiting: 3, ends: 3, endsPerSecond: 10, callsPerSecond: 10 },
  desktops: { desktops: 4, callsPerSecond: 5, calls: 8, talkMs: 300 },
  waiting: { agent: 7, waiting: 12, music: [2, 4], measureMs: 1000, callsPerSecond: 20 },
  told: { seeds: 1, lines: 1 },
};

const KEYS = {
  steady: [
    ...(['cpuMsPerCall', 'dbCpuMsPerCall', 'cpuMsPerCallSecondRecorded'] as const),
    ...(['inviteToAgentP50Ms', 'inviteToAgentP99Ms', 'audioReturned'] as const),
  ],
  ramp: ['cleanCallsPerSecond', 'inviteToAgentP99NoDesktopMs'],
  free: ['freeToOfferP99Ms'],
  desktops: ['inviteToAgentP99WithDesktopMs', 'inviteToPopP99Ms'],
  waiting: ['waitingCallers', 'musicStreams', 'waitingEdgeMb', 'waitingAppMb'],
  told: ['waitErrorCoverage'],
} as const;

export type Phase = keyof typeof KEYS;
/** In their order: who leaves the line is owed a call back, and the phases in which callers leave are the last. */
export const PHASES: readonly Phase[] = ['steady', 'ramp', 'desktops', 'free', 'waiting', 'told'];
type Key = (typeof KEYS)[Phase][number];

export interface HotlineFigures extends Record<Key, number | null> {
  busyAnswers: number;
  calls: number;
  failed: number;
  agents: number;
  callsPerSecond: number;
  talks: number;
  retransmissions: number;
}

/** Starts the product, loads it, stops it. */
export async function hotline(load: HotlineLoad, wanted = PHASES): Promise<HotlineFigures> {
  const rig = await Rig.start(load.rig);
  const run: { [P in Phase]: () => Promise<Result<P>> } = {
    steady: () => steady(rig, load.steady),
    ramp: () => ramp(rig, load.ramp),
    desktops: () => desktops(rig, load.desktops),
    free: () => freeToOffer(rig, load.free),
    waiting: () => waitInLine(rig, load.waiting),
    told: () => Promise.resolve(toldCoverage(load.told)),
  };
  try {
    const phases: Attempted[] = [];
    for (const phase of PHASES)
      phases.push(wanted.includes(phase) ? await attempt(phase, run[phase]) : none(phase, 0));
    const figures = Object.assign({}, ...phases) as Record<Key, number | null>;
    return {
      ...figures,
      busyAnswers: rig.busyAnswers,
      calls: rig.calls,
      failed: phases.reduce((sum, { failed }) => sum + failed, 0),
      agents: load.steady.agents,
      callsPerSecond: load.steady.callsPerSecond,
      talks: load.steady.longTalks,
      retransmissions: rig.callers.retransmissions,
    };
  } finally {
    await rig.close();
  }
}

type Result<P extends Phase> = Record<(typeof KEYS)[P][number], number> & { failed: number };
type Attempted = Partial<Record<Key, number | null>> & { failed: number };

/** A phase that breaks off leaves the others their figures. */
async function attempt(
  phase: Phase,
  run: () => Promise<Partial<Record<Key, number>> & { failed: number }>,
): Promise<Attempted> {
  try {
    return await run();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`hotline, ${phase}: ${text}\n`);
    return none(phase, 1);
  }
}

const none = (phase: Phase, failed: number): Attempted => ({
  ...Object.fromEntries(KEYS[phase].map((key) => [key, null])),
  failed,
});
