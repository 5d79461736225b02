import { DEFAULT_LEAD_RULES } from '../../src/domain/lead/rules';
import { leadReports } from '../../src/reports';
import { uuidv7Maker } from '../../src/engine/id';
import { storeLeadDesk } from '../../src/store/customers/lead-desk';
import { leadPage } from '../../src/store/customers/lead-search';
import { openBooks, person as customer } from '../support/customer-books';
import { startHttp, type TestHttp } from '../support/http';
import { aLead } from '../support/list-leads';
import { useDatabase } from '../support/postgres';
import { NOW } from '../support/two-stores';

/** Leads by filters, kept filters, exports and deeds on many, by HTTP on the real tables. */
const database = useDatabase();
const DAY = 86_400_000;
let http: TestHttp;
beforeAll(() => {
  http = startHttp({ deps: { leadDesk: storeLeadDesk(database.db, uuidv7Maker()) } });
  http.deps.queries.leads = (asked, request) => leadPage(database.db, asked, request);
});
beforeEach(async () => {
  http.forget();
  await openBooks(database.db);
});
afterAll(() => http.close());

interface Answer {
  id: string;
  version: number;
  count: number;
  changed: number;
  undone: number;
  code?: string;
  items: { id: string; number: string; dueAt: number | null; overdue: boolean }[];
  next: string | null;
  left: { id: string; code: string; version: number | null }[];
}
const ask = async (
  who: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
) => {
  const response = await http.ask(who, method, url, body);
  return { status: response.statusCode, body: (response.body ? response.json() : {}) as Answer };
};
const lead = (parts: Parameters<typeof aLead>[1] = {}) =>
  aLead(database.db, { at: NOW - DAY, ...parts });
const rowOf = async (id: string) =>
  (await database.db('lead').where({ id }).first()) as Record<string, unknown>;
const found = async (query: string, who = 'chen'): Promise<string[]> =>
  (await ask(who, 'GET', `/api/leads${query}`)).body.items.map(({ id }) => id);

test('leads are found by each filter and by several, of the own stores alone', async () => {
  const him = await customer(database.db, { name: '王小明', numbers: ['+8613911112222'] });
  const one = await lead({
    ownerId: 'wang',
    customerId: him,
    row: { level: 'H', channel: '抖音' },
  });
  const lost = await lead({ source: 'web', at: NOW - 9 * DAY, row: { state: 'defeated' } });
  const later = await lead({
    ownerId: 'li',
    row: { level: 'B', next_due_at: new Date(NOW + DAY) },
  });
  await lead({ storeId: 'sh01' });
  const at = (days: number) => NOW + days * DAY;
  const expected: [string, string[]][] = [
    ['?state=open', [one, later]],
    ['?state=open,defeated&level=none', [lost]],
    ['?level=H,B&owner=li', [later]],
    ['?owner=none,wang', [one, lost]],
    ['?channel=%E6%8A%96%E9%9F%B3', [one]],
    ['?channel=none&source=web', [lost]],
    ['?overdue=true', [one]],
    ['?overdue=false', [later, lost]],
    [`?dueFrom=${at(0)}&dueTo=${at(2)}`, [later]],
    [`?createdTo=${at(-5)}`, [lost]],
    [`?createdFrom=${at(-5)}&state=open`, [one, later]],
    ['?q=wxm', [one]],
    ['?q=%E5%B0%8F%E6%98%8E%202222', [one]],
    ['?q=%20-%20', []],
    ['?store=bj01&source=showroom', []],
  ];
  for (const [query, ids] of expected)
    expect([query, (await found(query)).sort()]).toEqual([query, [...ids].sort()]);
  const first = await ask('chen', 'GET', '/api/leads?limit=2&state=open,defeated');
  const rest = await found(`?limit=2&state=open,defeated&after=${first.body.next}`);
  expect([...first.body.items.map(({ id }) => id), ...rest].sort()).toEqual(
    [one, later, lost].sort(),
  );
  for (const bad of ['?state=sold', '?level=D', '?owner=', '?createdFrom=2026-02-30T99:00:00Z'])
    expect((await ask('chen', 'GET', `/api/leads${bad}`)).status).toBe(400);
});

