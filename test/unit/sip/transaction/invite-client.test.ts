import {
  startInviteClient,
  stepInviteClient,
  type InviteClientInput,
  type InviteClientState,
} from '../../../../sip/transaction/invite-client';
import { RFC_TIMING } from '../../../../sip/transaction/timing';
import { stepInWords } from './machine-table';

const udp = { timing: RFC_TIMING, reliable: false };
const tcp = { timing: RFC_TIMING, reliable: true };

const inputs: Record<string, InviteClientInput> = {
  '180': { type: 'response', status: 180 },
  '200': { type: 'response', status: 200 },
  '404': { type: 'response', status: 404 },
  A: { type: 'timer', timer: 'A' },
  B: { type: 'timer', timer: 'B' },
  D: { type: 'timer', timer: 'D' },
  M: { type: 'timer', timer: 'M' },
  'transport-failed': { type: 'transport-failed' },
};

const states: Record<string, InviteClientState> = {
  calling: { name: 'calling', intervalA: 500 },
  proceeding: { name: 'proceeding' },
  accepted: { name: 'accepted' },
  completed: { name: 'completed' },
  terminated: { name: 'terminated' },
};

const failing = 'completed: clear A, clear B, ack, deliver, set D 32000';

/** RFC 3261 figure 5 with RFC 6026 figure 5: every state with every input. */
const table: Record<string, Record<string, string>> = {
  calling: {
    '180': 'proceeding: clear A, clear B, deliver',
    '200': 'accepted: clear A, clear B, set M 32000, deliver',
    '404': failing,
    A: 'calling: send, set A 1000',
    B: 'terminated: fail timeout, end',
    'transport-failed': 'terminated: fail transport, end',
  },
  proceeding: {
    '180': 'proceeding: clear A, clear B, deliver',
    '200': 'accepted: clear A, clear B, set M 32000, deliver',
    '404': failing,
    'transport-failed': 'terminated: fail transport, end',
  },
  accepted: { '200': 'accepted: deliver', M: 'terminated: end' },
  completed: {
    '404': 'completed: ack',
    D: 'terminated: end',
    'transport-failed': 'terminated: end',
  },
  terminated: {},
};

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map(
    (input) => [state, input, table[state]?.[input] ?? `${state}: `] as const,
  ),
);

describe('INVITE client transaction', () => {
  test.each(cases)('in %s, %s leads to "%s"', (state, input, expected) => {
    const step = stepInviteClient(
      states[state] as InviteClientState,
      inputs[input] as InviteClientInput,
      udp,
    );
    expect(stepInWords(step)).toBe(expected);
  });

  test('starts by sending, with A and B over UDP and only B over TCP', () => {
    expect(stepInWords(startInviteClient(udp))).toBe('calling: send, set B 32000, set A 500');
    expect(stepInWords(startInviteClient(tcp))).toBe('calling: send, set B 32000');
  });

  test('timer A doubles without a cap', () => {
    const step = stepInviteClient({ name: 'calling', intervalA: 8000 }, inputs['A']!, udp);
    expect(stepInWords(step)).toBe('calling: send, set A 16000');
  });

  test('over TCP a failure ends it at once, for nothing is repeated there', () => {
    const step = stepInviteClient({ name: 'proceeding' }, inputs['404']!, tcp);
    expect(stepInWords(step)).toBe('terminated: clear A, clear B, ack, deliver, end');
  });
});
