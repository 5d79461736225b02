import type { Effect } from './effects';

/** What every machine of the domain answers: the next state, and what it wants done, in order. */
export interface Step<State> {
  next: State;
  effects: Effect[];
}

/** The machine stays where it is: the usual answer to a late or foreign fact. */
export const stay = <State>(state: State): Step<State> => ({ next: state, effects: [] });
