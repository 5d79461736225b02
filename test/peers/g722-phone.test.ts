/**
 * A telemarketer's phone that speaks G.722 only, and a caller whose carrier has A-law: baresip, sipp and a
 * UDP tone meter, through the product.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startBaresip, type Baresip } from '../support/baresip';
import { closedCall, recordingOf } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, PASSWORD, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

const CALLER_HZ = 1000;
const AGENT_HZ = 600;

needs('sipp', 'baresip')('a phone with G.722', () => {
  let product: Product;
  let phone: Baresip;
  let db: Client;

  beforeAll(async () => {
    product = await startProduct();
    await product.apply(withRegisteredAgent(emptyPlan()));
    db = await product.db();
    phone = await startBaresip({
      user: '8001',
      realm: 'openline',
      password: 'secret',
      server: product.sip(),
      toneHz: AGENT_HZ,
      codec: 'G722',
    });
  }, 90_000);

  afterAll(async () => {
    await phone?.stop();
    await product?.stop();
  }, 30_000);

  test('both hear each other, and both are in the recording', async () => {
    const desktop = await startPushClient({
      ...{ http: product.http, user: 'wang', password: PASSWORD, receiptAfterMs: 0 },
    });
    expect((await desktop.post('/api/agents/me/ready')).status).toBe(200);
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      values: { from: '13800000001', mediaPort: ear.port, talkMs: 5000 },
    });
    await phone.events.next('the phone to ring', (event) => event.type === 'CALL_INCOMING');
    await phone.accept();
    ear.talkTo(await caller.heardSdp());
    await ear.hears(AGENT_HZ);
    expect(ear.heard.at(-1)?.payloadType).toBe(8);
    expect((await caller.done).code).toBe(0);
    ear.close();
    await phone.events.next('the call to end', (event) => event.type === 'CALL_CLOSED');
    expect(lastSecondOf(phone.heard(), 0, CALLER_HZ)).toBeGreaterThan(0.9);

    const call = await closedCall(db, '+8613800000001');
    const recording = await recordingOf(db, call['id']);
    const file = readFileSync(join(product.recordingsDir, recording['path'] as string));
    // So it is where a side is G.722.
    expect(readWav(file).sampleRate).toBe(16_000);
    expect(lastSecondOf(file, 0, CALLER_HZ)).toBeGreaterThan(0.9);
    expect(lastSecondOf(file, 1, AGENT_HZ)).toBeGreaterThan(0.9);
    desktop.close();
  }, 60_000);
});

/** Share of the tone in the last second but a quarter, in which the call is ended. */
function lastSecondOf(file: Buffer, channel: number, tone: number): number {
  const { channels, sampleRate } = readWav(file);
  const sound = channels[channel]?.slice(-1.25 * sampleRate, -0.25 * sampleRate);
  return toneShare(sound as Int16Array, tone, sampleRate);
}
