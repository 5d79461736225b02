/**
 * The app is killed and kept away longer than anybody may wait for it: SIP_APP_GRACE_SECONDS, the 20 s of
 * an unanswered INVITE, MEDIA_ORPHAN_LIMIT_SECONDS. app-away.test.ts has the caller who rings only then,
 * test/sip/telephony/alone.test.ts what each of them hears.
 */
import type { Lane } from '../support/lane';
import { killAt, nothingIsLeft, type KillRow, type KillTable } from '../support/kill-table';

const GRACE_SECONDS = 2;
const ORPHAN_SECONDS = 14;

const TOLD = 'text="Announcement over"';
const GIVEN_UP = 'text="Application gone"';

/** He is let go after the announcement, which takes some seconds; resolves with the time that took. */
async function isTold(lane: Lane, who = lane.caller): Promise<number> {
  const since = performance.now();
  expect(await lane.isHungUp(who, 40_000)).toContain(TOLD);
  return performance.now() - since;
}

const rows: KillRow[] = [
  {
    state: 'the phone rings for him: let go at once, he is answered after 20 s and promised a call',
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    away: async (lane) => {
      await lane.ringsAndIsLetGo();
      await lane.isAnswered(lane.caller, 30_000);
      lane.acknowledges();
      await isTold(lane);
    },
    ledger: ['promise announced'],
    recordings: [],
  },
  {
    state: 'one talks, another waits: he is told after the grace, the talk goes on until its limit',
    reach: async (lane) => {
      await lane.talks();
      lane.calls(lane.next);
      await lane.isAnswered(lane.next);
      lane.acknowledges(lane.next);
    },
    away: async (lane) => {
      expect(await isTold(lane, lane.next)).toBeGreaterThan(1000 * GRACE_SECONDS);
      await lane.hearEachOther();
      const since = performance.now();
      expect(await lane.isHungUp(lane.caller)).toContain(GIVEN_UP);
      expect(await lane.isHungUp(lane.agent)).toContain(GIVEN_UP);
      expect(performance.now() - since).toBeLessThan(1000 * ORPHAN_SECONDS);
    },
    ledger: ['broken broken', 'promise announced'],
    recordings: ['stored'],
  },
  {
    state: 'the agent hangs up: his caller is told after the grace, and it was a talk',
    reach: (lane) => lane.talks(),
    away: async (lane) => {
      await lane.agentHangsUp();
      await isTold(lane);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
];

let table: KillTable;

beforeAll(async () => {
  const env = {
    SIP_APP_GRACE_SECONDS: String(GRACE_SECONDS),
    MEDIA_ORPHAN_LIMIT_SECONDS: String(ORPHAN_SECONDS),
  };
  table = await killAt(rows, { victim: 'app', env });
}, 120_000);

afterAll(() => table?.close(), 30_000);

test.each(rows)('$state', (row) => table.verdict(row), 30_000);

test('nothing is left of any of them', () => nothingIsLeft(table), 30_000);
