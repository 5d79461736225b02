/** What is known of who signs in, from a former life of the app to this one, and what a new plan means for it. */
import type { AgentId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { peopleOf } from '../domain/sign-in/first-administrator';
import { idleMsOf } from '../domain/sign-in/settings';
import { Acknowledgements } from '../engine/sign-in/acknowledgements';
import { Accounts } from '../engine/sign-in/accounts';
import { ApiTokens } from '../engine/sign-in/api-tokens';
import { SecondFactors } from '../engine/sign-in/second-factors';
import { Sessions } from '../engine/sign-in/sessions';
import { hashPassword, passwordMatches } from '../store/people';
import { loadAcknowledgements } from '../store/sign-in/acknowledgements';
import { loadApiTokens } from '../store/sign-in/api-tokens';
import { loadCredentials, loadPlanHashes } from '../store/sign-in/credentials';
import { loadSecondFactors } from '../store/sign-in/second-factors';
import { loadSessions } from '../store/sign-in/sessions';
import type { Centre, Parts } from './centre';

/** The journal stands in the database by then. */
export async function restoreSignIn(
  { db, journal, makeId, config }: Parts,
  { engine, clock }: Pick<Centre, 'engine' | 'clock'>,
) {
  const now = () => clock.now();
  const accounts = new Accounts({
    ...{ journal, now, plan: () => engine.plan() },
    passwords: { hash: hashPassword, matches: passwordMatches },
  });
  accounts.restore(await loadPlanHashes(db), await loadCredentials(db));
  const sessions = new Sessions({ journal, makeId, now, idleMs: () => idleMsOf(engine.plan()) });
  sessions.restore(await loadSessions(db, now()));
  const acknowledgements = new Acknowledgements(journal, now);
  acknowledgements.restore(await loadAcknowledgements(db));
  const key = Buffer.from(config.secrets.seal, 'hex');
  const factors = new SecondFactors({ journal, now, key });
  factors.restore(await loadSecondFactors(db));
  const tokens = new ApiTokens({ journal, makeId, now });
  tokens.restore(await loadApiTokens(db, now()));
  return {
    ...{ accounts, sessions, acknowledgements, factors, tokens },
    /** Who left the plan, or has another password by it, signs in again. */
    planApplied(plan: Plan, hashes: ReadonlyMap<AgentId, string>): void {
      const people = new Set(peopleOf(plan).map(({ id }) => id));
      sessions.retain(people);
      tokens.retain(people);
      for (const id of accounts.planApplied(hashes))
        void sessions.endAll(id, { by: 'plan', why: 'password' });
    },
  };
}
