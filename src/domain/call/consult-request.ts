/**
 * Decides what an agent may ask for of a consultation: whom he may ask or send his caller to, and what he may
 * do with who was asked. Nothing changes here.
 */
import { isFree, isReachable, phoneToRing, wanted, type Agent } from '../agent/agent';
import { popAt } from '../agent/desktop-machine';
import type { RefusalCode } from '../errors';
import type { ConsultOrder } from '../agent-events';
import type { AgentId, PhoneId, QueueId, StoreId, TrunkId } from '../ids';
import { postsAtHome } from '../organisation';
import type { Plan, PlanPerson, Post } from '../plan';
import type { Asked, Call } from './call';
import { mayHold } from './holding';
import { routeByQueue, routeOfTaker, routeToQueue, withLine, type Route } from './routing';

/**
 * Whom, as the agent asks for it: a colleague at work, a phone whoever sits there, a number as it is dialled, whoever is
 * free of a post, or of a queue, in whose line he waits while nobody is.
 */
export type ConsultTarget =
  | { agent: AgentId }
  | { phone: PhoneId }
  | { number: string }
  | { post: Post }
  | { queue: QueueId };

/** What is known of the target when it is asked for. */
export interface ConsultView {
  plan: Plan;
  agents: ReadonlyMap<AgentId, Agent>;
  /** Is anybody of the queue's agents signed in, beside this one? */
  isStaffed: (queue: QueueId, beside?: AgentId) => boolean;
  /** Whether the agent may have an outside number rung, and how; see domain/dial. */
  mayForward: (wish: {
    agentId: AgentId;
    storeId: StoreId;
    dialled: string;
  }) => RefusalCode | { number: string; via: readonly TrunkId[]; shown: string; by: AgentId };
}

/** Whom a leg would be dialled to, and whether it waits for a desktop's receipt; or in which line it is not yet. */
export interface Reached {
  to: Asked['to'];
  /** Of a queue in which nobody is free: where the customer would be sent on. */
  waitsFor?: Route;
  /** The number of ours that is shown to an outside number. */
  shown?: string;
  awaitsReceipt: boolean;
  /** The call's from now on, where it had no queue. */
  route?: Route;
  /** The call's once he takes the customer, where he is of another store; until then it stays in its own. */
  takerRoute?: Route;
}

/** Decides whether the agent of a talk may ask him; a code says why not. */
export function mayConsult(
  call: Call | undefined,
  agentId: AgentId,
  whom: ConsultTarget,
  view: ConsultView,
): RefusalCode | Reached {
  const refusal = mayHold(call, agentId, 'hold');
  if (refusal !== null || !call) return refusal ?? 'NOT_YOUR_TALK';
  return call.emergency ? 'EMERGENCY_TALK' : reach(call, agentId, whom, view);
}

/**
 * Decides whether he may be rung for it. Whoever is of another store may, if that has a hotline by which the customer
 * could be called back, as for a blind transfer to its queue.
 */
export function reach(
  { route }: Pick<Call, 'route'>,
  agentId: AgentId,
  whom: ConsultTarget,
  view: ConsultView,
): RefusalCode | Reached {
  const { storeId } = route;
  // Should nobody take him, he needs a line in which he could wait.
  const line = withLine(view.plan, route);
  if (line === null) return 'NO_SUCH_TARGET';
  const reached =
    'queue' in whom
      ? reachQueue(route, agentId, whom.queue, view)
      : reachIn(storeId, agentId, whom, view);
  return typeof reached === 'string' || line === route ? reached : { ...reached, route: line };
}

function reachIn(
  storeId: StoreId,
  agentId: AgentId,
  whom: Exclude<ConsultTarget, { queue: QueueId }>,
  view: ConsultView,
): RefusalCode | Reached {
  if ('agent' in whom) return reachAgent(storeId, whom.agent, view);
  if ('phone' in whom) return reachPhone(storeId, whom.phone, view);
  if ('post' in whom)
    return reachFree(storeId, (person) => postsAtHome(person).includes(whom.post), view);
  const number = view.mayForward({ agentId, storeId, dialled: whom.number });
  if (typeof number === 'string') return number;
  const { shown, ...to } = number;
  return { to: { kind: 'number', ...to }, shown, awaitsReceipt: false };
}

