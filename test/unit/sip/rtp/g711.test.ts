import {
  ALAW_SILENCE,
  ALAW_TO_LINEAR,
  ALAW_TO_ULAW,
  ULAW_SILENCE,
  ULAW_TO_ALAW,
  ULAW_TO_LINEAR,
  encodeAlaw,
  encodeUlaw,
  translate,
} from '../../../../sip/rtp/g711';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

test('every A-law byte survives decoding and encoding', () => {
  expect(BYTES.map((byte) => encodeAlaw(ALAW_TO_LINEAR[byte] as number))).toEqual(BYTES);
});

test('every µ-law byte survives decoding and encoding, negative zero becoming zero', () => {
  const expected = BYTES.map((byte) => (byte === 0x7f ? 0xff : byte));
  expect(BYTES.map((byte) => encodeUlaw(ULAW_TO_LINEAR[byte] as number))).toEqual(expected);
});

test.each([
  // Values of ITU-T G.711, tables 1a and 2a, scaled to 16 bits.
  ['A-law', ALAW_TO_LINEAR, 0xd5, 8],
  ['A-law', ALAW_TO_LINEAR, 0x55, -8],
  ['A-law', ALAW_TO_LINEAR, 0xaa, 32_256],
  ['A-law', ALAW_TO_LINEAR, 0x2a, -32_256],
  ['µ-law', ULAW_TO_LINEAR, 0xff, 0],
  ['µ-law', ULAW_TO_LINEAR, 0x80, 32_124],
  ['µ-law', ULAW_TO_LINEAR, 0x00, -32_124],
])('%s %#: the standard’s value', (_law, table, byte, sample) => {
  expect(table[byte]).toBe(sample);
});

test.each([
  ['A-law', encodeAlaw, ALAW_TO_LINEAR],
  ['µ-law', encodeUlaw, ULAW_TO_LINEAR],
])('%s is within half a step of the sample', (_law, encode, table) => {
  const samples = Array.from({ length: 9362 }, (_, i) => i * 7 - 32_768);
  const tooFar = samples.filter((sample) => {
    const error = Math.abs((table[encode(sample)] as number) - sample);
    return error > Math.max(16, Math.abs(sample) / 23);
  });
  expect(tooFar).toEqual([]);
});

test('silence is silence in the other law', () => {
  expect(ALAW_TO_ULAW[ALAW_SILENCE]).toBe(0xfe);
  expect(ULAW_TO_ALAW[ULAW_SILENCE]).toBe(ALAW_SILENCE);
});

test('translating changes only the range that is named', () => {
  const bytes = Uint8Array.from([1, 2, 3, 4]);
  translate(bytes, 1, 3, ALAW_TO_ULAW);
  expect([...bytes]).toEqual([1, ALAW_TO_ULAW[2], ALAW_TO_ULAW[3], 4]);
});
