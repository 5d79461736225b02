import { performance } from 'node:perf_hooks';
import { waitFor } from '../../support/wait';
import type { CallOutcome } from '../caller-load';
import { elapsed } from '../elapsed';
import { quantile, rounded } from '../quantile';
import { atRate, deferred, type Rig } from './rig';

/**
 * Short calls at a steady rate, without audio, every one with a recording:
 *   cpuMsPerCall                 CPU of edge and app from the first INVITE until the last recording is
 *                                filed, for one call
 *   dbCpuMsPerCall               the same of PostgreSQL
 *   inviteToAgentP50Ms, …P99Ms   INVITE sent by the caller -> INVITE received by the agent's phone
 * and long talks with audio both ways:
 *   cpuMsPerCallSecondRecorded   CPU of edge and app for one second of one recorded talk
 */
export interface SteadyLoad {
  agents: number;
  warmUpCalls: number;
  shortCalls: number;
  callsPerSecond: number;
  talkMs: number;
  longTalks: number;
  longTalkMs: number;
}

const OTHER_SIDE_MS = 500;

export async function steady(rig: Rig, load: SteadyLoad) {
  await rig.staff({ from: 0, count: load.agents, autoReady: true });
  const warmUp = await rig.shortCalls(load.warmUpCalls, load.callsPerSecond, load.talkMs);
  await rig.allFiled();
  const before = rig.cpu();
  const outcomes = await rig.shortCalls(load.shortCalls, load.callsPerSecond, load.talkMs);
  await rig.allFiled();
  const after = rig.cpu();
  const talks = await longTalks(rig, load);
  const missing = await rig.allFiled();
  const delays = rig.delays(outcomes);
  return {
    cpuMsPerCall: rounded((after.product - before.product) / load.shortCalls),
    dbCpuMsPerCall: rounded((after.database - before.database) / load.shortCalls),
    cpuMsPerCallSecondRecorded: rounded(talks.cpuMsPerCallSecond),
    inviteToAgentP50Ms: rounded(quantile(delays, 0.5)),
    inviteToAgentP99Ms: rounded(quantile(delays, 0.99)),
    audioReturned: rounded(talks.returned, 3),
    failed:
      rig.lost([...warmUp, ...outcomes, ...talks.outcomes]) +
      missing +
      (talks.returned < 0.95 ? 1 : 0),
  };
}

/** All talks at once; CPU is taken while every one of them stands. */
async function longTalks(
  rig: Rig,
  load: SteadyLoad,
): Promise<{ outcomes: CallOutcome[]; cpuMsPerCallSecond: number; returned: number }> {
  const { rtp } = rig;
  let answered = 0;
  const talk = deferred();
  const calls = atRate(load.longTalks, load.callsPerSecond, (index) =>
    rig.call({
      talk: talk.promise,
      onAnswer: (audio) => {
        answered += 1;
        rtp.add(index, audio);
      },
    }),
  );
  await waitFor('every long talk to be answered', () => answered === load.longTalks, 60_000);
  await elapsed(OTHER_SIDE_MS);
  const counted = await rtp.counts();
  const before = rig.cpu();
  const from = performance.now();
  await elapsed(load.longTalkMs);
  const after = rig.cpu();
  const seconds = (performance.now() - from) / 1000;
  const now = await rtp.counts();
  for (let stream = 0; stream < load.longTalks; stream += 1) rtp.remove(stream);
  talk.resolve();
  return {
    outcomes: await calls,
    cpuMsPerCallSecond: (after.product - before.product) / seconds / load.longTalks,
    returned: (now.returned - counted.returned) / (now.sent - counted.sent),
  };
}
