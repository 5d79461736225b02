import { endsOfGone } from '../../../src/domain/alarm-gone';
import type { AlarmKey } from '../../../src/domain/alarm-standing';
import type { Plan } from '../../../src/domain/plan';
import { PLAN } from '../../support/two-stores';

const gateway = { address: 'sip:192.0.2.1', priority: 0, weight: 1 };
const trunk = { id: 'carrier', from: ['192.0.2.1'], channels: 2, to: [gateway] };
const plan: Plan = { ...PLAN, trunks: [trunk] };
const of = (code: AlarmKey['code'], subject: string, storeId: string | null = null): AlarmKey => ({
  ...{ code, subject, storeId },
});
const ends = (alarm: AlarmKey, after: Plan = plan): string[] =>
  endsOfGone([alarm], after, 7).map(({ code, detail, storeId = '' }) =>
    `${code} ${detail} ${storeId}`.trim(),
  );
const [hotline] = PLAN.hotlines;
const hotlineAlarm = of('HOTLINE_TEST_FAILED', hotline!.number, hotline!.store);

test.each<[string, AlarmKey]>([
  ['a trunk', of('TRUNK_NEARLY_FULL', 'carrier')],
  ['a gateway', of('TRUNK_GATEWAY_DOWN', 'carrier: sip:192.0.2.1')],
  ['a hotline', hotlineAlarm],
  ['what is no part of the plan', of('CLOCK_OFF', '')],
  ['a webhook', of('WEBHOOK_PAUSED', 'DMS')],
])('%s is there still', (_what, alarm) => {
  expect(ends(alarm)).toEqual([]);
});

test.each<[string, AlarmKey, Plan, string]>([
  [
    'a trunk',
    of('TRUNK_NEARLY_FULL', 'carrier'),
    { ...plan, trunks: [] },
    'TRUNK_HAS_ROOM carrier: no longer in the plan',
  ],
  [
    'its account',
    of('TRUNK_NOT_REGISTERED', 'carrier'),
    plan,
    'TRUNK_REGISTERED carrier: no longer in the plan',
  ],
  [
    'its gateway',
    of('TRUNK_GATEWAY_DOWN', 'carrier: sip:192.0.2.2'),
    plan,
    'TRUNK_GATEWAY_UP carrier: sip:192.0.2.2',
  ],
  [
    'a gateway that is not watched any more',
    of('TRUNK_GATEWAY_DOWN', 'carrier: sip:192.0.2.1'),
    { ...plan, trunks: [{ ...trunk, watch: false }] },
    'TRUNK_GATEWAY_UP carrier: sip:192.0.2.1',
  ],
  [
    'a hotline that is of another store now',
    { ...hotlineAlarm, storeId: 'elsewhere' },
    plan,
    `HOTLINE_TEST_PASSED ${hotline!.number}: no longer in the plan elsewhere`,
  ],
])('%s is gone', (_what, alarm, after, end) => {
  expect(ends(alarm, after)).toEqual([end]);
});
