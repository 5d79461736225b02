import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../src/domain/plan';
import { Accounts } from '../../src/engine/sign-in/accounts';
import { hashPassword, passwordMatches } from '../../src/store/people';
import { loadPlan } from '../../src/store/plan-rows';
import { storePlans } from '../../src/store/applying';
import { md5Ha1, sha256Ha1 } from '../../src/store/plans';
import { loadPlanHashes } from '../../src/store/sign-in/credentials';
import { FakeJournal } from '../support/centre/journal';
import { useDatabase } from '../support/postgres';

const database = useDatabase();

/** Who may sign in by what stands in the database. */
async function accountsOf(): Promise<Accounts> {
  const plan = await loadPlan(database.db);
  const accounts = new Accounts({
    ...{ journal: new FakeJournal(), now: Date.now, plan: () => plan },
    passwords: { hash: hashPassword, matches: passwordMatches },
  });
  accounts.restore(await loadPlanHashes(database.db), []);
  return accounts;
}

/** The example of the README. */
const example = () => ({
  sip: { realm: 'openline' },
  stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
  trunks: [{ id: 'carrier', from: ['127.0.0.1', '127.0.0.2'], channels: 60 }],
  queues: [
    { id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 },
  ],
  hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }] as Record<string, unknown>[],
  people: [
    person('wang', '王芳', 'telemarketer', ['sales']),
    person('li', '李娜', 'telemarketer', ['sales']),
    person('chen', '陈静', 'supervisor'),
  ] as Record<string, unknown>[],
  phones: [
    { id: '8001', kind: 'register', person: 'wang', password: 'secret' },
    {
      id: '8002',
      kind: 'static',
      contact: 'sip:a02@127.0.0.1:5190',
      person: 'li',
      autoReady: true,
    },
  ] as Record<string, unknown>[],
});

function person(id: string, name: string, post: string, queues?: string[]) {
  return { id, name, post, store: 'bj01', password: 'change-me', ...(queues && { queues }) };
}

const nothing = { added: 0, changed: 0, removed: 0 };

function setUp() {
  const applied: Plan[] = [];
  return { applied, plans: storePlans(database.db, (plan) => applied.push(plan)) };
}

