/** Decides what a plan may say of signing in. */
import type { PlanSignIn } from '../plan';
import { integer, oneOf, optionally, yesOrNo, type Field } from './fields';

/** Shorter, and people write their passwords down; longer than a session lives means nothing. */
const IDLE_MINUTES = [5, 720] as const;

export const SIGN_IN = {
  secondFactor: optionally(oneOf('off', 'listeners', 'all')),
  acknowledge: optionally(yesOrNo),
  idleMinutes: optionally(integer(...IDLE_MINUTES)),
} satisfies {
  [K in keyof PlanSignIn]-?: Field<PlanSignIn[K]>;
};
