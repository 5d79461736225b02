/**
 * Callers whom nobody takes answer by the keys of their phones, as telephone events (RFC 4733): one who waits presses
 * 1 and is promised a call in his place; one who withholds his number keys it in after hours, and leaves a message.
 * sipp signals for them, the tone phone is ear, mouth and fingers; prompts are recognised by their sound.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { closedCall, recordingOf } from '../support/facts';
import { needs } from '../support/needs';
import { emptyPlan, PASSWORD, withRegisteredAgent, type TestPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { likeness } from '../support/prompt-heard';
import { startPushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

const CALLER_HZ = 1000;
const EVENTS = 96;

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Which day of the week that is in Beijing, 0 being Monday. */
const inThreeDays = (): number => (new Date(Date.now() + 80 * 3_600_000).getUTCDay() + 6) % 7;

needs('sipp')('callers who answer by keys', () => {
  let product: Product;
  let db: Client;

  beforeAll(async () => {
    product = await startProduct();
    await product.apply(planOf());
    db = await product.db();
  }, 90_000);

  afterAll(async () => {
    await product?.stop();
  }, 30_000);

  /** Somebody who calls 400 (English, somebody is signed in) or 401 (closed for three days). */
  async function caller(from: string, number: string) {
    const ear = await TonePhone.open({ tone: CALLER_HZ, events: EVENTS });
    const sipp = await runSipp({
      scenario: 'caller-presses-keys',
      target: product.sip(),
      values: { from, number, mediaPort: ear.port, talkMs: 60_000 },
    });
    ear.talkTo(await sipp.heardSdp());
    const hears = (prompt: string, language = 'en') =>
      ear.until(
        () => ear.heard.length % 25 === 0 && likeness(ear.heard, { language, prompt }) > 0.9,
        25_000,
        () => `${prompt} was not heard`,
      );
    const presses = async (keys: string): Promise<void> => {
      for (const key of keys) await ear.sendKey(key, 80);
    };
    return { ear, sipp, hears, presses };
  }

  test('who waits hears his place, presses 1, and is promised a call before we hang up', async () => {
    const desktop = await startPushClient({
      ...{ http: product.http, user: 'wang', password: PASSWORD },
    });
    const { ear, sipp, hears, presses } = await caller('13800000001', '400');
    await hears('all-busy');
    await hears('position-next');
    await presses('1');
    await hears('number-confirm-before');
    await hears('digit-0');
    await presses('1');
    await hears('callback-taken');
    expect((await sipp.done).code).toBe(0);
    ear.close();
    const call = await closedCall(db, '+8613800000001');
    expect(call).toMatchObject({ outcome: 'promise', end_cause: 'announced' });
    const { rows: promises } = await db.query('select * from promise where number = $1', [
      '+8613800000001',
    ]);
    expect(promises).toMatchObject([{ reason: 'asked', state: 'open', call_id: call['id'] }]);
    expect(promises[0].place).toEqual(call['arrived_at']);
    const { rows: entries } = await db.query('select * from queue_entry where call_id = $1', [
      call['id'],
    ]);
    expect(entries).toMatchObject([{ outcome: 'promised' }]);
    desktop.close();
  }, 90_000);

  test('who withholds his number keys it in after hours, and what he says after the tone is kept', async () => {
    const { ear, sipp, hears, presses } = await caller('anonymous', '401');
    await hears('closed', 'zh-CN');
    await hears('opens-before', 'zh-CN');
    await hears(`weekday-${inThreeDays() + 1}`, 'zh-CN');
    await hears('morning', 'zh-CN');
    await hears('number-ask', 'zh-CN');
    await presses('13900000003#');
    await hears('number-confirm-before', 'zh-CN');
    await presses('1');
    await hears('promise-taken', 'zh-CN');
    await presses('2');
    await hears('message-leave', 'zh-CN');
    ear.forget();
    // He speaks for two seconds after the tone.
    await ear.until(() => ear.heard.length > 150);
    await presses('#');
    await hears('message-saved', 'zh-CN');
    expect((await sipp.done).code).toBe(0);
    ear.close();
    const call = await closedCall(db, '');
    expect(call).toMatchObject({ hotline: '401', outcome: 'promise' });
    const recording = await recordingOf(db, call['id']);
    expect(recording).toMatchObject({ state: 'stored', agent_id: null });
    const { rows: promises } = await db.query('select * from promise where number = $1', [
      '+8613900000003',
    ]);
    expect(promises).toMatchObject([{ reason: 'closed', message_id: recording['id'] }]);
    const { channels } = readWav(
      readFileSync(join(product.recordingsDir, recording['path'] as string)),
    );
    expect(channels).toHaveLength(2);
    const [said = new Int16Array(1)] = channels;
    expect(toneShare(said.subarray(4000, 12_000), CALLER_HZ)).toBeGreaterThan(0.9);
  }, 90_000);
});

/** Two hotlines of one queue; the second is never open. */
function planOf(): TestPlan {
  const plan = withRegisteredAgent(emptyPlan());
  const hotlines = [
    { number: '400', store: 'bj01', queue: 'sales', notice: 'none', language: 'en' },
    { number: '401', store: 'bj01', queue: 'sales', hours: 'later' },
  ];
  return {
    ...plan,
    hours: [{ id: 'later', week: { [WEEK[inThreeDays()] ?? '']: '09:00-18:00' } }],
    hotlines,
  } as TestPlan;
}
