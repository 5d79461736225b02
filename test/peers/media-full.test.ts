/**
 * Step 4 of the ladder on the started product: a crowd has the streams that callers may have. Who calls now hears
 * that it rings, and has the next place; else he is told that he is called back, and so it is written down. Who comes
 * too late even for that is refused, and called back; whom his carrier then brings by another route is counted once.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import { hearEachOther, hearsMusic } from '../support/desk-talk';
import { PASSWORD, type TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import { startPushClient } from '../support/push-client';
import { runSipp, type SippRun } from '../support/sipp';
import { waitFor } from '../support/wait';

/** Eight for callers, nine for talks, one for announcements. */
const STREAMS = { MEDIA_MAX_STREAMS: '10' };
const AT_THE_CARRIER = 5;
const OUTSIDE = 24;
const OTHER_ROUTE = '127.0.0.8';

let dealership: Dealership;
let crowd: SippRun;
/** Who was refused, and came again by the other route. */
let again: Party | undefined;
let triedAgain: string;

const twoRoutes = (plan: TestPlan): TestPlan => ({
  ...plan,
  trunks: [...plan.trunks, { id: 'other', from: [OTHER_ROUTE], channels: 60 }],
});

beforeAll(async () => {
  dealership = await Dealership.open(STREAMS, twoRoutes);
}, 90_000);

afterAll(async () => {
  await crowd.stop();
  await dealership.close();
  for (const part of [again?.sip, again?.ear]) part?.close();
}, 30_000);

const calls = async (number: string): Promise<Party> => {
  const caller = await dealership.caller(1000);
  dealership.calls(caller, number);
  return caller;
};

/** Of the rush. */
const numberOf = (n: number): string => `138000001${10 + n}`;

const isRefusal = ({ status }: SipMessage): boolean => status === 503;

const said = (caller: Party, prompt: string): number =>
  Math.max(...['zh-CN', 'en'].map((language) => likeness(caller.ear.heard, { language, prompt })));

test('a freed place is the next caller’s; who rang in vain is promised a call; at 50 s the carrier has 503', async () => {
  const since = dealership.heardSoFar();
  crowd = await runSipp({
    ...{ scenario: 'caller-waits-for-bye', target: dealership.product.sip() },
    ...{ calls: AT_THE_CARRIER, values: { talkMs: 200_000 }, limitSeconds: 240 },
  });
  for (let talking = 0; talking < 2; talking++) {
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    since[dealership.agents.indexOf(agent)] = agent.sip.got.length;
  }
  const leaves = await calls('13800000051');
  const toTag = await dealership.isAnswered(leaves);
  await hearsMusic(leaves.ear);

  const patient = await calls('13800000052');
  await patient.sip.response(180);
  leaves.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  await dealership.isAnswered(patient);
  await hearsMusic(patient.ear);

  const vain = await calls('13800000053');
  await vain.sip.response(180);
  // They are told one after the other, and of those who came together some cannot be by 50 s.
  const rush: Party[] = [];
  for (let n = 0; n < OUTSIDE; n++) rush.push(await calls(numberOf(n)));
  const late = await calls('13800000054');
  await late.sip.response(180);
  await dealership.isAnswered(vain);
  vain.sip.answer(await vain.sip.request('BYE'), 200);
  expect(said(vain, 'promise-taken')).toBeGreaterThan(0.9);
  expect(said(vain, 'no-agents')).toBeLessThan(0.5);
  // 60 ms of sound in each packet; the end of a prompt may be less.
  const shorter = vain.ear.heard.filter(({ payload }) => payload.length !== 480);
  expect(shorter.length).toBeLessThanOrEqual(2);
  await dealership.isAnswered(rush[0] as Party);
  const refused = await late.sip.got.next('503', isRefusal, { deadlineMs: 60_000 });
  expect(refused.get('retry-after')).toBe('2');
  expect(refused.get('reason')).toBe('Q.850;cause=42;text="over-capacity"');
  again = await comesAgain(rush);

  const closed = await waitFor('both calls to be closed', async () => {
    const rows =
      await dealership.rows(`select c.from_number, c.outcome, p.reason, p.state from call c
      left join promise p on p.call_id = c.id where c.from_number in ('+8613800000053', '+8613800000054') order by 1`);
    return rows.length === 2 && rows.every(({ outcome }) => outcome !== null) && rows;
  });
  expect(closed).toEqual([
    { from_number: '+8613800000053', outcome: 'promise', reason: 'over-capacity', state: 'open' },
    {
      from_number: '+8613800000054',
      outcome: 'over-capacity',
      reason: 'over-capacity',
      state: 'open',
    },
  ]);
  const n = await waitFor('the refused in the records', async () => {
    const refusals = await dealership.rows(`select id from call where outcome = 'over-capacity'`);
    const refusedHere = [...rush, late].filter(({ sip }) => sip.count(isRefusal) > 0);
    return refusals.length === refusedHere.length && refusals.length;
  });
  const metrics = await (await fetch(`${dealership.product.http}/metrics`)).text();
  const store = 'store="bj01"';
  expect(metrics).toContain(`openline_ledger_calls_total{${store},outcome="over-capacity"} ${n}\n`);
  expect(metrics).toContain(`openline_busy_answers_total{${store},cause="over-capacity"} ${n}\n`);
  const alarms = await dealership.rows(
    `select code from alarm where code in ('MEDIA_FULL', 'OVER_CAPACITY') order by 1`,
  );
  expect(alarms.map(({ code }) => code)).toEqual(['MEDIA_FULL', 'OVER_CAPACITY']);
}, 200_000);