test('numbers in the list are whole for whose lead it is and who oversees the store, else their last digits', async () => {
  const id = await lead({ ownerId: 'wang' });
  const seen = async (who: string) =>
    (await ask(who, 'GET', '/api/leads')).body.items.find((one) => one.id === id)?.number;
  const whole = (await rowOf(id)).number as string;
  expect(await Promise.all(['wang', 'chen', 'li'].map(seen))).toEqual([
    ...[whole, whole],
    `****${whole.slice(-4)}`,
  ]);
  expect((await ask('zhou', 'GET', '/api/leads')).body.items).toEqual([]);
});

test('a filter is kept, changed by whose it is, and shared in the store', async () => {
  const open = await lead({ row: { level: 'H' } });
  await lead({ row: { level: 'C' } });
  const body = { name: 'H 级', filter: { levels: ['H'] } };
  const { id } = (await ask('wang', 'POST', '/api/lead-views', body)).body;
  const names = async (who: string) =>
    (await ask(who, 'GET', '/api/lead-views')).body.items.map((view) => view.id);
  expect([await names('wang'), await names('li')]).toEqual([[id], []]);
  expect(await found(`?view=${id}`, 'wang')).toEqual([open]);
  expect(await found(`?view=${id}&level=A`, 'wang')).toEqual([]);
  expect((await ask('li', 'GET', `/api/leads?view=${id}`)).body.code).toBe('UNKNOWN_VIEW');
  const put = (who: string, version: number) =>
    ask(who, 'PUT', `/api/lead-views/${id}`, { version, ...body, shared: true });
  expect((await put('li', 1)).status).toBe(404);
  expect((await put('wang', 1)).body).toMatchObject({ id, version: 2 });
  expect((await put('wang', 1)).body).toMatchObject({
    code: 'VERSION_MOVED',
    details: { version: 2 },
  });
  expect([await names('li'), await names('sun')]).toEqual([[id], []]);
  expect(await found(`?view=${id}`, 'li')).toEqual([open]);
  expect((await put('li', 2)).status).toBe(403);
  expect((await ask('wang', 'DELETE', `/api/lead-views/${id}`)).status).toBe(204);
  expect(await names('wang')).toEqual([]);
  expect(http.audited.map(({ what }) => what)).toEqual([
    ...['lead-view.kept', 'lead-view.changed', 'lead-view.removed'],
  ]);
});

