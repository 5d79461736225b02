import { stay, type Action, type Setting, type Step } from './machine';
import { giveUpMs } from './timing';

/**
 * INVITE client transaction, RFC 3261 §17.1.1 with RFC 6026 §8.4.
 *
 *      start: send; A (unreliable), B
 *                |
 *                v        A: send, double A
 *            +---------+  -----------------+
 *            | calling |<------------------+
 *            +---------+   B: fail(timeout) ----------------------+
 *              |  |  | 1xx: deliver                               |
 *              |  |  v                                            |
 *              |  | +------------+ 1xx: deliver                   |
 *              |  | | proceeding |--+                             |
 *              |  | |            |<-+                             |
 *              |  | +------------+                                |
 *        2xx:  |  |   |   |  300-699: ack, deliver; D             |
 *      deliver |  +---|---+--------------+                        |
 *        ; M   v      v 2xx              v                        |
 *            +----------+          +-----------+ 300-699: ack     |
 *       2xx: | accepted |          | completed |--+               |
 *    deliver +----------+          +-----------+<-+               |
 *                 | M                    | D                      |
 *                 +-----------> terminated <----------------------+
 *
 * D is zero on reliable transports. A transport failure ends it from every state but `accepted`:
 * fail(transport), but from `completed` in silence.
 */
export type InviteClientState =
  | { name: 'calling'; intervalA: number }
  | { name: 'proceeding' }
  | { name: 'accepted' }
  | { name: 'completed' }
  | { name: 'terminated' };

export type InviteClientInput =
  | { type: 'response'; status: number }
  | { type: 'timer'; timer: 'A' | 'B' | 'D' | 'M' }
  | { type: 'transport-failed' };

export function startInviteClient({ timing, reliable }: Setting): Step<InviteClientState> {
  const actions: Action[] = [{ do: 'send' }, { do: 'set', timer: 'B', ms: giveUpMs(timing) }];
  if (!reliable) actions.push({ do: 'set', timer: 'A', ms: timing.t1 });
  return { next: { name: 'calling', intervalA: timing.t1 }, actions };
}

export function stepInviteClient(
  state: InviteClientState,
  input: InviteClientInput,
  setting: Setting,
): Step<InviteClientState> {
  switch (state.name) {
    case 'calling':
      return calling(state, input, setting);
    case 'proceeding':
      return proceeding(state, input, setting);
    case 'accepted':
      return accepted(state, input);
    case 'completed':
      return completed(state, input);
    case 'terminated':
      return stay(state);
  }
}

function calling(
  state: InviteClientState & { name: 'calling' },
  input: InviteClientInput,
  setting: Setting,
): Step<InviteClientState> {
  if (input.type === 'response') return answered(input.status, setting);
  if (input.type === 'transport-failed') return failed('transport');
  if (input.timer === 'B') return failed('timeout');
  if (input.timer !== 'A') return stay(state);
  // §17.1.1.2: timer A doubles without a cap; B ends it.
  const intervalA = 2 * state.intervalA;
  return {
    next: { name: 'calling', intervalA },
    actions: [{ do: 'send' }, { do: 'set', timer: 'A', ms: intervalA }],
  };
}

function proceeding(
  state: InviteClientState,
  input: InviteClientInput,
  setting: Setting,
): Step<InviteClientState> {
  if (input.type === 'response') return answered(input.status, setting);
  if (input.type === 'transport-failed') return failed('transport');
  return stay(state);
}

function answered(status: number, { timing, reliable }: Setting): Step<InviteClientState> {
  const stop: Action[] = [
    { do: 'clear', timer: 'A' },
    { do: 'clear', timer: 'B' },
  ];
  if (status < 200) return { next: { name: 'proceeding' }, actions: [...stop, { do: 'deliver' }] };
  if (status < 300) {
    // RFC 6026 §8.4: the 2xx is the transaction user's to acknowledge, and so is each repetition.
    const wait: Action = { do: 'set', timer: 'M', ms: giveUpMs(timing) };
    return { next: { name: 'accepted' }, actions: [...stop, wait, { do: 'deliver' }] };
  }
  const actions: Action[] = [...stop, { do: 'ack' }, { do: 'deliver' }];
  if (reliable) return { next: { name: 'terminated' }, actions: [...actions, { do: 'end' }] };
  actions.push({ do: 'set', timer: 'D', ms: giveUpMs(timing) });
  return { next: { name: 'completed' }, actions };
}

function accepted(state: InviteClientState, input: InviteClientInput): Step<InviteClientState> {
  if (input.type === 'response' && input.status >= 200 && input.status < 300) {
    return { next: state, actions: [{ do: 'deliver' }] };
  }
  if (input.type === 'timer' && input.timer === 'M') return ended();
  return stay(state);
}

function completed(state: InviteClientState, input: InviteClientInput): Step<InviteClientState> {
  if (input.type === 'response' && input.status >= 300) {
    return { next: state, actions: [{ do: 'ack' }] };
  }
  if (input.type === 'timer' && input.timer === 'D') return ended();
  if (input.type === 'transport-failed') return ended();
  return stay(state);
}

function failed(why: 'timeout' | 'transport'): Step<InviteClientState> {
  return { next: { name: 'terminated' }, actions: [{ do: 'fail', why }, { do: 'end' }] };
}

function ended(): Step<InviteClientState> {
  return { next: { name: 'terminated' }, actions: [{ do: 'end' }] };
}