test('stores the example, fills in defaults, and hands the plan on as it can be loaded', async () => {
  const { applied, plans } = setUp();
  const result = await plans.apply(example());
  expect(result).toEqual({
    applied: true,
    summary: {
      sip: { ...nothing, added: 1 },
      stores: { ...nothing, added: 1 },
      trunks: { ...nothing, added: 1 },
      queues: { ...nothing, added: 1 },
      hotlines: { ...nothing, added: 1 },
      people: { ...nothing, added: 3 },
      phones: { ...nothing, added: 2 },
    },
    version: 1,
    changes: expect.arrayContaining([
      expect.objectContaining({ section: 'hotlines', id: '400', is: 'added' }),
    ]),
    findings: [],
  });
  expect(applied).toEqual([await loadPlan(database.db)]);
  expect(applied[0]).toEqual({
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1', '127.0.0.2'], channels: 60 }],
    queues: [
      { id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 },
    ],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales', notice: 'default' }],
    people: [
      { id: 'chen', name: '陈静', post: 'supervisor', store: 'bj01', queues: [] },
      { id: 'li', name: '李娜', post: 'telemarketer', store: 'bj01', queues: ['sales'] },
      { id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01', queues: ['sales'] },
    ],
    phones: [
      {
        id: '8001',
        kind: 'register',
        person: 'wang',
        autoReady: false,
        ha1: md5Ha1('8001', 'openline', 'secret'),
      },
      {
        id: '8002',
        kind: 'static',
        person: 'li',
        autoReady: true,
        contact: 'sip:a02@127.0.0.1:5190',
        watch: false,
      },
    ],
  });
});

test('what is said of dialling is kept, of stores, people, trunks and limits', async () => {
  const { plans } = setUp();
  const document = example();
  const [store, ...stores] = document.stores;
  const [person, ...people] = document.people;
  const [trunk, ...trunks] = document.trunks;
  if (!store || !person || !trunk) throw new Error('the plan is empty');
  const own = { trunks: [trunk.id], shows: '01062345678', reservedForInbound: 2 };
  const dialling = { person: { perHour: 30 }, tariff: { foreign: 300 }, pauseMinutes: 5 };
  const said = {
    ...document,
    stores: [{ ...store, ...own }, ...stores],
    people: [{ ...person, dial: ['mobile', 'foreign'] }, ...people],
    trunks: [{ ...trunk, dial: ['mobile'] }, ...trunks],
    dialling,
  };
  expect(await plans.apply(said)).toMatchObject({ applied: true });
  const loaded = await loadPlan(database.db);
  expect(loaded.dialling).toEqual(dialling);
  expect(loaded.stores.find(({ id }) => id === store.id)).toMatchObject(own);
  expect(loaded.people.find(({ id }) => id === person.id)?.dial).toEqual(['mobile', 'foreign']);
  expect(loaded.trunks.find(({ id }) => id === trunk.id)?.dial).toEqual(['mobile']);
  expect(await plans.apply(document)).toMatchObject({ applied: true });
  const after = await loadPlan(database.db);
  expect(after).not.toHaveProperty('dialling');
  expect(after.stores.find(({ id }) => id === store.id)).not.toHaveProperty('trunks');
  expect(after.people.find(({ id }) => id === person.id)).not.toHaveProperty('dial');
});

test('how a queue asks is kept, and in which order; a moved person changes the queue and nobody else', async () => {
  const { plans } = setUp();
  const asking = {
    ...{ strategy: 'top-down', stepSeconds: 5, ownerSeconds: 15, returnMinutes: 0, keep: 1 },
    languageSeconds: 20,
    ...{ wants: { volvo: 3 }, widen: [{ after: 20, wants: {} }], headStart: { levelH: 90 } },
  };
  const said = () => ({ ...example(), queues: [{ ...example().queues[0], ...asking }] });
  expect(await plans.apply(said())).toMatchObject({ applied: true });
  const { queues } = await loadPlan(database.db);
  expect(queues).toMatchObject([{ ...asking, order: ['wang', 'li'] }]);
  const skills = { volvo: 3, 英语: 1 };
  const [first, ...others] = said().people;
  expect(await plans.apply({ ...said(), people: [{ ...first, skills }, ...others] })).toMatchObject(
    {
      summary: { queues: nothing, people: { ...nothing, changed: 1 } },
    },
  );
  const { people } = await loadPlan(database.db);
  expect(people.flatMap((one) => (one.skills ? [one] : []))).toMatchObject([
    { id: 'wang', skills },
  ]);
  const moved = { ...said(), people: said().people.reverse() };
  expect(await plans.apply(moved)).toMatchObject({
    summary: { queues: { ...nothing, changed: 1 }, people: { ...nothing, changed: 1 } },
  });
  await plans.apply(example());
  expect((await loadPlan(database.db)).queues[0]).not.toHaveProperty('order');
});

test('what is said of numbers is kept, seen to be unchanged, and forgotten when it is left out', async () => {
  const { plans } = setUp();
  const said = () => {
    const [trunk] = example().trunks;
    const rewrite = { in: [{ match: '0|1X.', replace: '', note: '手机' }] };
    return {
      ...example(),
      trunks: [{ ...trunk, area: '010', callerId: ['diversion'], rewrite }],
      numbers: { switchboards: ['01082345678'] },
    };
  };
  expect(await plans.apply(said())).toMatchObject({
    summary: { trunks: { added: 1 }, numbers: { ...nothing, added: 1 } },
  });
  const { trunks, numbers } = await loadPlan(database.db);
  expect({ trunks, numbers }).toEqual({ trunks: said().trunks, numbers: said().numbers });
  expect(await plans.apply(said())).toMatchObject({
    summary: { trunks: nothing, numbers: nothing },
  });
  expect(await plans.apply({ ...said(), numbers: { country: 'HK' } })).toMatchObject({
    summary: { trunks: nothing, numbers: { ...nothing, changed: 1 } },
  });
  expect(await plans.apply(example())).toMatchObject({
    summary: { trunks: { ...nothing, changed: 1 }, numbers: { ...nothing, removed: 1 } },
  });
  const after = await loadPlan(database.db);
  expect(after.trunks).toEqual(example().trunks);
  expect(after).not.toHaveProperty('numbers');
});

test('HA1 is that of RFC 2617 and RFC 7616', () => {
  // RFC 7616 section 3.9.1 prints the response to this, not the hash itself.
  expect(sha256Ha1('Mufasa', 'http-auth@example.org', 'Circle of Life')).toBe(
    '7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232',
  );
  expect(md5Ha1('Mufasa', 'testrealm@host.com', 'Circle Of Life')).toBe(
    '939e7578ed9e3c518a452acee763bce9',
  );
});

test('the same plan a second time changes nothing, not even a password hash', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const before = await database.db('person').orderBy('id').select();
  const result = await plans.apply(example());
  expect(result).toEqual({
    applied: true,
    summary: Object.fromEntries(
      ['sip', 'stores', 'trunks', 'queues', 'hotlines', 'people', 'phones'].map((section) => [
        section,
        nothing,
      ]),
    ),
    ...{ version: 1, changes: [], findings: [] },
  });
  expect(await database.db('person').orderBy('id').select()).toEqual(before);
});

