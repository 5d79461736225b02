import type { Cell } from '../../../../src/domain/intake/cell';
import { sayRefusal } from '../../../../src/domain/intake/cell';
import { findHeading } from '../../../../src/domain/intake/header';
import { contentOf, readRow, type IntakeRecord } from '../../../../src/domain/intake/record';
import { SOURCES } from '../../../../src/domain/form/choices';
import { numberBook } from '../../../../src/domain/number/book';
import { PLAN } from '../../../support/two-stores';

const rules = {
  numbers: { book: numberBook(PLAN), area: '010', at: 0 },
  channels: SOURCES,
  from1904: false,
};

function read(heading: readonly string[], cells: readonly Cell[]) {
  const found = findHeading([heading]);
  if (found === null) throw new Error('no heading');
  return readRow({ row: 7, cells }, found.mapping, rules);
}
function recordOf(heading: readonly string[], cells: readonly Cell[]): IntakeRecord {
  const result = read(heading, cells);
  if ('refusals' in result) throw new Error(JSON.stringify(result.refusals));
  return result.record;
}
const codes = (heading: readonly string[], cells: readonly Cell[]) => {
  const result = read(heading, cells);
  return 'refusals' in result ? result.refusals.map(({ code, column }) => [code, column]) : [];
};

describe('A25: forms of paper, PDA, web and SMS end in one format', () => {
  const onPaper = recordOf(
    [
      '序号',
      '客户姓名',
      '性别',
      '联系电话',
      '意向车型',
      '预计购车日期',
      '级别',
      '渠道',
      '客户来源',
    ],
    [1, '张三', '男', '138 0013 8000', 'X3', '2026年11月5日', 'H级', '展厅到访', '来店'],
  );
  test.each<[string, readonly string[], readonly Cell[]]>([
    [
      'a PDA',
      ['LEVEL', 'MOBILE', 'NAME', 'SEX', 'INTEREST', 'PLANNED_PURCHASE', 'CHANNEL', 'SOURCE'],
      ['h', 13_800_138_000, '张三', 'M', 'X3', 46_331, 'showroom', 'walk-in'],
    ],
    [
      'a web page',
      [
        'Phone',
        'Full name',
        'Gender',
        'Interested in',
        'Expected purchase date',
        'Grade',
        'Channel',
        'Lead source',
      ],
      ['+8613800138000', '张三', 'male', 'X3', '2026-11-05', 'H', 'Showroom visit', 'walk in'],
    ],
    [
      'text messages',
      ['短信内容', '客户来源', '渠道', '备注'],
      [
        '姓名：张三；性别：男；手机：13800138000；意向车型：X3；预计购车时间：2026-11-05；级别：H',
        '到店',
        '展厅到访',
        '.',
      ],
    ],
  ])('%s and paper say the same', (_what, heading, cells) => {
    const { note, ...record } = recordOf(heading, cells);
    expect({ ...record, note: '' }).toEqual(onPaper);
    expect(note === '' || heading.includes('短信内容')).toBe(true);
  });

  test('which is complete', () => {
    expect(onPaper).toEqual({
      numbers: [{ number: '+8613800138000', kind: 'mobile' }],
      ...{ name: '张三', sex: 'male', kind: null, customerType: '', area: '', address: '' },
      ...{ bornOn: null, note: '', level: 'H', channel: 'showroom', source: 'walk-in' },
      prospect: null,
      ...{ consultant: '', presentCar: '', interestSeries: '', interestModel: 'X3' },
      ...{ intendedOn: '2026-11-05', contactResult: '', nextPlan: '', plate: '', vin: '' },
      ...{ series: '', model: '', boughtOn: null, registeredOn: null, insuredUntil: null },
    });
  });
});

test.each([
  ['意向程度', '高意向客户', 'high'],
  ['线索类型', '普通线索', 'ordinary'],
  ['线索类型', '已购车主', 'owner'],
  ['意向程度', '有意向', 'intending'],
  ['意向类型', '垃圾数据', 'junk'],
  ['Prospect', 'none', 'none'],
  ['意向程度', '无意向', 'none'],
  ['意向程度', '不详', null],
  ['意向程度', '', null],
])('X08: under %s stands %s: %s', (heading, word, prospect) => {
  expect(recordOf(['手机', heading], ['13800138000', word])).toMatchObject({ prospect });
});

test('a message that is but a sentence has its number, and stays as it was written', () => {
  const text = '你好，我想试驾 X3，请打 138 0013 8000';
  expect(recordOf(['内容'], [text])).toMatchObject({
    numbers: [{ number: '+8613800138000' }],
    note: text,
  });
});

