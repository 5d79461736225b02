import type { AlarmCode } from '../../src/domain/alarm';
import type { TestFault } from '../../src/domain/hotline/test-result';
import { startCentre, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

const MINUTE = 60_000;
const start = (testCallMinutes?: number): TestCentre =>
  startCentre({ autoReady: ['bob'], hotline: { testCallMinutes } });

/** The test call comes, as telephony brings it. */
function comes(centre: TestCentre): { callId: string; legId: string } {
  const call = { callId: 'test-1', legId: 'test-leg' };
  centre.telephony.arrives(call.legId);
  centre.submit({ type: 'test.arrived', at: centre.now(), ...call, hotline: '400' });
  return call;
}

const tested = (centre: TestCentre, fault: TestFault | null): void => {
  const result = { fault, detail: '', answeredMs: 20, mos: 4.4 };
  centre.submit({ type: 'hotline.tested', at: centre.now(), hotline: '400', result });
};

test('a hotline is tested as often as the plan says, and not where it does not', () => {
  const centre = start(10);
  centre.clock.advance(2 * MINUTE);
  expect(centre.telephony.tests).toEqual(['400']);
  centre.clock.advance(30 * MINUTE);
  expect(centre.telephony.tests).toHaveLength(4);
  const other = start();
  other.clock.advance(60 * MINUTE);
  expect(other.telephony.tests).toEqual([]);
});

test('one of a plan that tests it no more is tested no more', () => {
  const centre = start(10);
  const plan = centre.engine.plan();
  const untested = plan.hotlines.map((one) => ({ ...one, testCallMinutes: undefined }));
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, hotlines: untested } });
  centre.clock.advance(60 * MINUTE);
  expect(centre.telephony.tests).toEqual([]);
});

test('it is greeted, hears that it is heard, rings nobody, and is no call', () => {
  const centre = start();
  centre.journal.records.length = 0;
  const { callId, legId } = comes(centre);
  expect(centre.media.plays.get(legId)?.prompts).toEqual(['greeting']);
  centre.submit({ type: 'key.pressed', at: centre.now(), callId, legId, key: '5' });
  expect(centre.media.plays.get(legId)?.prompts).toEqual(['beep']);
  expect(centre.agent('bob').does).toBe('idle');
  expect(centre.engine.calls()).toEqual([]);
  centre.submit({ type: 'leg.ended', at: centre.now(), legId, cause: 'hangup' });
  expect(centre.journal.records).toEqual([]);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('one that nobody ends is ended', () => {
  const centre = start();
  const { legId } = comes(centre);
  centre.clock.advance(45_000);
  expect(centre.telephony.ends.get(legId)).toBe('announced');
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('what it found is on the board, and an alarm at the second failure', () => {
  const centre = start();
  tested(centre, 'silence');
  expect(centre.engine.hotlines()).toMatchObject([{ test: { fault: 'silence', failures: 1 } }]);
  expect(centre.journal.of('alarm.raised')).toEqual([]);
  tested(centre, 'silence');
  tested(centre, null);
  expect(centre.engine.hotlines()).toMatchObject([{ test: { fault: null, mos: 4.4 } }]);
  expect(centre.journal.of('alarm.raised').map(({ code }) => code)).toEqual([
    'HOTLINE_TEST_FAILED',
    'HOTLINE_TEST_PASSED',
  ]);
});

const told = ({ journal }: TestCentre): string[] =>
  journal.of('alarm.raised').map(({ code, detail }) => `${code} ${detail}`.trim());

test('an alarm of a former life is over with the first test that finds nothing, and that is told once', () => {
  const centre = start();
  for (const fault of ['silence', 'silence'] as const) tested(centre, fault);
  appFalls(centre);
  appReturns(centre);
  tested(centre, 'silence');
  for (let n = 0; n < 3; n += 1) tested(centre, null);
  expect(told(centre)).toEqual(['HOTLINE_TEST_FAILED 400: silence', 'HOTLINE_TEST_PASSED 400']);
  expect(centre.push.of('alarm.raised')).toHaveLength(2);
});

test('an alarm is over when the plan lets go what it is about; one of another place is not', () => {
  const centre = start();
  const plan = centre.engine.plan();
  const raised = (code: AlarmCode, detail: string): void =>
    centre.submit({ type: 'alarm.raised', at: centre.now(), code, detail });
  for (const fault of ['silence', 'silence'] as const) tested(centre, fault);
  raised('TRUNK_NOT_REGISTERED', 'gone: no answer');
  raised('TRUNK_GATEWAY_DOWN', 'gone: sip:192.0.2.1');
  raised('CLOCK_OFF', '501 ms');
  centre.journal.records.length = 0;
  centre.submit({ type: 'plan.applied', at: centre.now(), plan });
  expect(told(centre)).toEqual([
    'TRUNK_REGISTERED gone: no longer in the plan',
    'TRUNK_GATEWAY_UP gone: sip:192.0.2.1',
  ]);
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, hotlines: [] } });
  centre.submit({ type: 'plan.applied', at: centre.now(), plan });
  expect(told(centre).slice(2)).toEqual(['HOTLINE_TEST_PASSED 400: no longer in the plan']);
});
