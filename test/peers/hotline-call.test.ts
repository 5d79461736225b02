/**
 * The product in one sentence, with real programs at every end: baresip is the telemarketer's
 * phone, sipp the caller's signalling, a UDP tone meter the caller's ear and mouth.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startBaresip, type Baresip } from '../support/baresip';
import { closedCall, recordingOf } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, PASSWORD, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient, type PushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { loudness, readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

const CALLER_HZ = 1000;
const AGENT_HZ = 600;

needs('sipp', 'baresip')('one hotline call, end to end', () => {
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
    });
  }, 90_000);

  afterAll(async () => {
    await phone?.stop();
    await product?.stop();
  }, 30_000);

  test('a known caller: pop before the ring, talk, recording and lead (A12)', async () => {
    const leadId = await addLead(db, '+8613800000001', '张伟');
    const desktop = await wangIsReady(product, 100);
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      values: { from: '13800000001', mediaPort: ear.port, talkMs: 5000 },
    });

    const offer = await desktop.next('offer.created');
    expect(offer.data).toMatchObject({ lookup: 'found', name: '张伟', leadId });
    await phone.events.next('the phone to ring', (event) => event.type === 'CALL_INCOMING');
    expect(performance.now() - offer.receivedAt).toBeGreaterThanOrEqual(99);
    expect(caller.messages()).toMatch(/SIP\/2.0 180/);
    expect(caller.messages()).not.toMatch(/SIP\/2.0 200/);

    await phone.accept();
    ear.talkTo(await caller.heardSdp());
    await ear.hears(AGENT_HZ);
    const done = await caller.done;
    ear.close();
    expect(done).toMatchObject({ code: 0, stats: { successful: 1, failed: 0 } });

    await phone.events.next('the call to end', (event) => event.type === 'CALL_CLOSED');
    expect(lastSecondOf(phone.heard(), CALLER_HZ)).toBeGreaterThan(0.9);

    const call = await closedCall(db, '+8613800000001');
    expect(call).toMatchObject({
      state: 'closed',
      outcome: 'talk',
      end_cause: 'hangup',
      lead_id: leadId,
      agent_id: 'wang',
      store_id: 'bj01',
      hotline: '400',
    });
    const milestones = ['arrived', 'offered', 'talk_started', 'answered', 'bridged', 'ended'];
    const times = milestones.map((name) => (call[`${name}_at`] as Date).getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));

    const recording = await recordingOf(db, call['id']);
    expect(recording).toMatchObject({ lead_id: leadId, agent_id: 'wang', state: 'stored' });
    const wav = readWav(readFileSync(join(product.recordingsDir, recording['path'] as string)));
    const [customer, agent] = wav.channels.map((channel) => channel.subarray(-3 * 8000));
    expect(toneShare(customer as Int16Array, CALLER_HZ)).toBeGreaterThan(0.9);
    expect(toneShare(agent as Int16Array, AGENT_HZ)).toBeGreaterThan(0.9);

    await desktop.post('/api/agents/me/not-ready', { reason: 'lunch' });
    desktop.close();
    const ids = { callId: call['id'] as string, id: recording['id'] as string };
    await onlyListenersHear(product, ids);
    await hearingIsNoted(db, ids);
  }, 60_000);

  test('without a receipt the phone rings after 150 ms, and an unknown number opens a lead (A12, A19)', async () => {
    const from = phone.events.length;
    const desktop = await wangIsReady(product, 'never');
    const ear = await TonePhone.open({ tone: CALLER_HZ });
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: product.sip(),
      values: { from: '13900000002', mediaPort: ear.port, talkMs: 1000 },
    });
    const offer = await desktop.next('offer.created');
    expect(offer.data).toMatchObject({ lookup: 'none', name: '', from: '+8613900000002' });
    await phone.events.next('the phone to ring', (event) => event.type === 'CALL_INCOMING', {
      from,
    });
    expect(performance.now() - offer.receivedAt).toBeGreaterThanOrEqual(148);
    await phone.accept();
    expect((await caller.done).code).toBe(0);
    ear.close();
    const call = await closedCall(db, '+8613900000002');
    const { rows } = await db.query('select * from lead where number = $1', ['+8613900000002']);
    expect(rows).toMatchObject([{ id: call['lead_id'], source: 'inbound', name: '' }]);
    expect(offer.data.leadId).toBe(call['lead_id']);
    expect(await recordingOf(db, call['id'])).toMatchObject({ lead_id: rows[0].id });
    await desktop.post('/api/agents/me/not-ready', { reason: 'lunch' });
    desktop.close();
  }, 60_000);

  test('while the agent talks, callers wait with music, first come first served; who leaves is promised a call', async () => {
    const from = phone.events.length;
    const desktop = await wangIsReady(product, 0);
    const call = async (number: string, talkMs: number) => {
      const ear = await TonePhone.open({ tone: CALLER_HZ });
      const sipp = await runSipp({
        scenario: 'caller-hangs-up',
        target: product.sip(),
        values: { from: number, mediaPort: ear.port, talkMs },
      });
      return { ear, sipp };
    };
    const first = await call('13700000001', 4000);
    await phone.events.next('the phone to ring', (event) => event.type === 'CALL_INCOMING', {
      from,
    });
    await phone.accept();
    await phone.events.next('the talk', (event) => event.type === 'CALL_ESTABLISHED', { from });

    const second = await call('13700000002', 15_000);
    second.ear.talkTo(await second.sipp.heardSdp());
    const third = await call('13700000003', 1500);
    await third.sipp.heardSdp();
    expect((await third.sipp.done).code).toBe(0);
    expect(await closedCall(db, '+8613700000003')).toMatchObject({ outcome: 'left' });
    const { rows: promises } = await db.query('select * from promise where number = $1', [
      '+8613700000003',
    ]);
    expect(promises).toMatchObject([{ state: 'open', reason: 'abandoned', hotline: '400' }]);
    const { rows: entries } = await db.query(
      'select e.outcome from queue_entry e join call c on c.id = e.call_id where c.from_number = $1',
      ['+8613700000003'],
    );
    expect(entries).toEqual([{ outcome: 'abandoned' }]);

    await first.sipp.done;
    const again = phone.events.length;
    await second.ear.until(() => loudness(second.ear.lastSamples()) > 100, 5000);
    await phone.events.next('the second call', (event) => event.type === 'CALL_INCOMING', {
      from: again - 1,
    });
    await phone.accept();
    await second.ear.hears(AGENT_HZ, 10_000);
    await phone.hangUp();
    await closedCall(db, '+8613700000002');
    for (const { ear, sipp } of [first, second, third]) {
      ear.close();
      await sipp.stop();
    }
    await desktop.post('/api/agents/me/not-ready', { reason: 'lunch' });
    desktop.close();
  }, 60_000);
});

async function wangIsReady(
  product: Product,
  receiptAfterMs: number | 'never',
): Promise<PushClient> {
  const desktop = await startPushClient({
    http: product.http,
    user: 'wang',
    password: PASSWORD,
    receiptAfterMs,
  });
  const ready = await desktop.post('/api/agents/me/ready');
  expect(ready.status).toBe(200);
  return desktop;
}

async function addLead(db: Client, number: string, name: string): Promise<string> {
  const id = randomUUID();
  await db.query(
    `insert into lead (id, store_id, number, name, source, opened_at)
     values ($1, 'bj01', $2, $3, 'hq', now())`,
    [id, number, name],
  );
  return id;
}

function lastSecondOf(wav: Buffer, hz: number): number {
  const samples = readWav(wav).channels[0] as Int16Array;
  return toneShare(samples.subarray(-8000), hz);
}

/** A15: the supervisor finds and hears the recording, the telemarketer is refused. */
async function onlyListenersHear(
  product: Product,
  { callId, id }: { callId: string; id: string },
): Promise<void> {
  const listen = async (user: string) => {
    const client = await startPushClient({ http: product.http, user, password: PASSWORD });
    const list = await client.get(`/api/recordings?callId=${callId}`);
    const audio = await client.get(`/api/recordings/${id}/audio`);
    const body = Buffer.from(await audio.arrayBuffer());
    client.close();
    return { list: list.status, audio: audio.status, body };
  };
  expect(await listen('wang')).toMatchObject({ list: 403, audio: 403 });
  const heard = await listen('chen');
  expect(heard).toMatchObject({ list: 200, audio: 200 });
  expect(readWav(heard.body).channels).toHaveLength(2);
}

/** A16: who listened to which call, and when; who was refused listened to none. */
async function hearingIsNoted(
  db: Client,
  { callId, id }: { callId: string; id: string },
): Promise<void> {
  const noted = `select who, subject, now() - at < interval '1 minute' as now from audit where what = 'recording.heard'`;
  const heard = await waitFor('the entry', async () => {
    const { rows } = await db.query(noted);
    return rows.length > 0 && rows;
  });
  expect(heard).toEqual([{ who: 'chen', subject: `${id} of ${callId}`, now: true }]);
}
