import { seal, unseal } from '../../../src/engine/sign-in/sealed';
import { base32, codeOf, matchingStep, otpauthUri, stepAt } from '../../../src/engine/sign-in/totp';

/** RFC 6238, appendix B, the last six of its eight digits. */
const SECRET = Buffer.from('12345678901234567890');

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is %s', (second, code) => {
  expect(codeOf(SECRET, stepAt(second * 1000))).toBe(code);
});

describe('a code', () => {
  const at = 1_234_567_890_000;
  const now = stepAt(at);
  test.each([
    ['of two steps ago', -2, false],
    ['of the step before', -1, true],
    ['of now', 0, true],
    ['of the step after', 1, true],
    ['of two steps on', 2, false],
  ])('%s', (_what, shift, counts) => {
    const step = matchingStep(SECRET, codeOf(SECRET, now + shift), { at, lastStep: 0 });
    expect(step).toBe(counts ? now + shift : null);
  });

  test('is good once, and takes all older ones with it', () => {
    for (const shift of [-1, 0])
      expect(matchingStep(SECRET, codeOf(SECRET, now + shift), { at, lastStep: now })).toBeNull();
    expect(matchingStep(SECRET, codeOf(SECRET, now + 1), { at, lastStep: now })).toBe(now + 1);
  });

  test.each(['', '00592', '0059244', '００５９２４', 'abcdef'])('%p is none', (code) => {
    expect(matchingStep(SECRET, code, { at, lastStep: 0 })).toBeNull();
  });
});

test.each([
  ['f', 'MY'],
  ['foo', 'MZXW6'],
  ['foobar', 'MZXW6YTBOI'],
  ['', ''],
])('%p in base32 (RFC 4648 §10)', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('an authenticator app is told everything, whatever the name', () => {
  expect(otpauthUri('MZXW6', { user: '王&x=1', issuer: 'Openline' })).toBe(
    'otpauth://totp/Openline:%E7%8E%8B%26x%3D1?secret=MZXW6&issuer=Openline&algorithm=SHA1&digits=6&period=30',
  );
});

describe('what is sealed', () => {
  const key = Buffer.alloc(32, 1);
  const sealed = seal(SECRET, key, 'wang');
  test('is opened with its key for its owner, and is another text each time', () => {
    expect(unseal(sealed, key, 'wang')).toEqual(SECRET);
    expect(seal(SECRET, key, 'wang')).not.toBe(sealed);
    expect(Buffer.from(sealed, 'base64url').includes(SECRET)).toBe(false);
  });

  const bytes = Buffer.from(sealed, 'base64url');
  const flipped = bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));
  test.each([
    ['with another key', sealed, Buffer.alloc(32, 2), 'wang'],
    ["in somebody else's row", sealed, key, 'li'],
    ['damaged', Buffer.from(flipped).toString('base64url'), key, 'wang'],
    ['cut', sealed.slice(0, 20), key, 'wang'],
    ['empty', '', key, 'wang'],
  ])('stays shut %s', (_what, text, by, owner) => {
    expect(unseal(text, by, owner)).toBeNull();
  });
});
