import { parse } from 'yaml';
import type { Plan } from '../../src/domain/plan';
import { documentOf } from '../../src/domain/plan-document';
import { planYaml } from '../../src/http/plan-yaml';
import { storePlans } from '../../src/store/applying';
import { loadPlan } from '../../src/store/plan-rows';
import { loadPlanHashes } from '../../src/store/sign-in/credentials';
import { seeded } from '../simulation/random';
import { randomPlan, type PlanFile } from '../support/random-plan';
import { useDatabase } from '../support/postgres';

const database = useDatabase();

function setUp() {
  const applied: Plan[] = [];
  return { applied, plans: storePlans(database.db, (plan) => applied.push(plan)) };
}

const plan = (): PlanFile =>
  ({
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: '北京一店' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
    queues: [{ id: 'sales', store: 'bj01' }],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
    people: [
      {
        id: 'wang',
        name: '王芳',
        post: 'telemarketer',
        store: 'bj01',
        password: 'one',
        pin: '2468',
      },
      { id: 'li', name: '李娜', post: 'telemarketer', store: 'bj01', password: 'two' },
    ],
    phones: [{ id: '8001', kind: 'register', person: 'wang', password: 'secret' }],
  }) as unknown as PlanFile;

/** Everything of the plan that the database holds. */
async function rows() {
  const tables = ['store', 'trunk', 'queue', 'hotline', 'person', 'phone', 'queue_person'];
  const all = [...tables, 'setting', 'plan_version'].map((table) => database.db(table).select());
  return Promise.all(all);
}

test('a dry run says what it would change, and changes nothing, not even with faults', async () => {
  const { applied, plans } = setUp();
  await plans.apply(plan());
  const before = await rows();
  const other = plan();
  other['hotlines'] = [{ number: '401', store: 'bj01', queue: 'sales' }];
  other['people']?.pop();
  expect(await plans.apply(other, { dryRun: true })).toMatchObject({
    ...{ applied: true, version: 2 },
    summary: { hotlines: { added: 1, changed: 0, removed: 1 } },
    changes: [
      { section: 'hotlines', id: '401', is: 'added' },
      { section: 'hotlines', id: '400', is: 'removed' },
      { section: 'people', id: 'li', is: 'removed' },
    ],
  });
  expect(await plans.apply({ stores: [{}] }, { dryRun: true })).toMatchObject({ applied: false });
  expect(await rows()).toEqual(before);
  expect(applied).toHaveLength(1);
});

test('of a password nothing but that it changed is said and kept', async () => {
  const { plans } = setUp();
  await plans.apply(plan());
  const other = plan();
  Object.assign(other['people']?.[0] ?? {}, { password: 'three', pin: '8642' });
  Object.assign(other['phones']?.[0] ?? {}, { password: 'another' });
  const secret = { from: null, to: null, secret: true };
  expect(await plans.apply(other)).toMatchObject({
    changes: [
      {
        ...{ section: 'people', id: 'wang', is: 'changed' },
        fields: [
          { field: 'password', ...secret },
          { field: 'pin', ...secret },
        ],
      },
      { section: 'phones', id: '8001', is: 'changed', fields: [{ field: 'password', ...secret }] },
    ],
  });
  const kept = JSON.stringify(await database.db('plan_version').select());
  expect(kept).not.toMatch(/three|8642|another|argon2|[0-9a-f]{32}/);
  expect(await plans.apply(other)).toMatchObject({ changes: [], version: 2 });
});

test('a name may look like something else', async () => {
  const { plans } = setUp();
  const named = plan();
  Object.assign(named['stores']?.[0] ?? {}, { name: '{ 一店' });
  await plans.apply(named);
  expect(await plans.apply(named)).toMatchObject({ changes: [], version: 1 });
});

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  'what is exported changes nothing when it is applied: seed %i',
  async (seed) => {
    const { plans } = setUp();
    const drawn = randomPlan(seeded(seed));
    expect(await plans.apply(drawn)).toMatchObject({ applied: true });
    const before = await rows();
    const { version, document } = await plans.standing();
    const file = planYaml(document, { version, at: Date.UTC(2026, 10, 29) });
    const again = await plans.apply(parse(file));
    expect(again).toMatchObject({ applied: true, changes: [], version: 1 });
    const counts = Object.values(again.applied ? again.summary : {});
    expect(counts.filter(({ added, changed, removed }) => added + changed + removed > 0)).toEqual(
      [],
    );
    expect(await rows()).toEqual(before);
    expect(documentOf(await loadPlan(database.db))).toEqual(document);
    expect(await plans.apply(drawn)).toMatchObject({ applied: true, changes: [] });
  },
);

test('is noted before it stays: what cannot be noted leaves nothing, and a dry run is not noted', async () => {
  const { applied, plans } = setUp();
  const before = await rows();
  const noted = () => Promise.reject(new Error('the disk is full'));
  await expect(plans.apply(plan(), { noted })).rejects.toThrow('the disk is full');
  expect([await rows(), applied]).toEqual([before, []]);
  expect(await plans.apply(plan(), { noted, dryRun: true })).toMatchObject({ applied: true });
  // Nor a plan with faults, which could not stay.
  expect(await plans.apply({}, { noted })).toMatchObject({ applied: false });
  const standing: unknown[] = [];
  await plans.apply(plan(), {
    noted: async () => void standing.push((await plans.standing()).version),
  });
  expect([standing, applied.length]).toEqual([[0], 1]);
});

