import { turnOf } from '../../../../src/domain/promise/turn';
import type { Opening } from '../../../../src/domain/hours/opening';
import type { PromiseSnapshot } from '../../../../src/domain/records';
import { aPromise } from '../../../support/records';

const NOW = 1_000_000;
const OPEN: Opening = { is: 'open' };
const closed = (opensAt: number | null): Opening => ({ is: 'closed', why: 'after-hours', opensAt });
const NEVER = { is: 'never' };

test.each<[string, Partial<PromiseSnapshot>, Opening, boolean, object]>([
  [
    'it is due: it stands behind who came before that',
    { dueAt: NOW - 5 },
    OPEN,
    false,
    { is: 'now', place: NOW - 5 },
  ],
  [
    'it is not due: it stands behind everybody',
    { dueAt: NOW + 5 },
    OPEN,
    false,
    { is: 'now', place: NOW + 5 },
  ],
  ['a kept place', { place: NOW - 9 }, OPEN, false, { is: 'now', place: NOW - 9 }],
  ['not so soon', { notBefore: NOW + 1 }, OPEN, false, { is: 'later', at: NOW + 1 }],
  ['that moment has come', { notBefore: NOW, dueAt: 7 }, OPEN, false, { is: 'now', place: 7 }],
  ['he is on the phone with us', {}, OPEN, true, NEVER],
  ['a person sees to it', { task: 'tried' }, OPEN, false, NEVER],
  ['closed until', { notBefore: NOW + 1 }, closed(NOW + 9), false, { is: 'later', at: NOW + 9 }],
  ['closed for nobody knows how long', {}, closed(null), false, NEVER],
  ['it is claimed', { state: 'claimed', dueAt: 7 }, OPEN, false, { is: 'now', place: 7 }],
  ['it was kept', { state: 'kept' }, OPEN, false, NEVER],
  ['it was withdrawn', { state: 'withdrawn' }, OPEN, false, NEVER],
])('%s', (_, parts, opening, isHere, expected) => {
  expect(turnOf(aPromise(parts), { opening, isHere, now: NOW })).toEqual(expected);
});

test('whom the store has blocked is not called before that is over', () => {
  const around = { opening: OPEN, isHere: false, now: NOW };
  const turn = (until: number | null) => turnOf(aPromise({}), { ...around, block: { until } });
  expect([turn(null), turn(NOW + 9)]).toEqual([NEVER, { is: 'later', at: NOW + 9 }]);
});
