import { Crowd } from '../../../../sip/transport/crowd';

test('so many from one address, so many in all, and who leaves makes room', () => {
  const crowd = new Crowd({ inAll: 3, fromOne: 2 });
  expect(['a', 'a', 'a', 'b', 'c'].map((from) => crowd.enter(from))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  crowd.leave('a');
  crowd.leave('nobody');
  expect(crowd.enter('c')).toBe(true);
  expect(crowd.enter('a')).toBe(false);
});
