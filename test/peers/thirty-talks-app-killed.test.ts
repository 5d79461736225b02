/**
 * The app is killed (SIGKILL) once over thirty talks in all kinds of state: going on, held by the desk or a
 * phone, in a consultation or all three, parked, sent on and waiting, placed by us, ringing, hearing the notice. Who
 * hears each other goes on hearing each other; and 5 s after the kill each is held, resumed, sent on or ended as if
 * nothing had been, at the first try.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Lane } from '../support/lane';
import {
  asksColleague,
  callsCustomer,
  fetchesParked,
  hear,
  hearAllThree,
  hearsMusic as partyHearsMusic,
} from '../support/lane-parties';
import { killAt, nothingIsLeft, type KillRow, type KillTable } from '../support/kill-table';
import { loudness } from '../support/tone';
import { waitFor } from '../support/wait';

/** From the kill to what is asked of the next app; and what the test itself needs to ask it, where neighbours keep it busy. */
const COMMANDS_AFTER_MS = 5000;
const LATE_MS = 500;
/** Nobody who talks hears nothing for longer; fifty-calls-app-killed.test.ts measures by the packet. */
const MOST_GAP_MS = 400;

const told = { ledger: ['talk hangup'], recordings: ['stored'] };
const twice = { ledger: ['talk hangup'], recordings: ['stored', 'stored'] };

/** How late this process is itself. */
const loop = monitorEventLoopDelay({ resolution: 10 });

const hearsMusic = (lane: Lane): Promise<void> => partyHearsMusic(lane.caller, lane);

async function ends(lane: Lane, cseq = 2): Promise<void> {
  await lane.hangsUp(cseq);
  await lane.isHungUp(lane.agent);
}

async function holdsAndResumes(lane: Lane): Promise<void> {
  wentOn(lane);
  await lane.asks('hold');
  await hearsMusic(lane);
  await lane.asks('resume');
  await lane.hearEachOther();
  await ends(lane);
}

/** Sent on to the queue of the same agent, who takes him again when he is free. */
async function isSentOn(lane: Lane): Promise<void> {
  await lane.asks('transfer', { to: { queue: `q${lane.index}` } });
  await lane.isHungUp(lane.agent);
}

/** From before the kill until commands are asked for. */
function wentOn({ agent, caller }: Lane): void {
  for (const { ear } of [agent, caller]) {
    const gaps = ear.heard.slice(1).map(({ at }, i) => at - (ear.heard[i]?.at ?? at));
    expect(gaps.length).toBeGreaterThan(COMMANDS_AFTER_MS / 40);
    expect(Math.max(...gaps)).toBeLessThan(MOST_GAP_MS + loop.max / 1e6);
  }
}

const talks = async (lane: Lane): Promise<void> => {
  await lane.desk();
  await lane.talks();
};

/** To the colleague, who keeps him to the end. */
async function isGiven(lane: Lane): Promise<void> {
  await lane.asks('consult/complete');
  await lane.isHungUp(lane.agent);
  await hear(lane.caller, lane.next);
  await lane.hangsUp();
  await lane.isHungUp(lane.next);
}

interface Kind extends Omit<KillRow, 'state'> {
  state: string;
  count: number;
}

