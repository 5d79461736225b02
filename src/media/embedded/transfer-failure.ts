/**
 * Why a recording could not be brought. `edge`: it does not answer, or the way to it is cut; `disk`: ours
 * refuses: both concern all recordings. `file`: this one only. `unowed`: the edge owes us no such one.
 */
export type FailureOf = 'edge' | 'disk' | 'file' | 'unowed';

export class TransferFailure extends Error {
  override name = 'TransferFailure';

  constructor(
    readonly of: FailureOf,
    message: string,
    /** Some of it came before: the next attempt need not wait. */
    readonly progressed = false,
  ) {
    super(message);
  }
}
