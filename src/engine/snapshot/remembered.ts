import type { TrunkId } from '../../domain/ids';
import type { Plan } from '../../domain/plan';
import type { CallSnapshot } from '../../domain/records';
import type { TrunkUse } from '../../domain/trunk/use';
import type { Known } from '../known';
import type { SignInKnown } from './sign-in-so-far';

/** Everything that an app takes over from the one before it, whether from the database or from the local snapshot. */
export interface Remembered {
  plan: Plan;
  known: Known;
  trunks: Map<TrunkId, TrunkUse>;
  /** Those that go on, and as far as they are looked for those that ended lately. */
  calls: CallSnapshot[];
  signIn: SignInKnown;
}
