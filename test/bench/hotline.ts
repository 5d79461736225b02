import { performance } from 'node:perf_hooks';
import { emptyPlan, withoutNotice, withStaticAgents } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { waitFor } from '../support/wait';
import { AgentLoad } from './agent-load';
import { CallerLoad, type CallOutcome } from './caller-load';
import { cpuMs } from './cpu';
import { elapsed } from './elapsed';
import { quantile, rounded } from './quantile';
import { RtpLoad } from './rtp-load';

/**
 * The hotline under load: the started product, telemarketers with static phones that answer at once,
 * callers from one trunk. Two phases after a warm-up:
 *
 * short calls, 3 s each, at a steady rate, without audio, every one with a recording:
 *   cpuMsPerCall                 CPU of edge and app from the first INVITE until the last recording is
 *                                filed, for one call
 *   dbCpuMsPerCall               the same of PostgreSQL
 *   inviteToAgentP50Ms, …P99Ms   INVITE sent by the caller -> INVITE received by the agent's phone
 *   busyAnswers                  callers who got a final answer other than 200
 * long talks with audio both ways:
 *   cpuMsPerCallSecondRecorded   CPU of edge and app for one second of one recorded talk
 *
 * `failed` counts callers who were refused or lost, talks whose audio did not come back, and talks
 * without a stored recording.
 */
export interface HotlineLoad {
  agents: number;
  warmUpCalls: number;
  shortCalls: number;
  callsPerSecond: number;
  talkMs: number;
  longTalks: number;
  longTalkMs: number;
}

export const FULL: HotlineLoad = {
  agents: 100,
  warmUpCalls: 100,
  shortCalls: 1000,
  callsPerSecond: 25,
  talkMs: 3000,
  longTalks: 100,
  longTalkMs: 20_000,
};

/** Enough to see every key and no failure; the figures mean nothing. */
export const QUICK: HotlineLoad = {
  agents: 8,
  warmUpCalls: 2,
  shortCalls: 12,
  callsPerSecond: 6,
  talkMs: 500,
  longTalks: 4,
  longTalkMs: 2000,
};

export interface HotlineFigures {
  cpuMsPerCall: number;
  dbCpuMsPerCall: number;
  cpuMsPerCallSecondRecorded: number;
  inviteToAgentP50Ms: number;
  inviteToAgentP99Ms: number;
  busyAnswers: number;
  calls: number;
  failed: number;
  agents: number;
  callsPerSecond: number;
  talks: number;
  retransmissions: number;
  /** Share of the callers' packets that came back from the agents during the long talks. */
  audioReturned: number;
}

const HOST = '127.0.0.1';
const OTHER_SIDE_MS = 500;

/** Starts the product, loads it, stops it. */
export async function hotline(load: HotlineLoad): Promise<HotlineFigures> {
  const product = await startProduct({
    mediaPorts: 2000,
    env: { LOG_LEVEL: 'warn' },
  });
  const rtp = await RtpLoad.start(HOST);
  const agents = await AgentLoad.start(HOST, rtp.agentPort);
  const callers = await CallerLoad.start(HOST, product.sip('udp'));
  try {
    await product.apply(withoutNotice(withStaticAgents(emptyPlan(), load.agents, agents)));
    return await new HotlineBench({ product, rtp, agents, callers, load }).run();
  } finally {
    callers.close();
    agents.close();
    await rtp.close();
    await product.stop();
  }
}

interface Parts {
  product: Product;
  rtp: RtpLoad;
  agents: AgentLoad;
  callers: CallerLoad;
  load: HotlineLoad;
}

class HotlineBench {
  private placed = 0;

  constructor(private readonly parts: Parts) {}

