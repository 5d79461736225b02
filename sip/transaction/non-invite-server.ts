import { stay, type Action, type Setting, type Step } from './machine';
import { giveUpMs } from './timing';

/**
 * Non-INVITE server transaction, RFC 3261 §17.2.2.
 *
 *            +--------+
 *            | trying |  request: absorbed
 *            +--------+
 *              |    | 1xx from user: send
 *              |    v
 *              |  +------------+ request: send
 *              |  | proceeding |--+ 1xx from user: send
 *              |  |            |<-+
 *              |  +------------+
 *     200-699  |    | 200-699 from user: send; J
 *    from user:v    v
 *    send; J +-----------+ request: send
 *            | completed |--+
 *            |           |<-+
 *            +-----------+
 *                  | J (zero on reliable transports)
 *                  v
 *             terminated
 *
 * A transport failure ends it from every state: fail(transport).
 */
export type NonInviteServerState =
  { name: 'trying' } | { name: 'proceeding' } | { name: 'completed' } | { name: 'terminated' };

export type NonInviteServerInput =
  /** The request again. */
  | { type: 'request' }
  /** The transaction user answers. */
  | { type: 'respond'; status: number }
  | { type: 'timer'; timer: 'J' }
  | { type: 'transport-failed' };

export function startNonInviteServer(): Step<NonInviteServerState> {
  return { next: { name: 'trying' }, actions: [] };
}

export function stepNonInviteServer(
  state: NonInviteServerState,
  input: NonInviteServerInput,
  setting: Setting,
): Step<NonInviteServerState> {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return open(state, input, setting);
    case 'completed':
      return completed(state, input);
    case 'terminated':
      return stay(state);
  }
}

function open(
  state: NonInviteServerState,
  input: NonInviteServerInput,
  { timing, reliable }: Setting,
): Step<NonInviteServerState> {
  if (input.type === 'transport-failed') return failed();
  if (input.type === 'request') {
    return state.name === 'trying' ? stay(state) : { next: state, actions: [{ do: 'send' }] };
  }
  if (input.type !== 'respond') return stay(state);
  if (input.status < 200) return { next: { name: 'proceeding' }, actions: [{ do: 'send' }] };
  if (reliable) {
    return { next: { name: 'terminated' }, actions: [{ do: 'send' }, { do: 'end' }] };
  }
  const wait: Action = { do: 'set', timer: 'J', ms: giveUpMs(timing) };
  return { next: { name: 'completed' }, actions: [{ do: 'send' }, wait] };
}

function completed(
  state: NonInviteServerState,
  input: NonInviteServerInput,
): Step<NonInviteServerState> {
  if (input.type === 'request') return { next: state, actions: [{ do: 'send' }] };
  if (input.type === 'transport-failed') return failed();
  if (input.type !== 'timer') return stay(state);
  return { next: { name: 'terminated' }, actions: [{ do: 'end' }] };
}

function failed(): Step<NonInviteServerState> {
  return {
    next: { name: 'terminated' },
    actions: [{ do: 'fail', why: 'transport' }, { do: 'end' }],
  };
}
