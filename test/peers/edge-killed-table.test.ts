/**
 * The edge is killed (SIGKILL) over calls in every state that edge-killed.test.ts does not have, once
 * with SIP_RECOVER off and once with it on. What must come of each: "An edge that was killed" in
 * docs/architecture.md and "When a process ends" in docs/endings.md. Before it is killed the edge is
 * stopped, so that what is under way reaches its socket and is never read.
 */
import type { Lane } from '../support/lane';
import { killAt, nothingIsLeft, type KillRow, type KillTable } from '../support/kill-table';

const FELL = 'text="Edge restarted"';
const HOLD = 'a=sendonly';

/** What is on its way is sent once more, as everything over UDP is. */
const copies = new Map<Lane, string>();

function again(lane: Lane): void {
  const text = copies.get(lane);
  if (text === undefined) throw new Error('nothing was sent');
  lane.caller.sip.again(text, lane.port);
}

async function bothAreTold(lane: Lane): Promise<void> {
  expect(await lane.isHungUp(lane.caller)).toContain(FELL);
  expect(await lane.isHungUp(lane.agent)).toContain(FELL);
}

async function nextOneIsTaken(lane: Lane): Promise<void> {
  await lane.talks(lane.next);
  await lane.hangsUp(2, lane.next);
  await lane.isHungUp(lane.agent);
}

/** The BYE of the next edge, with another CSeq than the one that was not answered. */
async function isToldAgain({ caller: { sip } }: Lane): Promise<void> {
  const first = await sip.request('BYE');
  const bye = await sip.got.next('another', (m) => m.method === 'BYE' && m.cseq > first.cseq);
  expect(bye.get('reason')).toContain(FELL);
  sip.answer(bye, 200);
}

