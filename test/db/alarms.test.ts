/** `GET /api/alarms` over rows of the journal in PostgreSQL. */
import * as alarmStanding from '../../migrations/0039_alarm_standing';
import type { AlarmCode } from '../../src/domain/alarm';
import { ALARMS } from '../../src/domain/alarm-catalogue';
import { fromDatabase } from '../../src/app/recall';
import { ClockWatch } from '../../src/machine/clock-watch';
import { alarmsOf, ALARMS_KEPT_DAYS, sweepAlarms } from '../../src/store/alarms';
import { applyJournal } from '../../src/store/apply-journal';
import { storeQueries } from '../../src/store/queries';
import { startCentre } from '../support/centre/centre';
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

test('one of a former life is over when the next one finds that all is well, and that is told once', async () => {
  await told(60, 'CLOCK_OFF', '501 ms');
  await told(50, 'TRUNK_GATEWAY_DOWN', 'gone: sip:192.0.2.1');
  const { alarms = [] } = (await fromDatabase(database.db, NOW)).known;
  const centre = startCentre({ known: { alarms } });
  let heard: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (heard = resolve));
  let times = 0;
  const watch = new ClockWatch({
    everyMs: 1,
    ask: async () => {
      times += 1;
      if (times === 4) heard();
      return { is: 'measured', offsetMs: 3 };
    },
    tell: (code, detail) => centre.submit({ type: 'alarm.raised', at: NOW, code, detail }),
  });
  await asked;
  watch.close();
  const ends = centre.journal.of('alarm.raised');
  expect(ends.map(({ code }) => code)).toEqual(['TRUNK_GATEWAY_UP', 'CLOCK_RIGHT']);
  await applyJournal(database.db, journal(...ends));
  expect(await short('zhao')).toEqual([]);
  expect((await fromDatabase(database.db, NOW)).known.alarms).toEqual([]);
});

const DAY = 24 * HOUR;

test('those that were told before there were rows of them are put together by the upgrade', async () => {
  const past: [number, AlarmCode, string, string?][] = [
    [3 * DAY, 'RECORDING_DISK', 'long ago'],
    [90, 'DESKTOPS_BACK', 'an end without a beginning', 'bj01'],
    [80, 'DESKTOPS_GONE', 'first', 'bj01'],
    [75, 'DESKTOPS_GONE', 'again', 'bj01'],
    [70, 'DESKTOPS_BACK', 'back', 'bj01'],
    [60, 'DESKTOPS_GONE', 'second', 'bj01'],
    [50, 'TRUNK_NOT_REGISTERED', 'a: no answer'],
    [40, 'TRUNK_NOT_REGISTERED', 'b: no answer'],
    [30, 'TRUNK_REGISTERED', 'a: registered again'],
    [20, 'RECORDING_DISK', 'again'],
    [10, 'DIAL_LIMIT', 'person bob: rate', 'bj01'],
    [5, 'DIAL_LIMIT', 'person bob: spent', 'bj01'],
  ];
  for (const one of past) await told(...one);
  const rows = () => database.db('raised_alarm').orderBy('id').select();
  const before = await rows();
  await alarmStanding.down(database.db);
  await alarmStanding.up(database.db);
  expect(before).toHaveLength(7);
  expect(await rows()).toEqual(before);
});

test('what was over long ago is swept, in batches; what stands is kept, however old it is', async () => {
  const long = (ALARMS_KEPT_DAYS + 2) * DAY;
  const before = Date.now() - NOW;
  for (const call of [1, 2, 3]) await told(long - before, 'LEDGER_UNBALANCED', `call ${call}`);
  await told(long - before, 'CLOCK_OFF', 'off');
  await told(long - before, 'READ_ONLY', 'disk');
  await told(long - before - 3 * DAY, 'READ_ONLY_OVER', '');
  const swept: number[] = [];
  do swept.push(await sweepAlarms(database.db, 2));
  while (swept.at(-1) === 2);
  expect(swept).toEqual([2, 2, 1]);
  const left = await database.db('raised_alarm').orderBy('code').pluck<string[]>('code');
  expect(left).toEqual(['CLOCK_OFF', 'READ_ONLY']);
  expect(await database.db('alarm').pluck<string[]>('code')).toEqual(['READ_ONLY_OVER']);
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test('a page reads what it lists, however many alarms there were', async () => {
  await database.db.raw(
    `insert into raised_alarm (id, code, store_id, subject, detail, first_at, last_at, count, over_at, ended_by)
    select gen_random_uuid(), 'DESKTOPS_GONE', case n % 4 when 0 then null else 'store-' || n % 4 end,
      '', '', at, at, 1, case when n < 5 then 'infinity' else at + interval '1 hour' end,
      case when n < 5 then null else 'DESKTOPS_BACK' end
    from generate_series(1, 40000) n, lateral (select ?::timestamptz - n * interval '2 minutes' as at) t`,
    [new Date(NOW)],
  );
  await database.db.raw('analyze raised_alarm');
  for (const standing of [true, false]) {
    const filter = { storeIds: ['store-1', 'store-2'], machine: true, standing, now: NOW };
    const order = ['first_at', 'id'].map((column) => ({ column, order: 'desc' }));
    const { sql, bindings } = alarmsOf(database.db, filter).orderBy(order).limit(2).toSQL();
    const explained = await database.db.raw<{ rows: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] }>(
      `explain (analyze, format json) ${sql}`,
      bindings,
    );
    const nodes = nodesOf(explained.rows[0]!['QUERY PLAN'][0].Plan);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const rows = nodes.map((node) => node['Actual Rows'] * node['Actual Loops']);
    expect(Math.max(...rows)).toBeLessThan(100);
  }
});