test('passwords that are stored need not be repeated', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const without = example();
  for (const one of [...without.people, ...without.phones]) delete one['password'];
  const before = await loadPlan(database.db);
  expect(await plans.apply(without)).toMatchObject({ applied: true, summary: { people: nothing } });
  expect(await loadPlan(database.db)).toEqual(before);
  expect(await (await accountsOf()).verify('wang', 'change-me')).not.toBeNull();
});

test("a trunk's password is kept as HA1 of its account and realm, and need not be repeated", async () => {
  const { plans, applied } = setUp();
  const account = { registrar: 'sip:ims.carrier.cn', user: '010', realm: 'ims' };
  const withAccount = (register: Record<string, unknown>) => ({
    ...example(),
    trunks: [{ ...example().trunks[0], register }],
  });
  const kept = {
    ...{ ...account, account: '010', expires: 300 },
    ha1: md5Ha1('010', 'ims', 'secret'),
    ha1Sha256: sha256Ha1('010', 'ims', 'secret'),
  };
  await plans.apply(withAccount({ ...account, password: 'secret' }));
  expect(await plans.apply(withAccount(account))).toMatchObject({
    ...{ applied: true, summary: { trunks: nothing } },
  });
  expect(applied.map(({ trunks }) => trunks[0]?.register)).toEqual([kept, kept]);
  expect(await plans.apply(withAccount({ ...account, realm: 'other' }))).toMatchObject({
    problems: [{ at: 'trunks[0].register.password', code: 'PASSWORD_NEEDED' }],
  });
});

test('another realm needs the passwords of registering phones again', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const other = { ...example(), sip: { realm: 'other' } };
  delete other.phones[0]!['password'];
  expect(await plans.apply(other)).toMatchObject({
    applied: false,
    problems: [{ at: 'phones[0].password', code: 'PASSWORD_NEEDED' }],
  });
  other.phones[0]!['password'] = 'secret';
  expect(await plans.apply(other)).toMatchObject({
    applied: true,
    summary: { sip: { changed: 1 }, phones: { changed: 1 } },
  });
  expect((await loadPlan(database.db)).phones[0]).toMatchObject({
    ha1: md5Ha1('8001', 'other', 'secret'),
  });
});

