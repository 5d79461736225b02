/**
 * An agent and his desktop. Decides whether a ring waits for it, and what
 * becomes of an agent who loses the last of them while callers count on him:
 *
 *     none --connected--> open --last one lost, and he is ready--> lost --connected--> open
 *                          |                                        +--grace over----> none, and not ready
 *                          +--lost, and he is not ready--> none
 *
 * Who said "ready" without a desktop (at a phone, by a program) stays so: his readiness does not hang on one. Whether
 * the grace may run out is desktop-outage.ts's.
 */
import type { Effect } from '../effects';
import type { DomainEvent, Timer } from '../events';
import type { DesktopId } from '../ids';
import type { OfferMade } from '../raised-events';
import type { AgentIntent, AgentSnapshot } from '../records';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { notify, wanted, type Agent, type AgentPhone } from './agent';
import { GRACE_MS, isAnswering, NO_DESKTOP, RECEIPT_MS, type Desktop } from './desktop';
import { saveIntent, want } from './intent';

/** The reason shown to him and to who oversees him. */
export const DESKTOP_LOST: AgentIntent = { is: 'not-ready', reason: 'desktop-lost' };

/** Who has an `autoReady` phone is ready without a desktop, whether he has one or not. */
const needsDesktop = ({ phones }: Agent): boolean => !phones.some(({ autoReady }) => autoReady);

/** Is he ready by a desktop, so that its loss says something? `lost`: within its grace. */
export const isReadyAtDesktop = (agent: Agent): boolean =>
  agent.desktop.is !== 'none' && wanted(agent).is === 'ready' && needsDesktop(agent);

/** Whether the ring of an offer at that phone waits for a receipt, and whether nobody shows him who calls. */
export const popAt = (
  agent: Agent,
  { autoReady }: AgentPhone,
): Pick<OfferMade, 'awaitsReceipt' | 'noPop'> => ({
  awaitsReceipt: !autoReady && isAnswering(agent.desktop),
  ...(!autoReady && agent.desktop.is !== 'open' ? { noPop: true as const } : {}),
});

/** What an agent who was ready at a desktop has of it when the app starts anew: nothing yet, and his grace. */
export const desktopAtStart = ({ intent, desktop }: AgentSnapshot, now: Instant): Desktop =>
  desktop && intent.is === 'ready' ? { is: 'lost', since: now, atStart: true } : NO_DESKTOP;

type DesktopEvent = Extract<
  DomainEvent,
  {
    type:
      | 'desktop.connected'
      | 'desktop.lost'
      | 'desktop.awaited'
      | 'offer.received'
      | 'receipt.missed'
      | 'plan.applied';
  }
>;

/** One of those that `stepDesktop` takes; a grace that ran out is one of them. */
export const isDesktop = (event: DomainEvent): event is DesktopEvent | GraceOver =>
  event.type === 'desktop.connected' ||
  event.type === 'desktop.lost' ||
  event.type === 'desktop.awaited' ||
  event.type === 'offer.received' ||
  event.type === 'receipt.missed' ||
  event.type === 'plan.applied' ||
  (event.type === 'timer.fired' && event.timer.kind === 'desktop-grace');

type GraceOver = Extract<DomainEvent, { type: 'timer.fired' }>;

/** News of his desktops. A tab that is told twice, or was never told, changes nothing. */
export function stepDesktop(
  agent: Agent,
  event: DesktopEvent | GraceOver,
  now: Instant,
): Step<Agent> {
  const { desktop } = agent;
  switch (event.type) {
    case 'desktop.connected':
      return connected(agent, event.desktopId, now);
    case 'desktop.lost':
      return tabLost(agent, event.desktopId, now);
    case 'desktop.awaited':
      return desktop.is === 'lost' ? awaited(agent, desktop.since, now) : stay(agent);
    case 'offer.received':
      return received(agent, event.offerId, now);
    case 'receipt.missed':
      return receiptMissed(agent);
    case 'plan.applied':
      // A first plan names who was at work before the start; a later one arms the same timer again.
      return desktop.is === 'lost'
        ? { next: agent, effects: [armed(agent, desktop.since)] }
        : stay(agent);
    case 'timer.fired':
      return desktop.is === 'lost' ? graceOver(agent, now) : stay(agent);
  }
}

