/**
 * The app is killed (SIGKILL) once over thirty talks in all kinds of state: going on, held by the desk or a
 * phone, sent on and waiting, ringing, hearing the notice. Who hears each other goes on hearing each other;
 * and within 5 s of the next app each is held, resumed, sent on or ended as if nothing had been.
 */
import type { Lane } from '../support/lane';
import { killAt, nothingIsLeft, type KillRow, type KillTable } from '../support/kill-table';
import { loudness, toneShare } from '../support/tone';
import { waitFor } from '../support/wait';

/** Nobody who talks hears nothing for longer; fifty-calls-app-killed.test.ts measures by the packet. */
const MOST_GAP_MS = 400;

const told = { ledger: ['talk hangup'], recordings: ['stored'] };
const twice = { ledger: ['talk hangup'], recordings: ['stored', 'stored'] };

async function hearsMusic({ caller: { ear }, agent }: Lane): Promise<void> {
  ear.forget();
  const isMusic = (): boolean => {
    const heard = ear.lastSamples(40);
    return loudness(heard) > 100 && toneShare(heard, agent.ear.tone) < 0.3;
  };
  await ear.until(isMusic, 15_000, () => 'no music is heard');
}

async function ends(lane: Lane, cseq = 2): Promise<void> {
  await lane.hangsUp(cseq);
  await lane.isHungUp(lane.agent);
}

async function holdsAndResumes(lane: Lane): Promise<void> {
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

async function goesOn(lane: Lane): Promise<void> {
  const { agent, caller } = lane;
  await lane.hearEachOther();
  for (const { ear } of [agent, caller]) {
    const gaps = ear.heard.slice(1).map(({ at }, i) => at - (ear.heard[i]?.at ?? at));
    expect(Math.max(...gaps)).toBeLessThan(MOST_GAP_MS);
  }
}

const talks = async (lane: Lane): Promise<void> => {
  await lane.desk();
  await lane.talks();
};

interface Kind extends Omit<KillRow, 'state'> {
  state: string;
  count: number;
}

const kinds: Kind[] = [
  {
    ...{ state: 'they talk; then they are held and resumed', count: 5, ...told },
    ...{ reach: talks, away: goesOn, after: holdsAndResumes },
  },
  {
    ...{ state: 'they talk; then the caller is sent on', count: 4, ...twice },
    ...{ reach: talks, away: goesOn },
    after: async (lane) => {
      await isSentOn(lane);
      await lane.reachesAgent();
      await ends(lane);
    },
  },
  {
    ...{ state: 'they talk; then the agent hangs up', count: 3, ...told },
    ...{ reach: talks, away: goesOn },
    after: async (lane) => {
      await lane.agentHangsUp();
      await lane.isHungUp(lane.caller);
    },
  },
  {
    ...{ state: 'held at the desk; then resumed', count: 4, ...told },
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
    ...{ state: "held by the agent's phone; then taken back by it", count: 4, ...told },
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
    ...{
      state: 'sent on, and waiting for the end of a wrap-up; then taken',
      count: 3,
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
    ...{ state: 'his agent is being rung; then rung again', count: 3, ...told },
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
  table = await killAt(rows, { victim: 'app' });
}, 120_000);

afterAll(() => table?.close(), 30_000);

test('they are thirty', () => expect(rows).toHaveLength(30));

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
