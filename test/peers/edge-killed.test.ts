/**
 * The edge is killed while calls stand in every state. Without SIP_RECOVER each far end is told by a BYE
 * why its call is over; with it the callers are taken up again and reach an agent. Either way the
 * ledger says what happened, no agent is stuck, and the next call is taken at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dealership, picksUp, type Party } from '../support/dealership';
import { Sdes } from '../support/sdes';
import { loudness } from '../support/tone';
import { waitFor } from '../support/wait';

let dealership: Dealership;

afterEach(() => dealership?.close(), 30_000);

interface EveryState {
  talks: Party;
  talksTo: Party;
  rings: Party;
  waits: Party;
  told: Party;
}

/** One caller talks, one makes a phone ring, one waits with music, one is announced to. */
async function everyState(ofWaiting?: Sdes): Promise<EveryState> {
  const [talks, rings] = [await dealership.caller(1000), await dealership.caller(1100)];
  const [waits, told] = [await dealership.caller(1200), await dealership.caller(1300)];
  waits.ear.sdes = ofWaiting;
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
  dealership.calls(told, '13800000004', { hotline: '401' });
  await dealership.isAnswered(told);
  await told.ear.until(() => loudness(told.ear.lastSamples()) > 200);
  // What is established reaches the file within milliseconds, not before the 200.
  const file = join(dealership.product.dataDir, 'edge', 'dialogs.jsonl');
  await waitFor('all to be in the file', () => {
    const text = readFileSync(file, 'utf8');
    return [talks, waits, told].every(({ sip }) => text.includes(sip.callId));
  });
  return { talks, talksTo: agent, rings, waits, told };
}

/** Kills the edge and waits for the next one; answers how many messages each phone had had. */
async function killEdge(parties: Party[]): Promise<Map<Party, number>> {
  const marks = new Map(parties.map((party) => [party, party.sip.got.length]));
  const { product } = dealership;
  const { edge } = product.listening.pids;
  process.kill(edge, 'SIGKILL');
  const killedAt = performance.now();
  await product.restarted('edge', edge);
  expect(performance.now() - killedAt).toBeLessThan(5000);
  return marks;
}

test('SIP_RECOVER=off: each far end is told, the calls are broken, the next one is taken', async () => {
  dealership = await Dealership.open({ SIP_RECOVER: 'off' });
  const { talks, talksTo, waits, told } = await everyState();
  const marks = await killEdge([talks, talksTo, waits, told]);
  for (const [{ sip }, from] of marks) {
    const bye = await sip.request('BYE', from);
    expect(bye.get('reason')).toContain('Edge restarted');
    sip.answer(bye, 200);
  }
  await dealership.allIsClosed();
  const records = await dealership.rows('select outcome, end_cause from call');
  expect(records).toEqual(Array(4).fill({ outcome: 'broken', end_cause: 'edge-stopped' }));

  const next = await dealership.caller(1400);
  const since = dealership.heardSoFar();
  dealership.calls(next, '13800000005');
  const { agent, invite } = await dealership.rung(since);
  picksUp(agent, invite);
  await dealership.isAnswered(next);
  await agent.ear.hears(1400);
}, 120_000);

test('SIP_RECOVER=on: who talked and who waited are taken up again, and reach an agent', async () => {
  dealership = await Dealership.open({ SIP_RECOVER: 'on' });
  // His sound is encrypted, and stays so.
  const { talks, waits } = await everyState(new Sdes());
  const { agents } = dealership;
  const marks = await killEdge([talks, waits, ...agents]);
  for (const party of [talks, waits]) {
    const { sip, ear } = party;
    const again = await sip.request('INVITE', marks.get(party));
    expect(again.body).toContain(party === waits ? ' RTP/SAVP ' : ' RTP/AVP ');
    sip.answer(again, 200, { body: ear.sdp(['PCMA'], ear.sdes && [ear.sdes.line(again.body)]) });
    await sip.request('ACK', sip.got.all.indexOf(again));
    ear.talkTo(again.body);
  }
  for (const agent of agents) {
    const invite = await agent.sip.got.next('INVITE', ({ method }) => method === 'INVITE', {
      from: marks.get(agent) ?? 0,
      deadlineMs: 20_000,
    });
    picksUp(agent, invite);
    agent.ear.forget();
  }
  const whoHears = async (hz: number): Promise<number> => {
    const heard = agents.map((agent) => agent.ear.hears(hz, 10_000).then(() => agent.ear.tone));
    return Promise.any(heard);
  };
  // Each hears the agent who hears him.
  await talks.ear.hears(await whoHears(1000), 10_000);
  await waits.ear.hears(await whoHears(1200), 10_000);
}, 120_000);
