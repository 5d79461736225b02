import type { DomainEvent } from '../../../src/domain/events';
import type { PlanTrunk } from '../../../src/domain/plan';
import type { TrunkUse } from '../../../src/domain/trunk/use';
import { TrunkLoad } from '../../../src/telephony/trunk-load';

/** Noon in Beijing. */
const NOON = Date.UTC(2026, 2, 2, 4);
const MINUTE = 60_000;
const TRUNK: PlanTrunk = { id: 'carrier', from: ['192.0.2.1'], channels: 2 };

let now: number;
let kept: Map<string, TrunkUse>;
let written: number;
let told: string[];

/** One life of the app: what it says of a trunk is kept for the next one. */
function life(legsFound: number, trunk = TRUNK): TrunkLoad {
  const before = new Map(kept);
  const submit = (event: DomainEvent) => {
    if (event.type === 'alarm.raised') told.push(`${event.code} ${event.detail}`);
    if (event.type !== 'trunk.counted') return;
    written += 1;
    kept.set(event.trunkId, JSON.parse(JSON.stringify(event.use)) as TrunkUse);
  };
  const load = new TrunkLoad(() => now, submit);
  load.applyPlan([trunk]);
  for (let leg = 0; leg < legsFound; leg += 1) load.take('carrier');
  load.resume(before);
  return load;
}
const figures = (load: TrunkLoad) => {
  const { used, peak, fullMs } = load.useOf(TRUNK);
  return [used, peak, fullMs / MINUTE];
};

beforeEach(() => {
  now = NOON;
  kept = new Map();
  written = 0;
  told = [];
});

test('peak and minutes full go on over restarts, also when the app is killed', () => {
  const first = life(0);
  first.take('carrier');
  first.take('carrier');
  now += 3 * MINUTE;
  first.free('carrier');
  now += MINUTE;
  const second = life(1);
  expect(figures(second)).toEqual([1, 2, 3]);
  second.take('carrier');
  now += MINUTE;
  // Killed while it was full, and it is found full: it was, in between.
  const third = life(2);
  now += MINUTE;
  expect(figures(third)).toEqual([2, 2, 5]);
  // Killed again, and everybody has gone: what was not written is not known.
  now += MINUTE;
  expect(figures(life(0))).toEqual([0, 2, 4]);
});

test('a new day begins with what is used then', () => {
  const first = life(0);
  first.take('carrier');
  first.take('carrier');
  now = Date.UTC(2026, 2, 2, 15, 59);
  first.free('carrier');
  now += 2 * MINUTE;
  expect(figures(life(1))).toEqual([1, 1, 0]);
});

test('full over midnight: of the new day since midnight', () => {
  const first = life(0);
  first.take('carrier');
  first.take('carrier');
  now = Date.UTC(2026, 2, 2, 16, 3);
  expect(figures(life(2))).toEqual([2, 2, 3]);
});

test('writes when a figure is another one, not with every leg', () => {
  const load = life(0);
  load.take('carrier');
  expect(written).toBe(1);
  for (let call = 0; call < 20; call += 1) {
    load.free('carrier');
    now += MINUTE;
    load.take('carrier');
  }
  expect(written).toBe(1);
});

test('that a trunk has room is told where it is found so, whatever a former life told', () => {
  const four = { ...TRUNK, channels: 4 };
  life(1, four);
  expect(told).toEqual(['TRUNK_HAS_ROOM carrier: 1 of 4 channels']);
  told = [];
  // Between the two bounds: the alarm may stand, and is over when it is less.
  const load = life(3, four);
  expect(told).toEqual([]);
  load.free('carrier');
  expect(told).toEqual(['TRUNK_HAS_ROOM carrier: 2 of 4 channels']);
  told = [];
  load.take('carrier');
  load.take('carrier');
  load.take('carrier');
  // More channels were bought meanwhile.
  load.applyPlan([{ ...four, channels: 40 }]);
  load.free('carrier');
  expect(told).toEqual([
    'TRUNK_NEARLY_FULL carrier: 4 of 4 channels',
    'TRUNK_HAS_ROOM carrier: 4 of 40 channels',
  ]);
});