test('the call that its carrier brought again within 5 s, by another route, is one in the ledger: the talk', async () => {
  if (!again) throw new Error('nobody came again');
  const since = dealership.heardSoFar();
  for (const agent of dealership.agents) await hangsUp(agent);
  const toTag = await dealership.isAnswered(again);
  const his = `from_number = '+86${triedAgain}'`;
  const { id } = await waitFor('his call', async () =>
    (await dealership.rows(`select id from call where ${his} and trunk_id = 'other'`)).at(0),
  );
  let { agent, invite } = await dealership.rung(since);
  // Those who stand before him in the line are talked with, and hung up on.
  for (let callId = ''; (callId = invite.get('x-call-id') ?? '') !== id;) {
    const from = agent.sip.got.length;
    since[dealership.agents.indexOf(agent)] = from;
    picksUp(agent, invite);
    const talking = `select id from call where id = '${callId}' and bridged_at is not null`;
    await waitFor('their talk', async () => (await dealership.rows(talking)).length > 0);
    await hangsUp(agent, from);
    ({ agent, invite } = await dealership.rung(since));
  }
  const from = agent.sip.got.length;
  picksUp(agent, invite);
  await hearEachOther(again, agent);
  again.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  agent.sip.answer(await agent.sip.request('BYE', from), 200);
  await dealership.allIsClosed();

  const calls = await dealership.rows('select outcome from call');
  const of = (outcome: string) => calls.filter((one) => one['outcome'] === outcome).length;
  const tries = await dealership.rows(`select outcome from call where ${his} order by arrived_at`);
  expect(tries.map(({ outcome }) => outcome)).toEqual(['over-capacity', 'talk']);
  const chen = await startPushClient({
    ...{ http: dealership.product.http, user: 'chen', password: PASSWORD },
  });
  const ledger: unknown = await (await chen.get('/api/ledger?hotline=400')).json();
  chen.close();
  expect(ledger).toMatchObject({
    ...{ arrived: calls.length - 1, overCapacity: of('over-capacity') - 1, talks: of('talk') },
    ...{ inProgress: 0, balanced: true },
  });
}, 60_000);

/** The last of them whom we refused. */
async function comesAgain(rush: readonly Party[]): Promise<Party> {
  const refused = rush.flatMap(({ sip }, n) => (sip.count(isRefusal) > 0 ? [n] : []));
  triedAgain = numberOf(refused.at(-1) ?? NaN);
  const caller = await party(1000, OTHER_ROUTE);
  dealership.calls(caller, triedAgain);
  return caller;
}

/** In the talk that he has picked up since. */
async function hangsUp({ sip, ear }: Party, from = 0): Promise<void> {
  sip.bye(dealership.port, await sip.request('ACK', from));
  ear.hush();
}
