/**
 * Decides whose fault it is that desktops went. One that goes alone is its person's affair. When many of those whose
 * people are ready go within a few seconds, it is ours (this server, a proxy, the network before it): their phones
 * still ring, so nobody is set not ready, and an alarm is raised.
 *
 *     none --more than 30 % gone within 5 s--> outage --30 % or less still away--> none
 *
 * In an outage no grace runs out. Once it is over, whoever is still away has a grace of his own, from then on.
 */
import type { AlarmRaised } from '../alarm';
import type { AgentId, StoreId } from '../ids';
import { seconds, type Instant, type Millis } from '../time';
import type { Agent } from './agent';
import { isReadyAtDesktop } from './desktop-machine';

/** Losses within this while belong together. */
export const TOGETHER_MS: Millis = seconds(5);
/** More than this share of the ready desktops … */
export const OUTAGE_SHARE = 0.3;
/** … and no fewer than so many: one that goes alone says nothing, also in a store of three. */
export const OUTAGE_LEAST = 2;

/** Desktops are gone by a fault of ours. */
export interface Outage {
  readonly since: Instant;
  /** Whose supervisors were told, and are told of its end. */
  readonly stores: readonly StoreId[];
}

/** What is made of a fact: the outage that stands now, whose graces begin anew, and who is told of what. */
export interface OutageStep {
  readonly outage: Outage | null;
  readonly await: readonly AgentId[];
  readonly alarms: readonly AlarmRaised[];
}

/** Agents as they are now, the one with the news included. */
type Agents = Iterable<Agent>;

/** The last desktop of somebody who is ready went. */
export function afterLoss(outage: Outage | null, agents: Agents, now: Instant): OutageStep {
  const { ready, away } = countedOf(agents);
  // Of an outage whose people all went home no timer tells.
  if (outage)
    return isOutage(away.length - 1, ready) ? unchanged(outage) : ends(outage, away, ready, now);
  const gone = away.filter((agent) => lostAt(agent) > now - TOGETHER_MS && !isFromStart(agent));
  return isOutage(gone.length, ready) ? begins(gone, ready, now) : unchanged(null);
}

/** A desktop came back. */
export function afterReturn(outage: Outage | null, agents: Agents, now: Instant): OutageStep {
  if (!outage) return unchanged(null);
  const { ready, away } = countedOf(agents);
  return isOutage(away.length, ready) ? unchanged(outage) : ends(outage, away, ready, now);
}

/**
 * Somebody's grace is over: he is set not ready unless he is awaited on. After a start of the app the question is who of
 * those who were there before is not back.
 */
export function afterGrace(
  outage: Outage | null,
  { agent, agents }: { agent: Agent; agents: Agents },
  now: Instant,
): OutageStep {
  const { ready, away } = countedOf(agents);
  if (outage)
    return isOutage(away.length, ready)
      ? { ...unchanged(outage), await: [agent.id] }
      : ends(outage, away, ready, now);
  const since = away.filter(isFromStart);
  if (!isOutage(since.length, ready)) return unchanged(null);
  return { ...begins(since, ready, now), await: [agent.id] };
}

const isOutage = (gone: number, ready: number): boolean =>
  gone >= OUTAGE_LEAST && gone > OUTAGE_SHARE * ready;

/** Those who are ready at a desktop, and who of them has lost it. */
function countedOf(agents: Agents): { ready: number; away: Agent[] } {
  let ready = 0;
  const away: Agent[] = [];
  for (const agent of agents) {
    if (!isReadyAtDesktop(agent)) continue;
    ready += 1;
    if (agent.desktop.is === 'lost') away.push(agent);
  }
  return { ready, away };
}

const lostAt = ({ desktop }: Agent): Instant => (desktop.is === 'lost' ? desktop.since : 0);

const isFromStart = ({ desktop }: Agent): boolean =>
  desktop.is === 'lost' && desktop.atStart === true;

const unchanged = (outage: Outage | null): OutageStep => ({ outage, await: [], alarms: [] });

function begins(gone: readonly Agent[], ready: number, now: Instant): OutageStep {
  const stores = [...new Set(gone.map(({ storeId }) => storeId))].sort();
  const detail = `${gone.length} of ${ready} desktops of ready agents are gone; nobody is set not ready for it`;
  const outage = { since: now, stores };
  return { outage, await: [], alarms: alarmsOf('DESKTOPS_GONE', outage, detail, now) };
}

function ends(outage: Outage, away: readonly Agent[], ready: number, now: Instant): OutageStep {
  const detail = `${ready - away.length} of ${ready} desktops of ready agents are there`;
  return {
    outage: null,
    await: away.map(({ id }) => id),
    alarms: alarmsOf('DESKTOPS_BACK', outage, detail, now),
  };
}

/** One for the supervisors of each store concerned. */
const alarmsOf = (
  code: 'DESKTOPS_GONE' | 'DESKTOPS_BACK',
  { stores }: Outage,
  detail: string,
  at: Instant,
): AlarmRaised[] => stores.map((storeId) => ({ type: 'alarm.raised', at, code, detail, storeId }));
