import { rangeFrom } from '../../../../sip/handover/range-from';

const file = { etag: '"abc"', bytes: 100 };

test.each([
  ['no range', undefined, undefined, 0],
  ['the rest', 'bytes=40-', undefined, 40],
  ['the rest of this file', 'bytes=40-', '"abc"', 40],
  ['the rest of another file', 'bytes=40-', '"abd"', 0],
  ['the last byte', 'bytes=99-', undefined, 99],
  ['all of it', 'bytes=0-', undefined, 0],
  ['nothing', 'bytes=100-', undefined, 'unsatisfiable'],
  ['a piece, which nobody needs', 'bytes=40-50', undefined, 0],
  ['the end, which nobody needs', 'bytes=-5', undefined, 0],
  ['something else', 'lines=40-', undefined, 0],
])('%s: %s', (_what, range, ifRange, from) => {
  expect(rangeFrom({ range, ifRange }, file)).toBe(from);
});
