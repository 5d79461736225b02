/**
 * A call that rings at everybody: one picks up, one loses, one picks up in the same moment. And a call that is
 * taken from a colleague's phone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther } from '../support/desk-talk';
import { needs } from '../support/needs';
import { PASSWORD, withStaticAgents, type TestPlan } from '../support/plan';
import { startPushClient } from '../support/push-client';
import { startSippAgent, type SippRun } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { waitFor } from '../support/wait';

const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';

needs('sipp')('who is rung together', () => {
  let dealership: Dealership;

  beforeAll(async () => {
    dealership = await Dealership.open();
  }, 90_000);

  afterAll(() => dealership.close(), 30_000);

  /** Agents' legs of the number's call, once there are so many: one whose 200 crossed ends last. */
  const legsOf = (number: string, count: number) =>
    waitFor('the legs to be written down', async () => {
      const legs = await dealership.rows(
        `select agent_id, end_cause from leg where role = 'agent' and call_id =
          (select id from call where from_number = '${number}') order by agent_id`,
      );
      return legs.length === count ? legs : undefined;
    });

  /** The phone is told by CANCEL that somebody else has the call. */
  async function loses({ sip }: Party, callId: string): Promise<void> {
    const cancel = await sip.got.next(
      'CANCEL',
      (m) => m.method === 'CANCEL' && m.callId === callId,
    );
    expect(cancel.get('reason')).toBe(ELSEWHERE);
    sip.answer(cancel, 200);
    const invite = sip.got.all.find((m) => m.method === 'INVITE' && m.callId === callId);
    if (invite) sip.answer(invite, 487);
  }

  /** The caller hangs up, and the agent's phone is told. */
  async function ends(caller: Party, toTag: string, agent: Party): Promise<void> {
    const from = agent.sip.got.length;
    caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
    agent.sip.answer(await agent.sip.request('BYE', from), 200);
    agent.ear.hush();
    await dealership.allIsClosed();
  }

  test('winner, losers, and a 200 that crosses the CANCEL', async () => {
    const phones = await Promise.all([
      startSippAgent({ scenario: 'agent-loses', host: '127.0.0.7', calls: 1 }),
      startSippAgent({ scenario: 'agent-crosses', host: '127.0.0.8', calls: 1 }),
    ]);
    await dealership.product.apply(ringingAll(dealership.plan, phones));
    const [winner, loser] = dealership.agents;
    const caller = await dealership.caller(CALLER_HZ);
    dealership.calls(caller, '13800000031');
    const [invite, other] = await Promise.all([
      winner.sip.request('INVITE'),
      loser.sip.request('INVITE'),
    ]);
    loser.sip.answer(other, 180);
    await Promise.all(phones.map((phone) => phone.logged(/180 Ringing/)));
    picksUp(winner, invite);
    const toTag = await dealership.isAnswered(caller);
    await loses(loser, other.callId);
    await hearEachOther(caller, winner);
    // Each of them only ends well when everything came as its scenario says.
    for (const { done } of phones) expect(await done).toMatchObject({ code: 0 });
    await ends(caller, toTag, winner);
    expect(await legsOf('+8613800000031', 4)).toEqual([
      { agent_id: 'agent0', end_cause: 'partner-left' },
      { agent_id: 'agent1', end_cause: 'answered-elsewhere' },
      { agent_id: 't001', end_cause: 'answered-elsewhere' },
      { agent_id: 't002', end_cause: 'answered-elsewhere' },
    ]);
    const [file, ...none] = await waitFor('the recording', async () => {
      const rows = await dealership.rows(`select path, agent_id from recording`);
      return rows.length > 0 ? rows : undefined;
    });
    expect([file?.['agent_id'], none]).toEqual(['agent0', []]);
    const path = join(dealership.product.recordingsDir, String(file?.['path']));
    const shares = readWav(readFileSync(path)).channels.map((channel, side) =>
      toneShare(channel.subarray(-2000, -400), side === 0 ? CALLER_HZ : winner.ear.tone),
    );
    expect(Math.min(...shares)).toBeGreaterThan(0.9);
  }, 60_000);

  test('taken from the phone of a colleague, who has missed nothing', async () => {
    await dealership.product.apply(dealership.plan);
    const since = dealership.heardSoFar();
    const caller = await dealership.caller(CALLER_HZ);
    dealership.calls(caller, '13800000032');
    const rung = await dealership.rung(since);
    rung.agent.sip.answer(rung.invite, 180);
    const taker = dealership.agents.find((agent) => agent !== rung.agent) ?? rung.agent;
    const index = dealership.agents.indexOf(taker);
    const http = dealership.product.http;
    const desk = await startPushClient({ http, user: `agent${index}`, password: PASSWORD });
    const from = taker.sip.got.length;
    const callId = rung.invite.get('x-call-id') ?? '';
    const answer = await desk.post(`/api/calls/${callId}/pick-up`, {});
    expect([answer.status, await answer.json()]).toMatchObject([200, { state: 'offered' }]);
    await loses(rung.agent, rung.invite.callId);
    picksUp(taker, await taker.sip.request('INVITE', from));
    const toTag = await dealership.isAnswered(caller);
    await hearEachOther(caller, taker);
    const late = await desk.post(`/api/calls/${callId}/pick-up`, {});
    expect([late.status, await late.json()]).toMatchObject([409, { code: 'OCCUPIED_YOURSELF' }]);
    desk.close();
    await ends(caller, toTag, taker);
    expect(await legsOf('+8613800000032', 2)).toEqual(
      [
        { agent_id: `agent${1 - index}`, end_cause: 'answered-elsewhere' },
        { agent_id: `agent${index}`, end_cause: 'partner-left' },
      ].sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1)),
    );
  }, 60_000);
});

/** The queue rings at all of its agents: two whose phones the test holds, and those of sipp. */
function ringingAll(plan: TestPlan, phones: SippRun[]): TestPlan {
  const [sales, ...others] = plan.queues;
  if (sales === undefined) throw new Error('the plan has no queue');
  const wide = withStaticAgents(plan, phones.length, { host: '', port: 0 });
  const own = wide.phones.slice(-phones.length).map((phone, i) => ({
    ...phone,
    contact: `sip:a00${i + 1}@127.0.0.${7 + i}:${phones[i]?.port}`,
  }));
  return {
    ...wide,
    queues: [{ ...sales, strategy: 'ring-all' }, ...others],
    phones: [...plan.phones, ...own] as TestPlan['phones'],
  };
}
