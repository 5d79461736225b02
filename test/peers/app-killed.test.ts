/**
 * The app is killed in the middle of a talk. The talk goes on, nothing of the recording is missing,
 * and the next app files it with the right call and lead, whenever the caller hung up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { closedCall, recordingOf } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, withoutNotice, withStaticAgents } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { freeUdpPort, runSipp, startSippAgent, type SippRun } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { longestGapMs, missingPackets } from '../support/tone-meter';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 1000;
const AGENT_HZ = 600;

needs('sipp')('the app killed in mid-call', () => {
  let product: Product;
  let db: Client;
  let agent: SippRun;
  let agentEar: TonePhone;

  beforeAll(async () => {
    product = await startProduct();
    const port = await freeUdpPort();
    agentEar = await TonePhone.open({ tone: AGENT_HZ });
    agent = await startSippAgent({
      scenario: 'agent-answers',
      port,
      values: { mediaPort: agentEar.port },
    });
    const plan = withStaticAgents(emptyPlan(), 1, { host: '127.0.0.1', port });
    await product.apply(withoutNotice(plan));
    db = await product.db();
  }, 90_000);

  afterAll(async () => {
    process.kill(product.pid, 'SIGCONT');
    await agent?.stop();
    agentEar?.close();
    await product?.stop();
  }, 30_000);

  test('the talk goes on, and ends on the next app', async () => {
    const talk = await startTalk('13800000001', 8000);
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    await expectTalkIsHeard(talk);
    expect((await talk.caller.done).code).toBe(0);
    talk.ear.close();
    for (const { heard } of [talk.ear, agentEar]) {
      expect(missingPackets(heard)).toBe(0);
      // The next app took longer than this to come: the talk did not wait for it.
      expect(longestGapMs(heard)).toBeLessThan(1000);
    }
    await expectFiled('+8613800000001', 7000);
  }, 60_000);

  test('the caller hung up while no app was there: the next one files the call all the same', async () => {
    const talk = await startTalk('13800000002', 4000);
    const killed = product.listening.pids.app;
    // The launcher would start the next app at once; it is held until the caller has gone.
    process.kill(product.pid, 'SIGSTOP');
    process.kill(killed, 'SIGKILL');
    await expectTalkIsHeard(talk);
    const done = await talk.caller.done;
    expect(done).toMatchObject({ code: 0, stats: { successful: 1, failed: 0 } });
    const hungUpAt = Date.now();
    talk.ear.close();
    process.kill(product.pid, 'SIGCONT');
    await product.restarted('app', killed);
    const call = await expectFiled('+8613800000002', 3000);
    expect(call).toMatchObject({ end_cause: 'hangup' });
    expect((call['ended_at'] as Date).getTime()).toBeLessThanOrEqual(hungUpAt);
    await waitFor(
      'the agent to be hung up',
      () => (agent.messages().match(/^BYE /gm)?.length ?? 0) >= 2,
    );
  }, 60_000);

  test('a caller who waited keeps his place and is served by the next app', async () => {
    const first = await startTalk('13800000003', 6000);
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const second = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      values: { from: '13800000004', mediaPort: ear.port, talkMs: 12_000 },
    });
    ear.talkTo(await second.heardSdp());
    const before = agent.messages().length;
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    await first.caller.done;
    first.ear.close();
    await agentAnswers(before);
    await ear.hears(AGENT_HZ, 10_000);
    expect((await second.done).code).toBe(0);
    ear.close();
    const waited = await closedCall(db, '+8613800000004');
    expect(waited).toMatchObject({ outcome: 'talk', agent_id: 't001' });
    const { rows } = await db.query('select * from queue_entry where call_id = $1', [waited['id']]);
    expect(rows).toMatchObject([{ outcome: 'connected', joined_at: waited['arrived_at'] }]);
  }, 60_000);

  interface Talk {
    caller: SippRun;
    ear: TonePhone;
  }

  /** A caller and the agent who hear each other. */
  async function startTalk(from: string, talkMs: number): Promise<Talk> {
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const before = agent.messages().length;
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      values: { from, mediaPort: ear.port, talkMs },
    });
    ear.talkTo(await caller.heardSdp());
    await agentAnswers(before);
    await ear.hears(AGENT_HZ);
    await agentEar.hears(CALLER_HZ);
    return { caller, ear };
  }

  /** The agent speaks to where the next INVITE's SDP says; `before` is the length of the log so far. */
  async function agentAnswers(before: number): Promise<void> {
    const offer = await waitFor('the agent to be offered audio', () => {
      const news = agent.messages().slice(before);
      return /^m=audio/m.test(news) ? /v=0[\s\S]*?(?=-{20})/.exec(news)?.[0] : null;
    });
    agentEar.forget();
    agentEar.talkTo(offer);
  }

  async function expectTalkIsHeard({ ear }: Talk): Promise<void> {
    const heardBefore = [ear.heard.length, agentEar.heard.length] as const;
    await ear.until(() => ear.heard.length > heardBefore[0] + 15);
    await agentEar.until(() => agentEar.heard.length > heardBefore[1] + 15);
    await ear.hears(AGENT_HZ);
    await agentEar.hears(CALLER_HZ);
  }

  /** Call, lead and recording belong together, and the recording holds the whole talk. */
  async function expectFiled(number: string, atLeastMs: number): Promise<Record<string, unknown>> {
    const call = await closedCall(db, number);
    expect(call).toMatchObject({ outcome: 'talk', agent_id: 't001' });
    const { rows } = await db.query('select id from lead where number = $1', [number]);
    expect(rows).toEqual([{ id: call['lead_id'] }]);
    const recording = await recordingOf(db, call['id']);
    expect(recording).toMatchObject({
      state: 'stored',
      lead_id: call['lead_id'],
      agent_id: 't001',
      store_id: 'bj01',
    });
    const wav = readWav(readFileSync(join(product.recordingsDir, recording['path'] as string)));
    expect(wav.duration * 1000).toBeGreaterThan(atLeastMs);
    const [customer, telemarketer] = wav.channels as [Int16Array, Int16Array];
    for (let at = 8000; at + 8000 < customer.length; at += 8000) {
      expect(toneShare(customer.subarray(at, at + 8000), CALLER_HZ)).toBeGreaterThan(0.9);
      expect(toneShare(telemarketer.subarray(at, at + 8000), AGENT_HZ)).toBeGreaterThan(0.9);
    }
    return call;
  }
});
