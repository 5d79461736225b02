import {
  startInviteServer,
  stepInviteServer,
  type InviteServerInput,
  type InviteServerState,
} from '../../../../sip/transaction/invite-server';
import { RFC_TIMING } from '../../../../sip/transaction/timing';
import { stepInWords } from './machine-table';

const udp = { timing: RFC_TIMING, reliable: false };
const tcp = { timing: RFC_TIMING, reliable: true };

const inputs: Record<string, InviteServerInput> = {
  request: { type: 'request' },
  ack: { type: 'ack' },
  'respond 180': { type: 'respond', status: 180 },
  'respond 200': { type: 'respond', status: 200 },
  'respond 486': { type: 'respond', status: 486 },
  G: { type: 'timer', timer: 'G' },
  H: { type: 'timer', timer: 'H' },
  I: { type: 'timer', timer: 'I' },
  L: { type: 'timer', timer: 'L' },
  'transport-failed': { type: 'transport-failed' },
};

const states: Record<string, InviteServerState> = {
  proceeding: { name: 'proceeding' },
  accepted: { name: 'accepted' },
  completed: { name: 'completed', intervalG: 500 },
  confirmed: { name: 'confirmed' },
  terminated: { name: 'terminated' },
};

/** RFC 3261 figure 7 with RFC 6026 figure 6: every state with every input. */
const table: Record<string, Record<string, string>> = {
  proceeding: {
    request: 'proceeding: send',
    'respond 180': 'proceeding: send',
    'respond 200': 'accepted: send, set L 32000',
    'respond 486': 'completed: send, set H 32000, set G 500',
    'transport-failed': 'terminated: fail transport, end',
  },
  accepted: { ack: 'accepted: deliver', 'respond 200': 'accepted: send', L: 'terminated: end' },
  completed: {
    request: 'completed: send',
    ack: 'confirmed: clear G, clear H, set I 5000',
    G: 'completed: send, set G 1000',
    H: 'terminated: fail timeout, end',
    'transport-failed': 'terminated: fail transport, end',
  },
  confirmed: { I: 'terminated: end' },
  terminated: {},
};

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map(
    (input) => [state, input, table[state]?.[input] ?? `${state}: `] as const,
  ),
);

describe('INVITE server transaction', () => {
  test.each(cases)('in %s, %s leads to "%s"', (state, input, expected) => {
    const step = stepInviteServer(
      states[state] as InviteServerState,
      inputs[input] as InviteServerInput,
      udp,
    );
    expect(stepInWords(step)).toBe(expected);
  });

  test('starts without an action: the 100 is given as a response', () => {
    expect(stepInWords(startInviteServer())).toBe('proceeding: ');
  });

  test('timer G doubles up to T2', () => {
    const step = stepInviteServer({ name: 'completed', intervalG: 4000 }, inputs['G']!, udp);
    expect(stepInWords(step)).toBe('completed: send, set G 4000');
  });

  test('over TCP a failure is not repeated, and the ACK ends it', () => {
    const failed = stepInviteServer({ name: 'proceeding' }, inputs['respond 486']!, tcp);
    expect(stepInWords(failed)).toBe('completed: send, set H 32000');
    expect(stepInWords(stepInviteServer(failed.next, inputs['ack']!, tcp))).toBe('terminated: end');
  });
});

test('a stranger, who may be somebody else, gets a refusal once for each time that he asks', () => {
  const setting = { ...udp, stranger: true };
  const refuse: InviteServerInput = { type: 'respond', status: 486 };
  const { next, actions } = stepInviteServer({ name: 'proceeding' }, refuse, setting);
  expect(actions).toEqual([{ do: 'send' }, { do: 'set', timer: 'H', ms: 32_000 }]);
  expect(stepInviteServer(next, { type: 'request' }, setting).actions).toEqual([{ do: 'send' }]);
});
