import { isOneAtHome, withStores } from '../../src/domain/organisation';
import type { Plan, PlanPhone } from '../../src/domain/plan';
import { checkPlan, type CheckedPlan } from '../../src/domain/plan-check';
import type { StoredSecrets } from '../../src/domain/plan-check/passwords';

/** Nothing is stored yet. */
export const FRESH: StoredSecrets = {
  realm: null,
  people: new Set(),
  phones: new Set(),
  accounts: new Set(),
};

/** The plan of a document that is a good one; throws with its faults. */
export function checked(document: unknown, stored = FRESH): CheckedPlan {
  const check = checkPlan(document, stored);
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return check.plan;
}

/** The plan as it stands once it is stored, with passwords of which nothing is to be known. */
export function planOf(plan: CheckedPlan): Plan {
  return {
    ...plan,
    people: plan.people.map(({ password: _password, pin: _pin, posts = [], ...person }) => {
      const said = posts.map((one) => ({ ...one, stores: [] }));
      return withStores(isOneAtHome(posts) ? person : { ...person, posts: said }, plan);
    }),
    trunks: plan.trunks.map(({ register, ...trunk }) => {
      if (!register) return trunk;
      const { password: _password, ...account } = register;
      return { ...trunk, register: { ...account, ha1: 'x', ha1Sha256: 'y' } };
    }),
    phones: plan.phones.map((phone): PlanPhone => {
      const { mode, profile } = phone;
      const pickUp = {
        ...(mode === 'ring' ? {} : { autoAnswer: profile }),
        ...(mode === 'nailed-up' ? { nailedUp: true as const } : {}),
      };
      if (phone.kind === 'static') {
        const { mode: _mode, profile: _profile, ...said } = phone;
        return { ...said, ...pickUp };
      }
      const { mode: _mode, profile: _profile, password: _password, digest, ...said } = phone;
      return { ...said, ...pickUp, ha1: 'x', ...(digest === 'both' ? { ha1Sha256: 'y' } : {}) };
    }),
  };
}

/** As if all of it were stored. */
export const storedOf = (plan: CheckedPlan): StoredSecrets => ({
  realm: plan.sip.realm,
  people: new Set(plan.people.map(({ id }) => id)),
  phones: new Set(plan.phones.map(({ id }) => id)),
  accounts: new Set(
    plan.trunks.flatMap(({ register }) =>
      register ? [`${register.account}\n${register.realm}`] : [],
    ),
  ),
});
