import { breakCall } from '../../../../src/domain/call/broken';
import type { Call, Stage } from '../../../../src/domain/call/call';
import { arrive } from '../../../../src/domain/call/arrival';
import { route, routingTable } from '../../../../src/domain/call/routing';
import { planWith } from '../../../support/centre/plan';
import { NOW, SAMPLES } from '../events';

const callIn = (stage: Stage, facts: Partial<Call> = {}): Call => {
  const target = route(routingTable(planWith({})), '400');
  const { next } = arrive(SAMPLES['call.arrived'], target, NOW);
  if (!next) throw new Error('the call was refused');
  return { ...next, ...facts, stage };
};

const raised = (call: Call) =>
  breakCall(call, NOW).effects.flatMap((effect) =>
    effect.type === 'raise' ? [effect.event.type] : [],
  );

const talking: Stage = {
  is: 'talking',
  line: { is: 'joined' },
  agentId: 'bob',
  agentLegId: 'agent-leg',
  recordingId: 'recording',
};

test('a waiting call gives its place back and is owed a promise', () => {
  const call = callIn({ is: 'queued', line: { is: 'music' } });
  expect(breakCall(call, NOW).next).toMatchObject({ outcome: 'broken', endCause: 'broken' });
  expect(raised(call)).toEqual(['entry.left', 'promise.owed']);
});

test('an offered call gives its agents back', () => {
  const offer = {
    ...{ offerId: 'offer', agentId: 'bob', phoneId: 'phone', legId: 'agent-leg' },
    ...{ recordingId: 'recording', offeredAt: NOW, dialled: true },
    why: { by: 'transfer' as const },
  };
  const other = { ...offer, offerId: 'other', agentId: 'dan', legId: 'other-leg' };
  const call = callIn({ is: 'offered', line: { is: 'ringing' }, offers: [offer, other] });
  expect(raised(call)).toEqual(['entry.left', 'offer.ended', 'offer.ended', 'promise.owed']);
});

test('a joined talk stops its recording, gives its agent back and owes nothing', () => {
  const call = callIn(talking, { bridgedAt: NOW });
  expect(raised(call)).toEqual(['entry.left', 'talk.ended']);
  expect(breakCall(call, NOW).effects).toContainEqual({
    type: 'record.stop',
    callId: 'call',
    recordingId: 'recording',
  });
});

test('a call that had its outcome keeps it and is let go', () => {
  const call = callIn({ is: 'wrapping-up', recordingId: null }, { outcome: 'talk' });
  const { next, effects } = breakCall(call, NOW);
  expect(next).toMatchObject({ outcome: 'talk', stage: { is: 'closed' } });
  expect(effects).toContainEqual({ type: 'leg.hangup', legId: 'caller-leg', cause: 'broken' });
});
