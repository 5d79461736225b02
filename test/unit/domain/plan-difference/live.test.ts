import { liveWarnings, type LiveCalls } from '../../../../src/domain/plan-difference/live';
import type { PlanChange } from '../../../../src/domain/plan-difference/difference';

const LIVE: LiveCalls = {
  calls: [
    { hotline: '400', trunkId: 'carrier', endedAt: null },
    { hotline: '400', trunkId: 'carrier', endedAt: null },
    { hotline: '401', trunkId: 'other', endedAt: 7 },
  ],
  queues: [
    { id: 'sales', waiting: 2, callBacks: 1, consultations: 0 },
    { id: 'service', waiting: 0, callBacks: 0, consultations: 0 },
  ],
  agents: [
    { id: 'wang', callId: 'call-1', seat: 's1' },
    { id: 'li', callId: null, seat: null },
  ],
};

const removed = (section: string, id: string, value: object = {}): PlanChange => ({
  ...{ section, id, is: 'removed', value: { ...value } },
});

test.each<[string, PlanChange, string | null]>([
  [
    'a hotline with callers',
    removed('hotlines', '400'),
    'From now on its callers are refused (404). 2 calls go on.',
  ],
  ['a hotline', removed('hotlines', '401'), 'From now on its callers are refused (404).'],
  [
    'a trunk',
    removed('trunks', 'carrier'),
    'Calls from its addresses are refused from now on. 2 calls go on.',
  ],
  [
    'a line in which people stand',
    removed('queues', 'sales'),
    '3 in its line: they are told that nobody is there, and are promised a call.',
  ],
  ['an empty line', removed('queues', 'service'), null],
  ['who talks', removed('people', 'wang'), 'In a talk, which goes on; there is no other after it.'],
  ['who does not', removed('people', 'li'), null],
  ['his own phone', removed('phones', '8001', { person: 'wang' }), expect.stringContaining('talk')],
  ['the seat where he sits', removed('phones', 's1'), expect.stringContaining('talk')],
  ['another phone', removed('phones', '8002', { person: 'li' }), null],
  ['what comes', { section: 'hotlines', id: '402', is: 'added', value: {} }, null],
])('of %s that leaves the plan: %#', (_what, change, expected) => {
  const [warning, ...more] = liveWarnings([change], LIVE);
  expect(more).toEqual([]);
  expect(warning?.en ?? null).toEqual(expected);
  expect(warning === undefined || /[\u4e00-\u9fff]/.test(warning.zh)).toBe(true);
});

test('another realm is told, another anything else is not', () => {
  const changed = (field: string): PlanChange => ({
    ...{ section: 'sip', id: null, is: 'changed', fields: [{ field, from: 'a', to: 'b' }] },
  });
  expect(liveWarnings([changed('realm')], LIVE)).toMatchObject([{ section: 'sip', id: '' }]);
  expect(liveWarnings([changed('other')], LIVE)).toEqual([]);
});
