/**
 * Fifty calls at a time against fifty telemarketers, each with a voice of its own: none is refused,
 * and every recording holds its own caller on the left and, on the right, the telemarketer whom that
 * caller heard.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { needs } from '../support/needs';
import { emptyPlan, withoutNotice, withStaticAgents } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { freeUdpPort, loggedSdps, runSipp, startSippAgent, type SippRun } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLS = 50;
const EVERY = Array.from({ length: CALLS }, (_, n) => n);
/** Far enough apart that a second of sound tells them from each other. */
const callerHz = (n: number) => 500 + 25 * n;
const agentHz = (n: number) => 2000 + 25 * n;
const numberOf = (n: number) => `138000000${String(n).padStart(2, '0')}`;

needs('sipp')('fifty parallel calls', () => {
  let product: Product;
  let db: Client;
  let agents: SippRun;
  const agentVoices: TonePhone[] = [];
  const callerVoices: TonePhone[] = [];

  beforeAll(async () => {
    product = await startProduct();
    db = await product.db();
    for (const n of EVERY) {
      agentVoices.push(await TonePhone.open({ tone: agentHz(n) }));
      callerVoices.push(await TonePhone.open({ tone: callerHz(n) }));
    }
    const port = await freeUdpPort();
    agents = await startSippAgent({
      scenario: 'agent-answers',
      port,
      lines: agentVoices.map((voice) => [voice.port]),
      values: { mediaPort: '[field0]' },
    });
    const plan = withStaticAgents(emptyPlan(), CALLS, { host: '127.0.0.1', port });
    await product.apply(withoutNotice(plan));
  }, 120_000);

  afterAll(async () => {
    await agents?.stop();
    for (const voice of [...agentVoices, ...callerVoices]) voice.close();
    await product?.stop();
  }, 60_000);

  test('none is refused, and there are fifty right recordings', async () => {
    const callers = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      calls: CALLS,
      rate: 50,
      lines: EVERY.map((n) => [numberOf(n), callerVoices[n]?.port ?? 0]),
      values: { from: '[field0]', mediaPort: '[field1]', talkMs: 8000 },
    });
    await waitFor('fifty answers', () => letCallersSpeak(callers), 20_000);
    await waitFor('fifty telemarketers', letAgentsSpeak, 20_000);
    const done = await callers.done;
    expect(done).toMatchObject({ code: 0, stats: { successful: CALLS, failed: 0 } });
    expect(done.messages).not.toMatch(/^SIP\/2\.0 [3-6]/m);

    const { rows } = await waitFor('fifty recordings in the database', async () => {
      const found = await db.query<{ path: string; from_number: string; agent_id: string }>(
        `select r.path, c.from_number, r.agent_id from recording r join call c on c.id = r.call_id
         where c.outcome = 'talk' and r.state = 'stored' and r.lead_id = c.lead_id`,
      );
      return found.rows.length === CALLS ? found : null;
    });
    expect(new Set(rows.map(({ agent_id }) => agent_id)).size).toBe(CALLS);
    const telemarketers = rows.map(({ path, from_number }) => voicesIn(path, from_number));
    expect(telemarketers.toSorted((a, b) => a - b)).toEqual(EVERY);
  }, 120_000);

  /** Each caller's voice goes to the address that his own 200 named; true once all have one. */
  function letCallersSpeak(callers: SippRun): boolean {
    const answers = loggedSdps(callers.messages()).filter(({ start }) => start.includes(' 200 '));
    return startTalking(callerVoices, (n) =>
      answers.find(({ from }) => from.includes(numberOf(n))),
    );
  }

  /** Each agent's voice goes to where the INVITE came from to which its port was answered. */
  function letAgentsSpeak(): boolean {
    const seen = loggedSdps(agents.messages());
    return startTalking(agentVoices, (n) => {
      const answer = seen.find(
        ({ direction, sdp }) =>
          direction === 'sent' && sdp.includes(`m=audio ${agentVoices[n]?.port} `),
      );
      return seen.find(
        ({ direction, callId }) => direction === 'received' && callId === answer?.callId,
      );
    });
  }

  /** Which telemarketer speaks on the right; throws when the left is not the call's own caller. */
  function voicesIn(path: string, fromNumber: string): number {
    const wav = readWav(readFileSync(join(product.recordingsDir, path)));
    const [left, right] = wav.channels.map((channel) => channel.subarray(-3 * 8000, -8000));
    const caller = Number(fromNumber.slice(-2));
    expect(toneShare(left as Int16Array, callerHz(caller))).toBeGreaterThan(0.9);
    const agent = EVERY.find((n) => toneShare(right as Int16Array, agentHz(n)) > 0.9) ?? -1;
    const ear = callerVoices[caller]?.lastSamples(25) ?? new Int16Array(0);
    expect(toneShare(ear, agentHz(agent))).toBeGreaterThan(0.9);
    return agent;
  }
});

/** Starts those voices whose far address is known; true when every one speaks. */
function startTalking(
  voices: TonePhone[],
  find: (n: number) => { sdp: string } | undefined,
): boolean {
  const found = voices.map((_voice, n) => find(n));
  if (found.includes(undefined)) return false;
  voices.forEach((voice, n) => voice.talkTo(found[n]?.sdp ?? ''));
  return true;
}
