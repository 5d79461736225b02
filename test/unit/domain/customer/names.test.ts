import { fullness, isCompanyName, likenessOf } from '../../../../src/domain/customer/names';

/** Q06, "clearly another name": cases as people type them. Each is asked in both directions. */
test.each([
  // The same full name, however it is written.
  ['王伟', '王伟', 'same'],
  [' 王 伟 ', '王伟', 'same'],
  ['王伟先生', '王伟', 'same'],
  ['王伟（老客户）', '王伟13800138000', 'same'],
  ['王伟😀', '王伟', 'same'],
  ['欧阳锋', '欧阳锋', 'same'],
  ['Wang Wei', 'wang wei', 'same'],
  ['WANG, Wei', 'Wei Wang', 'same'],
  ['WangWei', 'Wang Wei', 'same'],
  ['Mr. John Smith', 'John Smith', 'same'],
  ['ＷＡＮＧ ＷＥＩ', 'Wáng Wěi', 'same'],
  // Nothing speaks against it.
  ['', '王伟', 'fits'],
  ['', '', 'fits'],
  ['未知', '李娜', 'fits'],
  ['先生', '王伟', 'fits'],
  ['微信用户', '王伟', 'fits'],
  ['王先生', '王伟', 'fits'],
  ['王总', '王先生', 'fits'],
  ['小王', '王伟', 'fits'],
  ['老王', '王先生', 'fits'],
  ['王', '王伟', 'fits'],
  ['欧阳女士', '欧阳锋', 'fits'],
  ['小丽', '李丽', 'fits'],
  ['小娜', '王女士', 'fits'],
  ['伟', '王伟', 'fits'],
  ['Wang Wei', '王伟', 'fits'],
  ['Wei WANG', '王先生', 'fits'],
  ['wangwei', '王伟', 'fits'],
  ['Lu Bu', '吕布', 'fits'],
  ['lvbu', '吕布', 'fits'],
  ['Wang W', '王伟', 'fits'],
  ['王伟', '王维', 'fits'],
  ['王伟', '王偉', 'fits'],
  ['陈伟', '陳偉', 'fits'],
  ['张伟', '章伟', 'fits'],
  ['Ouyang Feng', '欧阳锋', 'fits'],
  ['Tony Chan', '陈伟', 'fits'],
  ['David', '李娜', 'fits'],
  ['W. Wang', 'Wei Wang', 'fits'],
  ['John', 'John Smith', 'fits'],
  // Clearly another.
  ['王伟', '李娜', 'other'],
  ['王先生', '李娜', 'other'],
  ['小王', '李娜', 'other'],
  ['Wang Wei', '李娜', 'other'],
  ['王伟', '王芳', 'other'],
  ['王先生', '李先生', 'other'],
  ['小丽', '李娜', 'other'],
  ['欧阳锋', '欧阳克', 'other'],
  ['欧阳锋', '欧冶子', 'other'],
  ['Wang Wei', '王芳', 'other'],
  ['wangwei', '王芳', 'other'],
  ['John Smith', 'Mary Jones', 'other'],
  // A company is nobody's name; two of them are told by what is left of their legal form.
  ['北京华远贸易有限公司', '北京华远贸易', 'other'],
  ['北京华远贸易有限公司', '北京华远贸易公司', 'same'],
  ['北京华远贸易有限公司', '华远贸易有限责任公司', 'fits'],
  ['北京华远贸易有限公司', '上海申通物流有限公司', 'other'],
  ['北京华远贸易有限公司', '王伟', 'other'],
  ['北京华远贸易有限公司', '', 'fits'],
  ['Acme Ltd.', 'ACME Co., Ltd', 'same'],
] as const)('%s and %s: %s', (one, other, likeness) => {
  expect(likenessOf(one, other)).toBe(likeness);
  expect(likenessOf(other, one)).toBe(likeness);
});

test.each([
  ['', 0],
  ['  ', 0],
  ['客户', 1],
  ['王先生', 1],
  ['小王', 1],
  ['小丽', 1],
  ['Wei', 1],
  ['王伟', 2],
  ['Wang Wei', 2],
  ['欧阳锋', 2],
  ['欧阳', 1],
  ['华远贸易有限公司', 2],
] as const)('%j says %i', (name, says) => expect(fullness(name)).toBe(says));

test('a company is known by its form', () => {
  expect(['华远贸易有限公司', '第一医院', 'Acme Inc.'].map(isCompanyName)).toEqual([
    true,
    true,
    true,
  ]);
  expect(['王伟', '小王', 'Wang Wei', '', '厂'].map(isCompanyName)).toEqual([
    ...[false, false, false, false, true],
  ]);
});
