import { Guessing } from '../../../src/http/guessing';

const MINUTE = 60_000;

/** One wrong password; the milliseconds to wait when it was not even tried. */
function wrong(guessing: Guessing, account: string, address: string, now: number): number {
  const wait = guessing.begin({ account, address }, now);
  if (wait === 0) guessing.failed({ account, address }, now);
  return wait;
}

function wrongTimes(count: number, guessing: Guessing, now: number): void {
  for (let n = 0; n < count; n += 1) wrong(guessing, 'wang', '10.0.0.1', now);
}

describe('guessing passwords', () => {
  test('five wrong ones block the account for a minute, from every address', () => {
    const guessing = new Guessing();
    wrongTimes(4, guessing, 0);
    expect(wrong(guessing, 'wang', '10.0.0.1', 0)).toBe(0);
    expect(wrong(guessing, 'wang', '10.0.0.2', 1)).toBe(MINUTE - 1);
    expect(wrong(guessing, 'li', '10.0.0.2', 1)).toBe(0);
    expect(wrong(guessing, 'wang', '10.0.0.2', MINUTE)).toBe(0);
  });

  test('each further block is twice as long, up to fifteen minutes', () => {
    const guessing = new Guessing();
    wrongTimes(5, guessing, 0);
    const waits: number[] = [];
    let now = 0;
    for (let n = 0; n < 6; n += 1) {
      const wait = wrong(guessing, 'wang', `10.0.1.${n}`, now);
      waits.push(wait / MINUTE);
      now += wait;
      wrong(guessing, 'wang', `10.0.1.${n}`, now);
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
  });

  test('a success clears the account', () => {
    const guessing = new Guessing();
    wrongTimes(4, guessing, 0);
    expect(guessing.begin({ account: 'wang', address: '10.0.0.1' }, 0)).toBe(0);
    guessing.succeeded({ account: 'wang', address: '10.0.0.1' });
    wrongTimes(4, guessing, 0);
    expect(wrong(guessing, 'wang', '10.0.0.1', 0)).toBe(0);
  });

  test('a thousand guesses at once are five', () => {
    const guessing = new Guessing();
    const attempt = { account: 'wang', address: '10.0.0.1' };
    const waits = Array.from({ length: 1000 }, () => guessing.begin(attempt, 0));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  test('a shift of a hundred may sign in at once from one address', () => {
    const guessing = new Guessing();
    const attempts = Array.from({ length: 100 }, (_, n) => ({
      account: `agent-${n}`,
      address: '10.0.0.1',
    }));
    expect(attempts.map((attempt) => guessing.begin(attempt, 0))).toEqual(Array(100).fill(0));
  });

  test('thirty wrong ones on many accounts block the address, also after a success of its own', () => {
    const guessing = new Guessing();
    for (let n = 0; n < 29; n += 1) wrong(guessing, `a-${n}`, '10.0.0.1', 0);
    guessing.begin({ account: 'own', address: '10.0.0.1' }, 0);
    guessing.succeeded({ account: 'own', address: '10.0.0.1' });
    expect(wrong(guessing, 'a-29', '10.0.0.1', 0)).toBe(0);
    expect(wrong(guessing, 'a-30', '10.0.0.1', 0)).toBe(MINUTE);
    expect(wrong(guessing, 'a-30', '10.0.0.2', 0)).toBe(0);
  });

  test.each([
    ['an IPv6 network', '2001:db8:1:2::1', '2001:db8:1:2:ffff:0:0:9', true],
    ['two IPv6 networks', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['short and long spelling', '2001:db8::1', '2001:0db8:0:0:0:0:0:2', true],
    ['IPv4 in IPv6 clothes', '::ffff:10.0.0.1', '10.0.0.1', true],
    ['two addresses in IPv6 clothes', '::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
    ['the IPv6 loopback and a documentation address', '::1', '2001:db8::1', false],
  ])('%s: %s and %s are one subscriber: %s', (_what, first, second, same) => {
    const guessing = new Guessing();
    for (let n = 0; n < 30; n += 1) wrong(guessing, `a-${n}`, first, 0);
    expect(wrong(guessing, 'other', second, 0) > 0).toBe(same);
  });

  test('who was quiet for an hour starts afresh', () => {
    const guessing = new Guessing();
    wrongTimes(4, guessing, 0);
    wrongTimes(1, guessing, 60 * MINUTE);
    expect(wrong(guessing, 'wang', '10.0.0.1', 60 * MINUTE)).toBe(0);
  });
});
