import { performance } from 'node:perf_hooks';
import { waitFor } from '../../support/wait';
import { quantile, rounded } from '../quantile';
import { atRate, deferred, type Rig } from './rig';

/**
 * Every agent talks, and as many callers wait, none with audio. One talk after another ends.
 *   freeToOfferP99Ms   BYE sent by the caller who talked -> INVITE of who waited longest received by that
 *                      agent's phone: the end of the talk, the choice and the way of the offer included
 */
export interface FreeLoad {
  agents: number;
  /** Who still wait when the last talk ends. */
  waiting: number;
  /** Talks that end. */
  ends: number;
  endsPerSecond: number;
  callsPerSecond: number;
}

export async function freeToOffer(rig: Rig, load: FreeLoad) {
  // A caller whose stream stands still has his agent on hold, who would hear music and send it back: 100,000 packets
  // a second of a thousand of them.
  rig.agents.isSilent = true;
  try {
    return await measure(rig, load);
  } finally {
    rig.agents.isSilent = false;
  }
}

async function measure(rig: Rig, load: FreeLoad) {
  await rig.staff({ from: 0, count: load.agents, autoReady: true });
  const first = rig.agents.invites.length;
  const talkers = Array.from({ length: load.agents }, () => deferred());
  const talks = atRate(load.agents, load.callsPerSecond, (index) =>
    rig.call({ talk: talkers[index]?.promise ?? 0, isSilent: true }),
  );
  const all = first + load.agents;
  await waitFor('every agent to talk', () => rig.agents.invites.length >= all, patienceMs(load));
  const waiters = Array.from({ length: load.waiting + load.ends }, () => deferred());
  let waiting = 0;
  const waits = atRate(waiters.length, load.callsPerSecond, (index) =>
    rig.call({
      talk: waiters[index]?.promise ?? 0,
      isSilent: true,
      onAnswer: () => (waiting += 1),
    }),
  );
  await waitFor('callers to wait', () => waiting === waiters.length, patienceMs(load));
  const freed = await endTalks(rig, talkers, load);
  const delays = await offersTo(rig, freed, all);
  // Who came last first: no agent becomes free while others wait.
  const leaving = [...talkers, ...waiters].reverse();
  await atRate(leaving.length, load.callsPerSecond, (index) =>
    Promise.resolve(leaving[index]?.resolve()),
  );
  const outcomes = [...(await talks), ...(await waits)];
  return {
    freeToOfferP99Ms: rounded(quantile(delays, 0.99)),
    failed:
      outcomes.filter(({ result }) => result !== 'talked').length + (load.ends - delays.length),
  };
}

const patienceMs = ({ agents, waiting, ends, callsPerSecond }: FreeLoad): number =>
  30_000 + (2000 * (agents + waiting + ends)) / callsPerSecond;

interface Freed {
  number: string;
  at: number;
}

/** Callers have numbers in the order of their calls, and so have the agents' INVITEs. */
function endTalks(
  rig: Rig,
  talkers: readonly { resolve: () => void }[],
  { ends, endsPerSecond }: FreeLoad,
): Promise<Freed[]> {
  const numbers = [...rig.agents.invitedAt.keys()].slice(-talkers.length).sort();
  return atRate(ends, endsPerSecond, (index) => {
    const at = performance.now();
    talkers[index]?.resolve();
    return Promise.resolve({ number: numbers[index] ?? '', at });
  });
}

/** Of each agent who became free, how long it took until his phone had the next call. */
async function offersTo(rig: Rig, freed: readonly Freed[], before: number): Promise<number[]> {
  const { invites } = rig.agents;
  const all = before + freed.length;
  const every = 'every agent who became free to be offered a call';
  await waitFor(every, () => invites.length >= all, 30_000).catch(() => undefined);
  const phoneOf = new Map(invites.slice(0, before).map(({ number, phone }) => [number, phone]));
  const later = new Map(invites.slice(before).map(({ phone, at }) => [phone, at]));
  return freed.flatMap(({ number, at }) => {
    const offeredAt = later.get(phoneOf.get(number) ?? '');
    return offeredAt === undefined ? [] : [offeredAt - at];
  });
}