test('SHA-256 is offered to a phone of which the plan says that it may be, and no longer', async () => {
  const { plans } = setUp();
  const plan = example();
  const phone = async () => (await loadPlan(database.db)).phones[0];
  plan.phones[0]!['digest'] = 'both';
  await plans.apply(plan);
  const hashes = {
    ha1: md5Ha1('8001', 'openline', 'secret'),
    ha1Sha256: sha256Ha1('8001', 'openline', 'secret'),
  };
  expect(await phone()).toMatchObject(hashes);
  delete plan.phones[0]!['password'];
  await plans.apply(plan);
  expect(await phone()).toMatchObject(hashes);
  // Kept from a version that knew none.
  await database.db('phone').update({ ha1_sha256: null });
  await plans.apply(plan);
  expect(await phone()).not.toHaveProperty('ha1Sha256');
  plan.phones[0]!['password'] = 'secret';
  await plans.apply(plan);
  expect(await phone()).toMatchObject(hashes);
  delete plan.phones[0]!['digest'];
  await plans.apply(plan);
  expect(await phone()).toMatchObject({ ha1: hashes.ha1 });
  expect(await phone()).not.toHaveProperty('ha1Sha256');
});

test('what left the plan is gone from it but its rows stay for past calls', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const smaller = example();
  smaller.people = smaller.people.filter(({ id }) => id !== 'li');
  smaller.phones = smaller.phones.filter(({ id }) => id !== '8002');
  expect(await plans.apply(smaller)).toMatchObject({
    applied: true,
    summary: { people: { ...nothing, removed: 1 }, phones: { ...nothing, removed: 1 } },
  });
  const plan = await loadPlan(database.db);
  expect(plan.people.map(({ id }) => id)).toEqual(['chen', 'wang']);
  expect(plan.phones.map(({ id }) => id)).toEqual(['8001']);
  expect(await database.db('person').where({ id: 'li' }).first()).toMatchObject({ name: '李娜' });
  expect(await (await accountsOf()).verify('li', 'change-me')).toBeNull();
});

test('one who comes back needs a new password', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const away = example();
  away.people.pop();
  await plans.apply(away);
  const back = example();
  delete back.people[2]!['password'];
  expect(await plans.apply(back)).toMatchObject({
    applied: false,
    problems: [{ at: 'people[2].password', code: 'PASSWORD_NEEDED' }],
  });
  expect(await plans.apply(example())).toMatchObject({
    applied: true,
    summary: { people: { ...nothing, added: 1 } },
  });
});

test('a changed password, name or queue is a changed person', async () => {
  const { plans } = setUp();
  await plans.apply(example());
  const changed = example();
  changed.people[0]!['password'] = 'another';
  changed.people[1]!['queues'] = [];
  changed.people[2]!['name'] = '陈静怡';
  expect(await plans.apply(changed)).toMatchObject({
    applied: true,
    summary: { people: { ...nothing, changed: 3 } },
  });
  const accounts = await accountsOf();
  expect(await accounts.verify('wang', 'change-me')).toBeNull();
  expect(await accounts.verify('wang', 'another')).toMatchObject({ id: 'wang' });
  expect((await loadPlan(database.db)).people[1]).toMatchObject({ id: 'li', queues: [] });
});

test('a plan with a fault changes nothing and is not handed on', async () => {
  const { applied, plans } = setUp();
  await plans.apply(example());
  const before = await loadPlan(database.db);
  const faulty = example();
  faulty.stores[0]!.name = '另一店';
  faulty.hotlines.push({ number: '401', store: 'bj01', queue: 'service' });
  expect(await plans.apply(faulty)).toMatchObject({
    applied: false,
    problems: [{ at: 'hotlines[1].queue', code: 'UNKNOWN_REFERENCE' }],
  });
  expect(await loadPlan(database.db)).toEqual(before);
  expect(applied).toHaveLength(1);
});

test('a plan that fails half-way in the database leaves the old one', async () => {
  const { applied, plans } = setUp();
  await plans.apply(example());
  const before = await loadPlan(database.db);
  await database.db.raw(`alter table phone add constraint no_new check (id <> '8003')`);
  const larger = example();
  larger.stores[0]!.name = '另一店';
  larger.phones.push({ id: '8003', kind: 'register', person: 'li', password: 'x' });
  await expect(plans.apply(larger)).rejects.toThrow(/no_new/);
  await database.db.raw('alter table phone drop constraint no_new');
  expect(await loadPlan(database.db)).toEqual(before);
  expect(applied).toHaveLength(1);
});

