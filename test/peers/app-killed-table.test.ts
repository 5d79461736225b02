/**
 * The app is killed (SIGKILL) once, over calls in every state that app-killed.test.ts and
 * app-killed-states.test.ts do not have: one row, one call, one way on. What must come of each is "While
 * the app is away" of docs/architecture.md and "When a process ends" of docs/endings.md. Before it is
 * killed the app is stopped, so that what is under way reaches it and is never read.
 */
import type { Caller } from '../support/lane';
import { killAt, nothingIsLeft, type KillRow, type KillTable } from '../support/kill-table';

const HOLD = 'a=sendonly';

const isRepeated = ({ sip }: Caller, from: number) =>
  sip.got.next('BYE once more', ({ method }) => method === 'BYE', { from });

const rows: KillRow[] = [
  {
    state: 'the INVITE has arrived and was not read: he hears that it rings, and is one call',
    reach: async () => undefined,
    underWay: async (lane) => {
      lane.calls();
      await lane.caller.sip.response(100);
    },
    away: async ({ caller }) => void (await caller.sip.response(180)),
    after: async (lane) => {
      await lane.reachesAgent();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'neither the INVITE nor its CANCEL was read: he has left, once',
    reach: async () => undefined,
    underWay: async (lane) => {
      lane.calls();
      await lane.caller.sip.response(100);
      lane.cancels();
      await lane.caller.sip.response(487, 'INVITE');
    },
    ledger: ['left hangup'],
    recordings: [],
  },
  {
    state: 'the phone has said nothing to our INVITE: it is let go when it does, and rung again',
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    away: (lane) => lane.ringsAndIsLetGo(),
    after: async (lane) => {
      await lane.reachesAgent();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: "the phone's 200 was not read: ACK and BYE for it, and it is rung again",
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      lane.agent.sip.answer(lane.heldInvite, 180);
      await lane.caller.sip.response(180);
    },
    underWay: async (lane) => lane.answersPhone(lane.heldInvite),
    away: async (lane) => {
      await lane.agent.sip.request('ACK');
      expect(await lane.isHungUp(lane.agent)).toContain('Application gone');
    },
    after: async (lane) => {
      await lane.reachesAgent();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'he waited and was being offered: the phone is let go, and rung for him again',
    reach: async (lane) => {
      await lane.talks();
      lane.calls(lane.next);
      await lane.isAnswered(lane.next);
      lane.acknowledges(lane.next);
      await lane.agentHangsUp();
      await lane.isHungUp(lane.caller);
      lane.heldInvite = await lane.rings();
    },
    away: (lane) => lane.ringsAndIsLetGo(),
    after: async (lane) => {
      await lane.reachesAgent(lane.next);
      await lane.hangsUp(2, lane.next);
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup', 'talk hangup'],
    recordings: ['stored', 'stored'],
  },
  {
    state: 'our 200 is not acknowledged: it is repeated, they talk, and go on talking',
    reach: async (lane) => {
      lane.calls();
      await lane.picksUp(await lane.rings());
      await lane.isAnswered();
    },
    away: async (lane) => {
      const from = lane.caller.sip.got.length;
      await lane.caller.sip.response(200, 'INVITE', from);
      lane.acknowledges();
      await lane.hearEachOther();
    },
    after: async (lane) => {
      await lane.hearEachOther();
      await lane.hangsUp();
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state:
      'he puts us on hold: asked to try again, and granted by the next app; they go on hearing each other',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => {
      lane.inDialog('INVITE', { cseq: 2, body: lane.caller.ear.sdp(undefined, [HOLD]) });
    },
    away: async (lane) => {
      const refused = await lane.caller.sip.response(500, 'INVITE');
      expect(refused.get('retry-after')).toBe('2');
      lane.acknowledges(lane.caller, 2);
      await lane.hearEachOther();
    },
    after: async (lane) => {
      const from = lane.caller.sip.got.length;
      lane.inDialog('INVITE', { cseq: 3, body: lane.caller.ear.sdp(undefined, [HOLD]) });
      const granted = await lane.caller.sip.response(200, 'INVITE', from);
      expect(granted.body).toContain('a=recvonly');
      lane.acknowledges(lane.caller, 3);
      await lane.hangsUp(4);
      await lane.isHungUp(lane.agent);
    },
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'his CANCEL was not read: he has left, and the phone that rang for him is let go',
    reach: async (lane) => {
      lane.calls();
      lane.heldInvite = await lane.rings();
      await lane.caller.sip.response(180);
    },
    underWay: async (lane) => {
      lane.cancels();
      await lane.caller.sip.response(200, 'CANCEL');
      await lane.caller.sip.response(487, 'INVITE');
    },
    away: (lane) => lane.ringsAndIsLetGo(),
    ledger: ['left hangup'],
    recordings: [],
  },
  {
    state: 'his BYE was not read: it is answered, and his agent is let go by the next app',
    reach: (lane) => lane.talks(),
    underWay: async (lane) => void lane.inDialog('BYE', { cseq: 2 }),
    away: async ({ caller }) => void (await caller.sip.response(200, 'BYE')),
    after: async (lane) => void (await lane.isHungUp(lane.agent)),
    ledger: ['talk hangup'],
    recordings: ['stored'],
  },
  {
    state: 'our BYE is not answered: it is repeated, and nobody sends another one',
    reach: async (lane) => {
      await lane.talks();
      await lane.agentHangsUp();
      await lane.caller.sip.request('BYE');
    },
    away: async ({ caller }) => {
      const from = caller.sip.got.length;
      await isRepeated(caller, from);
    },
    after: async (lane) => {
      const { sip } = lane.caller;
      const from = sip.got.length;
      const again = await isRepeated(lane.caller, from);
      sip.answer(again, 200);
      const numbers = sip.got.all.flatMap(({ method, cseq }) => (method === 'BYE' ? [cseq] : []));
      expect(new Set(numbers).size).toBe(1);
    },
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

let table: KillTable;

beforeAll(async () => {
  table = await killAt(rows, { victim: 'app' });
}, 120_000);

afterAll(() => table?.close(), 30_000);

test.each(rows)('$state', (row) => table.verdict(row), 30_000);

test('nothing is left of any of them', () => nothingIsLeft(table), 30_000);
