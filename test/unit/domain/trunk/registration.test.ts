import { nextTry } from '../../../../src/domain/trunk/registration';

test.each([
  [
    'a grant is refreshed well before its end',
    { is: 'registered', expires: 300 },
    3,
    225_000,
    300,
    0,
  ],
  ['a longer one is asked for at once', { is: 'too-brief', leastExpires: 1800 }, 1, 0, 1800, 1],
  ['not one that is no longer', { is: 'too-brief', leastExpires: 300 }, 0, 45_000, 300, 1],
  ['nor one of a week', { is: 'too-brief', leastExpires: 604_800 }, 0, 45_000, 300, 1],
  ['silence is asked again soon', { is: 'silent' }, 0, 3750, 300, 1],
  ['and later and later', { is: 'silent' }, 3, 30_000, 300, 4],
  ['but not never', { is: 'silent' }, 999, 225_000, 300, 1000],
  ['a refusal is asked again after a while', { is: 'refused', status: 403 }, 0, 45_000, 300, 1],
] as const)('%s', (_what, outcome, failures, inMs, expires, then) => {
  const made = nextTry(outcome, { expires: 300, failures }, 0.5);
  expect(made).toEqual({ inMs, expires, failures: then });
});

test('those that failed together do not come back together', () => {
  const waits = [0, 1].map((chance) =>
    nextTry({ is: 'silent' }, { expires: 60, failures: 0 }, chance),
  );
  expect(waits.map(({ inMs }) => inMs)).toEqual([2500, 5000]);
});
