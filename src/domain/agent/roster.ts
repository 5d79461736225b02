/**
 * Decides who is an agent and what a new plan makes of those who are at work: a changed plan never
 * interrupts a call. An agent is a person with at least one queue.
 */
import type { AgentId } from '../ids';
import type { Plan, PlanPerson, PlanPhone } from '../plan';
import { skillsOf } from '../queue/demands';
import type { AgentSnapshot } from '../records';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { Agent, AgentPhone } from './agent';
import { NO_DESKTOP } from './desktop';
import { desktopAtStart } from './desktop-machine';
import { notNailed } from './nailed';
import { atSeat, seatIn } from './seat';
import { NOTHING_YET } from './workday';
import { resumeWrapUp } from './wrap-up';

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
    update(known.get(person.id) ?? newAgent(person.id, now), person, {
      own: phones.get(person.id) ?? [],
      seat: seatIn(plan, known.get(person.id)?.seat ?? null),
      zone: plan.stores.find(({ id }) => id === person.store)?.timezone ?? 'UTC',
      now,
    }),
  );
  for (const agent of known.values())
    if (!staying.has(agent.id))
      changes.push({ agent: { ...agent, queues: [], retired: true }, sign: 'out' });
  return changes;
}

function phonesByPerson(phones: readonly PlanPhone[]): Map<AgentId, PlanPhone[]> {
  const byPerson = new Map<AgentId, PlanPhone[]>();
  for (const phone of phones) {
    const { person } = phone;
    if (person !== undefined) byPerson.set(person, [...(byPerson.get(person) ?? []), phone]);
  }
  return byPerson;
}

interface Around {
  own: PlanPhone[];
  seat: PlanPhone | undefined;
  zone: string;
  now: Instant;
}

function update(base: Agent, person: PlanPerson, { own, seat, zone, now }: Around): RosterChange {
  const phones = [...own, ...(seat ? [seat] : [])].map((phone) => phoneOf(base, phone, now));
  const isAutoReady = own.some((phone) => phone.autoReady);
  const wasAutoReady = base.phones.some(({ id, autoReady }) => autoReady && id !== base.seat);
  return {
    agent: {
      ...base,
      name: person.name,
      storeId: person.store,
      zone,
      skills: skillsOf(person),
      queues: person.queues,
      phones,
      seat: seat?.id ?? null,
      retired: false,
    },
    sign: isAutoReady === wasAutoReady ? 'none' : isAutoReady ? 'in' : 'out',
  };
}

/** A phone where somebody sits down; `lost`: what is known of it, undefined where nothing is. */
export const seatPhone = (
  phone: PlanPhone,
  lost: AgentPhone['lost'] | undefined,
  now: Instant,
) => ({
  id: phone.id,
  autoReady: phone.autoReady,
  lost: lost === undefined ? unheardOf(phone, now) : lost,
  ...(phone.nailedUp ? { nailedUp: true as const } : {}),
});

const unheardOf = (phone: PlanPhone, now: Instant): AgentPhone['lost'] =>
  phone.kind === 'static' ? null : { reason: 'not-registered', since: now };

/** A static phone counts as reachable until somebody says otherwise. */
function phoneOf(agent: Agent, phone: PlanPhone, now: Instant): AgentPhone {
  const known = agent.phones.find(({ id }) => id === phone.id);
  return seatPhone(phone, known?.lost, now);
}

const newAgent = (id: AgentId, now: Instant): Agent => ({
  id,
  name: '',
  storeId: '',
  queues: [],
  phones: [],
  seat: null,
  intent: { is: 'logged-out' },
  pending: null,
  intentSince: now,
  activity: { is: 'idle', since: now, resting: false },
  line: null,
  nailed: notNailed(now),
  desktop: NO_DESKTOP,
  beside: null,
  misses: 0,
  openForms: [],
  byPhone: false,
  zone: 'UTC',
  skills: {},
  today: NOTHING_YET,
  retired: false,
});

/**
 * What an agent wanted before the app was restarted holds again, since when it did, at the phone where he sits; and the
 * paperwork that he was busy with goes on.
 */
export function restoreIntent(
  agent: Agent,
  snapshot: AgentSnapshot,
  seat: AgentPhone | undefined,
  now: Instant,
): Step<Agent> {
  const { intent, since } = snapshot;
  const resumed: Agent = {
    ...(seat ? atSeat(agent, seat) : agent),
    ...{ intent, pending: null, desktop: desktopAtStart(snapshot, now), intentSince: since },
    activity: { is: 'idle', since, resting: false },
  };
  return resumeWrapUp(resumed, snapshot.wrapUp, now);
}
