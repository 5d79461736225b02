/**
 * Step 4 of the ladder on the started product: a crowd has the streams that callers may have. Who calls now hears
 * that it rings, and has the next place; else he is told that he is called back, and so it is written down. Who comes
 * too late even for that is refused, and called back.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { hearsMusic } from '../support/desk-talk';
import { likeness } from '../support/prompt-heard';
import { runSipp, type SippRun } from '../support/sipp';
import { waitFor } from '../support/wait';

/** Eight for callers, nine for talks, one for announcements. */
const STREAMS = { MEDIA_MAX_STREAMS: '10' };
const AT_THE_CARRIER = 5;
const OUTSIDE = 24;

let dealership: Dealership;
let crowd: SippRun;

beforeAll(async () => {
  dealership = await Dealership.open(STREAMS);
}, 90_000);

afterAll(async () => {
  await crowd.stop();
  await dealership.close();
}, 30_000);

const calls = async (number: string): Promise<Party> => {
  const caller = await dealership.caller(1000);
  dealership.calls(caller, number);
  return caller;
};

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
  for (let n = 0; n < OUTSIDE; n++) rush.push(await calls(`138000001${10 + n}`));
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
  const metrics = await (await fetch(`${dealership.product.http}/metrics`)).text();
  const [{ n } = {}] = await dealership.rows(
    `select count(*)::int as n from call where outcome = 'over-capacity'`,
  );
  expect(n).toBe([...rush, late].filter(({ sip }) => sip.count(isRefusal) > 0).length);
  const store = 'store="bj01"';
  expect(metrics).toContain(`openline_ledger_calls_total{${store},outcome="over-capacity"} ${n}\n`);
  expect(metrics).toContain(`openline_busy_answers_total{${store},cause="over-capacity"} ${n}\n`);
  const alarms = await dealership.rows(
    `select code from alarm where code in ('MEDIA_FULL', 'OVER_CAPACITY') order by 1`,
  );
  expect(alarms.map(({ code }) => code)).toEqual(['MEDIA_FULL', 'OVER_CAPACITY']);
}, 200_000);
