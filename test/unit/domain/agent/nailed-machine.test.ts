import { NO_DESKTOP } from '../../../../src/domain/agent/desktop';
import { NOTHING_YET } from '../../../../src/domain/agent/workday';
import type { Agent, AgentPhone } from '../../../../src/domain/agent/agent';
import { phonesBeside, phoneToRing } from '../../../../src/domain/agent/agent';
import { stepAgent } from '../../../../src/domain/agent/agent-machine';
import { nailedText, type Nailed } from '../../../../src/domain/agent/nailed';
import type { Effect } from '../../../../src/domain/effects';
import type { AgentIntent } from '../../../../src/domain/records';
import { EVENTS, NOW } from '../events';

const READY: AgentIntent = { is: 'ready' };
const OUT: AgentIntent = { is: 'logged-out' };

const NAILED: Record<string, Nailed> = {
  down: { is: 'down', since: 1, cause: null, again: true },
  'hung up': { is: 'down', since: 1, cause: 'hangup', again: false },
  dialled: { is: 'dialled', since: 1, phoneId: 'phone', failures: 0 },
  'dialled once more': { is: 'dialled', since: 1, phoneId: 'phone', failures: 3 },
  waits: { is: 'waits', since: 1, cause: 'no-answer', failures: 1 },
  up: { is: 'up', since: 1, phoneId: 'phone' },
};

const PHONE: AgentPhone = { id: 'phone', autoReady: false, lost: null, nailedUp: true };

const bob = (nailed: string, intent: AgentIntent = READY, changes: Partial<Agent> = {}): Agent => ({
  ...{ id: 'bob', name: 'Bob', storeId: 'bj01', queues: ['sales'], seat: null, retired: false },
  ...{
    intent,
    pending: null,
    intentSince: 1,
    misses: 0,
    openForms: [],
    byPhone: false,
    zone: 'Asia/Shanghai',
    skills: {},
    today: NOTHING_YET,
    line: null,
    beside: null,
    desktop: NO_DESKTOP,
    phones: [PHONE],
  },
  activity: { is: 'idle', since: 5, resting: false },
  nailed: NAILED[nailed] as Nailed,
  ...changes,
});

/** What it becomes, what he wants then, and what is ordered of telephony and clock. */
function after(agent: Agent, event: string, changes: object = {}) {
  const sample = EVENTS[event];
  if (!sample) throw new Error(`no event ${event}`);
  const { next, effects } = stepAgent(agent, { ...sample, ...changes } as typeof sample, NOW);
  const { intent, nailed } = next;
  const wants = intent.is === 'not-ready' ? intent.reason : intent.is;
  return [nailed.is, wants, effects.flatMap(order).join()];
}

function order(effect: Effect): string[] {
  switch (effect.type) {
    case 'nailed.dial':
      return ['dial'];
    case 'nailed.hangup':
      return ['hangup'];
    case 'timer.set':
      return [`again in ${effect.at - NOW}`];
    case 'timer.clear':
      return ['not again'];
    default:
      return [];
  }
}

const FAILED = { cause: 'no-answer', stood: false };

