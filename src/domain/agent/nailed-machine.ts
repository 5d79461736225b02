/**
 * What becomes of an agent's own leg (nailed.ts has the drawing): what he hears of it, and what his coming and going
 * makes of it. Whoever loses it takes no calls and is not ready, for a reason that he sees; he is never dialled again
 * behind his back after he hung up.
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { isSignedIn, notify, phonesInUse, wanted, type Agent, type AgentPhone } from './agent';
import { want } from './intent';
import { notNailed, type Nailed } from './nailed';

/** How long after its first, second … failure in a row a phone is dialled again; after the last, not by itself. */
export const AGAIN_MS: readonly Millis[] = [seconds(3), seconds(10), seconds(30)];

type NailedEvent = Extract<
  DomainEvent,
  { type: 'nailed.answered' | 'nailed.ended' | 'nailed.recovered' | 'timer.fired' }
>;

/** One of those that `stepNailed` takes. */
export const isNailed = (event: DomainEvent): event is NailedEvent =>
  event.type === 'nailed.answered' ||
  event.type === 'nailed.ended' ||
  event.type === 'nailed.recovered' ||
  (event.type === 'timer.fired' && event.timer.kind === 'nailed-again');

/** News of the leg. */
export function stepNailed(agent: Agent, event: NailedEvent, now: Instant): Step<Agent> {
  switch (event.type) {
    case 'nailed.answered':
      // Whoever went home meanwhile had it taken back: a 200 that crossed that is ended by telephony.
      return agent.nailed.is === 'dialled' ? stands(agent, event.phoneId, now) : stay(agent);
    case 'nailed.recovered':
      return stands(agent, event.phoneId, now);
    case 'nailed.ended':
      return event.stood ? lost(agent, event.cause, now) : failed(agent, event.cause, now);
    case 'timer.fired':
      return agent.nailed.is === 'waits' ? dialAgain(agent, agent.nailed, now) : stay(agent);
  }
}

/** After every event: the leg follows who comes, goes, sits down elsewhere, or says "ready". */
export function followWork(before: Agent, agent: Agent, event: DomainEvent, now: Instant) {
  if (event.type === 'phone.unreachable' && isIdleOver(agent, event.phoneId))
    return dropped(agent, now);
  const left = isLetGo(agent) ? letGo(agent, now) : stay(agent);
  const asksAgain =
    (event.type === 'agent.readied' && isSignedIn(agent)) ||
    (!isSignedIn(before) && isSignedIn(agent));
  const called = callIfDown(left.next, asksAgain, now);
  return { next: called.next, effects: [...left.effects, ...called.effects] };
}

function callIfDown(agent: Agent, asksAgain: boolean, now: Instant): Step<Agent> {
  const { nailed } = agent;
  const isWanted = nailed.is === 'down' && isAtWork(agent) && (nailed.again || asksAgain);
  if (!isWanted) return stay(agent);
  const phone = phoneToNail(agent);
  if (phone) return dial(agent, phone, 0, now);
  // Once it can be reached.
  return nailed.again ? stay(agent) : told({ ...agent, nailed: { ...nailed, again: true } }, []);
}

const isAtWork = (agent: Agent): boolean => isSignedIn(agent) && !agent.retired;

const phoneToNail = (agent: Agent): AgentPhone | undefined =>
  phonesInUse(agent).find(({ nailedUp, lost }) => nailedUp && lost === null);

const isIdle = ({ activity, line }: Agent): boolean => activity.is === 'idle' && line === null;

/** The phone can be reached no more while nobody talks over it; a talk ends by itself. */
const isIdleOver = (agent: Agent, phoneId: string): boolean =>
  agent.nailed.is === 'up' && agent.nailed.phoneId === phoneId && isIdle(agent);

/** Nobody needs the leg any more: he has gone home, or is called elsewhere. */
function isLetGo(agent: Agent): boolean {
  const { nailed } = agent;
  if (nailed.is === 'down' || !isIdle(agent)) return false;
  if (!isAtWork(agent)) return true;
  return (
    nailed.is !== 'waits' &&
    !phonesInUse(agent).some(({ id, nailedUp }) => nailedUp && id === nailed.phoneId)
  );
}

function dial(agent: Agent, phone: AgentPhone, failures: number, now: Instant): Step<Agent> {
  const nailed: Nailed = { is: 'dialled', since: now, phoneId: phone.id, failures };
  const order: Effect = { type: 'nailed.dial', agentId: agent.id, phoneId: phone.id };
  return told({ ...agent, nailed }, [order]);
}

function dialAgain(
  agent: Agent,
  { failures }: Extract<Nailed, { is: 'waits' }>,
  now: Instant,
): Step<Agent> {
  const phone = phoneToNail(agent);
  return phone ? dial(agent, phone, failures, now) : told({ ...agent, nailed: notNailed(now) }, []);
}

const stands = (agent: Agent, phoneId: string, now: Instant): Step<Agent> =>
  told({ ...agent, nailed: { is: 'up', since: now, phoneId } }, []);

function failed(agent: Agent, cause: EndCause, now: Instant): Step<Agent> {
  const { nailed } = agent;
  if (nailed.is !== 'dialled') return stay(agent);
  const wait = AGAIN_MS[nailed.failures];
  if (wait === undefined) return unready(agent, { cause, reason: 'phone-not-answered' }, now);
  const failures = nailed.failures + 1;
  return told({ ...agent, nailed: { is: 'waits', since: now, cause, failures } }, [
    { type: 'timer.set', timer: { kind: 'nailed-again', agentId: agent.id }, at: now + wait },
  ]);
}

/** Also one that stood before the app was started anew: then the next was about to be dialled. */
function lost(agent: Agent, cause: EndCause, now: Instant): Step<Agent> {
  const reason = cause === 'hangup' ? 'phone-hung-up' : 'phone-line-lost';
  const { next, effects } = unready(agent, { cause, reason }, now);
  const isDialled = agent.nailed.is === 'dialled';
  return { next, effects: isDialled ? [hangUp(agent, 'withdrawn'), ...effects] : effects };
}

function dropped(agent: Agent, now: Instant): Step<Agent> {
  const { next, effects } = lost(agent, 'unreachable', now);
  return { next, effects: [hangUp(agent, 'unreachable'), ...effects] };
}

function unready(
  agent: Agent,
  { cause, reason }: { cause: EndCause; reason: string },
  now: Instant,
): Step<Agent> {
  const down: Agent = { ...agent, nailed: { is: 'down', since: now, cause, again: false } };
  const isOut = wanted(agent).is === 'logged-out';
  const { next, effects } = isOut ? stay(down) : want(down, { is: 'not-ready', reason }, now);
  return effects.length > 0 ? { next, effects } : told(next, []);
}

function letGo(agent: Agent, now: Instant): Step<Agent> {
  const next = { ...agent, nailed: notNailed(now) };
  return agent.nailed.is === 'waits'
    ? told(next, [{ type: 'timer.clear', timer: { kind: 'nailed-again', agentId: agent.id } }])
    : told(next, [hangUp(agent, 'withdrawn')]);
}

const hangUp = ({ id: agentId }: Agent, cause: EndCause): Effect => ({
  ...{ type: 'nailed.hangup', agentId, cause },
});

const told = (next: Agent, effects: Effect[]): Step<Agent> => ({
  next,
  effects: [...effects, notify(next)],
});