describe('versions', () => {
  test('are kept with who, and only of what changed something', async () => {
    const { plans } = setUp();
    await plans.apply(plan(), { who: 'zhao' });
    await plans.apply(plan(), { who: 'zhao' });
    await plans.change((standing) => ({ ...standing, numbers: { country: 'HK' } }), { who: 'sun' });
    const { items, next } = await plans.versions({ limit: 10 });
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { version: 2, who: 'sun', what: 'applied', changes: [{ section: 'numbers', is: 'added' }] },
      { version: 1, who: 'zhao', what: 'applied' },
    ]);
    const first = await plans.versions({ limit: 1 });
    expect(first).toMatchObject({ items: [{ version: 2 }], next: '2' });
    expect(await plans.versions({ limit: 1, after: '2' })).toMatchObject({
      ...{ items: [{ version: 1 }], next: null },
    });
    expect(await plans.version(1)).toEqual({
      ...(await plans.standing()).document,
      numbers: undefined,
    });
    expect(await plans.version(3)).toBeNull();
  });

  test('a hundred are kept', async () => {
    const { plans } = setUp();
    await plans.apply(plan());
    for (let n = 0; n < 102; n += 1)
      await plans.change((standing) => ({ ...standing, dialling: { pauseMinutes: n + 1 } }));
    const kept = await database.db('plan_version').orderBy('version').pluck<number[]>('version');
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, 4, 103]);
  });

  test('are gone back to: who comes back has his password, and what is undone can be done again', async () => {
    const { applied, plans } = setUp();
    await plans.apply(plan());
    const before = (await plans.standing()).document;
    const hashes = await loadPlanHashes(database.db);
    const smaller = plan();
    smaller['people'] = smaller['people']?.slice(1) ?? [];
    smaller['phones'] = [];
    await plans.apply(smaller);
    expect((await loadPlanHashes(database.db)).has('wang')).toBe(false);
    expect(await plans.undo({ who: 'zhao' })).toMatchObject({ applied: true, version: 3 });
    expect((await plans.standing()).document).toEqual(before);
    expect(applied.at(-1)).toEqual(await loadPlan(database.db));
    expect(applied.at(-1)?.phones).toMatchObject([
      { id: '8001', ha1: applied[0]?.phones[0] && expect.any(String) },
    ]);
    expect(await loadPlanHashes(database.db)).toEqual(hashes);
    expect(await plans.undo({})).toMatchObject({ changes: [{ is: 'removed' }, { is: 'removed' }] });
    expect(await plans.undo({ to: 1 })).toMatchObject({ version: 5 });
    expect((await plans.standing()).document).toEqual(before);
  });

  test('before the first there is nothing to go back to', async () => {
    const { plans } = setUp();
    await plans.apply(plan());
    await expect(plans.undo({})).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
    await expect(plans.undo({ to: 9 })).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  test('a plan that is older than versions is the one before the first', async () => {
    const { plans } = setUp();
    await plans.apply(plan());
    await database.db('plan_version').delete();
    const found = (await plans.standing()).document;
    expect((await plans.standing()).version).toBe(0);
    await plans.change((standing) => ({ ...standing, numbers: { country: 'HK' } }));
    expect(await plans.versions({ limit: 10 })).toMatchObject({
      items: [{ version: 1 }, { version: 0, what: 'found', changes: [] }],
    });
    await plans.undo({});
    expect((await plans.standing()).document).toEqual(found);
  });

  test('nobody writes over a version that he has not seen', async () => {
    const { plans } = setUp();
    await plans.apply(plan());
    const seen = (version: number) => version === 1;
    const edit = (country: string) => (standing: object) => ({ ...standing, numbers: { country } });
    const both = await Promise.allSettled([
      plans.change(edit('HK'), { meant: seen }),
      plans.change(edit('CN'), { meant: seen }),
    ]);
    expect(both).toMatchObject([
      { status: 'fulfilled', value: { version: 2 } },
      { status: 'rejected', reason: { code: 'PLAN_MOVED', details: { version: 2 } } },
    ]);
    expect((await plans.standing()).document).toMatchObject({ numbers: { country: 'HK' } });
  });

  test('changes at once are made one after the other, and none is lost', async () => {
    const { applied, plans } = setUp();
    await plans.apply(plan());
    const countries = ['HK', 'CN', 'SG', 'MO', 'TW'];
    await Promise.all(
      countries.map((country) =>
        plans.change((standing) => {
          const numbers = (standing['numbers'] ?? {}) as { switchboards?: string[] };
          const switchboards = [
            ...(numbers.switchboards ?? []),
            `010000000${countries.indexOf(country)}`,
          ];
          return { ...standing, numbers: { switchboards } };
        }),
      ),
    );
    expect(applied.at(-1)?.numbers?.switchboards).toHaveLength(5);
    expect(applied.at(-1)).toEqual(await loadPlan(database.db));
  });
});
