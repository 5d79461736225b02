import { Rest } from '../../../../sip/media/rest';

test('of each kind of order the latest is owed', () => {
  const rest = new Rest();
  rest.keep('music', {});
  rest.keep('keys', { relay: true });
  rest.keep('mute', { muted: true });
  rest.keep('hold', { record: false });
  rest.keep('keys', { relay: false });
  expect(rest.owed).toEqual([
    { name: 'hold', params: { record: false } },
    { name: 'keys', params: { relay: false } },
    { name: 'mute', params: { muted: true } },
  ]);
});

test('of a play what would follow it is owed', () => {
  const rest = new Rest();
  rest.skipPlay('music');
  expect(rest.owed).toEqual([{ name: 'music', params: {} }]);
  rest.skipPlay('silence');
  expect(rest.owed).toEqual([]);
});
