import type { Agent, AgentPhone } from '../../../../src/domain/agent/agent';
import { agentView } from '../../../../src/domain/agent/agent';
import { stepAgent } from '../../../../src/domain/agent/agent-machine';
import { NO_DESKTOP, type Desktop } from '../../../../src/domain/agent/desktop';
import { desktopAtStart, popAt } from '../../../../src/domain/agent/desktop-machine';
import { notNailed } from '../../../../src/domain/agent/nailed';
import { NOTHING_YET } from '../../../../src/domain/agent/workday';
import type { Effect } from '../../../../src/domain/effects';
import type { DomainEvent } from '../../../../src/domain/events';
import type { AgentIntent } from '../../../../src/domain/records';
import { NOW } from '../events';

const PHONE: AgentPhone = { id: 'phone', autoReady: false, lost: null };
const AUTO: AgentPhone = { ...PHONE, autoReady: true };
const READY: AgentIntent = { is: 'ready' };
const LUNCH: AgentIntent = { is: 'not-ready', reason: 'lunch' };
const LOST_REASON: AgentIntent = { is: 'not-ready', reason: 'desktop-lost' };

const open = (tabs: string[] = ['1'], missed = 0): Desktop => ({
  ...{ is: 'open', since: 1, tabs, missed },
});
const LOST: Desktop = { is: 'lost', since: NOW - 100 };

const bob = (desktop: Desktop, changes: Partial<Agent> = {}): Agent => ({
  ...{ id: 'bob', name: 'Bob', storeId: 'bj01', queues: ['sales'], seat: null, retired: false },
  ...{
    intent: READY,
    pending: null,
    intentSince: 1,
    misses: 0,
    openForms: [],
    byPhone: false,
    zone: 'UTC',
    skills: {},
  },
  ...{ today: NOTHING_YET, line: null, beside: null, nailed: notNailed(1), phones: [PHONE] },
  activity: { is: 'idle', since: 5, resting: false },
  desktop,
  ...changes,
});
const talking: Partial<Agent> = { activity: { is: 'talking', since: 5, callId: 'call' } };
const reserved = (since: number): Partial<Agent> => ({
  activity: { ...{ is: 'reserved', since, idleSince: 5 }, offerId: 'offer', callId: 'call' },
});

const facts: Record<string, DomainEvent> = {
  'tab 1 connects': { type: 'desktop.connected', at: NOW, agentId: 'bob', desktopId: '1' },
  'tab 2 connects': { type: 'desktop.connected', at: NOW, agentId: 'bob', desktopId: '2' },
  'tab 1 goes': { type: 'desktop.lost', at: NOW, agentId: 'bob', desktopId: '1' },
  'grace over': {
    type: 'timer.fired',
    at: NOW,
    timer: { kind: 'desktop-grace', agentId: 'bob' },
  },
  awaited: { type: 'desktop.awaited', at: NOW, agentId: 'bob' },
  'says ready': { type: 'agent.readied', at: NOW, agentId: 'bob' },
  'goes home': { type: 'agent.signed-out', at: NOW, agentId: 'bob' },
  receipt: { type: 'offer.received', at: NOW, agentId: 'bob', offerId: 'offer' },
  'no receipt': { type: 'receipt.missed', at: NOW, agentId: 'bob', offerId: 'offer' },
  plan: { type: 'plan.applied', at: NOW, plan: {} as never },
};

function step(agent: Agent, what: string) {
  const fact = facts[what];
  if (!fact) throw new Error(`no fact ${what}`);
  return stepAgent(agent, fact, NOW);
}

/** What is armed (when), what is cleared, what is kept, and whether the board is told. */
const told = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => {
    if (effect.type === 'timer.set') return `grace until ${effect.at - NOW}`;
    if (effect.type === 'timer.clear') return 'no grace';
    if (effect.type === 'journal.write' && effect.record.kind === 'agent.saved') {
      const { intent, desktop } = effect.record.agent;
      return `kept ${intent.is}${desktop ? ' with desktop' : ''}`;
    }
    return effect.type === 'notify' ? 'told' : effect.type;
  });

const IS_OPEN = { is: 'open', since: NOW, tabs: ['1'], missed: 0 };

