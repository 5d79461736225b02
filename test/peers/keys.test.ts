/**
 * Keys that a caller presses, by telephone events and by SIP INFO, reach the telemarketer's phone as
 * telephone events, and those of the telemarketer the caller, each once. sipp signals for the caller, the
 * tone phone is his ear, mouth and fingers; the telemarketer has baresip.
 */
import { startBaresip, type Baresip } from '../support/baresip';
import { needs } from '../support/needs';
import { emptyPlan, PASSWORD, withRegisteredAgent } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient } from '../support/push-client';
import { runSipp } from '../support/sipp';
import { TonePhone } from '../support/tone-phone';

const EVENTS = 96;

needs('sipp', 'baresip')('keys from phone to phone', () => {
  let product: Product;
  let phone: Baresip;

  beforeAll(async () => {
    product = await startProduct();
    await product.apply(withRegisteredAgent(emptyPlan()));
    phone = await startBaresip({
      ...{ user: '8001', realm: 'openline', password: 'secret' },
      ...{ server: product.sip(), toneHz: 600 },
    });
  }, 90_000);

  afterAll(async () => {
    await phone?.stop();
    await product?.stop();
  }, 30_000);

  test('by events and by INFO, each once, in both directions', async () => {
    const desktop = await startPushClient({
      ...{ http: product.http, user: 'wang', password: PASSWORD, receiptAfterMs: 0 },
    });
    expect((await desktop.post('/api/agents/me/ready')).status).toBe(200);
    const ear = await TonePhone.open({ tone: 1000, events: EVENTS });
    const caller = await runSipp({
      scenario: 'caller-tells-key',
      target: product.sip(),
      values: { from: '13800000001', mediaPort: ear.port, key: '5', talkMs: 3000 },
    });
    await phone.events.next('the phone to ring', ({ type }) => type === 'CALL_INCOMING');
    await phone.accept();
    ear.talkTo(await caller.heardSdp());
    await ear.hears(600);
    await ear.sendKey('7', 120);
    await ear.sendKey('#', 120);
    await phone.pressKey('3');
    await ear.until(() => ear.heard.some(({ payloadType }) => payloadType === EVENTS));
    const done = await caller.done;
    await phone.events.next('the call to end', ({ type }) => type === 'CALL_CLOSED');
    ear.close();
    desktop.close();
    expect(done.code).toBe(0);
    const starts = phone.events.all.filter(({ type }) => type === 'CALL_DTMF_START');
    expect(starts.map(({ param }) => param)).toEqual(['7', '#', '5']);
    const events = ear.heard.filter(({ payloadType }) => payloadType === EVENTS);
    expect(new Set(events.map(({ payload, timestamp }) => `${payload[0]} ${timestamp}`)).size).toBe(
      1,
    );
    expect(events[0]?.payload[0]).toBe(3);
  }, 60_000);
});
