import type { AlarmRaised } from '../../../src/domain/alarm';
import type { CallArrived } from '../../../src/domain/events';
import type { CallSnapshot } from '../../../src/domain/records';
import { DoorCount } from '../../../src/engine/door-count';
import { ALICE, CAROL, startCentre } from '../../support/centre/centre';
import { SAMPLES } from '../domain/events';

let now: number;
let live: CallSnapshot[];
let alarms: AlarmRaised[];
let door: DoorCount;

beforeEach(() => {
  [now, live, alarms] = [1_000_000, [], []];
  door = new DoorCount({
    ...{ live: () => live, now: () => now, submit: (alarm) => alarms.push(alarm) },
  });
});

const call = (id: string, facts: Partial<CallSnapshot> = {}): CallSnapshot =>
  ({
    ...{ id, hotline: '400', direction: 'inbound', outcome: null, arrivedAt: now },
    ...facts,
  }) as CallSnapshot;
const arrived = (callId: string, to = '400'): CallArrived => ({
  ...SAMPLES['call.arrived'],
  ...{ callId, to },
});
const comes = (id: string, to?: string): void => {
  door.heard(arrived(id, to));
  live.push(call(id));
};
const ends = (id: string): void => {
  live = live.filter((one) => one.id !== id);
  door.written({ kind: 'call.saved', call: call(id, { outcome: 'talk' }) });
};

test('who came has ended or is there', () => {
  for (const id of ['a', 'b', 'c']) comes(id);
  ends('b');
  now += 5000;
  expect(door.view(null)).toEqual({ since: 1_000_000, came: 3, ended: 1, inProgress: 2, lost: 0 });
  expect(alarms).toEqual([]);
});

test('an end that is written twice, an arrival that is told twice, and calls that we place count for nothing', () => {
  comes('a');
  door.heard(arrived('a'));
  ends('a');
  ends('a');
  live.push(call('b', { direction: 'outbound' }));
  ends('c');
  expect(door.view(null)).toMatchObject({ came: 1, ended: 1, inProgress: 0, lost: 0 });
});

test('who came and is nowhere is lost, is an alarm once, and of his hotline alone', () => {
  comes('a');
  door.heard(arrived('b', '401'));
  expect(door.view(null).lost).toBe(0);
  now += 1000;
  expect(door.view(null).lost).toBe(1);
  expect(door.view(['400'])).toMatchObject({ came: 1, lost: 0 });
  expect(door.view(['401'])).toMatchObject({ came: 1, lost: 1 });
  expect(alarms).toMatchObject([{ code: 'LEDGER_UNBALANCED', at: now }]);
});

test('it is seen when the next one comes, at most every ten seconds', () => {
  door.heard(arrived('a'));
  now += 9999;
  comes('b');
  expect(alarms).toEqual([]);
  now += 1;
  comes('c');
  expect(alarms).toHaveLength(1);
});

test('whom the edge served is told with his end; what is found after a start was counted before', () => {
  live.push(call('old', { arrivedAt: now - 1 }));
  door.heard({ ...SAMPLES['caller.served'], callId: 'x', hotline: '400' });
  ends('x');
  expect(door.view(null)).toMatchObject({ came: 2, ended: 1, inProgress: 1, lost: 0 });
  ends('old');
  live.push(call('stranger'));
  expect(door.view(null)).toMatchObject({ came: 2, ended: 2, lost: 1 });
});

test('beside an engine: a call that a bug swallows before it is one', () => {
  const centre = startCentre({ autoReady: ['bob'] });
  const beside = new DoorCount({
    ...{ live: () => centre.engine.calls(), now: centre.now, submit: centre.submit },
  });
  let read = 0;
  const submits = (event: CallArrived): void => {
    beside.heard(event);
    centre.submit(event);
    for (; read < centre.journal.records.length; read += 1)
      beside.written(centre.journal.records[read]!);
  };
  const ids = { entryId: 'e', leadId: 'l', promiseId: 'p' };
  const from = { trunkId: 'carrier', displayName: '', lookup: { result: 'none' } } as const;
  const arrival = (callId: string, who: string): CallArrived => ({
    ...{ type: 'call.arrived', at: centre.now(), callId, legId: `leg-${callId}`, to: '400' },
    ...{ ids, from: who, ...from },
  });
  submits(arrival('good', ALICE));
  const swallowed = { ...arrival('bad', CAROL), lookup: null } as unknown as CallArrived;
  submits(swallowed);
  centre.clock.advance(1000);
  expect(beside.view(null)).toMatchObject({ came: 2, inProgress: 2, lost: 1 });
  expect(centre.journal.of('alarm.raised')).toMatchObject([{ code: 'LEDGER_UNBALANCED' }]);
});
