/**
 * Decides whether one of ours may call whom he asks for, and how the call goes: help before all else and
 * without any question, then his own state, then what he asks for. A refusal is a code; whoever asks sees
 * it, and it is audited.
 */
import { isSignedIn, phonesInUse, phoneToRing, type Agent } from '../agent/agent';
import { routeOfQueue, type Route } from '../call/routing';
import type { DialTarget } from '../effects';
import type { RefusalCode } from '../errors';
import type { AgentId, PhoneId, QueueId, TrunkId } from '../ids';
import { bookOfStore, type NumberBook } from '../number/book';
import type { Plan, PlanPerson } from '../plan';
import type { Instant } from '../time';
import { limitsOf, overrun, type DialBudget } from './budget';
import { asTyped, readDialled, type Dialled } from './dialled';
import { mayDial } from './permission';
import { areaOfStore, trunksForClass, trunksForHelp, type Carriers } from './carriers';

/** What is asked for: a number, or the id of a colleague or of his phone. */
export interface CallWish {
  number: string;
  /** Of the own store: whose hotline the call belongs to; else the first of his queues. */
  queue?: QueueId | undefined;
}

export interface WhoCalls {
  agentId: AgentId;
  /** The phone that he dialled on; without it he asks at his desk, and his phone is to be rung. */
  phoneId?: PhoneId;
}

export interface CallView {
  plan: Plan;
  book: NumberBook;
  agents: ReadonlyMap<AgentId, Agent>;
  budget: DialBudget;
  at: Instant;
}

/** How a call that may be placed goes. */
export interface Permitted {
  dialled: Dialled;
  to: DialTarget;
  phoneId: PhoneId;
  /** The number that is shown; to a colleague the phone. */
  from: string;
  displayName: string;
  route: Route;
}

/** Everything is decided before anything rings. */
export function mayCall(wish: CallWish, who: WhoCalls, view: CallView): RefusalCode | Permitted {
  const person = view.plan.people.find(({ id }) => id === who.agentId) ?? nobodyAt(view.plan, who);
  if (!person) return 'NOT_AN_AGENT';
  const text = who.phoneId === undefined ? asTyped(wish.number) : wish.number;
  const area = areaOfStore(view.plan, person.store);
  const book = bookOfStore(view.book, person.store);
  const dialled = readDialled(text, { ...view, book, area });
  if (dialled === null) return 'NOT_A_NUMBER';
  if (person.id === '' && dialled.is !== 'emergency') return 'NOT_SIGNED_IN';
  const agent = view.agents.get(person.id);
  const isUrgent = dialled.is === 'emergency';
  const phoneId = who.phoneId ?? ownPhone(view.plan, person, agent, isUrgent);
  if (phoneId === undefined) return 'NO_PHONE';
  // Help is not kept waiting for a queue that is none.
  const route = routeFor(view.plan, person, isUrgent ? undefined : wish.queue);
  if (route === null) return 'NO_SUCH_TARGET';
  const isFromPhone = who.phoneId !== undefined;
  const reached = reach(dialled, person, { ...view, isFromPhone });
  if (typeof reached === 'string') return reached;
  const own = { dialled, phoneId, displayName: person.name, from: phoneId };
  return {
    ...own,
    route: dialled.is === 'colleague' ? { ...route, wrapUpMs: 0 } : route,
    ...reached,
  };
}

/** A phone at which nobody sits calls for help as one of the first store: seats belong to none. */
function nobodyAt({ stores }: Plan, { phoneId }: WhoCalls): PlanPerson | undefined {
  if (phoneId === undefined) return undefined;
  const nobody = { id: '', name: '', post: 'telemarketer', queues: [] } as const;
  return { ...nobody, store: stores[0]?.id ?? '', queues: [] };
}

/**
 * The phone that rings for him; who is no agent has the first of his own. For help any of his is tried, also one that
 * is to be nailed up and is not.
 */
function ownPhone(
  plan: Plan,
  person: PlanPerson,
  agent: Agent | undefined,
  isUrgent: boolean,
): PhoneId | undefined {
  if (!agent) return plan.phones.find((phone) => phone.person === person.id)?.id;
  const phone = phoneToRing(agent) ?? (isUrgent ? phonesInUse(agent)[0] : undefined);
  return phone?.id;
}

type Reached = { to: DialTarget; from?: string };

function reach(
  dialled: Dialled,
  person: PlanPerson,
  { isFromPhone, ...view }: CallView & { isFromPhone: boolean },
): RefusalCode | Reached {
  if (dialled.is === 'emergency')
    return through(dialled.number, trunksForHelp(view.plan, person.store)) ?? 'NO_TRUNK';
  const agent = view.agents.get(person.id);
  const busy = whyNotNow(agent);
  if (busy !== null && !(isFromPhone && agent && mayCallBeside(agent))) return busy;
  if (dialled.is === 'colleague') return reachColleague(dialled, person, view);
  if (!mayDial(person, dialled.class)) return 'DIAL_FORBIDDEN';
  const payer = { agentId: person.id, storeId: person.store };
  if (overrun(view.budget, payer, limitsOf(view.plan.dialling), view.at) !== null)
    return 'DIAL_LIMIT';
  const carriers = trunksForClass(view.plan, person.store, dialled.class);
  return through(dialled.number, carriers, person.id) ?? 'NO_TRUNK';
}

function through(number: string, { via, callerId }: Carriers, by?: AgentId): Reached | null {
  const trunks: readonly TrunkId[] = via;
  if (trunks.length === 0) return null;
  const to = { kind: 'number', number, via, ...(by === undefined ? {} : { by }) } as const;
  return { to, from: callerId };
}

/** Who is no agent has no state: he may. */
function whyNotNow(agent: Agent | undefined): RefusalCode | null {
  if (!agent) return null;
  if (!isSignedIn(agent)) return 'NOT_SIGNED_IN';
  const { is } = agent.activity;
  return (is === 'idle' || is === 'wrap-up') && agent.line === null ? null : 'OCCUPIED_YOURSELF';
}

/** Who talks has a second line on his phone: he asks somebody, and may join the two. */
const mayCallBeside = (agent: Agent): boolean =>
  isSignedIn(agent) && agent.activity.is === 'talking' && agent.beside === null;

/** Who wants no calls of customers may be called by a colleague; who is busy, or has gone home, is not. */
function reachColleague(
  { agentId, phoneIds }: Extract<Dialled, { is: 'colleague' }>,
  person: PlanPerson,
  { agents }: CallView,
): RefusalCode | Reached {
  if (agentId === person.id) return 'NO_SUCH_TARGET';
  const agent = agents.get(agentId);
  if (agent && whyNotNow(agent) !== null) return 'AGENT_NOT_FREE';
  const phoneId = agent ? phoneToRing(agent)?.id : phoneIds[0];
  return phoneId === undefined ? 'AGENT_NOT_FREE' : { to: { kind: 'phone', agentId, phoneId } };
}

/** Null for a queue that is none of his store. Who has no queue belongs to none. */
function routeFor(plan: Plan, person: PlanPerson, wanted: QueueId | undefined): Route | null {
  const id = wanted ?? person.queues[0];
  const queue = plan.queues.find((one) => one.id === id && one.store === person.store);
  if (wanted !== undefined && !queue) return null;
  return routeOfQueue(plan, person.store, queue);
}
