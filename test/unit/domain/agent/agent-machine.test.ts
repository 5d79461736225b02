import type { Activity, Agent } from '../../../../src/domain/agent/agent';
import { isFree, isSignedIn } from '../../../../src/domain/agent/agent';
import { stepAgent } from '../../../../src/domain/agent/agent-machine';
import { NO_DESKTOP } from '../../../../src/domain/agent/desktop';
import { notNailed } from '../../../../src/domain/agent/nailed';
import { NOTHING_YET } from '../../../../src/domain/agent/workday';
import { BugError } from '../../../../src/domain/errors';
import type { AgentIntent } from '../../../../src/domain/records';
import { EVENTS, NOW, SAMPLES } from '../events';

const READY: AgentIntent = { is: 'ready' };

const ACTIVITIES: Record<string, Activity> = {
  idle: { is: 'idle', since: 5, resting: false },
  resting: { is: 'idle', since: 5, resting: true },
  reserved: { is: 'reserved', since: 9, idleSince: 5, offerId: 'offer', callId: 'call' },
  calling: { is: 'calling', since: 9, callId: 'call' },
  talking: { is: 'talking', since: 9, callId: 'call' },
  'wrap-up': { is: 'wrap-up', since: 9, callId: 'call', until: 99 },
};

/** Activity -> event -> activity afterwards, for an agent who is ready; unnamed ones stay. */
const TABLE: Record<string, Record<string, string>> = {
  idle: {
    'offer.made': 'reserved',
    'calling.began': 'calling',
    'colleague.asked': 'reserved',
    'talk.recovered': 'talking',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
  },
  resting: {
    'offer.made': 'BugError',
    'calling.began': 'calling',
    'colleague.asked': 'reserved',
    'talk.recovered': 'talking',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
    'timer agent-rest': 'idle',
  },
  reserved: {
    // He picks up for who is called back.
    'calling.began': 'calling',
    'offer.made': 'BugError',
    'colleague.asked': 'BugError',
    'talk.recovered': 'BugError',
    'talk.started': 'talking',
    'talk.started (foreign)': 'BugError',
    'offer.ended': 'resting',
  },
  calling: {
    'offer.made': 'BugError',
    'colleague.asked': 'BugError',
    'talk.recovered': 'BugError',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
    'calling.joined': 'talking',
    'calling.ended': 'idle',
    'talk.ended': 'wrap-up',
  },
  talking: {
    'offer.made': 'BugError',
    'colleague.asked': 'BugError',
    'talk.recovered': 'BugError',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
    'talk.ended': 'wrap-up',
  },
  'wrap-up': {
    'offer.made': 'BugError',
    'calling.began': 'calling',
    'colleague.asked': 'BugError',
    'talk.recovered': 'talking',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
    'agent.wrapped-up': 'idle',
    'timer wrap-up': 'idle',
  },
};

const agentWho = (activity: Activity, intent: AgentIntent = READY): Agent => ({
  id: 'bob',
  name: 'Bob',
  storeId: 'bj01',
  queues: ['sales'],
  phones: [{ id: 'phone', autoReady: false, lost: null }],
  seat: null,
  intent,
  pending: null,
  intentSince: 1,
  activity,
  line: null,
  nailed: notNailed(1),
  desktop: NO_DESKTOP,
  beside: null,
  misses: 0,
  openForms: [],
  byPhone: false,
  retired: false,
  zone: 'Asia/Shanghai',
  skills: {},
  today: NOTHING_YET,
});

const nameOf = ({ activity }: Agent): string =>
  activity.is === 'idle' && activity.resting ? 'resting' : activity.is;

const step = (agent: Agent, event: keyof typeof EVENTS): ReturnType<typeof stepAgent> => {
  const sample = EVENTS[event];
  if (!sample) throw new Error(`no event ${event}`);
  return stepAgent(agent, sample, NOW);
};

const PAIRS = Object.keys(ACTIVITIES).flatMap((activity) =>
  Object.keys(EVENTS).map(
    (event) => [activity, event, TABLE[activity]?.[event] ?? activity] as const,
  ),
);

describe('every activity and every event', () => {
  test.each(PAIRS)('%s + %s -> %s', (name, event, expected) => {
    const activity = ACTIVITIES[name];
    if (!activity) throw new Error(`no activity ${name}`);
    if (expected === 'BugError') expect(() => step(agentWho(activity), event)).toThrow(BugError);
    else expect(nameOf(step(agentWho(activity), event).next)).toBe(expected);
  });
});

