import {
  startNonInviteServer,
  stepNonInviteServer,
  type NonInviteServerInput,
  type NonInviteServerState,
} from '../../../../sip/transaction/non-invite-server';
import { RFC_TIMING } from '../../../../sip/transaction/timing';
import { stepInWords } from './machine-table';

const udp = { timing: RFC_TIMING, reliable: false };
const tcp = { timing: RFC_TIMING, reliable: true };

const inputs: Record<string, NonInviteServerInput> = {
  request: { type: 'request' },
  'respond 100': { type: 'respond', status: 100 },
  'respond 200': { type: 'respond', status: 200 },
  'respond 403': { type: 'respond', status: 403 },
  J: { type: 'timer', timer: 'J' },
  'transport-failed': { type: 'transport-failed' },
};

const states: Record<string, NonInviteServerState> = {
  trying: { name: 'trying' },
  proceeding: { name: 'proceeding' },
  completed: { name: 'completed' },
  terminated: { name: 'terminated' },
};

const open = {
  'respond 100': 'proceeding: send',
  'respond 200': 'completed: send, set J 32000',
  'respond 403': 'completed: send, set J 32000',
  'transport-failed': 'terminated: fail transport, end',
};

/** RFC 3261 figure 8: every state with every input. */
const table: Record<string, Record<string, string>> = {
  trying: open,
  proceeding: { ...open, request: 'proceeding: send' },
  completed: {
    request: 'completed: send',
    J: 'terminated: end',
    'transport-failed': 'terminated: fail transport, end',
  },
  terminated: {},
};

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map(
    (input) => [state, input, table[state]?.[input] ?? `${state}: `] as const,
  ),
);

describe('non-INVITE server transaction', () => {
  test.each(cases)('in %s, %s leads to "%s"', (state, input, expected) => {
    const step = stepNonInviteServer(
      states[state] as NonInviteServerState,
      inputs[input] as NonInviteServerInput,
      udp,
    );
    expect(stepInWords(step)).toBe(expected);
  });

  test('starts in trying without an action', () => {
    expect(stepInWords(startNonInviteServer())).toBe('trying: ');
  });

  test('over TCP a final response ends it at once', () => {
    const step = stepNonInviteServer({ name: 'trying' }, inputs['respond 200']!, tcp);
    expect(stepInWords(step)).toBe('terminated: send, end');
  });
});
