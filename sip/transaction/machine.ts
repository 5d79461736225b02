import type { Timing } from './timing';

/**
 * What the four transaction machines have in common: they are functions of state and input, they
 * answer with the next state and a list of actions, and they never touch a clock or a socket. Time
 * enters as the input `timer`; `transaction-layer.ts` carries the actions out.
 */

/** Timers by their names in RFC 3261 §17 and RFC 6026. */
export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

export type Action =
  /** Client: the request. Server: the last response the transaction user gave. */
  | { do: 'send' }
  /** Client: the ACK for a 300-699. */
  | { do: 'ack' }
  /** Client: the response just received goes to the transaction user. Server: the ACK does. */
  | { do: 'deliver' }
  | { do: 'set'; timer: TimerName; ms: number }
  | { do: 'clear'; timer: TimerName }
  /** Tell the transaction user; the transaction is over but for `end`. */
  | { do: 'fail'; why: 'timeout' | 'transport' }
  /** Forget the transaction and all its timers. */
  | { do: 'end' };

export interface Step<State> {
  next: State;
  actions: readonly Action[];
}

/** What a machine needs to know of its surroundings; fixed for a transaction's life. */
export interface Setting {
  timing: Timing;
  /** The transport retransmits by itself. */
  reliable: boolean;
  /**
   * The peer may be somebody else who wears his address: a refusal is sent once for each time that it is
   * asked for, so that nobody can have us flood a third party with more than he sends himself.
   */
  stranger?: boolean;
}

const NOTHING: readonly Action[] = [];

/** An input that changes nothing and does nothing in this state. */
export function stay<State>(state: State): Step<State> {
  return { next: state, actions: NOTHING };
}