const off: KillRow[] = [
  {
    state: 'the INVITE has no 100 yet: its copy is a call of the next edge, the only one',
    reach: async () => undefined,
    underWay: async (lane) => void copies.set(lane, lane.calls()),
    after: async (lane) => {
      again(lane);
      await lane.reachesAgent();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'the phone rings: nobody can be told, the call is broken, the agent takes the next one',
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      lane.agent.sip.answer(lane.heldInvite, 180);
      await lane.caller.sip.response(180);
    },
    after: nextOneIsTaken,
    ledger: ['broken edge-stopped', 'talk hangup'],
    recordings: ['stored'],
  },
  {
    state: "the phone's 200 was not read: the call is broken, the agent takes the next one",
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    underWay: async (lane) => lane.answersPhone(lane.heldInvite),
    after: nextOneIsTaken,
    ledger: ['broken edge-stopped', 'talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'his CANCEL was not read: its copy finds nothing (481), the call is broken',
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    underWay: async (lane) => void copies.set(lane, lane.cancels()),
    after: async (lane) => {
      again(lane);
      await lane.caller.sip.response(481, 'CANCEL');
    },
    ledger: ['broken edge-stopped'],
    recordings: [],
  },
  {
    state: 'our 200 is not acknowledged: both are told',
    reach: async (lane) => {
      lane.calls();
      await lane.picksUp(await lane.rings());
      await lane.isAnswered();
    },
    after: bothAreTold,
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'they talk: both are told, and the file is what was written',
    reach: (lane) => lane.talks(),
    after: bothAreTold,
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'held at the desk: both are told',
    reach: async (lane) => {
      await lane.talks();
      await lane.asks('hold');
    },
    after: bothAreTold,
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: "held by the agent's phone: both are told",
    reach: async (lane) => {
      await lane.talks();
      await lane.phoneSays(HOLD, 2);
    },
    after: bothAreTold,
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'sent on and waiting: the caller is told, and the talk before has its file',
    wrapUpSeconds: 600,
    reach: async (lane) => {
      await lane.talks();
      await lane.asks('transfer', { to: { queue: `q${lane.index}` } });
      await lane.isHungUp(lane.agent);
      await lane.hasRecordings(1);
    },
    after: async (lane) => expect(await lane.isHungUp(lane.caller)).toContain(FELL),
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'his hold was not read: both are told, its copy finds nothing',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => {
      const body = lane.caller.ear.sdp(undefined, [HOLD]);
      copies.set(lane, lane.inDialog('INVITE', { cseq: 2, body }));
    },
    after: async (lane) => {
      await bothAreTold(lane);
      again(lane);
      await lane.caller.sip.response(481, 'INVITE');
    },
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'his BYE was not read: its copy is answered, his agent is told',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => void copies.set(lane, lane.inDialog('BYE', { cseq: 2 })),
    after: async (lane) => {
      await bothAreTold(lane);
      again(lane);
      await lane.caller.sip.got.next('an answer', (m) => m.cseqMethod === 'BYE' && m.status >= 200);
    },
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'our BYE is not answered: the next edge says it again, and the talk is one',
    reach: async (lane) => {
      await lane.talks();
      await lane.agentHangsUp();
      await lane.caller.sip.request('BYE');
      // The file of a talk is finished; one that is not goes the way of a talk.
      await lane.hasRecordings(1);
    },
    after: isToldAgain,
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'the agent has his wrap-up: it goes on, so the next caller waits',
    wrapUpSeconds: 600,
    reach: async (lane) => {
      await lane.talks();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
      await lane.hasRecordings(1);
    },
    after: async (lane) => {
      lane.calls(lane.next);
      await lane.isAnswered(lane.next);
      lane.acknowledges(lane.next);
      await lane.hangsUp(2, lane.next);
    },
    ledger: ['talk hangup', 'left hangup'],
    recordings: ['stored'],
  },
];

async function isTakenUpAndTalks(lane: Lane, cseq: number): Promise<void> {
  await Promise.all([lane.isTakenUp(), lane.isHungUp(lane.agent)]);
  await lane.picksUp(await lane.rings());
  await lane.hearEachOther();
  await lane.hangsUp(cseq);
  await lane.isHungUp(lane.agent);
}

const on: KillRow[] = [
  {
    state: 'our 200 is not acknowledged: he is taken up again, and reaches his agent',
    reach: async (lane) => {
      lane.calls();
      await lane.picksUp(await lane.rings());
      await lane.isAnswered();
    },
    after: (lane) => isTakenUpAndTalks(lane, 2),
    ledger: ['talk hangup'],
    recordings: ['stored', 'stored'],
  },
  {
    state: 'his hold was not read: its copy crosses our offer (491), he reaches his agent',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => {
      const body = lane.caller.ear.sdp(undefined, [HOLD]);
      copies.set(lane, lane.inDialog('INVITE', { cseq: 2, body }));
    },
    after: async (lane) => {
      await lane.caller.sip.request('INVITE');
      again(lane);
      await lane.caller.sip.response(491, 'INVITE');
      await isTakenUpAndTalks(lane, 3);
    },
    ledger: ['talk hangup'],
    recordings: ['stored', 'stored'],
  },
  {
    state: 'his BYE was not read: his phone refuses our offer, and nobody is rung for him',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => void copies.set(lane, lane.inDialog('BYE', { cseq: 2 })),
    after: async (lane) => {
      const offer = await lane.caller.sip.request('INVITE');
      lane.caller.sip.answer(offer, 481);
      await Promise.all([lane.isHungUp(lane.caller), lane.isHungUp(lane.agent)]);
    },
    ledger: ['broken edge-stopped'],
    recordings: ['stored'],
  },
  {
    state: 'our BYE is not answered: it is said again, and he is not taken up',
    reach: async (lane) => {
      await lane.talks();
      await lane.agentHangsUp();
      await lane.caller.sip.request('BYE');
      // The file of a talk is finished; one that is not goes the way of a talk.
      await lane.hasRecordings(1);
    },
    after: async (lane) => {
      await isToldAgain(lane);
      expect(lane.caller.sip.count(({ method }) => method === 'INVITE')).toBe(0);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
];

describe.each([
  { recover: 'off', rows: off },
  { recover: 'on', rows: on },
])('SIP_RECOVER=$recover', ({ recover, rows }) => {
  let table: KillTable;

  beforeAll(async () => {
    table = await killAt(rows, { victim: 'edge', env: { SIP_RECOVER: recover } });
  }, 120_000);

  afterAll(() => table?.close(), 30_000);

  test.each(rows)('$state', (row) => table.verdict(row), 30_000);

  test('nothing is left of any of them', () => nothingIsLeft(table), 30_000);
});
