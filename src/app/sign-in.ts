/** What is known of who signs in, from a former life of the app to this one, and what a new plan means for it. */
import type { AgentId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { peopleOf } from '../domain/sign-in/first-administrator';
import { lostPosts } from '../domain/sign-in/lost-posts';
import { idleMsOf } from '../domain/sign-in/settings';
import { Accounts } from '../engine/sign-in/accounts';
import { ApiTokens } from '../engine/sign-in/api-tokens';
import { SecondFactors } from '../engine/sign-in/second-factors';
import { Sessions } from '../engine/sign-in/sessions';
import type { SignInKnown } from '../engine/snapshot/sign-in-so-far';
import { hashPassword, passwordMatches } from '../store/people';
import type { Centre, Parts } from './centre';

export function restoreSignIn(
  { journal, makeId, config }: Pick<Parts, 'journal' | 'makeId' | 'config'>,
  { engine, clock, acknowledgements }: Pick<Centre, 'engine' | 'clock' | 'acknowledgements'>,
  known: SignInKnown,
) {
  const now = () => clock.now();
  const accounts = new Accounts({
    ...{ journal, now, plan: () => engine.plan() },
    passwords: { hash: hashPassword, matches: passwordMatches },
  });
  accounts.restore(new Map(known.planned), known.credentials);
  const sessions = new Sessions({ journal, makeId, now, idleMs: () => idleMsOf(engine.plan()) });
  sessions.restore(known.sessions);
  const key = Buffer.from(config.secrets.seal, 'hex');
  const factors = new SecondFactors({ journal, now, key });
  factors.restore(known.factors);
  const tokens = new ApiTokens({ journal, makeId, now });
  tokens.restore(known.tokens);
  let people = peopleOf(engine.plan());
  /** Who left the plan has no sessions and no tokens, also when it was applied as the app fell. */
  const retain = (): void => {
    const ids = new Set(people.map(({ id }) => id));
    sessions.retain(ids);
    tokens.retain(ids);
  };
  retain();
  return {
    ...{ accounts, sessions, acknowledgements, factors, tokens },
    /** Who left the plan, lost a post, or has another password by it, signs in again. */
    planApplied(plan: Plan, hashes: ReadonlyMap<AgentId, string>): void {
      const before = people;
      people = peopleOf(plan);
      retain();
      for (const id of lostPosts(before, people))
        void sessions.endAll(id, { by: 'plan', why: 'post' });
      for (const id of accounts.planApplied(hashes))
        void sessions.endAll(id, { by: 'plan', why: 'password' });
    },
  };
}
