import { randomUUID } from 'node:crypto';
import type { NumberFacts } from '../../src/domain/customer/customer';
import type { OwnerWay } from '../../src/domain/lead/lead';
import type { Knex } from 'knex';
import { uuidv7Maker } from '../../src/engine/id';
import { storePlans } from '../../src/store/applying';
import {
  changeCustomer,
  controllerOfStore,
  findCustomer,
  makeCustomer,
  refreshSearch,
  type NewCustomer,
} from '../../src/store/customers/customers';
import { lockNumbers, type Deed } from '../../src/store/customers/deed';
import { changeLead, findFullLead, makeLead } from '../../src/store/customers/leads';
import { addNumbers, findByNumber, numbersOf } from '../../src/store/customers/numbers';
import { changeOwner, ownersOf } from '../../src/store/customers/owners';
import { searchPatterns, searchText } from '../../src/domain/customer/search';
import { customerPage, customersSql, WAYS } from '../../src/store/customers/reading';
import { emptyPlan } from '../support/plan';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Customers, their numbers and their leads in the database, as deeds of one transaction change them. */
const database = useDatabase();
const BOOKS = 'store:bj01';
const makeId = uuidv7Maker();
const MOBILE = '+8613800138000';

const mobile = (number = MOBILE): NumberFacts => ({
  ...{ number, kind: 'mobile', identifies: true, expiresAt: null },
});
const fixed = (number = '+861082345678'): NumberFacts => ({
  ...{ number, kind: 'fixed', identifies: false, expiresAt: null },
});

const within = <T>(work: (deed: Deed) => Promise<T>, at = NINE, by = 'wang'): Promise<T> =>
  database.db.transaction((trx) => work({ trx, makeId, at, by }));

const made = (parts: Partial<NewCustomer> = {}): NewCustomer => ({
  ...{ controller: BOOKS, storeId: 'bj01', fields: { name: '张三' }, numbers: [mobile()] },
  source: 'manual',
  ...parts,
});
const make = (parts: Partial<NewCustomer> = {}, at = NINE) =>
  within((deed) => makeCustomer(deed, made(parts)), at);

