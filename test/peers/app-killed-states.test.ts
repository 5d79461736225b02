/**
 * The app is killed while a call is still on its way, or while its parties do something that nobody is
 * there to see. Whatever the state, it stays one call of the ledger, and nothing of it stands open.
 */
import { Dealership, isLetGo, picksUp, type Party } from '../support/dealership';
import { waitFor } from '../support/wait';

let dealership: Dealership;

beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);

afterAll(async () => {
  process.kill(dealership.product.pid, 'SIGCONT');
  await dealership.close();
}, 30_000);

/** Kills the app and, while none is there, lets `meanwhile` happen. */
async function without(meanwhile: () => Promise<void>): Promise<void> {
  const { product } = dealership;
  const { app } = product.listening.pids;
  // The launcher would start another at once: it is held.
  process.kill(product.pid, 'SIGSTOP');
  process.kill(app, 'SIGKILL');
  await meanwhile();
  process.kill(product.pid, 'SIGCONT');
  await product.restarted('app', app);
}

async function outcomes(number: string): Promise<unknown[]> {
  const calls = () =>
    dealership.rows(`select outcome, end_cause from call where from_number = '+86${number}'`);
  await waitFor('the call to be written down', async () => (await calls()).length > 0);
  await dealership.allIsClosed();
  return (await calls()).map(({ outcome, end_cause }) => [outcome, end_cause]);
}

async function hangsUp({ sip }: Party, toTag: string): Promise<void> {
  sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  await sip.response(200, 'BYE');
}

/** Rings at a phone and is answered; the agent hears the caller. */
async function reachesAnAgent(caller: Party, since: number[]): Promise<string> {
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  const toTag = await dealership.isAnswered(caller);
  await Promise.all([agent.ear.hears(caller.ear.tone), caller.ear.hears(agent.ear.tone)]);
  return toTag;
}

test('a caller whose agent is being rung: rung again by the next app, and one call', async () => {
  const caller = await dealership.caller(1000);
  let since = dealership.heardSoFar();
  dealership.calls(caller, '13800000001');
  const first = await dealership.rung(since);
  await caller.sip.response(180);
  await without(async () => {
    await isLetGo(first.agent, first.invite);
    since = dealership.heardSoFar();
  });
  await hangsUp(caller, await reachesAnAgent(caller, since));
  expect(await outcomes('13800000001')).toEqual([['talk', 'hangup']]);
}, 60_000);

test('who gives up while no app is there has left, once', async () => {
  const caller = await dealership.caller(1000);
  const since = dealership.heardSoFar();
  const branch = 'z9hG4bKgivesup';
  dealership.calls(caller, '13800000002', { branch });
  const { agent, invite } = await dealership.rung(since);
  await without(async () => {
    await isLetGo(agent, invite);
    caller.sip.ask(dealership.port, {
      method: 'CANCEL',
      branch,
      uri: `sip:400@127.0.0.1:${dealership.port}`,
    });
    await caller.sip.response(487);
  });
  expect(await outcomes('13800000002')).toEqual([['left', 'hangup']]);
  const promises = await dealership.rows(
    "select state from promise where number = '+8613800000002'",
  );
  expect(promises).toEqual([{ state: 'open' }]);
}, 60_000);

test('who calls while no app is there hears that it rings, and is served by the next one', async () => {
  const caller = await dealership.caller(1000);
  const since = dealership.heardSoFar();
  await without(async () => {
    dealership.calls(caller, '13800000003');
    await caller.sip.response(180);
  });
  await hangsUp(caller, await reachesAnAgent(caller, since));
  expect(await outcomes('13800000003')).toEqual([['talk', 'hangup']]);
}, 60_000);

test('an agent who hangs up while no app is there: the caller is let go by the next one', async () => {
  const caller = await dealership.caller(1000);
  const since = dealership.heardSoFar();
  dealership.calls(caller, '13800000004');
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  await dealership.isAnswered(caller);
  await agent.ear.hears(1000);
  await without(async () => {
    agent.sip.bye(
      dealership.port,
      await agent.sip.request('ACK', since[dealership.agents.indexOf(agent)]),
    );
    await agent.sip.response(200, 'BYE');
  });
  const bye = await caller.sip.request('BYE');
  caller.sip.answer(bye, 200);
  expect(await outcomes('13800000004')).toEqual([['talk', 'hangup']]);
}, 60_000);

test('a refresh of the session and a question whether we live are answered meanwhile', async () => {
  const caller = await dealership.caller(1000);
  const since = dealership.heardSoFar();
  dealership.calls(caller, '13800000005');
  const toTag = await reachesAnAgent(caller, since);
  await without(async () => {
    const from = caller.sip.got.length;
    const offer = { toTag, cseq: 2, body: caller.ear.sdp() };
    caller.sip.ask(dealership.port, { method: 'INVITE', ...offer });
    const ok = await caller.sip.response(200, 'INVITE', from);
    expect(ok.body).toContain('m=audio');
    caller.sip.ask(dealership.port, { method: 'ACK', toTag, cseq: 2 });
    caller.sip.ask(dealership.port, { method: 'OPTIONS', toTag, cseq: 3 });
    await caller.sip.response(200, 'OPTIONS', from);
  });
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 4 });
  await caller.sip.response(200, 'BYE');
  expect(await outcomes('13800000005')).toEqual([['talk', 'hangup']]);
}, 60_000);