  async run(): Promise<HotlineFigures> {
    const { load, callers } = this.parts;
    await this.shortCalls(load.warmUpCalls);
    await this.allFiled();
    const before = this.cpu();
    const outcomes = await this.shortCalls(load.shortCalls);
    await this.allFiled();
    const after = this.cpu();
    const talks = await this.longTalks();
    const missing = await this.allFiled();
    const delays = this.delays(outcomes);
    const all = [...outcomes, ...talks.outcomes];
    return {
      cpuMsPerCall: rounded((after.product - before.product) / load.shortCalls),
      dbCpuMsPerCall: rounded((after.database - before.database) / load.shortCalls),
      cpuMsPerCallSecondRecorded: rounded(talks.cpuMsPerCallSecond),
      inviteToAgentP50Ms: rounded(quantile(delays, 0.5)),
      inviteToAgentP99Ms: rounded(quantile(delays, 0.99)),
      busyAnswers: all.filter(({ result }) => result === 'refused').length,
      calls: all.length,
      failed:
        all.filter(({ result }) => result !== 'talked').length +
        (outcomes.length - delays.length) +
        missing +
        (talks.returned < 0.95 ? 1 : 0),
      agents: load.agents,
      callsPerSecond: load.callsPerSecond,
      talks: load.longTalks,
      retransmissions: callers.retransmissions,
      audioReturned: rounded(talks.returned, 3),
    };
  }

  /** Calls one after another at the load's rate; resolves when the last is over. */
  private shortCalls(count: number): Promise<CallOutcome[]> {
    const { load, callers, rtp } = this.parts;
    return this.atRate(count, () =>
      callers.call({
        number: this.nextNumber(),
        mediaPort: rtp.callerPort,
        talk: load.talkMs,
      }),
    );
  }

  /** All talks at once; CPU is taken while every one of them stands. */
  private async longTalks(): Promise<{
    outcomes: CallOutcome[];
    cpuMsPerCallSecond: number;
    returned: number;
  }> {
    const { load, callers, rtp } = this.parts;
    let answered = 0;
    let hangUp = (): void => undefined;
    const talk = new Promise<void>((resolve) => (hangUp = resolve));
    const calls = this.atRate(load.longTalks, (index) =>
      callers.call({
        number: this.nextNumber(),
        mediaPort: rtp.callerPort,
        talk,
        onAnswer: (audio) => {
          answered += 1;
          rtp.add(index, audio);
        },
      }),
    );
    await waitFor('every long talk to be answered', () => answered === load.longTalks, 60_000);
    await elapsed(OTHER_SIDE_MS);
    const counted = await rtp.counts();
    const before = this.cpu();
    const from = performance.now();
    await elapsed(load.longTalkMs);
    const after = this.cpu();
    const seconds = (performance.now() - from) / 1000;
    const now = await rtp.counts();
    for (let stream = 0; stream < load.longTalks; stream += 1) rtp.remove(stream);
    hangUp();
    return {
      outcomes: await calls,
      cpuMsPerCallSecond: (after.product - before.product) / seconds / load.longTalks,
      returned: (now.returned - counted.returned) / (now.sent - counted.sent),
    };
  }

  private async atRate<T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> {
    const running: Promise<T>[] = [];
    const from = performance.now();
    for (let index = 0; index < count; index += 1) {
      await elapsed((1000 * index) / this.parts.load.callsPerSecond - (performance.now() - from));
      running.push(start(index));
    }
    return Promise.all(running);
  }

  /** Milliseconds from each caller's INVITE to the agent's; callers who reached no agent are left out. */
  private delays(outcomes: readonly CallOutcome[]): number[] {
    return outcomes.flatMap(({ number, calledAt }) => {
      const invitedAt = this.parts.agents.invitedAt.get(number);
      return invitedAt === undefined ? [] : [invitedAt - calledAt];
    });
  }

  private cpu(): { product: number; database: number } {
    const { edge, app, postgres } = this.parts.product.listening.pids;
    return { product: cpuMs(edge, app), database: postgres === null ? 0 : cpuMs(postgres) };
  }

  /** Waits until every call so far has its recording in PostgreSQL; how many never got one. */
  private async allFiled(): Promise<number> {
    const db = await this.parts.product.db();
    let stored = 0;
    await waitFor(
      'every recording to be filed',
      async () => {
        const { rows } = await db.query<{ n: string }>(
          "select count(*) as n from recording where state = 'stored'",
        );
        stored = Number(rows[0]?.n);
        return stored >= this.placed;
      },
      30_000,
    ).catch(() => undefined);
    await db.end();
    return this.placed - stored;
  }

  private nextNumber(): string {
    this.placed += 1;
    return `138${String(this.placed).padStart(8, '0')}`;
  }
}
