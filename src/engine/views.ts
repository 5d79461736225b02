/** What pages and push snapshots are shown of the live state: copies, made when asked for. */
import { agentView } from '../domain/agent/agent';
import { snapshot } from '../domain/call/call';
import { callerView } from '../domain/call/caller-view';
import { askedView } from '../domain/call/consult';
import { offerView } from '../domain/call/offer-view';
import { hotlineView } from '../domain/hours/closure';
import type { AgentId, CallId } from '../domain/ids';
import type { AgentView, CallerView, HotlineView, OfferView, QueueView } from '../domain/notices';
import type { PlanHotline } from '../domain/plan';
import type { CallSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { LiveState } from './live-state';

/** Agents who have left the plan are not shown, though they may be finishing a talk. */
export const agentViews = (live: LiveState): AgentView[] =>
  [...live.agents.values()].filter((agent) => !agent.retired).map(agentView);

/** One line a queue of the plan, and of those dropped that still have callers. */
export const queueViews = (live: LiveState): QueueView[] =>
  [...live.queues.values()].map((queue) => queue.view());

/** Hotlines of the plan as they stand at this moment. */
export const hotlineViews = (live: LiveState, at: Instant): HotlineView[] =>
  live.plan.hotlines.map((one) => viewOf(live, one, at));

/** Undefined for one that the plan has not. */
export function hotlineViewOf(
  live: LiveState,
  number: string,
  at: Instant,
): HotlineView | undefined {
  const planned = live.plan.hotlines.find((one) => one.number === number);
  return planned && viewOf(live, planned, at);
}

function viewOf(live: LiveState, planned: PlanHotline, at: Instant): HotlineView {
  const { number } = planned;
  const test = live.tests.get(number) ?? null;
  return hotlineView(planned, live.hotlines.get(number), live.opening(number, at), at, test);
}

/** Calls without an outcome. */
export const callsOf = (live: LiveState): CallSnapshot[] =>
  [...live.calls.values()].filter((call) => call.outcome === null).map(snapshot);

/** Who is at the other end of his calls that are not over. */
export const callersOf = (live: LiveState, agentId: AgentId): (CallerView & { callId: CallId })[] =>
  [...live.calls.values()]
    .filter((call) => call.agentId === agentId && call.outcome === null)
    .map((call) => ({ callId: call.id, ...callerView(call) }));

/** The offer standing open for the agent; at most one. */
export function offersTo(live: LiveState, agentId: AgentId): OfferView[] {
  const activity = live.agents.get(agentId)?.activity;
  if (activity?.is !== 'reserved') return [];
  const call = live.calls.get(activity.callId);
  if (call?.stage.is === 'consulting') return [askedView({ ...call, stage: call.stage }, agentId)];
  if (call?.stage.is !== 'offered') return [];
  const { offerId } = activity;
  return call.stage.offers
    .filter((offer) => offer.offerId === offerId)
    .map((offer) => offerView(call, offer));
}
