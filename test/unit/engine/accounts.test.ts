import { Accounts } from '../../../src/engine/sign-in/accounts';
import type { Plan } from '../../../src/domain/plan';
import { FakeJournal } from '../../support/centre/journal';
import { PLAN } from '../../support/two-stores';

const planned = (wang = 'of-the-plan') =>
  new Map([
    ['wang', `hash of ${wang}`],
    ['zhao', 'hash of zhao'],
  ]);

function start(plan: Plan = PLAN) {
  const journal = new FakeJournal();
  const checked: string[] = [];
  const accounts = new Accounts({
    ...{ journal, now: () => 1, plan: () => plan },
    passwords: {
      hash: async (password) => `hash of ${password}`,
      matches: async (stored, password) => {
        checked.push(stored);
        return stored === `hash of ${password}`;
      },
    },
  });
  accounts.restore(planned(), []);
  return { accounts, journal, checked };
}

/** The next life of the app, by what is on disk. */
function nextLife({ journal }: ReturnType<typeof start>, hashes = planned()) {
  const next = start();
  const kept = new Map(
    journal.of('credential.saved').map(({ credential }) => [credential.personId, credential]),
  );
  next.accounts.restore(hashes, [...kept.values()]);
  return next;
}

const lets = async ({ accounts }: { accounts: Accounts }, password: string, user = 'wang') =>
  (await accounts.verify(user, password))?.id === user;

test("one's own password stands instead of the plan's, also after a restart and the same plan once more", async () => {
  const life = start();
  await life.accounts.change('wang', 'his own');
  expect(life.accounts.planApplied(planned())).toEqual([]);
  for (const one of [life, nextLife(life)]) {
    expect(await lets(one, 'his own')).toBe(true);
    expect(await lets(one, 'of-the-plan')).toBe(false);
  }
});

test('another password by the plan takes its place, and that of the file before does not come back', async () => {
  const life = start();
  await life.accounts.change('wang', 'his own');
  expect(life.accounts.planApplied(planned('new'))).toEqual(['wang']);
  for (const one of [life, nextLife(life, planned('new'))]) {
    expect(await lets(one, 'new')).toBe(true);
    expect(await lets(one, 'his own')).toBe(false);
    expect(await lets(one, 'of-the-plan')).toBe(false);
  }
});

test('a one-time password must be changed, and is forgotten by that', async () => {
  const life = start();
  const once = await life.accounts.giveOneTime('wang');
  expect(once).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
  expect(JSON.stringify(life.journal.records)).not.toContain(`"${once}"`);
  expect(nextLife(life).accounts.mustChange('wang')).toBe(true);
  expect(await lets(life, once)).toBe(true);
  await life.accounts.change('wang', 'his own');
  expect(life.accounts.mustChange('wang')).toBe(false);
  expect(await lets(life, once)).toBe(false);
});

test.each(['nobody', 'li', 'admin'])('%s is kept out at the price of one check', async (user) => {
  const { accounts, checked } = start();
  expect(await accounts.verify(user, 'whatever')).toBeNull();
  expect(checked).toHaveLength(1);
});

test('the first administrator has his password told once, until the plan names one', async () => {
  const without = { ...PLAN, people: PLAN.people.filter(({ id }) => id !== 'zhao') };
  const life = start(without);
  const password = (await life.accounts.first()) ?? '';
  expect(await lets(life, password, 'admin')).toBe(true);
  expect(life.accounts.mustChange('admin')).toBe(true);
  expect(await life.accounts.first()).toBeNull();
  const withOne = nextLife(life);
  expect(await lets(withOne, password, 'admin')).toBe(false);
  expect(await withOne.accounts.first()).toBeNull();
});
