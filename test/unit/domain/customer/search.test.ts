import { searchPatterns, searchText } from '../../../../src/domain/customer/search';

/** As PostgreSQL's `like` does it, whose only wildcard here is `%`. */
const isLike = (text: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('%', '.*')}$`, 's').test(text);

const finds = (question: string, found: Partial<Parameters<typeof searchText>[0]>): boolean => {
  const text = searchText({ name: '', numbers: [], plates: [], ...found });
  const patterns = searchPatterns(question);
  return patterns.length > 0 && patterns.every((pattern) => isLike(text, pattern));
};

describe('by name', () => {
  const name = '单小明';
  test.each([
    ...['单', '小', '明', '单小', '小明', '单小明'],
    ...['shanxiaoming', 'danxiaoming', 'xiaoming', 'SXM', 'xm', 'ming', 'shan xm', '小明 sxm'],
  ])('%s finds 单小明', (question) => {
    expect(finds(question, { name })).toBe(true);
  });
  test.each(['单明', '明小', 'iaoming', 'mx', '张', 'dxs', '单 张', ' ', '-', ''])(
    '%p does not',
    (question) => {
      expect(finds(question, { name })).toBe(false);
    },
  );

  test('one of letters, of any width and size; one with both; a rare character', () => {
    expect(finds('smi', { name: 'John SMITH' })).toBe(true);
    expect(finds('ｓｍｉｔｈ john', { name: 'John Smith' })).toBe(true);
    expect(finds('mith', { name: 'John Smith' })).toBe(false);
    expect(finds('a4 展', { name: 'A4L展厅王总' })).toBe(true);
    expect(finds('王总', { name: 'A4L展厅王总' })).toBe(true);
    expect(finds('𠮷', { name: '𠮷野' })).toBe(true);
    expect(finds('lvbu', { name: '吕布' })).toBe(true);
  });

  test('letters find no character that is written with them', () => {
    const [pattern = ''] = searchPatterns('张');
    expect(finds(pattern.replace(/\W/g, '').toLowerCase(), { name: '张三' })).toBe(false);
  });
});

describe('by number', () => {
  const numbers = ['+8613800138000', '+861082345678;ext=802'];
  test.each(['138', '0013', '8000', '138 8000', '+86 138-0013-8000', '13800138000', '010 8234'])(
    '%s is found',
    (question) => expect(finds(question, { numbers })).toBe(true),
  );
  test.each(['802', '01082345678', '861', '86138'])('%s, too', (question) => {
    expect(finds(question, { numbers })).toBe(true);
  });
  test.each(['80', '139', '138 139', '38'])('%s is not', (question) => {
    expect(finds(question, { numbers: ['+8613800138000'] })).toBe(false);
  });
});

describe('by plate', () => {
  test.each(['京A12345', '京a·12345', 'a12345', 'A123', '2345', '京', '京A'])('%s', (question) => {
    expect(finds(question, { plates: ['京A·12345'] })).toBe(true);
  });
  test.each(['沪A12345', 'B123', '12346'])('not %s', (question) => {
    expect(finds(question, { plates: ['京A·12345'] })).toBe(false);
  });
});

test('any mix of words, all of which must be his', () => {
  const him = { name: '王小明', numbers: ['+8613800138000'], plates: ['京A12345'] };
  expect(finds('8000 wxm 京A', him)).toBe(true);
  expect(finds('小明 A123 001', him)).toBe(true);
  expect(finds('8000 wxm 沪A', him)).toBe(false);
});

test('what is typed is no pattern of its own', () => {
  expect(searchPatterns('%_\\')).toEqual([]);
  expect(searchPatterns('a%b_c')).toEqual(['% a%', '% b%', '% c%']);
});

test('a long name costs no more than a page of text, and many words are not all asked for', () => {
  const name = '北京汽车销售有限公司'.repeat(100);
  expect(searchText({ name, numbers: [], plates: [] }).length).toBeLessThan(30_000);
  expect(searchPatterns('a b c d e f g h i j k')).toHaveLength(8);
});