describe('intent and activity are two things', () => {
  const INTENTS: [string, AgentIntent, string, AgentIntent][] = [
    [
      'logged-out',
      { is: 'logged-out' },
      'agent.signed-in',
      { is: 'not-ready', reason: 'signed-in' },
    ],
    ['logged-out', { is: 'logged-out' }, 'agent.readied', { is: 'logged-out' }],
    ['logged-out', { is: 'logged-out' }, 'agent.unreadied', { is: 'logged-out' }],
    ['ready', READY, 'agent.signed-in', READY],
    ['ready', READY, 'agent.unreadied', { is: 'not-ready', reason: 'lunch' }],
    ['ready', READY, 'agent.signed-out', { is: 'logged-out' }],
    ['not-ready', { is: 'not-ready', reason: 'x' }, 'agent.readied', READY],
    [
      'not-ready',
      { is: 'not-ready', reason: 'x' },
      'agent.signed-in',
      { is: 'not-ready', reason: 'x' },
    ],
  ];

  test('another reason is another intent', () => {
    const { next } = step(
      agentWho({ is: 'idle', since: 5, resting: false }, { is: 'not-ready', reason: 'break' }),
      'agent.unreadied',
    );
    expect(next.intent).toEqual({ is: 'not-ready', reason: 'lunch' });
  });

  test('becoming ready is the start of being idle, becoming not ready is not', () => {
    const idle = { is: 'idle', since: 5, resting: false } as const;
    const notReady = agentWho(idle, { is: 'not-ready', reason: 'x' });
    expect(step(notReady, 'agent.readied').next.activity.since).toBe(NOW);
    expect(step(agentWho(idle), 'agent.unreadied').next.activity.since).toBe(5);
  });

  test.each(INTENTS)('idle and %s: %j + %s -> %j', (_name, before, event, after) => {
    const { next } = step(agentWho({ is: 'idle', since: 5, resting: false }, before), event);
    expect(next).toMatchObject({ intent: after, pending: null });
  });

  test.each(['reserved', 'talking', 'wrap-up'])('%s: the change is pending', (name) => {
    const { next } = step(agentWho(ACTIVITIES[name]!), 'agent.unreadied');
    expect(next).toMatchObject({
      intent: READY,
      pending: { is: 'not-ready', reason: 'lunch' },
      activity: { is: name },
    });
  });

  test('a pending change becomes effective when idle, and is not idle-ready then', () => {
    const pending = step(agentWho(ACTIVITIES['wrap-up']!), 'agent.unreadied').next;
    const { next } = step(pending, 'timer wrap-up');
    expect(next).toMatchObject({ intent: { is: 'not-ready', reason: 'lunch' }, pending: null });
    expect(isFree(next)).toBe(false);
  });

  test('a pending change can be taken back', () => {
    const pending = step(agentWho(ACTIVITIES['talking']!), 'agent.unreadied').next;
    expect(step(pending, 'agent.readied').next.pending).toBeNull();
  });

  test('who signs out in a talk is not signed in for the queue any more', () => {
    const { next } = step(agentWho(ACTIVITIES['talking']!), 'agent.signed-out');
    expect(next.intent).toEqual(READY);
    expect(isSignedIn(next)).toBe(false);
  });

  test('signing out takes an offer back', () => {
    const { effects } = step(agentWho(ACTIVITIES['reserved']!), 'agent.signed-out');
    expect(effects).toContainEqual({ type: 'raise', event: EVENTS['offer.revoked'] });
  });

  test('asking for what already is changes nothing and writes nothing', () => {
    expect(step(agentWho(ACTIVITIES['idle']!), 'agent.readied').effects).toEqual([]);
  });
});

describe('who is free', () => {
  const ready = agentWho({ is: 'idle', since: 5, resting: false });
  test.each<[string, Agent, boolean]>([
    ['ready, idle, reachable', ready, true],
    ['not ready', { ...ready, intent: { is: 'not-ready', reason: 'x' } }, false],
    ['resting', agentWho({ is: 'idle', since: 5, resting: true }), false],
    ['with a leg that has not ended', { ...ready, line: 'leg' }, false],
    ['without a phone', { ...ready, phones: [] }, false],
    [
      'with a phone that is away',
      {
        ...ready,
        phones: [{ id: 'phone', autoReady: false, lost: { reason: 'no-answer', since: 5 } }],
      },
      false,
    ],
  ])('%s', (_name, agent, free) => expect(isFree(agent)).toBe(free));

  test('an offer that a leaving caller ended gives the place in the idle order back', () => {
    const ended = { ...SAMPLES['offer.ended'], reason: 'caller-left', dialled: false } as const;
    const { next } = stepAgent(agentWho(ACTIVITIES['reserved']!), ended, NOW);
    expect(next).toMatchObject({ activity: { is: 'idle', since: 5 }, line: null });
  });

  test('after a rest the agent stands at the end', () => {
    const { next } = step(agentWho(ACTIVITIES['resting']!), 'timer agent-rest');
    expect(next.activity).toEqual({ is: 'idle', since: NOW, resting: false });
  });
});
