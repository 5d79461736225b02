/**
 * Decides who is an agent and what a new plan makes of those who are at work: a changed plan never
 * interrupts a call. An agent is a person with at least one queue.
 */
import type { AgentId } from '../ids';
import type { Plan, PlanPerson, PlanPhone } from '../plan';
import type { AgentSnapshot } from '../records';
import type { Instant } from '../time';
import type { Agent, AgentPhone } from './agent';

type Known = ReadonlyMap<AgentId, Agent>;

/** A person whose agent the plan adds, changes or retires; `sign` is what he is to be told next. */
export interface RosterChange {
  agent: Agent;
  sign: 'in' | 'out' | 'none';
}

/**
 * The agents as the plan wants them. `sign: 'in'` for who has just got an autoReady phone: he is
 * signed in and ready without a desktop. `sign: 'out'` for who has left the plan, and for who has
 * lost that phone: without a desktop nobody would ever sign him out, and a queue that looks staffed
 * keeps its callers waiting.
 */
export function applyPlan(known: Known, plan: Plan, now: Instant): RosterChange[] {
  const phones = phonesByPerson(plan.phones);
  const people = plan.people.filter((person) => person.queues.length > 0);
  const staying = new Set(people.map((person) => person.id));
  const changes = people.map((person) =>
    update(known.get(person.id), person, phones.get(person.id) ?? [], now),
  );
  for (const agent of known.values())
    if (!staying.has(agent.id))
      changes.push({ agent: { ...agent, queues: [], retired: true }, sign: 'out' });
  return changes;
}

function phonesByPerson(phones: readonly PlanPhone[]): Map<AgentId, PlanPhone[]> {
  const byPerson = new Map<AgentId, PlanPhone[]>();
  for (const phone of phones)
    byPerson.set(phone.person, [...(byPerson.get(phone.person) ?? []), phone]);
  return byPerson;
}

function update(
  agent: Agent | undefined,
  person: PlanPerson,
  planned: PlanPhone[],
  now: Instant,
): RosterChange {
  const base = agent ?? newAgent(person.id, now);
  const phones = planned.map((phone) => phoneOf(base, phone, now));
  const isAutoReady = phones.some((phone) => phone.autoReady);
  const wasAutoReady = base.phones.some((phone) => phone.autoReady);
  return {
    agent: {
      ...base,
      name: person.name,
      storeId: person.store,
      queues: person.queues,
      phones,
      retired: false,
    },
    sign: isAutoReady === wasAutoReady ? 'none' : isAutoReady ? 'in' : 'out',
  };
}

/** A static phone counts as reachable until somebody says otherwise. */
function phoneOf(agent: Agent, phone: PlanPhone, now: Instant): AgentPhone {
  const known = agent.phones.find(({ id }) => id === phone.id);
  const unheard: AgentPhone['lost'] =
    phone.kind === 'static' ? null : { reason: 'not-registered', since: now };
  return {
    id: phone.id,
    autoReady: phone.autoReady,
    lost: known ? known.lost : unheard,
  };
}

const newAgent = (id: AgentId, now: Instant): Agent => ({
  id,
  name: '',
  storeId: '',
  queues: [],
  phones: [],
  intent: { is: 'logged-out' },
  pending: null,
  intentSince: now,
  activity: { is: 'idle', since: now, resting: false },
  line: null,
  retired: false,
});

/** What an agent wanted before the app was restarted holds again, since when it did. */
export const restoreIntent = (agent: Agent, snapshot: AgentSnapshot): Agent => ({
  ...agent,
  intent: snapshot.intent,
  pending: null,
  intentSince: snapshot.since,
  activity: { is: 'idle', since: snapshot.since, resting: false },
});
