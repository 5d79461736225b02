import {
  arrivingLeg,
  dialledLeg,
  legSnapshot,
  recoveredLeg,
  stepLeg,
  type Leg,
} from '../../../../src/domain/call/leg';
import { EVENTS, NOW, SAMPLES } from '../events';

const birth = { id: 'leg', callId: 'call' };
const dialled = dialledLeg(birth, { kind: 'phone', agentId: 'bob', phoneId: '8001' }, 1);
const after = (leg: Leg, ...events: ('leg.ringing' | 'leg.answered' | 'leg.ended')[]): Leg =>
  events.reduce((state, event) => stepLeg(state, SAMPLES[event], NOW).next, leg);

const LEGS: Record<Leg['state'], Leg> = {
  arriving: arrivingLeg(birth, 1),
  dialling: dialled,
  ringing: after(dialled, 'leg.ringing'),
  answered: after(dialled, 'leg.answered'),
  ended: after(dialled, 'leg.ended'),
};

/** State -> event -> state afterwards; unnamed ones stay. */
const TABLE: Record<Leg['state'], Record<string, Leg['state']>> = {
  arriving: { 'leg.ringing': 'ringing', 'leg.answered': 'answered', 'leg.ended': 'ended' },
  dialling: { 'leg.ringing': 'ringing', 'leg.answered': 'answered', 'leg.ended': 'ended' },
  ringing: { 'leg.answered': 'answered', 'leg.ended': 'ended' },
  answered: { 'leg.ended': 'ended' },
  ended: {},
};

const STATES = Object.keys(LEGS) as Leg['state'][];
// A leg hears only what is about it, so foreign legs' events are not its business.
const HEARD = Object.keys(EVENTS).filter((event) => !event.includes('('));
const PAIRS = STATES.flatMap((state) =>
  HEARD.map((event) => [state, event, TABLE[state][event] ?? state] as const),
);

test.each(PAIRS)('%s + %s -> %s', (state, event, expected) => {
  const { next } = stepLeg(LEGS[state], EVENTS[event]!, NOW);
  expect(next.state).toBe(expected);
  if (state === expected) expect(next).toBe(LEGS[state]);
});

test('the end is written down, with everything that came before', () => {
  const ringing = stepLeg(dialled, SAMPLES['leg.ringing'], 2).next;
  const answered = stepLeg(ringing, SAMPLES['leg.answered'], 3).next;
  const { next, effects } = stepLeg(answered, SAMPLES['leg.ended'], 4);
  const leg = {
    ...{ id: 'leg', callId: 'call', role: 'agent', agentId: 'bob' },
    ...{ startedAt: 1, ringingAt: 2, answeredAt: 3, endedAt: 4, endCause: 'hangup' },
  };
  expect(legSnapshot(next)).toEqual(leg);
  expect(effects).toEqual([{ type: 'journal.write', record: { kind: 'leg.saved', leg } }]);
});

test("a leg to an outside number is nobody's of ours", () => {
  const leg = dialledLeg(birth, { kind: 'number', number: '+8613800001111', via: ['a'] }, 1);
  expect(legSnapshot(leg)).toMatchObject({ role: 'outside', agentId: null });
});

test('a recovered leg is an answered one', () => {
  const leg = recoveredLeg({
    ...birth,
    ...{ role: 'caller', agentId: null, startedAt: 1, answeredAt: 2 },
  });
  expect(legSnapshot(leg)).toMatchObject({ role: 'caller', answeredAt: 2, endedAt: null });
  expect(leg.state).toBe('answered');
});
