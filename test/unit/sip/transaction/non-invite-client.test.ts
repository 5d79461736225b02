import {
  startNonInviteClient,
  stepNonInviteClient,
  type NonInviteClientInput,
  type NonInviteClientState,
} from '../../../../sip/transaction/non-invite-client';
import { RFC_TIMING } from '../../../../sip/transaction/timing';
import { stepInWords } from './machine-table';

const udp = { timing: RFC_TIMING, reliable: false };
const tcp = { timing: RFC_TIMING, reliable: true };

const inputs: Record<string, NonInviteClientInput> = {
  '100': { type: 'response', status: 100 },
  '200': { type: 'response', status: 200 },
  '404': { type: 'response', status: 404 },
  E: { type: 'timer', timer: 'E' },
  F: { type: 'timer', timer: 'F' },
  K: { type: 'timer', timer: 'K' },
  'transport-failed': { type: 'transport-failed' },
};

const states: Record<string, NonInviteClientState> = {
  trying: { name: 'trying', intervalE: 500 },
  proceeding: { name: 'proceeding' },
  completed: { name: 'completed' },
  terminated: { name: 'terminated' },
};

const final = 'completed: clear E, clear F, deliver, set K 5000';
const over = {
  F: 'terminated: fail timeout, end',
  'transport-failed': 'terminated: fail transport, end',
};

/** RFC 3261 figure 6: every state with every input. */
const table: Record<string, Record<string, string>> = {
  trying: {
    '100': 'proceeding: deliver',
    '200': final,
    '404': final,
    E: 'trying: send, set E 1000',
    ...over,
  },
  proceeding: {
    '100': 'proceeding: deliver',
    '200': final,
    '404': final,
    E: 'proceeding: send, set E 4000',
    ...over,
  },
  completed: { K: 'terminated: end' },
  terminated: {},
};

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map(
    (input) => [state, input, table[state]?.[input] ?? `${state}: `] as const,
  ),
);

describe('non-INVITE client transaction', () => {
  test.each(cases)('in %s, %s leads to "%s"', (state, input, expected) => {
    const step = stepNonInviteClient(
      states[state] as NonInviteClientState,
      inputs[input] as NonInviteClientInput,
      udp,
    );
    expect(stepInWords(step)).toBe(expected);
  });

  test('starts by sending, with E and F over UDP and only F over TCP', () => {
    expect(stepInWords(startNonInviteClient(udp))).toBe('trying: send, set F 32000, set E 500');
    expect(stepInWords(startNonInviteClient(tcp))).toBe('trying: send, set F 32000');
  });

  test('timer E doubles up to T2', () => {
    const step = stepNonInviteClient({ name: 'trying', intervalE: 4000 }, inputs['E']!, udp);
    expect(stepInWords(step)).toBe('trying: send, set E 4000');
  });

  test('over TCP a final response ends it at once', () => {
    const step = stepNonInviteClient({ name: 'proceeding' }, inputs['200']!, tcp);
    expect(stepInWords(step)).toBe('terminated: clear E, clear F, deliver, end');
  });
});