test.each<[string, Agent, string, object, AgentIntent, string[]]>([
  [
    'a desktop comes',
    bob(NO_DESKTOP),
    'tab 1 connects',
    IS_OPEN,
    READY,
    ['kept ready with desktop', 'told'],
  ],
  [
    '… of who is not ready',
    bob(NO_DESKTOP, { intent: LUNCH }),
    'tab 1 connects',
    IS_OPEN,
    LUNCH,
    ['told'],
  ],
  ['it is told twice', bob(open()), 'tab 1 connects', { tabs: ['1'] }, READY, []],
  ['a second tab', bob(open()), 'tab 2 connects', { tabs: ['1', '2'], since: 1 }, READY, []],
  ['one of two tabs goes', bob(open(['1', '2'])), 'tab 1 goes', { tabs: ['2'] }, READY, []],
  ['a tab that nobody knew goes', bob(open(['2'])), 'tab 1 goes', { tabs: ['2'] }, READY, []],
  [
    'the last goes',
    bob(open()),
    'tab 1 goes',
    { is: 'lost', since: NOW },
    READY,
    ['grace until 20000', 'told'],
  ],
  [
    '… of who is not ready',
    bob(open(), { intent: LUNCH }),
    'tab 1 goes',
    NO_DESKTOP,
    LUNCH,
    ['told'],
  ],
  [
    '… of who has an autoReady phone',
    bob(open(), { phones: [AUTO] }),
    'tab 1 goes',
    NO_DESKTOP,
    READY,
    ['told'],
  ],
  ['back within the grace', bob(LOST), 'tab 1 connects', IS_OPEN, READY, ['no grace', 'told']],
  [
    'the grace is over',
    bob(LOST),
    'grace over',
    NO_DESKTOP,
    LOST_REASON,
    ['kept not-ready', 'told'],
  ],
  ['… and he was back', bob(open()), 'grace over', open(), READY, []],
  [
    '… in a talk: after it',
    bob(LOST, talking),
    'grace over',
    NO_DESKTOP,
    READY,
    ['kept not-ready', 'told'],
  ],
  [
    'back in that talk',
    bob(NO_DESKTOP, { ...talking, pending: LOST_REASON }),
    'tab 1 connects',
    IS_OPEN,
    READY,
    ['kept ready with desktop', 'told'],
  ],
  [
    'back later: he says ready himself',
    bob(NO_DESKTOP, { intent: LOST_REASON }),
    'tab 1 connects',
    IS_OPEN,
    LOST_REASON,
    ['told'],
  ],
  [
    'the grace begins anew',
    bob({ ...LOST, atStart: true }),
    'awaited',
    LOST,
    READY,
    ['grace until 20000'],
  ],
  [
    'a plan comes: the grace of a start is armed',
    bob(LOST),
    'plan',
    LOST,
    READY,
    ['grace until 19900'],
  ],
  [
    'who goes home in his grace loses nothing',
    bob(LOST),
    'goes home',
    NO_DESKTOP,
    { is: 'logged-out' },
    ['kept logged-out with desktop', 'told', 'no grace', 'told'],
  ],
  [
    'who says ready without a desktop is not awaited',
    bob(NO_DESKTOP, { intent: LUNCH }),
    'says ready',
    NO_DESKTOP,
    READY,
    ['kept ready', 'told'],
  ],
])('%s', (_, agent, what, desktop, intent, effects) => {
  const done = step(agent, what);
  expect(done.next.desktop).toMatchObject(desktop);
  expect(done.next.intent).toEqual(intent);
  expect(told(done.effects)).toEqual(effects);
});

test('who was to be not ready after his talk is so in the end', () => {
  const { next } = step(bob(LOST, talking), 'grace over');
  expect(next.pending).toEqual(LOST_REASON);
  const back = step({ ...next }, 'tab 1 connects').next;
  expect([back.intent, back.pending]).toEqual([READY, null]);
});

describe('receipts', () => {
  const missedOf = ({ desktop }: Agent): number | null =>
    desktop.is === 'open' ? desktop.missed : null;

  test.each<[string, Agent, string, number | null, string[]]>([
    ['one is missed', bob(open(['1'], 0)), 'no receipt', 1, []],
    ['the second: it is not waited for', bob(open(['1'], 1)), 'no receipt', 2, ['told']],
    ['one in time', bob(open(['1'], 1), reserved(NOW - 150)), 'receipt', 0, []],
    [
      '… of one that is not waited for',
      bob(open(['1'], 2), reserved(NOW - 9)),
      'receipt',
      0,
      ['told'],
    ],
    ['one too late', bob(open(['1'], 2), reserved(NOW - 151)), 'receipt', 2, []],
    ['one of no offer', bob(open(['1'], 2)), 'receipt', 2, []],
    ['one without a desktop', bob(NO_DESKTOP, reserved(NOW)), 'receipt', null, []],
    ['none is missed without a desktop', bob(LOST), 'no receipt', null, []],
    [
      'a page that has just been opened is waited for',
      bob(open(['1'], 2)),
      'tab 2 connects',
      0,
      ['told'],
    ],
  ])('%s', (_, agent, what, missed, effects) => {
    const done = step(agent, what);
    expect(missedOf(done.next)).toBe(missed);
    expect(told(done.effects)).toEqual(effects);
  });
});

test.each<[string, Desktop, AgentPhone, boolean, boolean]>([
  ['a desktop that answers', open(), PHONE, true, false],
  ['one that missed one receipt', open(['1'], 1), PHONE, true, false],
  ['one that missed two', open(['1'], 2), PHONE, false, false],
  ['one that is lost', LOST, PHONE, false, true],
  ['none', NO_DESKTOP, PHONE, false, true],
  ['a phone that needs none', NO_DESKTOP, AUTO, false, false],
  ['… with one', open(), AUTO, false, false],
])(
  '%s: whether the ring waits, and whether it comes without a pop',
  (_, desktop, phone, awaits, blind) => {
    expect(popAt(bob(desktop), phone)).toEqual({
      awaitsReceipt: awaits,
      ...(blind ? { noPop: true } : {}),
    });
  },
);

test.each<[string, AgentIntent, true | undefined, Desktop]>([
  ['was ready at a desktop', READY, true, { is: 'lost', since: NOW, atStart: true }],
  ['was ready without one', READY, undefined, NO_DESKTOP],
  ['was not ready', LUNCH, true, NO_DESKTOP],
])('after a start of the app, who %s', (_, intent, desktop, expected) => {
  const snapshot = { id: 'bob', intent, since: 1, ...(desktop ? { desktop } : {}) };
  expect(desktopAtStart(snapshot, NOW)).toEqual(expected);
});

test('he is told in words, and only of reasons that are not his own', () => {
  expect(agentView(bob(LOST))).toMatchObject({
    ...{ desktop: { state: 'lost', since: NOW - 100, answers: false }, reasonText: null },
  });
  const { reasonText } = agentView(bob(NO_DESKTOP, { intent: LOST_REASON }));
  expect([reasonText?.zh, reasonText?.en]).toEqual([
    expect.stringMatching(/工作台.*示忙/),
    expect.stringMatching(/desktop lost.*ready/i),
  ]);
  expect(agentView(bob(NO_DESKTOP, { intent: LUNCH })).reasonText).toBeNull();
});
