import { readOnlyBy, type ReadOnly, type Seen } from '../../../src/domain/read-only';

const RESERVE = 100;
const NOW = 1000;
const well: Seen = { ordered: false, freeBytes: 1e9, database: 'takes', wasAway: false };
const since = (why: ReadOnly['why']): ReadOnly => ({ why, since: 1 });

test.each<[what: string, former: ReadOnly | null, seen: Partial<Seen>, why: string | null]>([
  ['all is well', null, {}, null],
  ['an order', null, { ordered: true }, 'ordered'],
  ['an order, whatever else', since('disk'), { ordered: true, freeBytes: 1 }, 'ordered'],
  ['an order that ended', since('ordered'), {}, null],
  ['an order that ended on a full disk', since('ordered'), { freeBytes: 1 }, 'disk'],
  ['a disk at its reserve', null, { freeBytes: 100 }, null],
  ['a disk below it', null, { freeBytes: 99 }, 'disk'],
  ['a disk that has some room again', since('disk'), { freeBytes: 199 }, 'disk'],
  ['a disk that has room again', since('disk'), { freeBytes: 200 }, null],
  ['a disk that cannot be read', null, { freeBytes: null }, null],
  ['a full disk that cannot be read', since('disk'), { freeBytes: null }, 'disk'],
  ['a replica', null, { database: 'refuses' }, 'database'],
  ['a database that restarts', null, { database: 'away' }, null],
  ['a database that is gone', null, { database: 'away', wasAway: true }, 'database'],
  ['a replica that goes', since('database'), { database: 'away' }, 'database'],
  ['a database that is back', since('database'), { wasAway: true }, null],
])('%s', (_what, former, seen, why) => {
  expect(readOnlyBy(former, { ...well, ...seen }, RESERVE, NOW)?.why ?? null).toBe(why);
});

test('it is since it began for that reason', () => {
  const seen = { ...well, ordered: true };
  expect(readOnlyBy(since('ordered'), seen, RESERVE, NOW)).toEqual(since('ordered'));
  expect(readOnlyBy(since('disk'), seen, RESERVE, NOW)).toEqual({ why: 'ordered', since: NOW });
});
