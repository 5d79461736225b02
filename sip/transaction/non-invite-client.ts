import { stay, type Action, type Setting, type Step } from './machine';
import { giveUpMs } from './timing';

/**
 * Non-INVITE client transaction, RFC 3261 §17.1.2.
 *
 *      start: send; E (unreliable), F
 *                |
 *                v        E: send, E = min(2E, T2)
 *            +--------+  --------------+
 *            | trying |<---------------+
 *            +--------+   F: fail(timeout) ---------------------+
 *              |    | 1xx: deliver                              |
 *              |    v                                           |
 *              |  +------------+ 1xx: deliver                   |
 *              |  | proceeding |--+  E: send, E = T2            |
 *              |  |            |<-+  F: fail(timeout) ----------+
 *              |  +------------+                                |
 *      200-699:|    | 200-699: deliver; K                       |
 *      deliver v    v                                           |
 *        ; K +-----------+                                      |
 *            | completed |--- K -----------> terminated <-------+
 *            +-----------+
 *
 * On a reliable transport K is zero: a final response ends it at once. A transport failure ends it from
 * `trying` and `proceeding`: fail(transport).
 */
export type NonInviteClientState =
  | { name: 'trying'; intervalE: number }
  | { name: 'proceeding' }
  | { name: 'completed' }
  | { name: 'terminated' };

export type NonInviteClientInput =
  | { type: 'response'; status: number }
  | { type: 'timer'; timer: 'E' | 'F' | 'K' }
  | { type: 'transport-failed' };

export function startNonInviteClient({ timing, reliable }: Setting): Step<NonInviteClientState> {
  const actions: Action[] = [{ do: 'send' }, { do: 'set', timer: 'F', ms: giveUpMs(timing) }];
  if (!reliable) actions.push({ do: 'set', timer: 'E', ms: timing.t1 });
  return { next: { name: 'trying', intervalE: timing.t1 }, actions };
}

export function stepNonInviteClient(
  state: NonInviteClientState,
  input: NonInviteClientInput,
  setting: Setting,
): Step<NonInviteClientState> {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return waiting(state, input, setting);
    case 'completed':
      return completed(state, input);
    case 'terminated':
      return stay(state);
  }
}

function waiting(
  state: NonInviteClientState & { name: 'trying' | 'proceeding' },
  input: NonInviteClientInput,
  setting: Setting,
): Step<NonInviteClientState> {
  if (input.type === 'response') return answered(input.status, setting);
  if (input.type === 'transport-failed') return failed('transport');
  if (input.timer === 'F') return failed('timeout');
  if (input.timer !== 'E') return stay(state);
  const { t2 } = setting.timing;
  // §17.1.2.2: doubling up to T2 while trying; every T2 once a provisional said that it arrived.
  const interval = state.name === 'trying' ? Math.min(2 * state.intervalE, t2) : t2;
  const next = state.name === 'trying' ? { ...state, intervalE: interval } : state;
  return { next, actions: [{ do: 'send' }, { do: 'set', timer: 'E', ms: interval }] };
}

function answered(status: number, { timing, reliable }: Setting): Step<NonInviteClientState> {
  if (status < 200) return { next: { name: 'proceeding' }, actions: [{ do: 'deliver' }] };
  const actions: Action[] = [
    { do: 'clear', timer: 'E' },
    { do: 'clear', timer: 'F' },
    { do: 'deliver' },
  ];
  if (reliable) return { next: { name: 'terminated' }, actions: [...actions, { do: 'end' }] };
  actions.push({ do: 'set', timer: 'K', ms: timing.t4 });
  return { next: { name: 'completed' }, actions };
}

function completed(
  state: NonInviteClientState,
  input: NonInviteClientInput,
): Step<NonInviteClientState> {
  if (input.type !== 'timer' || input.timer !== 'K') return stay(state);
  return { next: { name: 'terminated' }, actions: [{ do: 'end' }] };
}

function failed(why: 'timeout' | 'transport'): Step<NonInviteClientState> {
  return { next: { name: 'terminated' }, actions: [{ do: 'fail', why }, { do: 'end' }] };
}
