/** A real phone, baresip, that is nailed up: it picks up once, and follows each call to another stream and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startBaresip, type Baresip } from '../support/baresip';
import { closedCall, recordingOf } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, PASSWORD, withoutNotice, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { loudness, readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 850;
const AGENT_HZ = 600;
const BEEP_HZ = 1000;

needs('sipp', 'baresip')('a phone that is nailed up', () => {
  let product: Product;
  let phone: Baresip;
  let db: Client;

  beforeAll(async () => {
    product = await startProduct();
    const plan = withoutNotice(withRegisteredAgent(emptyPlan()));
    const phones = plan.phones.map((one) => ({ ...one, mode: 'nailed-up' as const }));
    await product.apply({ ...plan, phones });
    db = await product.db();
    phone = await startBaresip({
      ...{ user: '8001', realm: 'openline', password: 'secret', server: product.sip() },
      ...{ toneHz: AGENT_HZ, answer: 'auto' },
    });
  }, 90_000);

  afterAll(async () => {
    await phone?.stop();
    await product?.stop();
  }, 30_000);

  /** Seconds of what it heard that are mostly that tone, of 50 ms each. */
  const heardOf = (hz: number) => {
    const [heard = new Int16Array(0)] = readWav(phone.heard()).channels;
    let frames = 0;
    for (let at = 0; at + 400 <= heard.length; at += 400) {
      const frame = heard.subarray(at, at + 400);
      if (loudness(frame) > 100 && toneShare(frame, hz) > 0.8) frames += 1;
    }
    return frames / 20;
  };

  test('picks up once, and talks in two calls over that', async () => {
    const desk = await startPushClient({ http: product.http, user: 'wang', password: PASSWORD });
    await desk.post('/api/agents/me/ready');
    await phone.events.next('it to pick up', ({ type }) => type === 'CALL_ESTABLISHED');
    await desk.next('agent.updated', ({ data }) => data.nailed?.state === 'up');
    for (const number of ['13800000061', '13800000062']) {
      const ear = await TonePhone.open({ tone: CALLER_HZ });
      const caller = await runSipp({
        scenario: 'caller-hangs-up',
        target: product.sip(),
        values: { from: number, mediaPort: ear.port, talkMs: 2000 },
      });
      ear.talkTo(await caller.heardSdp());
      await ear.hears(AGENT_HZ);
      expect(await caller.done).toMatchObject({ code: 0 });
      ear.close();
      const call = await closedCall(db, `+86${number}`);
      expect(call).toMatchObject({ outcome: 'talk', agent_id: 'wang' });
      const recording = await recordingOf(db, call['id']);
      const wav = readWav(readFileSync(join(product.recordingsDir, String(recording['path']))));
      const [customer, agent] = wav.channels.map((channel) => channel.subarray(-8000));
      expect(toneShare(customer as Int16Array, CALLER_HZ)).toBeGreaterThan(0.9);
      expect(toneShare(agent as Int16Array, AGENT_HZ)).toBeGreaterThan(0.9);
    }
    const ofCalls = phone.events.all.filter(({ type }) => type.startsWith('CALL_'));
    expect(new Set(ofCalls.map(({ id }) => id)).size).toBe(1);
    expect(phone.events.all.some(({ type }) => type === 'CALL_CLOSED')).toBe(false);
    await desk.delete('/api/session');
    await phone.events.next('its end', ({ type }) => type === 'CALL_CLOSED');
    desk.close();
    await waitFor('both calls to be heard', () => heardOf(CALLER_HZ) > 2.5);
    expect(heardOf(BEEP_HZ)).toBeGreaterThan(0.3);
  }, 90_000);
});
