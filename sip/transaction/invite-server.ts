import { stay, type Action, type Setting, type Step } from './machine';
import { giveUpMs } from './timing';

/**
 * INVITE server transaction, RFC 3261 §17.2.1 with RFC 6026 §8.5. The user's first response is the
 * 100 that the layer gives at once.
 *
 *                 |  INVITE: send
 *                 v  1xx from user: send
 *            +------------+--+
 *            | proceeding |<-+
 *            +------------+
 *        2xx from |     | 300-699 from user: send; G (unreliable), H
 *      user: send;|     +-------------------------+
 *        L        v                               v  INVITE: send
 *            +----------+                   +-----------+--+ G: send, G = min(2G, T2)
 *  2xx from  | accepted |                   | completed |<-+
 *  user: send|          |                   +-----------+
 *  ACK:      +----------+                     |       | H: fail(timeout)
 *  deliver        |                      ACK; I       +------------------+
 *                 | L                         v                          |
 *                 |                     +-----------+                    |
 *                 |                     | confirmed | (absorbs ACK,      |
 *                 |                     +-----------+  INVITE)           |
 *                 |                           | I                        |
 *                 +----------------------> terminated <------------------+
 *
 * A stranger has no G: he is answered once for each time that he asks. An INVITE repeated in `accepted` is
 * absorbed: the 2xx is repeated by the dialog, not from here. I is zero on reliable transports. A transport
 * failure ends it from `proceeding` and `completed`: fail(transport).
 */
export type InviteServerState =
  | { name: 'proceeding' }
  | { name: 'accepted' }
  | { name: 'completed'; intervalG: number }
  | { name: 'confirmed' }
  | { name: 'terminated' };

export type InviteServerInput =
  /** The INVITE again. */
  | { type: 'request' }
  | { type: 'ack' }
  /** The transaction user answers. */
  | { type: 'respond'; status: number }
  | { type: 'timer'; timer: 'G' | 'H' | 'I' | 'L' }
  | { type: 'transport-failed' };

export function startInviteServer(): Step<InviteServerState> {
  return { next: { name: 'proceeding' }, actions: [] };
}

export function stepInviteServer(
  state: InviteServerState,
  input: InviteServerInput,
  setting: Setting,
): Step<InviteServerState> {
  switch (state.name) {
    case 'proceeding':
      return proceeding(state, input, setting);
    case 'accepted':
      return accepted(state, input);
    case 'completed':
      return completed(state, input, setting);
    case 'confirmed':
      return input.type === 'timer' && input.timer === 'I' ? ended() : stay(state);
    case 'terminated':
      return stay(state);
  }
}

function proceeding(
  state: InviteServerState,
  input: InviteServerInput,
  { timing, reliable, stranger = false }: Setting,
): Step<InviteServerState> {
  if (input.type === 'request') return { next: state, actions: [{ do: 'send' }] };
  if (input.type === 'transport-failed') return failed('transport');
  if (input.type !== 'respond') return stay(state);
  if (input.status < 200) return { next: state, actions: [{ do: 'send' }] };
  if (input.status < 300) {
    const wait: Action = { do: 'set', timer: 'L', ms: giveUpMs(timing) };
    return { next: { name: 'accepted' }, actions: [{ do: 'send' }, wait] };
  }
  const actions: Action[] = [{ do: 'send' }, { do: 'set', timer: 'H', ms: giveUpMs(timing) }];
  if (!reliable && !stranger) actions.push({ do: 'set', timer: 'G', ms: timing.t1 });
  return { next: { name: 'completed', intervalG: timing.t1 }, actions };
}

function accepted(state: InviteServerState, input: InviteServerInput): Step<InviteServerState> {
  if (input.type === 'ack') return { next: state, actions: [{ do: 'deliver' }] };
  if (input.type === 'respond' && input.status >= 200 && input.status < 300) {
    return { next: state, actions: [{ do: 'send' }] };
  }
  // RFC 6026 §8.8: a lost 2xx is repeated by the dialog, so a transport failure changes nothing.
  return input.type === 'timer' && input.timer === 'L' ? ended() : stay(state);
}

function completed(
  state: InviteServerState & { name: 'completed' },
  input: InviteServerInput,
  { timing, reliable }: Setting,
): Step<InviteServerState> {
  if (input.type === 'request') return { next: state, actions: [{ do: 'send' }] };
  if (input.type === 'ack') return confirmed(reliable ? 0 : timing.t4);
  if (input.type === 'transport-failed') return failed('transport');
  if (input.type !== 'timer') return stay(state);
  if (input.timer === 'H') return failed('timeout');
  if (input.timer !== 'G') return stay(state);
  const intervalG = Math.min(2 * state.intervalG, timing.t2);
  return {
    next: { name: 'completed', intervalG },
    actions: [{ do: 'send' }, { do: 'set', timer: 'G', ms: intervalG }],
  };
}

/** I is zero on reliable transports: there nothing is repeated that had to be absorbed. */
function confirmed(absorbMs: number): Step<InviteServerState> {
  if (absorbMs === 0) return ended();
  return {
    next: { name: 'confirmed' },
    actions: [
      { do: 'clear', timer: 'G' },
      { do: 'clear', timer: 'H' },
      { do: 'set', timer: 'I', ms: absorbMs },
    ],
  };
}

function failed(why: 'timeout' | 'transport'): Step<InviteServerState> {
  return { next: { name: 'terminated' }, actions: [{ do: 'fail', why }, { do: 'end' }] };
}

function ended(): Step<InviteServerState> {
  return { next: { name: 'terminated' }, actions: [{ do: 'end' }] };
}