describe('many leads at once', () => {
  const bulk = (body: object, who = 'chen') => ask(who, 'POST', '/api/leads/bulk', body);
  const undo = (id: string, who = 'chen') => ask(who, 'POST', `/api/leads/bulk/${id}/undo`);

  test('all that a filter finds, when it still finds as many as were shown; undone they are as before', async () => {
    const ids = [
      await lead({ ownerId: 'wang', row: { level: 'H' } }),
      await lead({ row: { level: 'H' } }),
    ];
    const other = await lead({ row: { level: 'A' } });
    const before = await Promise.all([...ids, other].map(rowOf));
    const asked = {
      filter: { levels: ['H'] },
      change: { ownerId: 'li', level: 'B', reason: '调班' },
    };
    const shown = (await bulk({ ...asked, dryRun: true })).body;
    expect(shown).toMatchObject({ id: null, count: 2, changed: 0 });
    expect(http.audited).toEqual([]);
    expect((await bulk(asked)).status).toBe(400);
    expect((await bulk({ ...asked, expected: 3 })).body).toMatchObject({
      ...{ code: 'COUNT_MOVED', details: { count: 2 } },
    });
    expect(await Promise.all([...ids, other].map(rowOf))).toEqual(before);
    const done = (await bulk({ ...asked, expected: 2 })).body;
    expect(done).toMatchObject({ count: 2, changed: 2, left: [] });
    expect(http.audited).toEqual([
      { who: 'chen', what: 'leads.changed-together', subject: done.id },
    ]);
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ owner_id: 'li', level: 'B' });
    expect(await rowOf(other)).toEqual(before[2]);
    const ways = await database
      .db('lead_owner')
      .where({ lead_id: ids[0] })
      .orderBy('from_at')
      .pluck('way');
    expect(ways.at(-1)).toBe('handover');
    // One was worked with since.
    await database.db('lead').where({ id: ids[1] }).increment('version', 1);
    const undone = (await undo(done.id)).body;
    expect(undone).toMatchObject({ undone: 1, left: [{ id: ids[1], code: 'VERSION_MOVED' }] });
    expect(await rowOf(ids[0]!)).toMatchObject({ owner_id: 'wang', level: 'H' });
    expect(await rowOf(ids[1]!)).toMatchObject({ owner_id: 'li', level: 'B' });
    expect((await undo(done.id)).body).toMatchObject({ undone: 0, left: [{ id: ids[1] }] });
    const { items } = (await ask('chen', 'GET', '/api/leads/bulk')).body;
    expect(items).toMatchObject([
      {
        id: done.id,
        byId: 'chen',
        changed: 2,
        left: 0,
        undoneBy: 'chen',
        filter: { levels: ['H'] },
      },
    ]);
  });

  test('a selection: each as it was seen; a lost one of the showroom comes to the centre, and back', async () => {
    const shop = await lead({ ownerId: 'zhu', source: 'showroom', row: { place: 'showroom' } });
    const moved = await lead();
    const won = await lead({ row: { state: 'won' } });
    const elsewhere = await lead({ storeId: 'sh01' });
    const seen = async (id: string) => ({ id, version: (await rowOf(id)).version as number });
    const selection = await Promise.all([shop, moved, won, elsewhere].map(seen));
    await database.db('lead').where({ id: moved }).increment('version', 1);
    const change = { state: 'defeated', reason: '买了别家' };
    const { id, changed, left } = (await bulk({ selection, change })).body;
    expect(changed).toBe(1);
    expect(left.map((row) => [row.id, row.code])).toEqual([
      ...[
        [moved, 'VERSION_MOVED'],
        [won, 'LEAD_OVER'],
      ],
      [elsewhere, 'UNKNOWN_LEAD'],
    ]);
    expect(await rowOf(shop)).toMatchObject({
      ...{ state: 'defeated', place: 'centre', owner_id: null, end_reason: '买了别家' },
    });
    expect((await undo(id, 'zhou')).body.code).toBe('UNKNOWN_BULK');
    expect((await undo(id)).body).toMatchObject({ undone: 1, left: [] });
    expect(await rowOf(shop)).toMatchObject({
      ...{ state: 'open', place: 'showroom', owner_id: 'zhu', end_reason: null, closed_at: null },
    });
  });

  test('nothing that may not be: no reason, no owner, both a selection and a filter, by who assigns nothing', async () => {
    const id = await lead();
    const selection = [{ id, version: 1 }];
    const codes = async (change: object) =>
      (await bulk({ selection, change })).body.left.map(({ code }) => code);
    expect(await codes({ state: 'lost-control' })).toEqual(['LEAD_NEEDS_REASON']);
    expect(await codes({ ownerId: 'qian' })).toEqual(['NOT_AN_OWNER']);
    const change = { nextDueAt: NOW + DAY };
    expect((await bulk({ selection, filter: {}, change })).status).toBe(400);
    expect((await bulk({ change })).status).toBe(400);
    expect((await bulk({ selection, change }, 'wang')).status).toBe(403);
    expect(await rowOf(id)).toMatchObject({ version: 1, state: 'open', owner_id: null });
    expect((await bulk({ selection, change })).body).toMatchObject({ changed: 1 });
    expect(await rowOf(id)).toMatchObject({ version: 2, next_due_at: new Date(NOW + DAY) });
  });

  test('more than a thousand are too many', async () => {
    await database.db.raw(
      `insert into lead (id, store_id, number, source, opened_at)
       select gen_random_uuid(), 'bj01', '', 'web', now() from generate_series(1, 1001)`,
    );
    expect((await bulk({ filter: {}, dryRun: true, change: { level: 'C' } })).body).toMatchObject({
      ...{ code: 'TOO_MANY_LEADS', details: { count: 1001, most: 1000 } },
    });
  });
});

