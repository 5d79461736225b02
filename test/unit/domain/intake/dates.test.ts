import { readDate } from '../../../../src/domain/intake/dates';

const read = (cell: string | number, from1904 = false) => {
  const result = readDate(cell, from1904);
  return 'code' in result ? result.code : result.value;
};

test.each<[string | number]>([
  ['2026-11-05'],
  ['2026/11/5'],
  ['2026.11.5'],
  ['2026年11月5日'],
  ['2026 年 11 月 5 日'],
  ['２０２６－１１－０５'],
  ['20261105'],
  [20_261_105],
  ['5.11.2026'],
  ['2026-11-05 14:30'],
  ['2026-11-05T00:00:00'],
  [46_331],
  [46_331.604],
  ['46331'],
])('%s is the fifth of November', (cell) => expect(read(cell)).toBe('2026-11-05'));

test.each<[string | number, string]>([
  ['26/11/5', 'DATE_YEAR_SHORT'],
  ['5.11.26', 'DATE_YEAR_SHORT'],
  ['26年11月5日', 'DATE_YEAR_SHORT'],
  ['3/4/2026', 'DATE_AMBIGUOUS'],
  ['2026-02-30', 'DATE_UNREADABLE'],
  ['1900-02-29', 'DATE_UNREADABLE'],
  ['1899-12-31', 'DATE_UNREADABLE'],
  ['近期', 'DATE_UNREADABLE'],
  ['2026-11', 'DATE_UNREADABLE'],
  [5, 'DATE_UNREADABLE'],
  [999_999, 'DATE_UNREADABLE'],
])('%s is refused: %s', (cell, code) => expect(read(cell)).toBe(code));

test('which is the day, can be told where one is above twelve, or both are alike', () => {
  expect(read('13/4/2026')).toBe('2026-04-13');
  expect(read('4/13/2026')).toBe('2026-04-13');
  expect(read('4/4/2026')).toBe('2026-04-04');
});

test('an empty cell is no date, and no fault', () => expect(read(' ')).toBeNull());

test('days of a spreadsheet are those of the calendar, from 1900 and from 1904', () => {
  for (const iso of ['1900-03-01', '1970-01-01', '1999-12-31', '2000-02-29', '2099-12-31']) {
    const days = Date.parse(iso) / 86_400_000;
    expect(read(days + 25_569)).toBe(iso);
    if (days + 24_107 > 61) expect(read(days + 24_107, true)).toBe(iso);
  }
});
