/**
 * Whether another edge lives and takes callers, as OPTIONS tells it (RFC 3261 §11). A function of state
 * and input: time enters as timers, `peer-watch.ts` carries the actions out.
 *
 *                     start: ask; bound
 *                            |
 *                            v
 *            2xx        +---------+   second miss, or refused
 *         +-------------| unknown |---------------+
 *         |             +---------+               |
 *         v                                       v
 *     +-------+   second miss, or refused     +------+
 *     | alive |------------------------------>| dead |
 *     |       |<------------------------------|      |
 *     +-------+             2xx               +------+
 *
 *     in every state:  answer: pause                     a miss is:  bound: forget; again
 *                      pause, again: ask; bound                      failed: again
 *
 * One lost datagram is no death: after a first miss it is asked once more, soon. An answer that is no 2xx
 * is certain at once: 503 says that it lives and wants no callers, which is as good as dead.
 */
export type PeerState =
  | { name: 'unknown'; misses: number }
  | { name: 'alive'; misses: number }
  | { name: 'dead'; misses: number };

export type PeerInput =
  /** A final response. */
  | { type: 'answer'; status: number }
  /** There will be no answer: the name is not known, or there is no connection. */
  | { type: 'failed' }
  | { type: 'timer'; timer: PeerTimer };

/** `bound`: an answer comes no more. `pause`: it is time to ask again; armed by one, disarmed by the other. */
export type PeerTimer = 'bound' | 'pause';

export type PeerAction =
  | { do: 'ask' }
  /** What was asked is not waited for any more. */
  | { do: 'forget' }
  | { do: 'set'; timer: PeerTimer; ms: number };

export interface PeerStep {
  next: PeerState;
  actions: readonly PeerAction[];
}

/** Milliseconds. */
export interface PeerPatience {
  /** From an answer to the next question. */
  everyMs: number;
  /** How long an answer may take. */
  boundMs: number;
  /** From a miss to the next question. */
  againMs: number;
}

/** A peer that falls is known to be dead within 5.3 s, one that drains within 4. */
export const USUAL_PATIENCE: PeerPatience = { everyMs: 3000, boundMs: 1000, againMs: 250 };

/** One miss may be a lost datagram. */
const MISSES_OF_THE_DEAD = 2;

export function startPeer(patience: PeerPatience): PeerStep {
  return { next: { name: 'unknown', misses: 0 }, actions: asking(patience) };
}

export function stepPeer(state: PeerState, input: PeerInput, patience: PeerPatience): PeerStep {
  switch (input.type) {
    case 'answer':
      return answered(input.status, patience);
    case 'failed':
      return missed(state, [], patience);
    case 'timer':
      if (input.timer === 'bound') return missed(state, [{ do: 'forget' }], patience);
      return { next: state, actions: asking(patience) };
  }
}

function asking({ boundMs }: PeerPatience): PeerAction[] {
  // The bound first: an answer may come within the call, and sets the pause in its place.
  return [{ do: 'set', timer: 'bound', ms: boundMs }, { do: 'ask' }];
}

function answered(status: number, { everyMs }: PeerPatience): PeerStep {
  const name = status >= 200 && status < 300 ? 'alive' : 'dead';
  return { next: { name, misses: 0 }, actions: [{ do: 'set', timer: 'pause', ms: everyMs }] };
}

function missed(
  state: PeerState,
  first: readonly PeerAction[],
  { everyMs, againMs }: PeerPatience,
): PeerStep {
  const misses = Math.min(state.misses + 1, MISSES_OF_THE_DEAD);
  const gone = misses === MISSES_OF_THE_DEAD;
  const name = gone ? 'dead' : state.name;
  const ms = gone ? everyMs : againMs;
  return { next: { name, misses }, actions: [...first, { do: 'set', timer: 'pause', ms }] };
}