describe('A34: the evening meeting', () => {
  const meet = (decisions: object[], who = 'chen') =>
    ask(who, 'POST', '/api/leads/evening-meeting', { decisions });
  const march = { from: NOW - DAY, to: NOW + DAY, now: NOW };
  const tasks = async () => {
    const { people } = await leadReports(database.db).monthTasks({
      ...{ storeId: 'bj01', zone: 'Asia/Shanghai', ...march, rules: DEFAULT_LEAD_RULES },
      sources: [{ id: 'zhu', name: '朱琳' }],
    });
    return people.map(({ personId, transferred, state }) => [personId, transferred, state]);
  };

  test('gives what the showroom hands over and what is nobody’s; each by itself, and taken back as one', async () => {
    const shop = await lead({ ownerId: 'zhu', source: 'showroom', row: { place: 'showroom' } });
    const nobodys = await lead();
    const moved = await lead({ ownerId: 'zhu', source: 'showroom', row: { place: 'showroom' } });
    const elsewhere = await lead({ storeId: 'sh01' });
    const inShowroom = await found('?place=showroom&state=open,arrived');
    expect(inShowroom.sort()).toEqual([moved, shop].sort());
    expect((await ask('chen', 'GET', '/api/leads?place=garage')).status).toBe(400);
    expect(await tasks()).toEqual([['zhu', 0, 'not-completed']]);
    const decided = { version: 1, ownerId: 'wang', level: 'B', nextPlan: '邀约周末试驾' };
    const { id, ...done } = (
      await meet([
        { ...decided, id: shop, nextDueAt: NOW + DAY },
        { ...decided, id: nobodys, ownerId: 'li' },
        { ...decided, id: moved, version: 7 },
        { ...decided, id: elsewhere },
      ])
    ).body;
    expect(done).toMatchObject({
      assigned: 2,
      left: [
        { id: moved, code: 'VERSION_MOVED', version: 1 },
        { id: elsewhere, code: 'UNKNOWN_LEAD' },
      ],
    });
    expect(await rowOf(shop)).toMatchObject({
      ...{ owner_id: 'wang', place: 'centre', level: 'B', next_plan: '邀约周末试驾' },
      next_due_at: new Date(NOW + DAY),
    });
    expect(await rowOf(nobodys)).toMatchObject({ owner_id: 'li', next_due_at: null });
    const [owning] = await database.db('lead_owner').where({ lead_id: shop, owner_id: 'wang' });
    expect(owning).toMatchObject({ way: 'evening-meeting', by_id: 'chen', until_at: null });
    expect(http.audited).toMatchObject([
      { who: 'chen', what: 'leads.assigned-in-meeting', subject: id },
    ]);
    expect(await tasks()).toEqual([['zhu', 1, 'completed']]);
    const undone = await ask('chen', 'POST', `/api/leads/bulk/${id}/undo`);
    expect(undone.body).toMatchObject({ undone: 2, left: [] });
    expect(await rowOf(shop)).toMatchObject({ owner_id: 'zhu', place: 'showroom', level: null });
    expect(await tasks()).toEqual([['zhu', 0, 'not-completed']]);
  });

  test('is held by who assigns, about leads that somebody can have', async () => {
    const id = await lead();
    const decided = { id, version: 1, ownerId: 'wang' };
    expect((await meet([decided], 'wang')).status).toBe(403);
    expect((await meet([])).status).toBe(400);
    expect((await meet([{ ...decided, ownerId: 'qian' }])).body.left).toMatchObject([
      { id, code: 'NOT_AN_OWNER' },
    ]);
    expect(await rowOf(id)).toMatchObject({ owner_id: null, version: 1 });
  });
});

test('an export has what the filter finds, runs nothing, and is noted with who, filter and count', async () => {
  const him = await customer(database.db, { name: '=cmd("x")', numbers: ['+8613911112222'] });
  await lead({
    customerId: him,
    row: { level: 'H', next_plan: '下周,再约', number: '+8613911112222' },
  });
  await lead({ row: { level: 'A' } });
  const response = await http.ask('chen', 'GET', '/api/leads/export.csv?level=H&q=139');
  expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
  const [head, row, ...rest] = response.body.split('\r\n');
  expect(head?.startsWith('\ufeff线索 Lead,')).toBe(true);
  expect(rest).toEqual(['']);
  expect(row).toContain(`,"'=cmd(""x"")",+8613911112222,open,H,`);
  expect(row).toContain('"下周,再约"');
  const told = { count: 1, stores: ['bj01'], levels: ['H'], q: '…' };
  expect(http.audited).toMatchObject([{ who: 'chen', what: 'leads.exported' }]);
  expect(JSON.parse(http.audited[0]!.subject)).toEqual(told);
  for (const who of ['wang', 'qian'])
    expect((await http.ask(who, 'GET', '/api/leads/export.csv')).statusCode).toBe(403);
});

test('what is due in the list is what the list of the day says', async () => {
  const id = await lead({ row: { level: 'A', last_contact_at: new Date(NOW - DAY) } });
  const [one] = (await ask('chen', 'GET', '/api/leads')).body.items;
  const days = DEFAULT_LEAD_RULES.levels.A.followUpDays;
  expect(one).toMatchObject({ id, overdue: false });
  expect(Math.floor(((one?.dueAt ?? 0) - (NOW - DAY)) / DAY)).toBe(days);
});