test('names keep their emoji, and lose what is not seen', () => {
  const [name] = ['\u202e 王  芳\u200b👨‍👩‍👧🌸 '];
  expect(recordOf(['姓名', '手机'], [name ?? '', '13800138000']).name).toBe('王 芳👨‍👩‍👧🌸');
});

test.each([
  ['张先生', 'male'],
  ['王女士', 'female'],
  ['Mr. Smith', 'male'],
  ['李小姐', 'female'],
  ['王芳', null],
])('%s says of the sex: %s', (name, sex) =>
  expect(recordOf(['姓名', '手机'], [name, '13800138000']).sex).toBe(sex),
);

const CAR = ['手机', '车牌', '车架号', '购车日期'];
test('plates and VINs are read as they are written', () => {
  const cells = ['13800138000', '京 a·12345', 'lsvaa49j132047371', 43_831];
  expect(recordOf(CAR, cells)).toMatchObject({
    ...{ plate: '京A12345', vin: 'LSVAA49J132047371', boughtOn: '2020-01-01' },
  });
  expect(recordOf(CAR, ['13800138000', '沪AD12345', '']).plate).toBe('沪AD12345');
});

test('all that is wrong with a row is told, with its column', () => {
  const heading = ['手机', '性别', '级别', '渠道', '来源', '车牌', '车架号', '生日', '个人或公司'];
  const cells = ['12', '?', 'D', '梦', '天上', 'X', 'ABC', '近期', '国家'];
  expect(codes(heading, cells)).toEqual([
    ...[
      ['NUMBER_UNREADABLE', 0],
      ['LEVEL_UNKNOWN', 2],
      ['CHANNEL_UNKNOWN', 3],
    ],
    ...[
      ['SOURCE_UNKNOWN', 4],
      ['PLATE_UNREADABLE', 5],
      ['VIN_UNREADABLE', 6],
    ],
    ...[
      ['DATE_UNREADABLE', 7],
      ['KIND_UNKNOWN', 8],
    ],
  ]);
});

test('not to know is no fault, another word is', () => {
  expect(recordOf(['手机', '性别'], ['13800138000', '不详']).sex).toBeNull();
  expect(codes(['手机', '性别'], ['13800138000', '高'])).toEqual([['SEX_UNKNOWN', 1]]);
  expect(codes(['手机', '意向程度'], ['13800138000', '320i'])).toEqual([['PROSPECT_UNKNOWN', 1]]);
});

test('nobody is known without a number', () => {
  expect(codes(['姓名', '手机', '电话'], ['王芳', '', ''])).toEqual([['NUMBER_MISSING', null]]);
  expect(recordOf(['姓名', '手机', '电话'], ['王芳', '', '010-82345678']).numbers).toHaveLength(1);
});

test('of formulas the result counts; one without, or with an error, is told where it is read', () => {
  const heading = ['手机', '级别', '序号'];
  expect(codes(heading, ['13800138000', { error: '#N/A' }, { error: '#REF!' }])).toEqual([
    ['FORMULA_ERROR', 1],
  ]);
  expect(codes(heading, ['13800138000', { error: '=A1' }, ''])).toEqual([['FORMULA_NO_RESULT', 1]]);
  expect(codes(heading, ['13800138000', '=B2&C2', ''])).toEqual([['FORMULA_NO_RESULT', 1]]);
});

test('texts have an end', () => {
  const heading = ['手机', '姓名', '备注'];
  expect(codes(heading, ['13800138000', '王'.repeat(101), 'x'.repeat(2001)])).toEqual([
    ['NAME_LONG', 1],
    ['TEXT_LONG', 2],
  ]);
});

test('the same content is the same, however it was written', () => {
  const one = recordOf(['姓名', '手机'], ['王芳', '13800138000']);
  const other = recordOf(['电话', '名字', '性别'], ['+86 138-0013-8000', '王芳', '']);
  expect(contentOf(one)).toBe(contentOf(other));
  expect(contentOf(one)).not.toBe(contentOf({ ...one, note: 'x' }));
  expect(contentOf(one)).not.toBe(contentOf({ ...one, prospect: 'high' }));
  // As it was before there was such a column: rows that have landed are known by it still.
  expect(JSON.parse(contentOf(one))).toHaveLength(26);
});

test('a reason names row, column and what stands there, in both languages', () => {
  expect(sayRefusal({ code: 'LEVEL_UNKNOWN', column: 27, value: 'Z' }, 12)).toEqual({
    zh: '第 12 行 AB 列 “Z”：级别只能是 H、A、B、C',
    en: 'row 12, column AB “Z”: the level is none of H, A, B, C',
  });
});
