import {
  due,
  gather,
  MOST_GATHERED,
  NOTHING_GATHERED,
  type Gathered,
  type MailedAlarm,
} from '../../../../src/domain/alarm-mail/gather';
import { NOW } from '../../../support/two-stores';

const AGAIN = 30 * 60_000;
const alarm = (over: Partial<MailedAlarm> = {}): MailedAlarm => ({
  ...{ at: NOW, code: 'MEDIA_FULL', detail: '', storeId: null, ...over },
});

/** What was mailed of these, one after the other; what waits stays in `state`. */
function run(alarms: readonly MailedAlarm[], begin: Gathered = NOTHING_GATHERED) {
  let state = begin;
  const mails = alarms.map((one) => {
    const { next, mail } = gather(state, one, AGAIN);
    state = next;
    return mail?.alarms.map(({ code }) => code) ?? null;
  });
  return { state, mails };
}

test('the first of a kind is mailed at once, the same one when its time has passed, and the count is kept', () => {
  const again = [1, 2, 3].map((minute) =>
    alarm({ at: NOW + minute * 60_000, detail: `${minute}` }),
  );
  const { state, mails } = run([alarm(), ...again]);
  expect(mails).toEqual([['MEDIA_FULL'], null, null, null]);
  expect(state.dueAt).toBe(NOW + AGAIN);
  expect(due(state, { now: NOW + AGAIN - 1, againMs: AGAIN }).mail).toBeNull();
  const { next, mail } = due(state, { now: NOW + AGAIN, againMs: AGAIN });
  expect(mail).toEqual({ alarms: again, more: 0 });
  expect(next).toMatchObject({ waiting: [], dueAt: null });
  // Mailed just now: another one waits again.
  expect(run([alarm({ at: NOW + AGAIN + 1 })], next).mails).toEqual([null]);
});

test('after its time it is news again', () => {
  const { mails } = run([alarm(), alarm({ at: NOW + AGAIN })]);
  expect(mails).toEqual([['MEDIA_FULL'], ['MEDIA_FULL']]);
});

test('of another store it is another one', () => {
  expect(run([alarm({ storeId: 'bj01' }), alarm({ storeId: 'sh01' })]).mails).toEqual([
    ...[['MEDIA_FULL'], ['MEDIA_FULL']],
  ]);
});

test('a storm of different ones is three mails, and one for all that follow in the next minute', () => {
  const codes = [
    'CLOCK_OFF',
    'READ_ONLY',
    'TRUNK_GATEWAY_DOWN',
    'DESKTOPS_GONE',
    'MEDIA_FULL',
  ] as const;
  const { state, mails } = run(codes.map((code, index) => alarm({ code, at: NOW + index })));
  expect(mails).toEqual([['CLOCK_OFF'], ['READ_ONLY'], ['TRUNK_GATEWAY_DOWN'], null, null]);
  const { mail } = due(state, { now: NOW + 3 + 60_000, againMs: AGAIN });
  expect(mail?.alarms.map(({ code }) => code)).toEqual(['DESKTOPS_GONE', 'MEDIA_FULL']);
});

test('an end is mailed at once, and one that comes and goes is gathered', () => {
  const flap = ['TRUNK_GATEWAY_DOWN', 'TRUNK_GATEWAY_UP'] as const;
  const times = [0, 1, 2, 3].map((minute) => ({
    ...{ code: flap[minute % 2] as (typeof flap)[number], at: NOW + minute * 120_000 },
  }));
  const { mails, state } = run(times.map(alarm));
  expect(mails).toEqual([['TRUNK_GATEWAY_DOWN'], ['TRUNK_GATEWAY_UP'], null, null]);
  expect(state.waiting).toHaveLength(2);
});

test('what waits is bounded; beyond it is counted, and goes out when the app ends', () => {
  const { state } = run(
    Array.from({ length: MOST_GATHERED + 8 }, (_, n) => alarm({ at: NOW + n })),
  );
  const { mail } = due(state, { now: NOW + 1000, againMs: AGAIN, ending: true });
  expect([mail?.alarms.length, mail?.more]).toEqual([MOST_GATHERED, 7]);
});
