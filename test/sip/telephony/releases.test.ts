/**
 * Two legs of one trunk whose talk the carrier may have (`refer: allow`): what it is asked, and what each of its
 * answers means. Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { PlanTrunk } from '../../../src/domain/plan';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
/** The carrier: the customer calls from it, and it is the way to the number. */
let customer: Phone;
let gateway: Phone;
let customerLeg: string;
/** The gateway's ACK: who is who in our call to it. */
let ack: SipMessage;
/** Our side of the customer's dialog. */
let toTag: string;

const PATIENCE_MS = 500;

const trunks = (settings: Partial<PlanTrunk>): PlanTrunk[] => {
  const to = [{ address: `sip:127.0.0.1:${gateway.port}`, priority: 0, weight: 1 }];
  return [
    { id: 'carrier', from: ['127.0.0.1'], channels: 30, to, ...settings },
    { id: 'other', from: ['127.0.0.2'], channels: 30, to, refer: 'allow' },
  ];
};

/** A customer from one trunk and a number by another, or the same one, who talk. */
async function talk(refer?: 'allow', via = 'carrier'): Promise<void> {
  [customer, gateway] = [await Phone.udp(), await Phone.udp()];
  const plan = { ...planWith(5190), trunks: trunks(refer ? { refer } : {}) };
  app = await startTestApp(edge, { plan, releasePatienceMs: PATIENCE_MS });
  customer.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  const { legId, callId } = await app.next('call.arrived');
  customerLeg = legId;
  app.telephony.answer(legId);
  toTag = (await customer.response(200, 'INVITE')).toTag ?? '';
  customer.ask(edge.udpPort, { method: 'ACK', toTag });
  await app.next('leg.answered');
  const from = app.events.length;
  app.telephony.dial({
    ...{ type: 'leg.dial', legId: 'leg-out', callId, displayName: '', towards: legId },
    ...{ to: { kind: 'number', number: '+8613800138000', via: [via] }, from: '+861062345678' },
  });
  gateway.answer(await gateway.request('INVITE'), 200, { body: SDP });
  ack = await gateway.request('ACK');
  await app.next('leg.answered', from);
  app.telephony.release(customerLeg, 'leg-out');
}

beforeAll(async () => {
  edge = await startEdge();
});

afterAll(() => edge.close());

afterEach(() => {
  app.close();
  for (const one of [customer, gateway]) one.close();
});

const ended = () =>
  app.events.all.flatMap((e) => (e.type === 'leg.ended' ? [[e.legId, e.cause]] : []));
const referred = () => customer.request('REFER');
const accepts = async (): Promise<SipMessage> => {
  const refer = await referred();
  customer.answer(refer, 202);
  return refer;
};
let cseq = 10;
const notifies = async (status: string, state = 'terminated;reason=noresource'): Promise<void> => {
  const headers = ['Event: refer', `Subscription-State: ${state}`];
  const sipfrag = { type: 'message/sipfrag', body: `SIP/2.0 ${status}\r\n` };
  customer.ask(edge.udpPort, { method: 'NOTIFY', toTag, cseq: ++cseq, headers, ...sipfrag });
  const answer = await customer.got.next(
    '200 to NOTIFY',
    (m) => m.get('cseq') === `${cseq} NOTIFY`,
  );
  expect(answer.status).toBe(200);
};
/** Both still talk: an OPTIONS in each dialog would say so; a hang-up of ours takes effect. */
const talksOn = async (): Promise<void> => {
  expect([ended(), app.events.all.some(({ type }) => type === 'leg.released')]).toEqual([
    [],
    false,
  ]);
  app.telephony.hangup('leg-out', 'partner-left');
  await gateway.request('BYE');
};

test('the carrier is asked to put the customer in our place, and says that it has', async () => {
  await talk('allow');
  const refer = await accepts();
  const uri = /<(sip:[^?>]*)\?Replaces=([^>]*)>/.exec(refer.get('refer-to') ?? '');
  expect(decodeURIComponent(uri?.[2] ?? '')).toBe(
    `${ack.callId};to-tag=${gateway.tag};from-tag=${ack.fromTag}`,
  );
  expect(refer.get('referred-by')).toContain('sip:');
  await notifies('100 Trying', 'active;expires=60');
  // The one who is replaced is hung up before that is told.
  gateway.bye(edge.udpPort, ack);
  await gateway.response(200, 'BYE');
  expect(ended()).toEqual([]);
  await notifies('200 OK');
  expect(await app.next('leg.released')).toMatchObject({ legId: customerLeg });
  for (const leg of [customerLeg, 'leg-out']) app.telephony.hangup(leg, 'carrier-joined');
  expect((await customer.request('BYE')).get('reason')).toContain('cause=16');
  expect(ended()).toEqual([
    [customerLeg, 'carrier-joined'],
    ['leg-out', 'carrier-joined'],
  ]);
});

test.each([
  ['its trunk says nothing of it', undefined, 'carrier'],
  ['they are of two trunks', 'allow', 'other'],
] as const)('nobody is asked where %s', async (_why, refer, via) => {
  await talk(refer, via);
  await talksOn();
  expect(customer.count((m) => m.method === 'REFER')).toBe(0);
});

test.each([403, 405, 603])('a carrier that answers %i: the talk stays ours', async (status) => {
  await talk('allow');
  customer.answer(await referred(), status);
  await talksOn();
});

test.each(['503 Service Unavailable', '486 Busy Here'])(
  'a carrier that could not (%s): the talk stays ours',
  async (status) => {
    await talk('allow');
    await accepts();
    await notifies(status);
    await talksOn();
  },
);

test('a carrier that could not, and the far side hangs up meanwhile: that is told', async () => {
  await talk('allow');
  await accepts();
  gateway.bye(edge.udpPort, ack);
  await gateway.response(200, 'BYE');
  await notifies('481 Call Does Not Exist');
  await app.next('leg.ended');
  expect(ended()).toEqual([['leg-out', 'hangup']]);
});

test('a carrier that never says: what ended meanwhile is told, and the rest stays', async () => {
  await talk('allow');
  await accepts();
  gateway.bye(edge.udpPort, ack);
  await app.next('leg.ended');
  expect(ended()).toEqual([['leg-out', 'hangup']]);
  expect(app.events.all.some(({ type }) => type === 'leg.released')).toBe(false);
});

test('the customer hangs up meanwhile: that is an end, at once', async () => {
  await talk('allow');
  await accepts();
  customer.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 90 });
  await app.next('leg.ended');
  expect(ended()).toEqual([[customerLeg, 'hangup']]);
  app.telephony.hangup('leg-out', 'partner-left');
  await gateway.request('BYE');
});
