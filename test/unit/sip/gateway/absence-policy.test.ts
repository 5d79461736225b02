import {
  answerForAbsentApp,
  mustEnd,
  type AbsentAnswer,
} from '../../../../sip/gateway/absence-policy';

const ok: AbsentAnswer = { status: 200 };
const okWithSdp: AbsentAnswer = { status: 200, withSdp: true };
const later = (status: number): AbsentAnswer => ({ status, retry: true });

describe('for an app that is away', () => {
  test.each([
    ['BYE', 'none', { status: 200, ends: true }],
    ['OPTIONS', 'none', ok],
    ['INFO', 'none', ok],
    ['NOTIFY', 'none', ok],
    ['INVITE', 'none', okWithSdp],
    ['INVITE', 'same', okWithSdp],
    ['INVITE', 'changed', later(500)],
    ['UPDATE', 'none', ok],
    ['UPDATE', 'same', okWithSdp],
    ['UPDATE', 'changed', later(500)],
    ['REFER', 'none', later(503)],
    ['MESSAGE', 'none', later(503)],
  ] as const)('%s with %s SDP is answered', (method, sdp, answer) => {
    expect(answerForAbsentApp({ method, sdp })).toEqual(answer);
  });

  test('state for a subscription is asked for again, its end is taken', () => {
    const notify = { method: 'NOTIFY', sdp: 'none' } as const;
    expect(answerForAbsentApp({ ...notify, subscription: 'goes-on' })).toEqual(later(503));
    expect(answerForAbsentApp({ ...notify, subscription: 'over' })).toEqual({ ...ok, ends: true });
  });
});

describe('a dialog without an app', () => {
  const limits = { graceMs: 60, orphanLimitMs: 7200 };

  test.each([
    ['goes on while it is bridged', { lostAt: 0, alone: undefined, now: 7199 }, false],
    ['ends at the orphan limit', { lostAt: 0, alone: undefined, now: 7200 }, true],
    ['has the grace when it was alone from the start', { lostAt: 100, alone: 50, now: 159 }, false],
    ['ends after it', { lostAt: 100, alone: 50, now: 160 }, true],
    ['has the grace from when its partner left', { lostAt: 0, alone: 500, now: 559 }, false],
    ['ends after that', { lostAt: 0, alone: 500, now: 560 }, true],
  ])('%s', (_what, orphan, expected) => {
    expect(mustEnd(orphan, limits)).toBe(expected);
  });
});