/** Whoever of it is free; else it waits, unless nobody would ever come. */
function reachQueue(
  route: Route,
  agentId: AgentId,
  id: QueueId,
  view: ConsultView,
): RefusalCode | Reached {
  const theirs = view.plan.queues.find((one) => one.id === id)?.store;
  const waitsFor = routeToQueue(view.plan, route, id);
  if (theirs === undefined || waitsFor === null) return 'NO_SUCH_TARGET';
  const takerRoute = theirs === route.storeId ? null : routeByQueue(view.plan, id);
  const reached = reachFree(theirs, ({ queues }) => queues.includes(id), view);
  const taker = takerRoute ? { takerRoute } : {};
  if (typeof reached !== 'string') return { ...reached, ...taker };
  if (!view.isStaffed(id, agentId)) return 'QUEUE_DESERTED';
  return { to: { kind: 'queue', queueId: id }, waitsFor, awaitsReceipt: false, ...taker };
}

/** Of those of the store who are free, the one who is so for longest; nobody is named, so who rests rests. */
export function freeOf(
  storeId: StoreId,
  isMeant: (person: PlanPerson) => boolean,
  { plan, agents }: Pick<ConsultView, 'plan' | 'agents'>,
): Agent | null {
  const free = plan.people
    .filter((person) => person.store === storeId && isMeant(person))
    .flatMap(({ id }) => agents.get(id) ?? [])
    .filter(isFree)
    .sort((a, b) => a.activity.since - b.activity.since);
  return free[0] ?? null;
}

function reachFree(
  storeId: StoreId,
  isMeant: (person: PlanPerson) => boolean,
  view: ConsultView,
): RefusalCode | Reached {
  const agent = freeOf(storeId, isMeant, view);
  return agent === null ? 'AGENT_NOT_FREE' : reachAgent(storeId, agent.id, view);
}

/** At work, ready for callers or not. */
function reachAgent(
  storeId: StoreId,
  id: AgentId,
  { plan, agents }: ConsultView,
): RefusalCode | Reached {
  const agent = agents.get(id);
  const taken = agent && !agent.retired ? takenFrom(storeId, agent, plan) : null;
  if (!agent || taken === null) return 'NO_SUCH_TARGET';
  const phone = phoneToRing(agent);
  if (wanted(agent).is === 'logged-out' || !isReachable(agent) || !phone) return 'AGENT_NOT_FREE';
  return {
    to: { kind: 'phone', agentId: agent.id, phoneId: phone.id },
    awaitsReceipt: popAt(agent, phone).awaitsReceipt,
    ...taken,
  };
}

/** Where a call of the store goes that he takes; null where nobody could call its customer back. */
function takenFrom(
  storeId: StoreId,
  taker: Pick<Agent, 'storeId' | 'queues'>,
  plan: Plan,
): Pick<Reached, 'takerRoute'> | null {
  if (taker.storeId === storeId) return {};
  const takerRoute = routeOfTaker(plan, taker);
  return takerRoute && { takerRoute };
}

/** Whoever sits there, at work or not; of somebody who takes no calls from queues nothing is known. */
function reachPhone(
  storeId: StoreId,
  id: PhoneId,
  { plan, agents }: ConsultView,
): RefusalCode | Reached {
  const phone = plan.phones.find((one) => one.id === id);
  const person = plan.people.find((one) => one.id === phone?.person);
  const taken = person
    ? takenFrom(storeId, { storeId: person.store, queues: person.queues }, plan)
    : null;
  if (!phone || !person || taken === null) return 'NO_SUCH_TARGET';
  const agent = agents.get(person.id);
  const isLost = agent?.phones.some((one) => one.id === id && one.lost !== null) ?? false;
  if (agent && (isLost || !isReachable(agent))) return 'AGENT_NOT_FREE';
  const seen = agent?.phones.find((one) => one.id === id);
  const awaitsReceipt = agent && seen ? popAt(agent, seen).awaitsReceipt : false;
  const to = { kind: 'phone', agentId: person.id, phoneId: id } as const;
  return { to, awaitsReceipt, ...taken };
}

/** Decides whether the consultation's agent may have that done; to ask for what is so already is no mistake. */
export function mayOrder(
  call: Call | undefined,
  agentId: AgentId,
  order: ConsultOrder,
): RefusalCode | null {
  if (call?.stage.is === 'talking' && call.stage.agentId === agentId) return 'NO_CONSULTATION';
  if (call?.stage.is !== 'consulting' || call.stage.agentId !== agentId) return 'NOT_YOUR_TALK';
  if (call.stage.agentLegId === null) return 'NOT_YOUR_TALK';
  const needsAnswer = order === 'swap' || order === 'conference';
  return needsAnswer && !call.stage.asked.answered ? 'NOT_ANSWERED_YET' : null;
}

/** Keys go to whom the agent talks with: his customer, or whom he asks. */
export function mayPress(call: Call | undefined, agentId: AgentId): RefusalCode | null {
  if (call?.stage.is !== 'consulting' || call.stage.agentId !== agentId)
    return mayHold(call, agentId, 'hold');
  return call.stage.asked.answered ? null : 'NOT_ANSWERED_YET';
}
