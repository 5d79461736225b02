import { frame, FrameReader } from '../../../../sip/gateway/frames';

test('messages come whole however the bytes are cut, the digits of the length included', () => {
  const bytes = frame('hello#5#') + frame('x'.repeat(1234));
  const reader = new FrameReader();
  const got = [...bytes].flatMap((byte) => reader.push(byte) ?? ['broken']);
  expect(got).toEqual(['hello#5#', 'x'.repeat(1234)]);
});

test('several frames may share a segment', () => {
  expect(new FrameReader().push(frame('a') + frame('b') + '3#c')).toEqual(['a', 'b']);
});

test('five digits are the limit', () => {
  const reader = new FrameReader();
  expect(reader.push(`99999#${'x'.repeat(99_999)}`)).toHaveLength(1);
  expect(new FrameReader().push('100000')).toBeUndefined();
});

test.each(['x', '#', '12a#', '-1#'])('%s is not the protocol', (bytes) => {
  expect(new FrameReader().push(bytes)).toBeUndefined();
});