test('a phone without a person is a seat, and may become one', async () => {
  const { plans } = setUp();
  const plan = example();
  delete plan.phones[0]?.['person'];
  expect(await plans.apply(plan)).toMatchObject({ applied: true });
  const { phones } = await loadPlan(database.db);
  expect(phones.map(({ person }) => person)).toEqual([undefined, 'li']);
});

test('how a phone picks up is kept', async () => {
  const { plans } = setUp();
  const plan = example();
  Object.assign(plan.phones[0]!, { mode: 'auto-answer', profile: 'yealink' });
  await plans.apply(plan);
  const { phones } = await loadPlan(database.db);
  expect(phones.map(({ autoAnswer }) => autoAnswer)).toEqual(['yealink', undefined]);
  Object.assign(plan.phones[1]!, { mode: 'nailed-up', profile: 'snom', autoReady: false });
  await plans.apply(plan);
  const [first, second] = (await loadPlan(database.db)).phones;
  expect([first?.nailedUp, second?.nailedUp, second?.autoAnswer]).toEqual([
    ...[undefined, true],
    'snom',
  ]);
});

test('two plans at once are applied one after the other', async () => {
  const { plans } = setUp();
  const results = await Promise.all([plans.apply(example()), plans.apply(example())]);
  expect(results.every((result) => result.applied)).toBe(true);
  expect((await loadPlan(database.db)).people).toHaveLength(3);
});

test('the order of the plan is kept, and another order of the same is another plan', async () => {
  const { plans, applied } = setUp();
  const [trunk] = example().trunks;
  const of = (...ids: string[]) => ({
    ...example(),
    trunks: ids.map((id, n) => ({ ...trunk, id, from: [`192.0.2.${n}`] })),
  });
  for (const ids of [
    ['near', 'far'],
    ['far', 'near', 'also'],
  ]) {
    await plans.apply(of(...ids));
    const plan = await loadPlan(database.db);
    expect(plan.trunks.map(({ id }) => id)).toEqual(ids);
    expect(applied.at(-1)).toEqual(plan);
  }
});

test('without a plan there is a plan of nothing', async () => {
  expect(await loadPlan(database.db)).toEqual({
    sip: { realm: 'openline' },
    stores: [],
    trunks: [],
    queues: [],
    hotlines: [],
    people: [],
    phones: [],
  });
});

describe('accounts', () => {
  test('let in who has the right password, with his post and queues', async () => {
    await setUp().plans.apply(example());
    expect(await (await accountsOf()).verify('wang', 'change-me')).toEqual({
      id: 'wang',
      name: '王芳',
      post: 'telemarketer',
      store: 'bj01',
      queues: ['sales'],
    });
  });

  test.each([
    ['wang', 'wrong'],
    ['nobody', 'change-me'],
    ['wang', ''],
    ['', ''],
  ])('keep out %p with %p', async (user, password) => {
    await setUp().plans.apply(example());
    expect(await (await accountsOf()).verify(user, password)).toBeNull();
  });

  test('check a password for an unknown name, too, so that it cannot be told from a known one', async () => {
    await setUp().plans.apply(example());
    const accounts = await accountsOf();
    await accounts.verify('wang', 'wrong');
    const timed = async (user: string): Promise<number> => {
      const from = process.cpuUsage();
      for (let i = 0; i < 5; i += 1) await accounts.verify(user, 'wrong');
      const { user: cpu } = process.cpuUsage(from);
      return cpu;
    };
    const known = await timed('wang');
    const unknown = await timed('nobody');
    // Without the check an unknown name would take about a hundredth.
    expect(unknown / known).toBeGreaterThan(0.3);
  });

  test('keep passwords as argon2id', async () => {
    await setUp().plans.apply(example());
    const hashes = await database.db('person').pluck<string[]>('password_hash');
    expect(hashes.every((hash) => hash.startsWith('$argon2id$'))).toBe(true);
  });
});

