import type { AlarmCode } from '../../../src/domain/alarm';
import { ALARM_KINDS } from '../../../src/domain/alarm-standing';
import { StandingAlarms } from '../../../src/engine/standing-alarms';

const ENDED = Object.entries(ALARM_KINDS).flatMap(([code, { begins, isEnd }]) =>
  isEnd ? [[begins, code as AlarmCode] as const] : [],
);

test.each(ENDED)('%s is ended by %s, once, also when a former life told it', (code, end) => {
  const told = (which: AlarmCode, storeId = 'bj01') => ({ code: which, detail: 'x', storeId });
  const alarms = new StandingAlarms();
  expect(alarms.isNews(told(end))).toBe(false);
  expect([alarms.isNews(told(code)), alarms.isNews(told(code))]).toEqual([true, true]);
  const next = new StandingAlarms(alarms.all());
  expect(next.of(code)).toEqual(alarms.all());
  expect(next.isNews(told(end, 'sh01'))).toBe(false);
  expect([next.isNews(told(end)), next.isNews(told(end))]).toEqual([true, false]);
  expect(next.all()).toEqual([]);
});

test('those of one name are ended by that name; what nothing ends is always news, and not kept', () => {
  const alarms = new StandingAlarms();
  const not = { code: 'TRUNK_NOT_REGISTERED', detail: 'a: refused with 403' } as const;
  expect([alarms.isNews(not), alarms.isNews({ ...not, detail: 'b: no answer' })]).toEqual([
    ...[true, true],
  ]);
  expect(alarms.isNews({ code: 'TRUNK_REGISTERED', detail: 'a: registered again' })).toBe(true);
  expect(alarms.all()).toEqual([{ code: 'TRUNK_NOT_REGISTERED', storeId: null, subject: 'b' }]);
  expect(new StandingAlarms().isNews({ code: 'MEDIA_FULL', detail: '' })).toBe(true);
});
