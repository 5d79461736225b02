import { performance } from 'node:perf_hooks';
import { emptyPlan, withoutNotice, withStaticAgents, type TestPlan } from '../../support/plan';
import { startProduct, type Product } from '../../support/product';
import { waitFor } from '../../support/wait';
import { AgentLoad } from '../agent-load';
import { CallerLoad, type CallOutcome, type CallRequest } from '../caller-load';
import { cpuMs } from '../cpu';
import { elapsed } from '../elapsed';
import { RtpLoad } from '../rtp-load';

/**
 * What all phases of the hotline's bench share: the started product, the phones of its agents behind one
 * port, callers behind another, and their audio.
 */
export interface RigOptions {
  /** People of the plan; a phase gives phones to as many as it needs. */
  people: number;
  /** Streams and pairs of media ports. */
  streams: number;
}

/** Who has a phone, and whether it takes calls without a desktop. */
export interface Staff {
  from: number;
  count: number;
  autoReady: boolean;
}

const HOST = '127.0.0.1';
const FILED_WITHIN_MS = 60_000;
/** More than any phase uses: the trunk is never what is measured. */
const CHANNELS = 20_000;

export class Rig {
  /** Callers whose final answer was no 200. */
  busyAnswers = 0;
  calls = 0;
  private placed = 0;
  /** Talks, each of which must have a recording. */
  private talked = 0;

  private constructor(
    readonly product: Product,
    readonly rtp: RtpLoad,
    readonly agents: AgentLoad,
    readonly callers: CallerLoad,
    private plan: TestPlan,
  ) {}

  static async start({ people, streams }: RigOptions): Promise<Rig> {
    const product = await startProduct({
      mediaPorts: 2 * streams,
      // Measured, the limit would be another one on each machine, and would end the phases that try for more.
      env: { LOG_LEVEL: 'warn', MEDIA_MAX_STREAMS: String(streams) },
    });
    const rtp = await RtpLoad.start(HOST);
    const agents = await AgentLoad.start(HOST, rtp.agentPort);
    const callers = await CallerLoad.start(HOST, product.sip('udp'));
    return new Rig(product, rtp, agents, callers, planOf(people, agents));
  }

  async close(): Promise<void> {
    this.callers.close();
    this.agents.close();
    await this.rtp.close();
    await this.product.stop();
  }

  /** From now on these take calls, or can once they have a desktop. */
  async staff({ from, count, autoReady }: Staff): Promise<string[]> {
    const phones = this.plan.phones.slice(from, from + count);
    await this.product.apply({
      ...this.plan,
      phones: phones.map((phone) => ({ ...phone, autoReady })),
    });
    // They are stored now: to check a thousand of them again would take a minute.
    const people = this.plan.people.map(({ password: _stored, ...person }) => person);
    this.plan = { ...this.plan, people };
    return phones.flatMap(({ person }) => person ?? []);
  }

  /** One call with a number of its own. */
  async call(request: Omit<CallRequest, 'number' | 'mediaPort'>): Promise<CallOutcome> {
    this.placed += 1;
    const number = this.latest;
    const { callerPort: mediaPort } = this.rtp;
    const outcome = await this.callers.call({ ...request, number, mediaPort });
    this.calls += 1;
    if (outcome.result === 'refused') this.busyAnswers += 1;
    if (outcome.result === 'talked' && this.agents.invitedAt.has(number)) this.talked += 1;
    return outcome;
  }

  /** Number of the latest caller. */
  get latest(): string {
    return `138${String(this.placed).padStart(8, '0')}`;
  }

  /** Calls one after another, each `talkMs` long; resolves when the last is over. */
  shortCalls(count: number, perSecond: number, talkMs: number): Promise<CallOutcome[]> {
    return atRate(count, perSecond, () => this.call({ talk: talkMs }));
  }

  /** Milliseconds from each caller's INVITE to the agent's; callers who reached no agent are left out. */
  delays(outcomes: readonly CallOutcome[], reached = this.agents.invitedAt): number[] {
    return outcomes.flatMap(({ number, calledAt }) => {
      const at = reached.get(number);
      return at === undefined ? [] : [at - calledAt];
    });
  }

  /** Calls that were refused, lost, or reached no agent. */
  lost(outcomes: readonly CallOutcome[]): number {
    const { invitedAt } = this.agents;
    return outcomes.filter(({ result, number }) => result !== 'talked' || !invitedAt.has(number))
      .length;
  }

  cpu(): { product: number; database: number } {
    const { edge, app, postgres } = this.product.listening.pids;
    return { product: cpuMs(edge, app), database: postgres === null ? 0 : cpuMs(postgres) };
  }

  /** Waits until every talk so far has its recording in PostgreSQL; how many never got one. */
  async allFiled(): Promise<number> {
    const db = await this.product.db();
    let stored = 0;
    await waitFor(
      'every recording to be filed',
      async () => {
        const { rows } = await db.query<{ n: string }>(
          "select count(*) as n from recording where state = 'stored'",
        );
        stored = Number(rows[0]?.n);
        return stored >= this.talked;
      },
      FILED_WITHIN_MS,
    ).catch(() => undefined);
    await db.end();
    return Math.max(0, this.talked - stored);
  }
}

function planOf(people: number, phonesAt: { host: string; port: number }): TestPlan {
  const plan = withoutNotice(withStaticAgents(emptyPlan(), people, phonesAt));
  return {
    ...plan,
    trunks: plan.trunks.map((one) => ({ ...one, channels: CHANNELS })),
    // Nobody fills in forms here, and an agent with a desktop would not be ready without.
    queues: plan.queues.map((one) => ({ ...one, form: 'none' })),
  };
}

/** Starts one after another, evenly; resolves when all have ended. */
export async function atRate<T>(
  count: number,
  perSecond: number,
  start: (index: number) => Promise<T>,
): Promise<T[]> {
  const running: Promise<T>[] = [];
  const from = performance.now();
  for (let index = 0; index < count; index += 1) {
    await elapsed((1000 * index) / perSecond - (performance.now() - from));
    running.push(start(index));
  }
  return Promise.all(running);
}

/** A promise, and what keeps it: by it a bench says when a talk ends. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
