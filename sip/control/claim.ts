/**
 * Who is the active app of a cell: one at a time, each with an epoch greater than all before it. A function of
 * state and input: time comes in, `claims.ts` keeps the disk and the connections.
 *
 *            asked                written                 gone
 *     free ---------> giving -----------------> held <----------> left
 *      ^                 |      written, gone     |  asked by it    |  asked by another, 2 s after
 *      |    disk         |-----------> left       |                 |  it went: giving (epoch + 1)
 *      +-----------------+                        |                 |
 *      +------- ended: given back, or its process is no more -------+
 *
 * A holder says once a second that it holds. One that has been silent for 3 s, its process stopped or hung, is cut
 * off when another asks, and counts as gone from there. Who comes back within 2 s holds on, with its epoch.
 */

/** One life of an app. */
export interface Claimant {
  /** Its own; never used again. */
  life: string;
  /** Its process, as process-mark.ts writes it; null where that cannot be told. */
  process: string | null;
}

export type ClaimState =
  /** `epoch` is the last one that was given; 0 before the first. */
  | { name: 'free'; epoch: number }
  /** On its way to the disk; `gone`: its connection broke meanwhile. */
  | { name: 'giving'; epoch: number; holder: Claimant; gone: boolean }
  | { name: 'held'; epoch: number; holder: Claimant; heardAt: number }
  | { name: 'left'; epoch: number; holder: Claimant; since: number };

export type ClaimInput =
  /**
   * `had`: the epoch that it holds, as it thinks; null for who holds none. `above`: its epoch must be greater, because
   * somebody has seen that one.
   */
  | { type: 'asked'; by: Claimant; had: number | null; above: number }
  /** The epoch that is being given is on disk. */
  | { type: 'written'; epoch: number }
  /** It could not be put there. */
  | { type: 'unwritten'; epoch: number }
  /** The connection of that life broke. */
  | { type: 'gone'; life: string }
  /** That life has given its claim back, or its process is no more. */
  | { type: 'ended'; life: string };

/** `later`: it has another, or the disk refused; `lost`: what it thinks that it holds is over. */
export type ClaimAnswer = 'given' | 'later' | 'lost';

export interface ClaimStep {
  next: ClaimState;
  /** To who asked; in `giving` that is who is given. Undefined: not yet, or nobody asked. */
  answer?: ClaimAnswer;
  /** Put the next state's epoch and holder on disk, then say `written`. */
  write?: true;
  /** Close what is open of this life. */
  cut?: string;
}

/** Since its connection went. */
export const GONE_MS = 2000;
/** Since it last said that it holds; it does so once a second. */
export const SILENT_MS = 3000;

/** `at` on any clock that only grows, in milliseconds. */
export function stepClaim(state: ClaimState, input: ClaimInput, at: number): ClaimStep {
  switch (input.type) {
    case 'asked':
      return asked(state, input, at);
    case 'written':
      return written(state, input.epoch, at);
    case 'unwritten':
      if (state.name !== 'giving' || state.epoch !== input.epoch) return { next: state };
      // Whether the disk has it nobody knows: that number is used up.
      return { next: { name: 'free', epoch: state.epoch }, answer: 'later' };
    case 'gone':
      return { next: gone(state, input.life, at) };
    case 'ended':
      return {
        next: lifeOf(state) === input.life ? { name: 'free', epoch: state.epoch } : state,
      };
  }
}

function asked(
  state: ClaimState,
  { by, had, above }: Extract<ClaimInput, { type: 'asked' }>,
  at: number,
): ClaimStep {
  const isHolder = lifeOf(state) === by.life;
  // Others may have been active since: what it knows is old, also when nobody is now.
  if (had !== null && !(isHolder && had === state.epoch)) return { next: state, answer: 'lost' };
  const give: ClaimStep = {
    next: { name: 'giving', epoch: Math.max(state.epoch, above) + 1, holder: by, gone: false },
    write: true,
  };
  switch (state.name) {
    case 'free':
      return give;
    case 'giving':
      // It came back before the disk answered.
      return isHolder ? { next: { ...state, gone: false } } : { next: state, answer: 'later' };
    case 'held':
      if (isHolder && above >= state.epoch) return give;
      if (isHolder) return { next: { ...state, heardAt: at }, answer: 'given' };
      if (at - state.heardAt <= SILENT_MS) return { next: state, answer: 'later' };
      return { next: gone(state, state.holder.life, at), answer: 'later', cut: state.holder.life };
    case 'left': {
      const { epoch, holder } = state;
      if (isHolder && above >= epoch) return give;
      if (isHolder) return { next: { name: 'held', epoch, holder, heardAt: at }, answer: 'given' };
      return at - state.since < GONE_MS ? { next: state, answer: 'later' } : give;
    }
  }
}

function written(state: ClaimState, epoch: number, at: number): ClaimStep {
  if (state.name !== 'giving' || state.epoch !== epoch) return { next: state };
  const { holder } = state;
  if (state.gone) return { next: { name: 'left', epoch, holder, since: at }, answer: 'later' };
  return { next: { name: 'held', epoch, holder, heardAt: at }, answer: 'given' };
}

function gone(state: ClaimState, life: string, at: number): ClaimState {
  if (lifeOf(state) !== life) return state;
  const { epoch } = state;
  switch (state.name) {
    case 'held':
      return { name: 'left', epoch, holder: state.holder, since: at };
    case 'giving':
      return { ...state, gone: true };
    default:
      return state;
  }
}

function lifeOf(state: ClaimState): string | null {
  return state.name === 'free' ? null : state.holder.life;
}
