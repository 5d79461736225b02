import {
  CUSTOMER_RINGS_MS,
  dialLeaseMs,
  claimAttempt,
  outcomeOfCall,
  stepAttempt,
} from '../../../../src/domain/attempt/attempt';
import type { AttemptOutcome, AttemptSnapshot } from '../../../../src/domain/records';
import { ATTEMPT, EVENTS, NOW } from '../events';

const at = (state: AttemptSnapshot['state'], parts: Partial<AttemptSnapshot> = {}) => ({
  ...ATTEMPT,
  state,
  ...parts,
});
const dialled = { dialledAt: NOW };
const STATES: Record<string, AttemptSnapshot> = {
  claimed: ATTEMPT,
  dialling: at('dialling', dialled),
  ringing: at('ringing', dialled),
  answered: at('answered', dialled),
  connected: at('connected', { ...dialled, connectedAt: NOW }),
  done: at('done', { outcome: 'busy' }),
};

const legs = (type: string, state: string) =>
  Object.fromEntries(
    Object.keys(EVENTS)
      .filter((name) => name.split(' ')[0] === type)
      .map((name) => [name, state]),
  );
const HEARD = legs('leg.ringing', 'ringing');
const ANSWERED = legs('leg.answered', 'answered');
/** State -> event -> state afterwards; unnamed ones stay. It hears of no leg but the customer's. */
const TABLE: Record<string, Record<string, string>> = {
  claimed: { 'attempt.intended': 'dialling', 'attempt.over': 'done' },
  dialling: { ...HEARD, ...ANSWERED, 'attempt.over': 'done' },
  ringing: { ...ANSWERED, 'attempt.over': 'done' },
  answered: {
    ...{ 'calling.joined': 'connected', 'calling.joined (foreign)': 'connected' },
    'attempt.over': 'done',
  },
  connected: { 'attempt.over': 'done' },
  done: {},
};

const PAIRS = Object.keys(STATES).flatMap((state) =>
  Object.keys(EVENTS).map((event) => [state, event, TABLE[state]?.[event]] as const),
);

test.each(PAIRS)('%s + %s -> %s', (state, event, expected) => {
  const before = STATES[state]!;
  const { next } = stepAttempt(before, EVENTS[event]!, NOW);
  if (expected === undefined) expect(next).toBe(before);
  else expect(next.state).toBe(expected);
});

const endAs = (attempt: AttemptSnapshot, outcome: AttemptOutcome) => {
  const over = { type: 'attempt.over', at: NOW, callId: 'call', outcome } as const;
  const { effects } = stepAttempt(attempt, over, NOW);
  const told = effects.find(({ type }) => type === 'raise');
  if (told?.type !== 'raise' || told.event.type !== 'attempt.ended') throw new Error('not told');
  return told.event;
};

test('it counts as a try once the INVITE may have left, and he may have heard it', () => {
  const counts = (attempt: AttemptSnapshot, outcome: AttemptOutcome) =>
    endAs(attempt, outcome).counts;
  const left: AttemptOutcome[] = ['no-answer', 'busy', 'declined', 'unreachable', 'agent-left'];
  for (const outcome of [...left, 'broken', 'lost'] as const) {
    expect([outcome, counts(STATES['ringing']!, outcome)]).toEqual([outcome, true]);
    expect([outcome, counts(ATTEMPT, outcome)]).toEqual([outcome, false]);
  }
  for (const outcome of ['no-channel', 'crossed', 'withdrawn'] as const)
    expect([outcome, counts(STATES['ringing']!, outcome)]).toEqual([outcome, false]);
});

test('once they talk that is its outcome, whatever ends the talk', () =>
  expect(endAs(STATES['connected']!, 'broken')).toMatchObject({ outcome: 'talk', counts: false }));

test('a claim is given up when nobody came; the lease outlasts the ringing', () => {
  const { leaseUntil, state } = claimAttempt(ATTEMPT, NOW);
  expect([leaseUntil, state]).toEqual([NOW + 120_000, 'claimed']);
  expect(CUSTOMER_RINGS_MS).toBe(25_000);
  expect(dialLeaseMs(CUSTOMER_RINGS_MS)).toBeGreaterThan(CUSTOMER_RINGS_MS + 30_000);
});

test.each([
  ['talk', 'hangup', 'talk'],
  ['unanswered', 'no-answer', 'no-answer'],
  ['unanswered', 'busy', 'busy'],
  ['unanswered', 'declined', 'declined'],
  ['unanswered', 'unavailable', 'unreachable'],
  ['unanswered', 'unreachable', 'unreachable'],
  ['unanswered', 'no-channel', 'no-channel'],
  ['unanswered', 'pre-empted', 'no-channel'],
  ['unanswered', 'hangup', 'agent-left'],
  ['unanswered', 'withdrawn', 'no-agent'],
  ['broken', 'edge-stopped', 'broken'],
] as const)('a call that ends as %s, %s, was %s', (outcome, cause, expected) =>
  expect(outcomeOfCall(outcome, cause)).toBe(expected),
);
