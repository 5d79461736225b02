import { linksBrought, MOST_ORDERED, refusedOrder } from '../../../../src/domain/message/order';

test.each<[string, Record<string, string>, string[]]>([
  ['预约 {time}', { time: '周六 14:00', model: 'ID.4' }, []],
  ['预约 {time}', { time: '10月1日14:00，3.5公里' }, []],
  ['预约 {time}', { time: '2 p.m. please' }, []],
  ['预约 {time}', { time: 'https://t.cn/AbC' }, ['https://t.cn']],
  ['预约 {time}', { time: 'http://localhost/x' }, ['http://localhost']],
  ['预约 {time}', { time: '请访问Evil.COM/x' }, ['请访问evil.com']],
  ['预约 {time}', { time: '例子.中国' }, ['例子.中国']],
  ['预约 {time}', { time: 'evil．com' }, ['evil.com']],
  ['预约 {time}', { time: '203.0.113.7/x' }, ['203.0.113.7']],
  // Put together of two.
  ['{a}{b}', { a: 'evil.', b: 'com' }, ['evil.com']],
  // Of the plan, and what a value makes of it.
  ['https://dealer.cn/{id} {time}', { id: '7', time: '14:00' }, []],
  ['https://dealer.cn/{id}', { id: 'https://dealer.cn/8' }, []],
  ['https://dealer.cn{id}', { id: '.evil.com' }, ['https://dealer.cn.evil.com', 'evil.com']],
  ['https://dealer.cn{id}', { id: '@evil.com' }, ['https://dealer.cn@evil.com', 'evil.com']],
  ['https://{host}/', { host: 'evil.com' }, ['https://evil.com', 'evil.com']],
  // Not in the text, but a gateway is given all values.
  ['预约 {time}', { time: '14:00', other: 'evil.com' }, ['evil.com']],
])('%s with %j brings %j', (template, values, links) => {
  expect(linksBrought(template, values).sort()).toEqual([...links].sort());
});

test('a text is ordered for whom the store knows, so many times a day', () => {
  expect(refusedOrder({ known: true, orderedToday: MOST_ORDERED - 1 })).toBeNull();
  expect(refusedOrder({ known: true, orderedToday: MOST_ORDERED })).toEqual({
    ...{ code: 'TEXT_NUMBER_LIMIT', details: { perDay: MOST_ORDERED } },
  });
  expect(refusedOrder({ known: false, orderedToday: 0 })).toEqual({ code: 'NUMBER_NOT_KNOWN' });
});