/** Where he stands, the event, and then: where he stands, what he wants, what is ordered. */
test.each<[string, AgentIntent, string, object, string, string, string]>([
  ['down', OUT, 'agent.signed-in', {}, 'dialled', 'signed-in', 'dial'],
  ['down', OUT, 'agent.readied', {}, 'down', 'logged-out', ''],
  ['down', OUT, 'nailed.recovered', {}, 'down', 'logged-out', 'hangup'],
  ['down', OUT, 'phone.reachable', {}, 'down', 'logged-out', ''],
  ['down', READY, 'plan.applied', {}, 'dialled', 'ready', 'dial'],
  ['hung up', OUT, 'agent.signed-in', {}, 'dialled', 'signed-in', 'dial'],
  ['hung up', READY, 'agent.unreadied', {}, 'down', 'lunch', ''],
  ['hung up', READY, 'agent.readied', {}, 'dialled', 'ready', 'dial'],
  ['hung up', READY, 'nailed.recovered', {}, 'up', 'ready', ''],
  ['dialled', READY, 'nailed.answered', {}, 'up', 'ready', ''],
  ['dialled', READY, 'nailed.ended', FAILED, 'waits', 'ready', 'again in 3000'],
  ['dialled once more', READY, 'nailed.ended', FAILED, 'down', 'phone-not-answered', ''],
  ['dialled', READY, 'agent.readied', {}, 'dialled', 'ready', ''],
  ['dialled', READY, 'agent.signed-out', {}, 'down', 'logged-out', 'hangup'],
  // Of a leg that stood before the start: what was begun since is taken back.
  ['dialled', READY, 'nailed.ended', {}, 'down', 'phone-hung-up', 'hangup'],
  ['dialled', READY, 'nailed.recovered', {}, 'up', 'ready', ''],
  ['waits', READY, 'timer nailed-again', {}, 'dialled', 'ready', 'dial'],
  ['waits', READY, 'agent.signed-out', {}, 'down', 'logged-out', 'not again'],
  ['up', READY, 'nailed.ended', {}, 'down', 'phone-hung-up', ''],
  ['up', READY, 'nailed.ended', { cause: 'unreachable' }, 'down', 'phone-line-lost', ''],
  ['up', OUT, 'nailed.ended', {}, 'down', 'logged-out', ''],
  ['up', READY, 'agent.unreadied', {}, 'up', 'lunch', ''],
  ['up', READY, 'agent.signed-out', {}, 'down', 'logged-out', 'hangup'],
  ['up', READY, 'phone.unreachable', {}, 'down', 'phone-line-lost', 'hangup'],
  ['up', READY, 'timer nailed-again', {}, 'up', 'ready', ''],
  ['up', READY, 'nailed.answered', {}, 'up', 'ready', ''],
])('%s, %j + %s %j -> %s', (nailed, intent, event, changes, becomes, wants, orders) => {
  expect(after(bob(nailed, intent), event, changes)).toEqual([becomes, wants, orders]);
});

test('while he talks nothing is taken away: it follows when his leg of the call has ended', () => {
  const talking: Partial<Agent> = {
    activity: { is: 'talking', since: 9, callId: 'call' },
    line: 'leg',
  };
  const signedOut = stepAgent(
    bob('up', READY, talking),
    { type: 'agent.signed-out', at: NOW, agentId: 'bob' },
    NOW,
  ).next;
  expect(signedOut.nailed.is).toBe('up');
  const over = {
    type: 'talk.ended',
    at: NOW,
    agentId: 'bob',
    callId: 'call',
    wrapUpMs: 0,
  } as const;
  const idle = stepAgent(signedOut, over, NOW).next;
  expect(idle.nailed.is).toBe('up');
  const ended = { type: 'leg.ended', at: NOW, legId: 'leg', cause: 'hangup' } as const;
  expect(stepAgent(idle, ended, NOW).effects.flatMap(order)).toEqual(['hangup']);
  expect(after(bob('up', READY, talking), 'phone.unreachable')).toEqual(['up', 'ready', '']);
});

test('his phone is dialled once it can be reached', () => {
  const lost: AgentPhone = { ...PHONE, lost: { reason: 'not-registered', since: 1 } };
  const { next } = stepAgent(
    bob('hung up', READY, { phones: [lost] }),
    { type: 'agent.readied', at: NOW, agentId: 'bob' },
    NOW,
  );
  expect(next.nailed).toMatchObject({ is: 'down', again: true });
  expect(after(next, 'phone.reachable')).toEqual(['dialled', 'ready', 'dial']);
});

test.each([
  ['up', READY, 'phone', []],
  ['down', READY, 'other', []],
  ['down', OUT, 'other', ['phone']],
] as const)('%s, %j: %s is rung, and beside it %j', (nailed, intent, first, beside) => {
  const other: AgentPhone = { id: 'other', autoReady: false, lost: null };
  const agent = bob(nailed, intent, { phones: [other, PHONE] });
  expect(phoneToRing(agent)?.id).toBe(first);
  expect(phonesBeside(agent, first)).toEqual(beside);
  // Asked for by its name, the other one rings alone: the leg is no second call.
  if (nailed === 'up') expect(phonesBeside(agent, 'other')).toEqual([]);
});

test('every state is told in words, and a phone that hung up otherwise than one that is lost', () => {
  const texts = [...Object.values(NAILED), { ...NAILED['hung up']!, cause: 'broken' } as Nailed];
  const told = texts.map((nailed) => nailedText(nailed).en);
  expect(new Set(told).size).toBe(texts.length - 1);
});
