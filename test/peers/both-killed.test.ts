/**
 * App and edge are killed together, as by a machine that loses its power: who talked, who waited and whose agent was
 * being rung end in the records with that cause, their far ends are told, and the next call is taken.
 */
import { Dealership, picksUp } from '../support/dealership';
import { onlyOurs } from '../support/needs';
import { waitFor } from '../support/wait';

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open({ SIP_RECOVER: 'off' });
}, 90_000);

afterAll(() => dealership?.close(), 30_000);

onlyOurs(
  'each call ends as broken by the fall of the edge',
  async () => {
    const [talks, waits] = [await dealership.caller(1000), await dealership.caller(1100)];
    const rings = await dealership.caller(1200);
    dealership.calls(talks, '13800000001');
    const { agent, invite } = await dealership.rung([0, 0]);
    picksUp(agent, invite);
    await dealership.isAnswered(talks);
    await agent.ear.hears(1000);
    const since = dealership.heardSoFar();
    dealership.calls(rings, '13800000002');
    await rings.sip.response(180);
    await dealership.rung(since);
    dealership.calls(waits, '13800000003');
    await dealership.isAnswered(waits);
    await waits.ear.until(() => waits.ear.heard.length > 50);

    const { product } = dealership;
    const { app, edge } = product.listening.pids;
    const marks = [talks, agent, waits].map(({ sip }) => ({ sip, from: sip.got.length }));
    // The launcher would start another of one before the other has fallen: it is held.
    process.kill(product.pid, 'SIGSTOP');
    process.kill(edge, 'SIGKILL');
    process.kill(app, 'SIGKILL');
    process.kill(product.pid, 'SIGCONT');
    await Promise.all([product.restarted('edge', edge), product.restarted('app', app)]);
    for (const { sip, from } of marks) {
      const bye = await sip.request('BYE', from);
      expect(bye.get('reason')).toContain('Edge restarted');
      sip.answer(bye, 200);
    }
    await dealership.allIsClosed();
    expect(await records()).toEqual(
      Array(3).fill({ outcome: 'broken', end_cause: 'edge-stopped' }),
    );
    const owed = await dealership.rows(
      "select number from promise where state = 'open' order by 1",
    );
    expect(owed).toEqual([{ number: '+8613800000002' }, { number: '+8613800000003' }]);
    const files = await waitFor('what was written of the talk', async () => {
      const found = await dealership.rows('select state, lead_id from recording');
      return found.some(({ state }) => state === 'stored') ? found : null;
    });
    expect(files).toEqual([{ state: 'stored', lead_id: expect.any(String) }]);
  },
  120_000,
);

onlyOurs(
  'the next call is taken, and is no loss of the edge when the app falls alone',
  async () => {
    const caller = await dealership.caller(1300);
    const since = dealership.heardSoFar();
    dealership.calls(caller, '13800000004');
    const { agent, invite } = await dealership.rung(since);
    picksUp(agent, invite);
    const toTag = await dealership.isAnswered(caller);
    await agent.ear.hears(1300);
    const { product } = dealership;
    const { app } = product.listening.pids;
    process.kill(product.pid, 'SIGSTOP');
    process.kill(app, 'SIGKILL');
    caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
    await caller.sip.response(200, 'BYE');
    const from = agent.sip.got.length;
    process.kill(product.pid, 'SIGCONT');
    await product.restarted('app', app);
    agent.sip.answer(await agent.sip.request('BYE', from), 200);
    await dealership.allIsClosed();
    expect((await records()).at(-1)).toEqual({ outcome: 'talk', end_cause: 'hangup' });
  },
  60_000,
);

const records = () => dealership.rows('select outcome, end_cause from call order by arrived_at');