describe('a customer', () => {
  test('is made with his numbers, and found by those that identify, in the books of his controller alone', async () => {
    const id = await make({ numbers: [mobile(), fixed()], fields: { name: '张三', sex: 'male' } });
    const { db } = database;
    expect(await findByNumber(db, BOOKS, MOBILE)).toBe(id);
    expect(await findByNumber(db, 'store:sh01', MOBILE)).toBeNull();
    expect(await findByNumber(db, BOOKS, '+861082345678')).toBeNull();
    expect(await findCustomer(db, id)).toEqual({
      ...{ id, rootId: id, controller: BOOKS, version: 1, state: 'active', storeId: 'bj01' },
      ...{ name: '张三', kind: null, sex: 'male', customerType: null, area: '', address: '' },
      ...{ bornOn: null, note: '', ownerId: null, source: 'manual' },
      ...{ createdAt: NINE, changedAt: NINE },
    });
    expect(await numbersOf(db, id)).toMatchObject([mobile(), fixed()]);
  });

  test('Q06: is not made twice: of two who make him at once the second is told whose number it is', async () => {
    const both = await Promise.allSettled([make(), make(), make({ controller: 'store:sh01' })]);
    const refused = both.filter(({ status }) => status === 'rejected');
    const id = await findByNumber(database.db, BOOKS, MOBILE);
    expect(refused).toMatchObject([
      { reason: { code: 'NUMBER_TAKEN', details: { number: MOBILE, customerId: id } } },
    ]);
    expect(await database.db('customer')).toHaveLength(2);
  });

  test('gets further numbers, each once, and none of another one', async () => {
    const id = await make();
    const other = await make({ numbers: [mobile('+8613900139000')] });
    const add = (...numbers: NumberFacts[]) =>
      within((deed) =>
        addNumbers(deed, { customerId: id, controller: BOOKS, source: 'x' }, numbers),
      );
    await add(mobile(), fixed(), fixed(), { ...fixed(), identifies: true });
    expect(await numbersOf(database.db, id)).toHaveLength(2);
    expect(await numbersOf(database.db, id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining(mobile()),
        expect.objectContaining({ ...fixed(), identifies: true }),
      ]),
    );
    await expect(add(mobile('+8613900139000'))).rejects.toMatchObject({
      details: { customerId: other },
    });
  });

  test('who was merged is the other one; all of both is found by him', async () => {
    const elder = await make();
    const younger = await make({ numbers: [mobile('+8613900139000')] });
    await database.db('customer').where({ id: younger }).update({ root_id: elder });
    expect((await findCustomer(database.db, younger))?.id).toBe(elder);
    expect(await findByNumber(database.db, BOOKS, '+8613900139000')).toBe(elder);
    expect(await numbersOf(database.db, elder)).toHaveLength(2);
    // It is his own number already.
    await within((deed) =>
      addNumbers(deed, { customerId: elder, controller: BOOKS, source: 'x' }, [
        mobile('+8613900139000'),
      ]),
    );
    expect(await numbersOf(database.db, elder)).toHaveLength(2);
  });

  test('is changed by who has seen his version, and by nobody else', async () => {
    const id = await make();
    const seen = (await findCustomer(database.db, id))!;
    const change = (name: string) =>
      within((deed) => changeCustomer(deed, { id, version: 1 }, { ...seen, name }), NINE + 5);
    expect(await change('李四')).toBe(2);
    await expect(change('王五')).rejects.toMatchObject({
      code: 'VERSION_MOVED',
      details: { version: 2 },
    });
    expect(await findCustomer(database.db, id)).toMatchObject({
      name: '李四',
      changedAt: NINE + 5,
    });
    const lost = within((deed) =>
      changeCustomer(deed, { id: randomUUID(), version: 1 }, { ...seen }),
    );
    await expect(lost).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('numbers that two lock in another order do not hold one another up', async () => {
    const lock = (...numbers: string[]) =>
      Array.from({ length: 20 }, () => within(({ trx }) => lockNumbers(trx, BOOKS, numbers)));
    await Promise.all([...lock('1', '2', '3'), ...lock('3', '1', '2')]);
  });
});

describe('A31: a lead has exactly one owner, and each change is recorded with time and way', () => {
  const lead = async (ownerId: string | null = null) => {
    const customerId = await make();
    return within((deed) =>
      makeLead(deed, {
        ...{ customerId, storeId: 'bj01', number: MOBILE, ownerId, source: 'manual' },
        fields: { level: 'H', intendedOn: '2026-05-01' },
      }),
    );
  };
  const give = (
    leadId: string,
    ownerId: string | null,
    way: OwnerWay,
    at: number,
    version?: number,
  ) =>
    within(
      (deed) =>
        changeOwner(deed, { leadId, ownerId, way, reason: 'why', ...(version && { version }) }),
      at,
      'chen',
    );

  test('A31: it is made with its first', async () => {
    const id = await lead('wang');
    expect(await findFullLead(database.db, id)).toMatchObject({
      ...{ ownerId: 'wang', level: 'H', intendedOn: '2026-05-01', version: 1, openedAt: NINE },
    });
    expect(await ownersOf(database.db, [id])).toMatchObject([
      { ownerId: 'wang', way: 'opened', byId: 'wang', fromAt: NINE, untilAt: null },
    ]);
  });

  test('A31: the former ends when the next begins', async () => {
    const id = await lead();
    expect(await give(id, 'wang', 'distributed', NINE + 10)).toBe(2);
    expect(await give(id, 'li', 'forced', NINE + 20, 2)).toBe(3);
    expect(await give(id, 'li', 'handover', NINE + 30)).toBe(3);
    // A clock that stands still, and one that went back.
    await give(id, 'wang', 'evening-meeting', NINE + 20);
    await give(id, null, 'handover', NINE);
    const owners = await ownersOf(database.db, [id]);
    expect(owners.map((one) => [one.ownerId, one.way, one.fromAt - NINE, one.untilAt])).toEqual([
      [null, 'opened', 0, NINE + 10],
      ['wang', 'distributed', 10, NINE + 20],
      ['li', 'forced', 20, NINE + 20],
      ['wang', 'evening-meeting', 20, NINE + 20],
      [null, 'handover', 20, null],
    ]);
    expect((await findFullLead(database.db, id))?.ownerId).toBeNull();
  });

  test('A31: of twenty who give it away at once each is recorded, and one owns it', async () => {
    const id = await lead();
    const names = Array.from({ length: 20 }, (_, n) => `p${n}`);
    await Promise.all(names.map((name, n) => give(id, name, 'own', NINE + n)));
    const owners = await ownersOf(database.db, [id]);
    expect(owners.map(({ ownerId }) => ownerId).sort()).toEqual([null, ...names].sort());
    const open = owners.filter(({ untilAt }) => untilAt === null);
    expect(open).toMatchObject([{ ownerId: (await findFullLead(database.db, id))?.ownerId }]);
    await expect(give(id, 'x', 'own', NINE, 3)).rejects.toMatchObject({
      code: 'VERSION_MOVED',
      details: { version: 21 },
    });
  });

  test('A31: one that a call has just opened has had an owner from then on', async () => {
    const id = randomUUID();
    await database.db('lead').insert({
      ...{ id, store_id: 'bj01', number: MOBILE, source: 'inbound', opened_at: new Date(NINE) },
    });
    await give(id, 'wang', 'own', NINE + 5);
    expect(await ownersOf(database.db, [id])).toMatchObject([
      { ownerId: null, way: 'opened', byId: '', fromAt: NINE, untilAt: NINE + 5 },
      { ownerId: 'wang', way: 'own', byId: 'chen', fromAt: NINE + 5, untilAt: null },
    ]);
    await expect(give(randomUUID(), 'wang', 'own', NINE)).rejects.toMatchObject({
      code: 'UNKNOWN_LEAD',
    });
  });

  test('what is known of it is changed by who has seen its version', async () => {
    const id = await lead();
    const seen = (await findFullLead(database.db, id))!;
    const change = () =>
      within((deed) => changeLead(deed, { id, version: 1 }, { ...seen, nextPlan: '试驾' }));
    expect(await change()).toBe(2);
    await expect(change()).rejects.toMatchObject({ code: 'VERSION_MOVED' });
    expect(await findFullLead(database.db, id)).toEqual({
      ...{ ...seen, nextPlan: '试驾', version: 2, changedAt: NINE },
    });
  });
});

describe('in whose books', () => {
  const GROUP = { groups: [{ id: 'north', name: '北方集团' }] };
  const STORES = ['bj01', 'bj02'].map((id) => ({
    ...{ id, name: id, timezone: 'Asia/Shanghai', group: 'north' },
  }));
  const apply = async (said: object) => {
    const result = await storePlans(database.db, () => undefined).apply({
      ...{ ...emptyPlan(), stores: STORES, queues: [], hotlines: [], people: [] },
      ...said,
    });
    expect(result).toMatchObject({ applied: true });
    return result;
  };
  const booksOf = (id: string) => controllerOfStore(database.db, id);

  test('customers are follows from the plan, and comes back with it', async () => {
    await apply(GROUP);
    expect(await booksOf('bj01')).toBe('store:bj01');
    const groups = [{ id: 'north', name: '北方集团', sharesCustomers: true }];
    await apply({ groups });
    expect(await booksOf('bj01')).toBe('group:north');
    const { document } = await storePlans(database.db, () => undefined).standing();
    expect(document['groups']).toEqual(groups);
    await expect(booksOf('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('Q06: they go with their stores; of two with one number the elder keeps it', async () => {
    await apply(GROUP);
    const elder = await make({ controller: 'store:bj01', storeId: 'bj01' }, NINE);
    const younger = await make(
      { controller: 'store:bj02', storeId: 'bj02', numbers: [mobile(), mobile('+8613900139000')] },
      NINE + 1,
    );
    await apply({ groups: [{ id: 'north', name: '北方集团', sharesCustomers: true }] });
    const { db } = database;
    expect(await db('customer').pluck('controller')).toEqual(['group:north', 'group:north']);
    expect(await findByNumber(db, 'group:north', MOBILE)).toBe(elder);
    expect(await findByNumber(db, 'group:north', '+8613900139000')).toBe(younger);
    expect(await numbersOf(db, younger)).toMatchObject([
      { number: '+8613900139000', identifies: true },
      { number: MOBILE, identifies: false },
    ]);
    // Each goes back to where it came from; two that change places do not meet.
    await apply(GROUP);
    expect(await findByNumber(db, 'store:bj01', MOBILE)).toBe(elder);
    expect(await findByNumber(db, 'store:bj02', '+8613900139000')).toBe(younger);
    expect(await findByNumber(db, 'group:north', MOBILE)).toBeNull();
  });

  test('whoever was merged into another stays with that one', async () => {
    await apply({ groups: [{ id: 'north', name: '北方集团', sharesCustomers: true }] });
    const root = await make({ controller: 'group:north', storeId: 'bj01' });
    const other = await make({
      controller: 'group:north',
      storeId: 'bj02',
      numbers: [mobile('+8613900139000')],
    });
    await database.db('customer').where({ id: other }).update({ root_id: root });
    await apply(GROUP);
    expect(await database.db('customer').distinct().pluck('controller')).toEqual(['store:bj01']);
    expect(await findByNumber(database.db, 'store:bj01', '+8613900139000')).toBe(root);
  });
});

describe('the list', () => {
  const list = async (q?: string, page: { limit: number; after?: string } = { limit: 50 }) =>
    customerPage(
      database.db,
      { books: [BOOKS, 'store:bj02'], ...(q !== undefined && { q }) },
      page,
    );
  const names = async (q?: string) => (await list(q)).items.map(({ customer }) => customer.name);

  test('has the newest first, page by page, of all books that are asked for', async () => {
    for (const [n, controller] of [
      BOOKS,
      'store:bj02',
      BOOKS,
      'store:sh01',
      'store:bj02',
    ].entries())
      await make({ controller, fields: { name: `n${n}` }, numbers: [] }, NINE + n);
    expect(await names()).toEqual(['n4', 'n2', 'n1', 'n0']);
    const first = await list(undefined, { limit: 3 });
    expect(first.items).toHaveLength(3);
    const second = await list(undefined, { limit: 3, after: first.next ?? '' });
    expect(second).toMatchObject({ items: [{ customer: { name: 'n0' } }], next: null });
  });

  test('finds by name, pinyin, initials, number and plate, in any mix', async () => {
    const id = await make({ fields: { name: '单小明' } });
    await make({ fields: { name: '王小明' }, numbers: [mobile('+8613900139000')] });
    await database.db('vehicle').insert({
      ...{ id: randomUUID(), customer_id: id, store_id: 'bj01', plate: '京A12345' },
      created_at: new Date(NINE),
    });
    await database.db.transaction((trx) => refreshSearch(trx, [id]));
    const both = ['王小明', '单小明'];
    for (const [q, found] of [
      ...[
        ['小明', both],
        ['xm', both],
        ['单', ['单小明']],
        ['sxm', ['单小明']],
      ],
      ...[
        ['wang', ['王小明']],
        ['13900', ['王小明']],
        ['A123', ['单小明']],
      ],
      ...[
        ['小明 京A 8000', ['单小明']],
        ['小明 京A 9000', []],
        ['%', []],
        ['明小', []],
      ],
    ] as [string, string[]][])
      expect([q, (await names(q)).sort()]).toEqual([q, [...found].sort()]);
  });

  test('who was merged is found as the other one, once', async () => {
    const elder = await make();
    const younger = await make({ fields: { name: '张叁' }, numbers: [mobile('+8613900139000')] });
    const merge = async (root: string) => {
      await database.db('customer').where({ id: younger }).update({ root_id: root });
      await refreshSearch(database.db, [elder, younger]);
    };
    await merge(elder);
    for (const q of ['张', '叁', '139001', undefined]) expect(await names(q)).toEqual(['张三']);
    expect((await list()).items[0]?.numbers).toHaveLength(2);
    await merge(younger);
    expect(await names('叁')).toEqual(['张叁']);
  });

  test('of 20,000 customers none is read from one end to the other, and the right ones are found', async () => {
    const { db } = database;
    const texts = await fillCustomers(db, 20_000);
    for (const q of [
      '',
      '王小',
      '明',
      'wxm',
      'zhangwei',
      '013',
      '800012345',
      '小明 京A1234',
      '800 zq7',
    ]) {
      for (const books of [[BOOKS, 'store:bj02'] as const, [BOOKS] as const])
        for (const way of WAYS) {
          const question = customersSql({ books, q }, { limit: 100 }, way);
          if (question === null) expect([q, way]).toEqual(['', 'words']);
          else expect([q, await readWhole(db, question.sql, question.bindings)]).toEqual([q, []]);
        }
      const { items } = await list(q, { limit: 100 });
      const pieces = searchPatterns(q).map((pattern) => pattern.slice(1, -1));
      const right = texts.filter((text) => pieces.every((piece) => text.includes(piece)));
      expect([q, items.length]).toEqual([q, Math.min(100, right.length)]);
    }
  }, 30_000);
});

const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马单'];
const GIVEN = [...'伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚小'];

/** Half of them in each of two books, loaded in one go; answers how each is found. */
async function fillCustomers(db: Knex, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, n) => {
    const given = [n * 7, n * 13 + 5].map((one) => GIVEN[one % GIVEN.length] ?? '');
    const name = [SURNAMES[n % SURNAMES.length], ...given].join('');
    const number = `+86138${String(n).padStart(8, '0')}`;
    const plates = [`京A${String(n).padStart(5, '0')}`];
    const search = searchText({ name, numbers: [number], plates });
    return { id: randomUUID(), name, search, controller: n % 2 === 0 ? BOOKS : 'store:bj02', n };
  });
  await db.raw(
    `insert into customer (id, root_id, controller, store_id, name, search, created_at, changed_at)
     select id, id, controller, 'bj01', name, search, now() - n * interval '1 minute', now()
     from json_to_recordset(?::json) as r (id uuid, name text, search text, controller text, n int)`,
    [JSON.stringify(rows)],
  );
  await db.raw(
    `insert into customer_number (id, customer_id, controller, number, kind, identifies, source, since)
     select gen_random_uuid(), id, controller, '+86138' || lpad(n::text, 8, '0'), 'mobile', true, '', now()
     from json_to_recordset(?::json) as r (id uuid, controller text, n int)`,
    [JSON.stringify(rows)],
  );
  await db.raw('vacuum analyze customer');
  await db.raw('vacuum analyze customer_number');
  return rows.map(({ search }) => search);
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** The tables that its plan reads from one end to the other. */
async function readWhole(db: Knex, sql: string, bindings: Knex.RawBinding[]): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[] }>(
    `explain (format json) ${sql}`,
    bindings,
  );
  const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan)
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'] ?? '');
}
