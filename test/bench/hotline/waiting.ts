import { performance } from 'node:perf_hooks';
import { PASSWORD } from '../../support/plan';
import { signIn } from '../../support/push-client';
import { waitFor } from '../../support/wait';
import type { CallOutcome } from '../caller-load';
import { rssMb } from '../cpu';
import { elapsed } from '../elapsed';
import { atRate, deferred, type Rig } from './rig';

/**
 * One agent, who talks; everybody else waits. First callers who speak and are played music, rung by rung,
 * as long as all of them get it; then those whose streams stand still (`a=inactive`), for which the
 * machine has signalling and a place in the queue, but no processor.
 *   waitingCallers   callers in the queue at the end, as the product counts them, whose lines stand
 *   musicStreams     of them, those who get at least 95 % of the packets of their music while all wait
 *   waitingEdgeMb, waitingAppMb    resident memory of edge and app then
 */
export interface WaitingLoad {
  /** Index of the one agent. */
  agent: number;
  waiting: number;
  /** Callers with music, rising. */
  music: number[];
  measureMs: number;
  callsPerSecond: number;
}

const PACKETS_A_SECOND = 50;
const HEARD_WELL = 0.95;
/** Welcome and the first turn of the music. */
const SETTLE_MS = 1000;

export async function waitInLine(rig: Rig, load: WaitingLoad) {
  await rig.staff({ from: load.agent, count: 1, autoReady: true });
  const line = new WaitingLine(rig, load);
  await line.occupyAgent();
  await line.addMusic();
  await line.add(load.waiting - line.standing, true);
  const musicStreams = await line.music();
  const waitingCallers = Math.min(await line.inQueue(), line.standing);
  const { edge, app } = rig.product.listening.pids;
  const memory = { waitingEdgeMb: rssMb(edge), waitingAppMb: rssMb(app) };
  const outcomes = await line.leave();
  return {
    ...{ waitingCallers, musicStreams, ...memory },
    // Who was told that there is no stream was taken all the same; who got no answer was not.
    failed: outcomes.filter(({ status }) => status === 0).length,
  };
}

class WaitingLine {
  /** Answered, and not over. */
  standing = 0;
  private streams = 0;
  private readonly talk = deferred();
  private readonly leavers: { resolve: () => void }[] = [];
  private readonly calls: Promise<CallOutcome>[] = [];

  constructor(
    private readonly rig: Rig,
    private readonly load: WaitingLoad,
  ) {}

  async occupyAgent(): Promise<void> {
    const { agents } = this.rig;
    this.calls.push(this.rig.call({ talk: this.talk.promise, isSilent: true }));
    const number = this.rig.latest;
    await waitFor('the agent to talk', () => agents.invitedAt.has(number), 60_000);
  }

  /** More and more with music; ends with the rung at which not everybody hears it. */
  async addMusic(): Promise<void> {
    for (const wanted of this.load.music) {
      await this.add(wanted - this.standing, false);
      if ((await this.music()) < wanted) return;
    }
  }

  /** Resolves when they were answered, or it takes too long. */
  async add(count: number, isSilent: boolean): Promise<void> {
    if (count <= 0) return;
    const { rig } = this;
    let answered = 0;
    let over = 0;
    const placed = atRate(count, this.load.callsPerSecond, () => {
      const leaver = deferred();
      this.leavers.push(leaver);
      const call = rig.call({
        talk: leaver.promise,
        isSilent,
        onAnswer: (audio) => {
          answered += 1;
          this.standing += 1;
          if (!isSilent) rig.rtp.add((this.streams += 1), audio);
        },
      });
      this.calls.push(call);
      void call.then(({ status }) => {
        over += 1;
        if (status === 200) this.standing -= 1;
      });
      return Promise.resolve();
    });
    await placed;
    const settled = () => answered + over >= count;
    await waitFor('callers to be answered', settled, 60_000).catch(() => undefined);
  }

  /** How many hear their music. */
  async music(): Promise<number> {
    const { rtp } = this.rig;
    await elapsed(SETTLE_MS);
    await rtp.heard();
    const from = performance.now();
    await elapsed(this.load.measureMs);
    const packets = await rtp.heard();
    const due = (PACKETS_A_SECOND * (performance.now() - from)) / 1000;
    return packets.filter((count) => count >= HEARD_WELL * due).length;
  }

  /** As the product counts them. */
  async inQueue(): Promise<number> {
    const { http } = this.rig.product;
    const cookie = await signIn({ http, user: 'chen', password: PASSWORD });
    const response = await fetch(`${http}/api/queues`, { headers: { cookie, origin: http } });
    const { items } = (await response.json()) as { items: { id: string; waiting: number }[] };
    return items.find(({ id }) => id === 'sales')?.waiting ?? 0;
  }

  /** All hang up, the agent's caller last: nobody is to be offered to him. */
  async leave(): Promise<CallOutcome[]> {
    for (let stream = 1; stream <= this.streams; stream += 1) this.rig.rtp.remove(stream);
    await atRate(this.leavers.length, this.load.callsPerSecond, (index) => {
      this.leavers[index]?.resolve();
      return Promise.resolve();
    });
    await Promise.all(this.calls.slice(1));
    this.talk.resolve();
    return Promise.all(this.calls);
  }
}