describe('while the passwords of a plan are hashed', () => {
  const crowd = () => ({
    ...example(),
    people: Array.from({ length: 40 }, (_, n) =>
      person(`p${n}`, `${n}`, 'telemarketer', ['sales']),
    ),
    phones: [],
  });

  test('who signs in and what is written to disk is not behind them, and no transaction is open', async () => {
    const { applied, plans } = setUp();
    await plans.apply(example());
    const accounts = await accountsOf();
    const folder = mkdtempSync(join(tmpdir(), 'openline-hashing-'));
    const file = await open(join(folder, 'journal'), 'a');
    const applying = plans.apply(crowd());
    for (let n = 0; n < 5; n += 1) {
      expect(await accounts.verify('wang', 'change-me')).toMatchObject({ id: 'wang' });
      await file.write('a promise\n');
      await file.datasync();
    }
    const { rows } = await database.db.raw<{ rows: unknown[] }>(
      `select from pg_locks l join pg_database d on d.oid = l.database
       where locktype = 'advisory' and datname = current_database()`,
    );
    expect({ plans: applied.length, locks: rows }).toEqual({ plans: 1, locks: [] });
    expect(await applying).toMatchObject({ applied: true, summary: { people: { added: 40 } } });
    await file.close();
    rmSync(folder, { recursive: true });
  });

  test('one that was applied meanwhile by another app is what they are compared with', async () => {
    const { plans } = setUp();
    await plans.apply(example());
    const wang = () =>
      database.db('person').where({ id: 'wang' }).first<{ password_hash: string }>();
    const people = [person('wang', '王芳', 'telemarketer', ['sales'])];
    const crowded = {
      ...crowd(),
      people: [...crowd().people, { ...people[0], password: 'other' }],
    };
    const applying = plans.apply(crowded);
    const other = setUp().plans;
    expect(await other.apply({ ...crowded, people: crowded.people.slice(-1) })).toMatchObject({
      applied: true,
    });
    const { password_hash: before } = await wang();
    expect(await applying).toMatchObject({ applied: true });
    expect((await wang()).password_hash).toBe(before);
  });
});

test('what can be chosen in forms, and who has to fill them in, is kept as it was read', async () => {
  const { applied, plans } = setUp();
  const sources = [{ id: 'web', zh: '网站', en: 'web site' }];
  const dispositions = [{ id: 'deal', zh: '成交', en: 'deal', kind: 'pre-sale', ends: true }];
  const queues = [{ id: 'sales', store: 'bj01', form: 'optional' }];
  const forms = { sources, dispositions };
  expect(await plans.apply({ ...example(), queues, forms })).toMatchObject({ applied: true });
  expect(applied.at(-1)).toMatchObject({ forms, queues: [{ id: 'sales', form: 'optional' }] });
  expect(await plans.apply(example())).toMatchObject({ applied: true });
  expect(applied.at(-1)).not.toHaveProperty('forms');
});

const RING_BACK = { after: ['asked'], tries: 2, hours: 'sales' };
const MENU = { complaint: 'sales', language: 'zh-CN', seconds: 8 };

