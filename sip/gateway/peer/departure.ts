/**
 * How an edge goes that somebody wants to end (SIGTERM). A function of state and input; nobody's call is
 * cut, and no caller hears "busy" as long as nobody else would take him.
 *
 *     +---------+  term   +----------+  hour   +---------+
 *     | serving |-------->| waiting  |-------->| closing |     take callers
 *     +---------+         +----------+         +---------+
 *          |               |        ^           |       |
 *          |          peer |        | no peer   | peer  |
 *          | term          v        |           v       | nothing left
 *          |              +-----------------------+     |
 *          +------------->|       draining        |     |      sends callers to the peer
 *            with a peer  +-----------------------+     |
 *                            |                          |
 *                            | nothing left             |
 *                            v                          v
 *                         +--------------------------------+
 *                         |              ended             |
 *                         +--------------------------------+
 *
 * From draining it goes back, when the peer dies, to waiting, or to closing if the hour has passed
 * meanwhile. A second `term`, and `end` in any state, go to ended at once: those cut calls.
 */
export type DepartureState =
  | { name: 'serving' }
  /** `hour`: SIP_DRAIN_AT next after the first SIGTERM; epoch milliseconds. */
  | { name: 'waiting' | 'closing' | 'draining'; hour: number }
  | { name: 'ended' };

export type DepartureInput =
  /** Somebody wants it to end when it can. */
  | ({ type: 'term'; hour: number } & Look)
  /** Somebody wants it to end now. */
  | { type: 'end' }
  /** Some time has passed, or the peer has changed. */
  | ({ type: 'look' } & Look);

/** What is seen at a moment. */
export interface Look {
  /** Epoch milliseconds. */
  now: number;
  /** Another edge lives and takes callers. */
  peer: boolean;
  /** Dialogs, open transactions, media streams, unfinished recordings. */
  left: number;
}

export function stepDeparture(state: DepartureState, input: DepartureInput): DepartureState {
  if (state.name === 'ended' || input.type === 'end') return { name: 'ended' };
  if (input.type === 'term') {
    return state.name === 'serving' ? look(input.hour, input) : { name: 'ended' };
  }
  return state.name === 'serving' ? state : look(state.hour, input);
}

function look(hour: number, { now, peer, left }: Look): DepartureState {
  const name = peer ? 'draining' : now >= hour ? 'closing' : 'waiting';
  if (left === 0 && name !== 'waiting') return { name: 'ended' };
  return { name, hour };
}
