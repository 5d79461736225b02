/** `GET /api/alarms` over rows of the journal in PostgreSQL. */
import type { AlarmCode } from '../../src/domain/alarm';
import { ALARMS } from '../../src/domain/alarm-catalogue';
import { applyJournal } from '../../src/store/apply-journal';
import { storeQueries } from '../../src/store/queries';
import { startHttp, type TestHttp } from '../support/http';
import { useDatabase } from '../support/postgres';
import { journal } from '../support/records';
import { NOW, OFFICES, PLAN } from '../support/two-stores';

const database = useDatabase();
let http: TestHttp;

beforeEach(() => {
  const reports = {} as Parameters<typeof storeQueries>[1];
  http = startHttp({ deps: { queries: storeQueries(database.db, reports) } });
  http.live.thePlan = { ...PLAN, people: [...PLAN.people, ...OFFICES] };
});
afterEach(() => http.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Told so many milliseconds before now. */
async function told(ago: number, code: AlarmCode, detail = '', storeId?: string): Promise<void> {
  const alarm = { kind: 'alarm.raised' as const, code, detail };
  const entries = journal({ ...alarm, ...(storeId !== undefined && { storeId }) });
  await applyJournal(
    database.db,
    entries.map((entry) => ({ ...entry, at: NOW - ago })),
  );
}

interface Listed {
  id: string;
  code: AlarmCode;
  state: string;
  detail: string;
  count: number;
}

const list = async (who: string, query = ''): Promise<{ items: Listed[]; next: string | null }> => {
  const answer = await http.ask(who, 'GET', `/api/alarms${query}`);
  expect(answer.statusCode).toBe(200);
  return answer.json();
};
const short = async (who: string, query = '') =>
  (await list(who, query)).items.map(({ code, detail, state, count }) =>
    [code, detail, state, count].join(' '),
  );

test('an alarm has the words of the catalogue, and how often it was told while it stood', async () => {
  for (const ago of [3, 2, 1]) await told(ago * MINUTE, 'DESKTOPS_GONE', `${ago} gone`, 'bj01');
  const { items } = await list('chen');
  const { zh, en, whatToDo } = ALARMS.DESKTOPS_GONE;
  expect(items).toEqual([
    {
      id: (await database.db('alarm').orderBy('at').first('id')).id,
      ...{ code: 'DESKTOPS_GONE', severity: 'critical', zh, en, whatToDo },
      ...{ storeId: 'bj01', detail: '1 gone', count: 3 },
      ...{ firstAt: NOW - 3 * MINUTE, lastAt: NOW - MINUTE },
      ...{ state: 'standing', endedAt: null, endedBy: null },
    },
  ]);
});

test('its end ends it, in its store and of its own name alone; then it begins anew', async () => {
  await told(90, 'DESKTOPS_BACK', 'an end without a beginning is none', 'bj01');
  await told(80, 'DESKTOPS_GONE', 'first', 'bj01');
  await told(85, 'DESKTOPS_GONE', 'there', 'sh01');
  await told(70, 'DESKTOPS_BACK', 'back', 'bj01');
  await told(65, 'DESKTOPS_BACK', 'told twice', 'bj01');
  await told(60, 'DESKTOPS_GONE', 'second', 'bj01');
  await told(50, 'TRUNK_NOT_REGISTERED', 'a: no answer');
  await told(40, 'TRUNK_NOT_REGISTERED', 'b: refused with 403');
  await told(30, 'TRUNK_REGISTERED', 'a: registered again');
  expect(await short('zhao')).toEqual([
    'TRUNK_NOT_REGISTERED b: refused with 403 standing 1',
    'DESKTOPS_GONE second standing 1',
    'DESKTOPS_GONE there standing 1',
  ]);
  const { items } = await list('zhao', '?state=all');
  expect(items.slice(1)).toMatchObject([
    { detail: 'a: no answer', endedBy: 'TRUNK_REGISTERED', endedAt: NOW - 30 },
    { detail: 'second', endedBy: null, endedAt: null },
    { detail: 'first', state: 'over', endedBy: 'DESKTOPS_BACK', endedAt: NOW - 70 },
    { detail: 'there', endedBy: null, endedAt: null },
  ]);
  expect(await short('zhou')).toEqual(['DESKTOPS_GONE there standing 1']);
});

test('one that nothing ends is over a day after it was told last', async () => {
  await told(60 * HOUR, 'RECORDING_DISK', 'long ago');
  await told(26 * HOUR, 'RECORDING_DISK', 'before');
  await told(3 * HOUR, 'RECORDING_DISK', 'again');
  await told(30 * HOUR, 'LEDGER_UNBALANCED', 'call 1');
  await told(24 * HOUR - MINUTE, 'LEDGER_UNBALANCED', 'call 2');
  expect(await short('zhao')).toEqual([
    'LEDGER_UNBALANCED call 2 standing 1',
    'RECORDING_DISK again standing 2',
  ]);
  const { items } = await list('zhao', '?state=all');
  expect(items.slice(2)).toMatchObject([
    { detail: 'call 1', endedAt: NOW - 6 * HOUR, endedBy: null },
    { detail: 'long ago', count: 1, endedAt: NOW - 36 * HOUR },
  ]);
  http.clock.now += MINUTE;
  expect(await short('zhao')).toEqual(['RECORDING_DISK again standing 2']);
});

test('whose: of the stores that he oversees; of no store for who sees to the machine', async () => {
  await told(3, 'EMERGENCY_CALL', 'bj', 'bj01');
  await told(2, 'EMERGENCY_CALL', 'sh', 'sh01');
  await told(1, 'READ_ONLY', 'disk');
  const whose = async (who: string, query = '') =>
    (await list(who, query)).items.map(({ detail }) => detail).join(' ');
  expect(
    await Promise.all(['chen', 'qian', 'zhou', 'zhao', 'song', 'tang'].map((who) => whose(who))),
  ) //
    .toEqual(['bj', 'bj', 'sh', 'disk sh bj', 'disk sh bj', 'sh']);
  expect(await whose('song', '?store=sh01')).toBe('sh');
  const refused = ['chen', 'qian', 'wang'].map(async (who) => {
    const { statusCode } = await http.ask(who, 'GET', '/api/alarms?store=sh01');
    return statusCode;
  });
  expect(await Promise.all(refused)).toEqual([404, 404, 403]);
});

test('pages neither shift nor repeat while the same is told again; a cursor that is none is refused', async () => {
  for (const call of [1, 2, 3, 4, 5]) await told(100 - call, 'LEDGER_UNBALANCED', `call ${call}`);
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 3; pages += 1) {
    const { items, next } = await list('zhao', `?limit=2${after}`);
    seen.push(...items.map(({ detail }) => detail));
    after = `&after=${next}`;
    await told(50 - pages, 'LEDGER_UNBALANCED', 'call 4');
    await told(50 - pages, 'LEDGER_UNBALANCED', `call 6${pages}`);
  }
  expect(seen).toEqual(['call 5', 'call 4', 'call 3', 'call 2', 'call 1']);
  expect(after).toBe('&after=null');
  const refused = await http.ask('zhao', 'GET', '/api/alarms?after=abc');
  expect([refused.statusCode, refused.json()]).toMatchObject([400, { code: 'BAD_CURSOR' }]);
});
