/**
 * A telemarketer asks an outside number and sends his caller there: what each of the three hears, what is in the
 * files, and that the two talk on without any app of ours.
 */
import { heardIn, isHungUp, recordingsOf } from '../support/consulting';
import { Dealership, party, picksUp, type Party } from '../support/dealership';
import { CALLER_HZ, hearEachOther, hearsMusic, talkAtDesk } from '../support/desk-talk';
import { onlyOurs } from '../support/needs';

let factory: Party;
let dealership: Dealership;

beforeAll(async () => {
  factory = await party(500, '127.0.0.1');
  const to = [`sip:127.0.0.1:${factory.sip.port}`];
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    trunks: plan.trunks.map((trunk) => ({ ...trunk, to })),
  }));
}, 90_000);

afterAll(async () => {
  factory.sip.close();
  factory.ear.close();
  await dealership.close();
}, 30_000);

const NUMBER = '13900000009';

onlyOurs(
  'asked, then given the caller, who talks on without agent and app',
  async () => {
    const talk = await talkAtDesk(dealership, '13800000041');
    const { caller, agent, desk, callId } = talk;
    await desk.post(`/api/calls/${callId}/consult`, { number: NUMBER });
    const invite = await factory.sip.request('INVITE');
    expect([invite.uri, invite.get('from')]).toEqual([
      expect.stringContaining(NUMBER),
      expect.stringContaining('sip:400@'),
    ]);
    factory.sip.answer(invite, 180);
    await hearsMusic(caller.ear);
    picksUp(factory, invite);
    await hearEachOther(agent, factory);
    let from = agent.sip.got.length;
    const done = await desk.post(`/api/calls/${callId}/consult/complete`);
    expect(await done.json()).toMatchObject({ state: 'forwarded', agentId: expect.any(String) });
    await isHungUp(agent, from);
    await hearEachOther(caller, factory);
    const { product } = dealership;
    const { app } = product.listening.pids;
    process.kill(app, 'SIGKILL');
    await product.restarted('app', app);
    await hearEachOther(caller, factory);
    from = caller.sip.got.length;
    factory.sip.bye(dealership.port, await factory.sip.request('ACK'));
    await isHungUp(caller, from);
    factory.ear.hush();
    desk.close();
    await dealership.allIsClosed();
    const legs = await dealership.rows(
      `select role, end_cause from leg where call_id = '${callId}'`,
    );
    expect(legs).toContainEqual({ role: 'outside', end_cause: 'hangup' });
    const files = await recordingsOf(dealership, callId, 3);
    for (const [left, right] of [
      [CALLER_HZ, agent.ear.tone],
      [factory.ear.tone, agent.ear.tone],
      [CALLER_HZ, factory.ear.tone],
    ] as const)
      expect(
        files.some((file) => Math.min(...heardIn(dealership, file, [left, right])) > 0.9),
      ).toBe(true);
  },
  90_000,
);

test('sent there blind, and it is busy: he is rung for again at once', async () => {
  const talk = await talkAtDesk(dealership, '13800000042');
  const { caller, agent, desk, callId } = talk;
  const since = dealership.heardSoFar();
  const heard = factory.sip.got.length;
  let from = agent.sip.got.length;
  await desk.post(`/api/calls/${callId}/transfer`, { to: { number: NUMBER } });
  await isHungUp(agent, from);
  await hearsMusic(caller.ear);
  factory.sip.answer(await factory.sip.request('INVITE', heard), 486);
  const { agent: taker, invite } = await dealership.rung(since);
  picksUp(taker, invite);
  await hearEachOther(caller, taker);
  from = taker.sip.got.length;
  caller.sip.ask(dealership.port, { method: 'BYE', toTag: talk.toTag, cseq: 2 });
  await isHungUp(taker, from);
  desk.close();
  await dealership.allIsClosed();
}, 60_000);
