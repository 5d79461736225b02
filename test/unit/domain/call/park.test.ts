import type { Agent } from '../../../../src/domain/agent/agent';
import { NO_DESKTOP } from '../../../../src/domain/agent/desktop';
import { notNailed } from '../../../../src/domain/agent/nailed';
import { NOTHING_YET } from '../../../../src/domain/agent/workday';
import type { Call, Stage } from '../../../../src/domain/call/call';
import { mayPark, mayRetrieve } from '../../../../src/domain/call/park';
import { mayPickUp } from '../../../../src/domain/call/pick-up';
import { NOW } from '../events';

const bob: Agent = {
  ...{ id: 'bob', name: 'Bob', storeId: 'bj01', seat: null, queues: ['sales'], retired: false },
  beside: null,
  desktop: NO_DESKTOP,
  ...{ intent: { is: 'not-ready', reason: 'lunch' }, pending: null, intentSince: 1, line: null },
  nailed: notNailed(1),
  phones: [{ id: 'phone', autoReady: false, lost: null }],
  ...{ zone: 'Asia/Shanghai', skills: {}, misses: 0, today: NOTHING_YET },
  ...{ openForms: [], byPhone: false },
  activity: { is: 'idle', since: 5, resting: true },
};
const callIn = (stage: Stage): Call =>
  ({ direction: 'inbound', route: { storeId: 'bj01', queueId: 'sales' }, stage }) as Call;
const talking = callIn({
  ...{ is: 'talking', line: { is: 'joined' }, agentId: 'bob', agentLegId: 'leg' },
  recordingId: null,
});
const outbound: Call = { ...talking, direction: 'outbound' };
const parked = callIn({ is: 'parked', slot: '701', by: 'dan', since: NOW, until: NOW });
const queued = callIn({ is: 'queued', line: { is: 'music' } });
const ALL = new Set(Array.from({ length: 99 }, (_, n) => String(701 + n)));

test.each([
  ['the lowest slot that is free', talking, new Set(['701', '703']), { slot: '702' }],
  ['the last one', talking, new Set([...ALL].filter((slot) => slot !== '799')), { slot: '799' }],
  ['none when all are taken', talking, ALL, 'PARK_FULL'],
  ['the lowest one, also when we called him', outbound, new Set<string>(), { slot: '701' }],
  [
    'none when he is a colleague',
    { ...talking, direction: 'internal' as const },
    ...([new Set<string>(), 'NOT_TO_BE_PARKED'] as const),
  ],
  [
    'none when the call is of no queue',
    { ...outbound, route: { ...outbound.route, queueId: '' } },
    ...([new Set<string>(), 'NOT_TO_BE_PARKED'] as const),
  ],
  ['none for who does not talk', queued, new Set<string>(), 'NOT_YOUR_TALK'],
])('a caller is parked in %s', (_where, call, taken, expected) => {
  expect(mayPark(call, 'bob', taken)).toEqual(expected);
});

/** Who asks, and what he is told when he asks for a call that waits, and for one that is parked. */
const ROWS: [string, Agent | undefined, string | null, string | null][] = [
  ['idle, not ready, and resting', bob, null, null],
  ['nobody that is known', undefined, 'NOT_AN_AGENT', 'NOT_AN_AGENT'],
  ['retired', { ...bob, retired: true }, 'NOT_AN_AGENT', 'NOT_AN_AGENT'],
  ['signed out', { ...bob, intent: { is: 'logged-out' } }, 'NOT_SIGNED_IN', 'NOT_SIGNED_IN'],
  ['without a phone', { ...bob, phones: [] }, 'NO_PHONE', 'NO_PHONE'],
  [
    'with a phone that is away',
    {
      ...bob,
      phones: [{ id: 'phone', autoReady: false, lost: { reason: 'no-answer', since: 1 } }],
    },
    ...(['PHONE_UNREACHABLE', 'PHONE_UNREACHABLE'] as const),
  ],
  [
    'in wrap-up',
    { ...bob, activity: { is: 'wrap-up', since: 1, callId: 'other', until: 9 } },
    ...(['OCCUPIED_YOURSELF', 'OCCUPIED_YOURSELF'] as const),
  ],
  [
    'whose phone is still being hung up',
    { ...bob, line: 'leg' },
    ...(['OCCUPIED_YOURSELF', 'OCCUPIED_YOURSELF'] as const),
  ],
  ['of another store', { ...bob, storeId: 'sh01' }, 'NOTHING_TO_PICK_UP', 'NOTHING_PARKED'],
];

test.each(ROWS)('an agent who is %s', (_who, agent, pickUp, retrieval) => {
  expect([mayPickUp(queued, agent), mayRetrieve(parked, agent)]).toEqual([pickUp, retrieval]);
});

test('each takes what is his: pick-up what waits, retrieval what is parked', () => {
  expect([mayPickUp(parked, bob), mayRetrieve(queued, bob)]).toEqual([
    'NOTHING_TO_PICK_UP',
    'NOTHING_PARKED',
  ]);
  expect([mayPickUp(undefined, bob), mayRetrieve(undefined, bob)]).toEqual([
    'NOTHING_TO_PICK_UP',
    'NOTHING_PARKED',
  ]);
});