/** After every event: who does not want calls any more has nothing left to lose. */
export const withoutGrace = (agent: Agent): Step<Agent> =>
  agent.desktop.is === 'lost' && !isReadyAtDesktop(agent)
    ? told({ ...agent, desktop: NO_DESKTOP }, [disarmed(agent)])
    : stay(agent);

/**
 * Back within the grace: as if nothing had happened. Who was to be not ready after his talk for it stays ready. Who is
 * not ready already says "ready" himself: that a page is there again does not say that he is.
 */
function connected(agent: Agent, id: DesktopId, now: Instant): Step<Agent> {
  const { desktop } = agent;
  if (desktop.is === 'open' && desktop.tabs.includes(id)) return stay(agent);
  const tabs = desktop.is === 'open' ? [...desktop.tabs, id] : [id];
  const since = desktop.is === 'open' ? desktop.since : now;
  // A page that has just been opened is waited for.
  const open: Agent = { ...agent, desktop: { is: 'open', since, tabs, missed: 0 } };
  if (isOwed(agent)) return want(open, { is: 'ready' }, now);
  if (desktop.is === 'open')
    return isAnswering(agent.desktop) ? { next: open, effects: [] } : told(open, []);
  if (desktop.is === 'lost') return told(open, [disarmed(agent)]);
  return told(open, isReadyAtDesktop(open) ? [saveIntent(open, open.intentSince)] : []);
}

/** To be not ready as soon as he is done with what he does, for a desktop that was lost. */
const isOwed = ({ pending }: Agent): boolean =>
  pending?.is === 'not-ready' && pending.reason === 'desktop-lost';

function tabLost(agent: Agent, id: DesktopId, now: Instant): Step<Agent> {
  const { desktop } = agent;
  if (desktop.is !== 'open' || !desktop.tabs.includes(id)) return stay(agent);
  const tabs = desktop.tabs.filter((one) => one !== id);
  if (tabs.length > 0) return { next: { ...agent, desktop: { ...desktop, tabs } }, effects: [] };
  return isReadyAtDesktop(agent)
    ? told({ ...agent, desktop: { is: 'lost', since: now } }, [armed(agent, now)])
    : told({ ...agent, desktop: NO_DESKTOP }, []);
}

/** The grace begins anew, and the loss is one by itself from here on. */
const awaited = (agent: Agent, since: Instant, now: Instant): Step<Agent> => ({
  next: { ...agent, desktop: { is: 'lost', since } },
  effects: [armed(agent, now)],
});

/** `withoutGrace` has seen to who does not want calls. */
function graceOver(agent: Agent, now: Instant): Step<Agent> {
  return want({ ...agent, desktop: NO_DESKTOP }, DESKTOP_LOST, now);
}

/** A receipt that comes later than the ring waits is as good as none. */
function received(agent: Agent, offerId: string, now: Instant): Step<Agent> {
  const { activity, desktop } = agent;
  if (desktop.is !== 'open' || desktop.missed === 0) return stay(agent);
  if (activity.is !== 'reserved' || activity.offerId !== offerId) return stay(agent);
  if (now - activity.since > RECEIPT_MS) return stay(agent);
  const next = { ...agent, desktop: { ...desktop, missed: 0 } };
  return isAnswering(agent.desktop) ? { next, effects: [] } : told(next, []);
}

function receiptMissed(agent: Agent): Step<Agent> {
  const { desktop } = agent;
  if (desktop.is !== 'open') return stay(agent);
  const next = { ...agent, desktop: { ...desktop, missed: desktop.missed + 1 } };
  return isAnswering(next.desktop) ? { next, effects: [] } : told(next, []);
}

const graceTimer = ({ id: agentId }: Agent): Timer => ({ kind: 'desktop-grace', agentId });

const armed = (agent: Agent, from: Instant): Effect => ({
  type: 'timer.set',
  timer: graceTimer(agent),
  at: from + GRACE_MS,
});

const disarmed = (agent: Agent): Effect => ({ type: 'timer.clear', timer: graceTimer(agent) });

const told = (next: Agent, effects: Effect[]): Step<Agent> => ({
  next,
  effects: [...effects, notify(next)],
});