const kinds: Kind[] = [
  {
    ...{ state: 'they talk; then they are held and resumed', count: 4, ...told },
    ...{ reach: talks, after: holdsAndResumes },
  },
  {
    ...{ state: 'they talk; then the caller is sent on', count: 3, ...twice },
    reach: talks,
    after: async (lane) => {
      wentOn(lane);
      await isSentOn(lane);
      await lane.reachesAgent();
      await ends(lane);
    },
  },
  {
    ...{ state: 'they talk; then the agent hangs up', count: 2, ...told },
    reach: talks,
    after: async (lane) => {
      wentOn(lane);
      await lane.agentHangsUp();
      await lane.isHungUp(lane.caller);
    },
  },
  {
    ...{ state: 'held at the desk; then resumed', count: 3, ...told },
    reach: async (lane) => {
      await talks(lane);
      await lane.asks('hold');
      await hearsMusic(lane);
    },
    away: hearsMusic,
    after: async (lane) => {
      await hearsMusic(lane);
      await lane.asks('resume');
      await lane.hearEachOther();
      await ends(lane);
    },
  },
  {
    ...{ state: 'held at the desk; then sent on', count: 2, ...twice },
    reach: async (lane) => {
      await talks(lane);
      await lane.asks('hold');
      await hearsMusic(lane);
    },
    away: hearsMusic,
    after: async (lane) => {
      await isSentOn(lane);
      await lane.reachesAgent();
      await ends(lane);
    },
  },
  {
    ...{ state: "held by the agent's phone; then taken back by it", count: 3, ...told },
    reach: async (lane) => {
      await talks(lane);
      await lane.phoneSays('a=sendonly', 2);
      await hearsMusic(lane);
    },
    away: hearsMusic,
    after: async (lane) => {
      await lane.phoneSays('a=sendrecv', 3);
      await lane.hearEachOther();
      await ends(lane);
    },
  },
  {
    ...{ state: 'a colleague is asked; then the caller is given to her', count: 2 },
    ...{ ledger: told.ledger, recordings: Array<string>(3).fill('stored'), colleague: true },
    reach: async (lane) => {
      await talks(lane);
      await asksColleague(lane);
      await hearsMusic(lane);
    },
    away: async (lane) => {
      await Promise.all([hearsMusic(lane), hear(lane.agent, lane.next)]);
    },
    after: async (lane) => {
      await lane.asks('consult/swap');
      await lane.hearEachOther();
      await partyHearsMusic(lane.next, lane);
      await isGiven(lane);
    },
  },
  {
    ...{ state: 'all three hear each other; then the caller is the colleague’s', count: 2 },
    ...{ ledger: told.ledger, recordings: Array<string>(3).fill('stored'), colleague: true },
    reach: async (lane) => {
      await talks(lane);
      await asksColleague(lane);
      await lane.asks('consult/conference');
      await hearAllThree(lane);
    },
    away: hearAllThree,
    after: async (lane) => {
      await hearAllThree(lane);
      await isGiven(lane);
    },
  },
  {
    ...{ state: 'parked; then fetched', count: 2, ...twice },
    reach: async (lane) => {
      await talks(lane);
      await lane.asks('park', {});
      await lane.isHungUp(lane.agent);
      await hearsMusic(lane);
    },
    away: hearsMusic,
    after: async (lane) => {
      await fetchesParked(lane);
      await ends(lane);
    },
  },
  {
    ...{ state: 'placed by us; then held, resumed, and the agent hangs up', count: 1, ...told },
    ...{ called: true, reach: callsCustomer },
    after: async (lane) => {
      wentOn(lane);
      await lane.asks('hold');
      await hearsMusic(lane);
      await lane.asks('resume');
      await lane.hearEachOther();
      await lane.agentHangsUp();
      await lane.isHungUp(lane.caller);
    },
  },
  {
    ...{
      state: 'sent on, and waiting for the end of a wrap-up; then taken',
      count: 2,
      wrapUpSeconds: 600,
      ...twice,
    },
    reach: async (lane) => {
      await talks(lane);
      await isSentOn(lane);
      await hearsMusic(lane);
    },
    away: hearsMusic,
    after: async (lane) => {
      await lane.endsWrapUp();
      await lane.reachesAgent();
      await ends(lane);
    },
  },
  {
    ...{ state: 'his agent is being rung; then rung again', count: 2, ...told },
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    away: (lane) => lane.ringsAndIsLetGo(),
    after: async (lane) => {
      await lane.reachesAgent();
      await ends(lane);
    },
  },
  {
    ...{ state: 'he hears the notice; then his agent', count: 2, notice: true, ...told },
    reach: async (lane) => {
      lane.calls();
      await lane.picksUp(await lane.rings());
      await lane.isAnswered();
      lane.acknowledges();
      await lane.caller.ear.until(() => loudness(lane.caller.ear.lastSamples()) > 100);
    },
    after: async (lane) => {
      await lane.hearEachOther();
      await ends(lane);
    },
  },
];

const rows: KillRow[] = kinds.flatMap(({ count, state, ...row }) =>
  Array.from({ length: count }, (_, n) => ({ ...row, state: `${state} (${n + 1})` })),
);

let table: KillTable;

beforeAll(async () => {
  loop.enable();
  table = await killAt(rows, { victim: 'app', commandsAfterMs: COMMANDS_AFTER_MS });
}, 120_000);

afterAll(() => table?.close(), 30_000);

test('they are thirty, and what is asked is asked 5 s after the kill', () => {
  expect(rows).toHaveLength(30);
  expect(table.commandsAtMs - table.starvedMs).toBeLessThan(COMMANDS_AFTER_MS + LATE_MS);
});

test.each(rows)('$state', (row) => table.verdict(row), 30_000);

test('nothing is left of any of them', () => nothingIsLeft(table), 30_000);

test('every recording has its call, lead and agent', async () => {
  const db = await table.product.db();
  const unlinked = await waitFor('the recordings', async () => {
    const found = await db.query(
      `select r.id from recording r left join call c on c.id = r.call_id
       where c.id is null or r.lead_id is null or r.agent_id is null`,
    );
    return found.rows;
  });
  expect(unlinked).toEqual([]);
});
