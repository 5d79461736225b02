import { findHeading, isHeadingAgain, shapeOf } from '../../../../src/domain/intake/header';

const heading = (...args: Parameters<typeof findHeading>) => findHeading(...args);

test('a heading of one row is found by its names, in either language and any order', () => {
  expect(heading([['姓名', '手机号码', '性别']])?.mapping).toEqual(['name', 'number', 'sex']);
  expect(heading([['Gender', 'Mobile Phone', 'Full name']])?.mapping).toEqual([
    ...['sex', 'number', 'name'],
  ]);
});

test('hints, signs and line ends do not matter', () => {
  const rows = [['*客户\n姓名（必填）', '【联系】联系电话 ', 'E-Mail', 'Purchase-date']];
  expect(heading(rows)?.mapping).toEqual(['name', 'number', null, 'boughtOn']);
});

test('titles stand above it', () => {
  const rows = [
    ['十一月线索', '', ''],
    [],
    ['制表：王芳', '', ''],
    ['电话', '姓名', '级别'],
    ['138', '王', 'H'],
  ];
  expect(heading(rows)).toMatchObject({ dataFrom: 4, mapping: ['number', 'name', 'level'] });
});

test('groups over columns say what these are, and cells merged downwards count', () => {
  const rows = [
    ['姓名', '电话', '意向', '', '购车', '', '车牌号'],
    ['', '', '车型', '购买日期', '车型', '日期', ''],
  ];
  expect(heading(rows)).toMatchObject({
    dataFrom: 2,
    labels: ['姓名', '电话', '车型', '购买日期', '车型', '日期', '车牌号'],
    mapping: ['name', 'number', 'interestModel', 'intendedOn', 'model', 'boughtOn', 'plate'],
  });
});

test('a title over a group over the heading is no part of it', () => {
  const rows = [
    ['名单', '', ''],
    ['意向', '', ''],
    ['车型', '电话', '姓名'],
    ['X3', '138', '王'],
  ];
  expect(heading(rows)).toMatchObject({
    ...{ dataFrom: 3, mapping: ['interestModel', 'number', 'name'] },
  });
});

test('several columns may hold numbers, of the others the first counts', () => {
  const rows = [['手机', '备用电话', '姓名', '客户姓名']];
  expect(heading(rows)?.mapping).toEqual(['number', 'number', 'name', null]);
});

test('the row beneath is no part of it', () => {
  expect(
    heading([
      ['姓名', '电话'],
      ['', ''],
      ['王', '138'],
    ])?.dataFrom,
  ).toBe(1);
});

test('without a column of numbers or messages it is none, unless somebody says which it is', () => {
  const rows = [
    ['甲', '乙'],
    ['王', '13800138000'],
  ];
  expect(heading(rows)).toBeNull();
  expect(heading(rows, { 甲: 'name', 乙: 'number' })).toMatchObject({
    ...{ dataFrom: 1, mapping: ['name', 'number'] },
  });
});

test('what somebody says goes before what is recognised', () => {
  const rows = [['姓名', '电话', '备注']];
  expect(heading(rows, { 备注: null, 姓名: 'consultant' })?.mapping).toEqual([
    ...['consultant', 'number', null],
  ]);
});

test('it is known when it comes again, and by its shape', () => {
  const found = heading([['姓名', '电话（必填）']]);
  expect(found && isHeadingAgain(found, ['姓名 ', '电话'])).toBe(true);
  expect(found && isHeadingAgain(found, ['王芳', '13800138000'])).toBe(false);
  expect(shapeOf(['姓名', '电话（必填）'])).toBe(shapeOf([' 姓 名', '电话']));
  expect(shapeOf(['姓名', '电话'])).not.toBe(shapeOf(['电话', '姓名']));
});

test('in a file without one nothing is taken for it', () => {
  expect(
    heading([
      ['王芳', '13800138000'],
      ['李伟', '13800138001'],
    ]),
  ).toBeNull();
  expect(heading([])).toBeNull();
});