test('opening hours are kept as they were read, and go when the plan says nothing of them', async () => {
  const { applied, plans } = setUp();
  const hours = [{ id: 'sales', week: { 'mon-fri': '09:00-18:00' }, holidays: ['2026-10-01'] }];
  const hotlines = [
    {
      ...{ number: '400', store: 'bj01', queue: 'sales', hours: 'sales', language: 'en' },
      ...{ testCallMinutes: 15, menu: MENU, ringBack: RING_BACK, answerMode: 'early' },
    },
  ];
  const stores = [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai', hours: 'sales' }];
  expect(await plans.apply({ ...example(), hours, hotlines, stores })).toMatchObject({
    applied: true,
    summary: { hours: { ...nothing, added: 1 } },
  });
  const day = [[540, 1080]];
  expect(await loadPlan(database.db)).toMatchObject({
    hours: [
      {
        id: 'sales',
        week: [day, day, day, day, day, [], []],
        holidays: [{ from: '2026-10-01', to: '2026-10-01' }],
      },
    ],
    hotlines: [
      {
        number: '400',
        hours: 'sales',
        language: 'en',
        testCallMinutes: 15,
        menu: MENU,
        ringBack: RING_BACK,
        answerMode: 'early',
      },
    ],
    stores: [{ id: 'bj01', hours: 'sales' }],
  });
  await plans.apply(example());
  expect(applied.at(-1)).not.toHaveProperty('hours');
  expect(applied.at(-1)?.hotlines[0]).not.toHaveProperty('hours');
});

test('groups, legal entities, departments and posts are kept as they are said, and what leaves the plan leaves it', async () => {
  const { plans } = setUp();
  const organised = () => ({
    ...example(),
    groups: [{ id: 'north', name: '北方集团' }],
    entities: [{ id: 'bj-ltd', name: '北京汽车有限公司', group: 'north' }],
    stores: [
      { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai', entity: 'bj-ltd' },
      { id: 'tj01', name: '天津一店', timezone: 'Asia/Shanghai', group: 'north' },
    ],
    departments: [{ id: 'coc', store: 'bj01', name: '客户运营中心', kind: 'coc' }],
    people: [
      { ...person('wang', '王芳', 'telemarketer', ['sales']), department: 'coc' },
      person('li', '李娜', 'group', ['sales']),
      {
        ...{ id: 'chen', name: '陈静', store: 'bj01', password: 'change-me' },
        posts: [
          { post: 'gm', entity: 'bj-ltd' },
          { post: 'supervisor', store: 'tj01' },
        ],
      },
    ],
  });
  expect(await plans.apply(organised())).toMatchObject({
    summary: { groups: { added: 1 }, entities: { added: 1 }, departments: { added: 1 } },
  });
  const loaded = await loadPlan(database.db);
  const { groups, entities, departments, stores } = organised();
  expect(loaded).toMatchObject({ groups, entities, departments, stores });
  const common = { store: 'bj01', queues: [] };
  expect(loaded.people).toEqual([
    {
      ...{ id: 'chen', name: '陈静', post: 'gm', ...common },
      posts: [
        { post: 'gm', entity: 'bj-ltd', stores: ['bj01'] },
        { post: 'supervisor', store: 'tj01', stores: ['tj01'] },
      ],
    },
    {
      ...{ id: 'li', name: '李娜', post: 'group', ...common, queues: ['sales'] },
      posts: [{ post: 'group', stores: ['bj01', 'tj01'] }],
    },
    {
      ...{ id: 'wang', name: '王芳', post: 'telemarketer', ...common, queues: ['sales'] },
      department: 'coc',
    },
  ]);
  const again = await plans.apply(organised());
  expect(again).toMatchObject({
    summary: { groups: nothing, entities: nothing, departments: nothing, people: nothing },
  });
  expect(await plans.apply(example())).toMatchObject({
    summary: { groups: { removed: 1 }, entities: { removed: 1 }, departments: { removed: 1 } },
  });
  const after = await loadPlan(database.db);
  expect(after).not.toHaveProperty('groups');
  expect(after.stores[0]).not.toHaveProperty('entity');
  expect(after.people[2]).toEqual({
    ...{ id: 'wang', name: '王芳', post: 'telemarketer', ...common, queues: ['sales'] },
  });
});

test('what is said of signing in is kept, and the settings of one without it come back', async () => {
  const { applied, plans } = setUp();
  const signIn = { secondFactor: 'listeners', acknowledge: true, idleMinutes: 30 };
  expect(await plans.apply({ ...example(), signIn })).toMatchObject({ applied: true });
  expect(applied.at(-1)).toMatchObject({ signIn });
  const faulty = { secondFactor: 'some', idleMinutes: 4 };
  expect(await plans.apply({ ...example(), signIn: faulty })).toMatchObject({
    applied: false,
    problems: [{ at: 'signIn.secondFactor' }, { at: 'signIn.idleMinutes' }],
  });
  await plans.apply(example());
  expect(applied.at(-1)).not.toHaveProperty('signIn');
});
