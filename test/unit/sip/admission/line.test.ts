import { Line } from '../../../../sip/admission/line';

test('first come, first served; one more than the limit is not let in', () => {
  const line = new Line<string>(2);
  expect([line.join('a'), line.join('b'), line.join('c')]).toEqual([true, true, false]);
  expect(line.length).toBe(2);
  expect([line.next(), line.next(), line.next()]).toEqual(['a', 'b', undefined]);
});

test('who gives up makes room, wherever he stood', () => {
  const line = new Line<string>(2);
  line.join('a');
  line.join('b');
  expect(line.leave('a')).toBe(true);
  expect(line.leave('a')).toBe(false);
  expect(line.join('c')).toBe(true);
  expect([line.next(), line.next()]).toEqual(['b', 'c']);
});
