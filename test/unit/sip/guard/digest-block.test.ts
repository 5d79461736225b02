import {
  BLOCK_MS,
  DigestBlock,
  WRONG_DIGESTS,
  type DigestSource,
} from '../../../../sip/guard/digest-block';

const [s, t] = ['s', 't'].map((id) => ({ id, address: `address of ${id}` })) as [
  DigestSource,
  DigestSource,
];
const register = { method: 'REGISTER', hasCredentials: true };
const wrong = { status: 403, stale: false };

function blockedSource(at = 0): DigestBlock {
  const block = new DigestBlock();
  for (let i = 0; i < WRONG_DIGESTS; i++) block.answered(s, wrong, at);
  return block;
}

test('four wrong digests block nothing, the fifth does', () => {
  const block = new DigestBlock();
  for (let i = 1; i < WRONG_DIGESTS; i++) block.answered(s, wrong, 0);
  expect(block.blocks(s, register, 1)).toBe(false);
  block.answered(s, { status: 401, stale: false }, 1);
  expect(block.blocks(s, register, 2)).toBe(true);
});

test('a blocked source may not register nor show credentials, but may call without', () => {
  const block = blockedSource();
  expect(block.blocks(s, { method: 'REGISTER', hasCredentials: false }, 1)).toBe(true);
  expect(block.blocks(s, { method: 'INVITE', hasCredentials: true }, 1)).toBe(true);
  expect(block.blocks(s, { method: 'INVITE', hasCredentials: false }, 1)).toBe(false);
});

test('another source is not concerned', () => {
  expect(blockedSource().blocks(t, register, 1)).toBe(false);
});

test('ten minutes later it is over', () => {
  const block = blockedSource(1000);
  expect(block.blocks(s, register, 1000 + BLOCK_MS - 1)).toBe(true);
  expect(block.blocks(s, register, 1000 + BLOCK_MS)).toBe(false);
});

test('a success forgets what was wrong before', () => {
  const block = new DigestBlock();
  for (let i = 1; i < WRONG_DIGESTS; i++) block.answered(s, wrong, 0);
  block.answered(s, { status: 200, stale: false }, 0);
  block.answered(s, wrong, 0);
  expect(block.blocks(s, register, 1)).toBe(false);
});

test('an old nonce is not a wrong digest, and neither is a failure of another kind', () => {
  const block = new DigestBlock();
  for (let i = 0; i < 10; i++) {
    block.answered(s, { status: 401, stale: true }, 0);
    block.answered(s, { status: 404, stale: false }, 0);
  }
  expect(block.blocks(s, register, 1)).toBe(false);
});

test('many sources do not fill the memory: the oldest is forgotten', () => {
  const block = blockedSource();
  for (let i = 0; i < 10_000; i++) block.answered({ id: `flood ${i}`, address: 'flood' }, wrong, 1);
  expect(block.blocks(s, register, 2)).toBe(false);
});

describe('the list', () => {
  test('names who is blocked, for how long, and what was refused since', () => {
    const block = blockedSource(1000);
    block.answered(t, wrong, 1000);
    for (let i = 0; i < 3; i++) block.blocks(s, register, 1500);
    expect(block.held(2000)).toEqual([
      { address: s.address, why: 'digest', forMs: 1000, leftMs: BLOCK_MS - 1000, dropped: 3 },
    ]);
    expect(block.held(1000 + BLOCK_MS)).toEqual([]);
  });

  test('an address that is released may try five times again, from all its ports', () => {
    const block = blockedSource();
    const other = { id: 'another port', address: s.address };
    for (let i = 0; i < WRONG_DIGESTS; i++) block.answered(other, wrong, 0);
    expect(block.release(t.address, 1)).toBe(false);
    expect(block.release(s.address, 1)).toBe(true);
    expect([s, other].map((source) => block.blocks(source, register, 2))).toEqual([false, false]);
    expect(block.held(2)).toEqual([]);
    for (let i = 1; i < WRONG_DIGESTS; i++) block.answered(s, wrong, 2);
    expect(block.blocks(s, register, 3)).toBe(false);
  });

  test('what did not block yet is nothing to release, but is forgotten', () => {
    const block = new DigestBlock();
    for (let i = 1; i < WRONG_DIGESTS; i++) block.answered(s, wrong, 0);
    expect(block.release(s.address, 1)).toBe(false);
    expect(block.size).toBe(0);
  });
});

test('a flood of sources is remembered up to its bound', () => {
  const block = new DigestBlock();
  for (let i = 0; i < 30_000; i++) block.answered({ id: `${i}`, address: 'a' }, wrong, i);
  expect(block.size).toBe(10_000);
});
