/**
 * All streams of the media are in use: who calls waits for a place, and only then his carrier is sent elsewhere. Real
 * SIP, control and media; the engine is the test itself.
 */
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let first: Phone;
let second: Phone;

beforeEach(async () => {
  edge = await startEdge({ maxStreams: 1 });
  [first, second] = [await Phone.udp(), await Phone.udp()];
});

afterEach(async () => {
  for (const phone of [first, second]) phone.close();
  app.close();
  await edge.close();
});

const start = async (placePatienceMs?: number): Promise<void> => {
  const patience = placePatienceMs === undefined ? {} : { placePatienceMs };
  app = await startTestApp(edge, { plan: planWith(5190), ...patience });
};

/** He has the only stream. */
async function firstArrives(): Promise<string> {
  first.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  return (await app.next('call.arrived')).legId;
}

const secondCalls = (): number => {
  second.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKsecond' });
  return app.events.all.length;
};

test('he hears that it rings, and is a call as soon as a place frees', async () => {
  await start();
  const one = await firstArrives();
  const from = secondCalls();
  await second.response(180);
  expect(app.events.all.filter(({ type }) => type === 'call.arrived')).toHaveLength(1);
  app.telephony.refuse(one, 'withdrawn');
  const other = await app.next('call.arrived', from);
  expect(other).not.toHaveProperty('unusable');
  app.telephony.answer(other.legId);
  expect((await second.response(200, 'INVITE')).body).toContain('m=audio');
});

test('else he is refused so that his carrier takes its next route, and supervisors hear of it once', async () => {
  await start(1);
  await firstArrives();
  for (const phone of [second, await Phone.udp()]) {
    const from = app.events.all.length;
    phone.ask(edge.udpPort, { method: 'INVITE', body: SDP });
    const { legId, unusable } = await app.next('call.arrived', from);
    expect(unusable).toBe('over-capacity');
    app.telephony.refuse(legId, 'over-capacity');
    const refusal = await phone.response(503, 'INVITE');
    expect(refusal.get('retry-after')).toBe('2');
    expect(refusal.get('reason')).toBe('Q.850;cause=42;text="over-capacity"');
    expect(await app.next('leg.ended', from)).toMatchObject({ legId, cause: 'over-capacity' });
    if (phone !== second) phone.close();
  }
  expect(app.events.all.filter(({ type }) => type === 'alarm.raised')).toMatchObject([
    { code: 'OVER_CAPACITY', storeId: 'bj01' },
  ]);
});

test('who gives up while he waits has called, and left', async () => {
  await start();
  await firstArrives();
  const from = secondCalls();
  await second.response(180);
  second.ask(edge.udpPort, { method: 'CANCEL', branch: 'z9hG4bKsecond' });
  const { legId } = await app.next('call.arrived', from);
  expect(await app.next('leg.ended', from)).toMatchObject({ legId, cause: 'hangup' });
});
