/**
 * Calls to outside numbers: what a carrier's gateway is sent, which of its answers send the call to the next gateway,
 * and early media. Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { PlanTrunk } from '../../../src/domain/plan';
import type { DialCommand } from '../../../src/engine/ports';
import { within } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let first: Phone;
let second: Phone;
let other: Phone;

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-out',
  callId: 'call-1',
  to: { kind: 'number', number: '+8613800138000', via: ['carrier', 'spare'] },
  from: '+861062345678',
  displayName: '王芳',
  towards: null,
};

/** The carrier has two gateways, the second for when the first fails; the other trunk has one. */
function trunks(settings: Partial<PlanTrunk> = {}): PlanTrunk[] {
  const at = (phone: Phone, priority = 0) => ({
    ...{ address: `sip:127.0.0.1:${phone.port}`, priority, weight: 1 },
  });
  const to = [at(second, 1), at(first)];
  return [
    { id: 'carrier', from: ['127.0.0.1'], channels: 30, area: '010', to, ...settings },
    { id: 'spare', from: ['127.0.0.2'], channels: 30, area: '010', to: [at(other)] },
  ];
}

const apply = (settings: Partial<PlanTrunk> = {}) =>
  app.telephony.applyPlan({ ...planWith(5190), trunks: trunks(settings) });

beforeAll(async () => {
  edge = await startEdge();
});

afterAll(() => edge.close());

beforeEach(async () => {
  [first, second, other] = await Promise.all([Phone.udp(), Phone.udp(), Phone.udp()]);
  const patience = { silentMs: 200, tryingMs: 300 };
  app = await startTestApp(edge, { plan: planWith(5190), gatewayPatience: patience });
  apply();
});

afterEach(() => {
  for (const phone of [first, second, other]) phone.close();
  app.close();
});

const invites = (phone: Phone) => phone.requests('INVITE');

test('the number and ours are written as the trunk has them; answered, then hung up by the far side', async () => {
  const out = [{ match: '|0X.', replace: '9' }];
  apply({ localMobiles: ['139'], rewrite: { out }, shows: { host: 'ims.carrier.cn' } });
  app.telephony.dial(command);
  const invite = await first.request('INVITE');
  expect(invite.uri).toBe(`sip:9013800138000@127.0.0.1:${first.port}`);
  expect(invite.get('from')).toMatch(/^<sip:01062345678@ims\.carrier\.cn>;tag=/);
  expect(invite.get('p-asserted-identity')).toBe('<sip:01062345678@ims.carrier.cn>');
  expect(invite.body).toMatch(/^m=audio \d+ RTP\/AVP /m);
  first.answer(invite, 180);
  await app.next('leg.ringing');
  first.answer(invite, 200, { body: SDP });
  const ack = await first.request('ACK');
  await app.next('leg.answered');
  first.bye(edge.udpPort, ack);
  expect(await app.next('leg.ended')).toMatchObject({
    cause: 'hangup',
    far: { trunkId: 'carrier' },
  });
  expect(invites(second) + invites(other)).toBe(0);
});

test.each<[PlanTrunk['shows'], string | null, string | null]>([
  [{ in: 'from' }, '<sip:01062345678@', null],
  [{ in: 'pai', account: 'line1' }, '<sip:line1@', '<sip:01062345678@'],
  [{ number: '62340000' }, '<sip:01062340000@', '<sip:01062340000@'],
])('shown by %j', async (shows, from, asserted) => {
  apply({ shows });
  app.telephony.dial(command);
  const invite = await first.request('INVITE');
  expect(invite.get('from')).toContain(from);
  if (asserted === null) expect(invite.has('p-asserted-identity')).toBe(false);
  else expect(invite.get('p-asserted-identity')).toContain(asserted);
  first.answer(invite, 486);
  await app.next('leg.ended');
});

test('a call for help goes on whatever carriers say, and each refusal is told', async () => {
  const to = { kind: 'number', number: '110', via: ['carrier', 'spare'] } as const;
  app.telephony.dial({ ...command, to });
  const asked = await first.request('INVITE');
  first.answer(asked, 180);
  first.answer(asked, 486);
  second.answer(await second.request('INVITE'), 403);
  const invite = await other.request('INVITE');
  expect(invite.uri).toContain('sip:110@');
  other.answer(invite, 200, { body: SDP });
  await app.next('leg.answered');
  const ways = app.events.all.flatMap((event) =>
    event.type === 'help.refused' ? [[event.trunkId, event.gateway, event.far?.status]] : [],
  );
  expect(ways).toEqual([
    ['carrier', `sip:127.0.0.1:${first.port}`, 486],
    ['carrier', `sip:127.0.0.1:${second.port}`, 403],
  ]);
});

test.each([
  [503, 'Q.850;cause=34;text="No circuit, sorry"'],
  [500, null],
  [408, null],
  [480, 'SIP;cause=480, Q.850;cause=38'],
])(
  'after %i (%s) the next gateway gets the call, and then the next trunk',
  async (status, reason) => {
    const headers = reason === null ? [] : [`Reason: ${reason}`];
    app.telephony.dial(command);
    first.answer(await first.request('INVITE'), status, { headers });
    second.answer(await second.request('INVITE'), status, { headers });
    const invite = await other.request('INVITE');
    other.answer(invite, 200, { body: SDP });
    await other.request('ACK');
    await app.next('leg.answered');
    app.telephony.hangup('leg-out', 'partner-left');
    other.answer(await other.request('BYE'), 200);
    expect(await app.next('leg.ended')).toMatchObject({ far: { trunkId: 'spare' } });
  },
);

test.each([
  [486, null, 'busy', {}],
  [603, null, 'declined', {}],
  [404, 'Q.850;cause=1', 'unreachable', { q850: 1 }],
  [503, 'Q.850;cause=17;text="User busy"', 'busy', { q850: 17 }],
])('%i (%s) is the end, with what the operator said', async (status, reason, cause, said) => {
  app.telephony.dial(command);
  const headers = reason === null ? [] : [`Reason: ${reason}`];
  first.answer(await first.request('INVITE'), status, { headers });
  const far = { trunkId: 'carrier', status, ...said };
  expect(await app.next('leg.ended')).toMatchObject({ cause, far });
  expect(invites(second) + invites(other)).toBe(0);
});

test('a number that rang is not rung again', async () => {
  app.telephony.dial(command);
  const invite = await first.request('INVITE');
  first.answer(invite, 180);
  await app.next('leg.ringing');
  first.answer(invite, 503);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unreachable', far: { status: 503 } });
  expect(invites(second)).toBe(0);
});

test('a silent gateway is passed over, and its late answer gets BYE', async () => {
  app.telephony.dial(command);
  const late = await first.request('INVITE');
  const invite = await second.request('INVITE');
  second.answer(invite, 100);
  first.answer(late, 200, { body: SDP });
  await first.request('ACK');
  first.answer(await first.request('BYE'), 200);
  // After 100 alone the second one is given up, too.
  second.answer(await second.request('CANCEL'), 200);
  second.answer(invite, 487);
  other.answer(await other.request('INVITE'), 200, { body: SDP });
  await other.request('ACK');
  await app.next('leg.answered');
  expect(app.events.all.filter(({ type }) => type === 'leg.answered')).toHaveLength(1);
});

test('a refused connection sends the call on', async () => {
  const closed = await Phone.udp();
  closed.close();
  const dead = { address: `sip:127.0.0.1:${closed.port};transport=tcp`, priority: 0, weight: 1 };
  apply({ to: [dead, { ...dead, address: `sip:127.0.0.1:${second.port}`, priority: 1 }] });
  app.telephony.dial(command);
  second.answer(await second.request('INVITE'), 486);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'busy' });
});

test('who gives up during fail-over ends it', async () => {
  app.telephony.dial(command);
  first.answer(await first.request('INVITE'), 503);
  const invite = await second.request('INVITE');
  second.answer(invite, 100);
  app.telephony.hangup('leg-out', 'withdrawn');
  second.answer(await second.request('CANCEL'), 200);
  second.answer(invite, 487);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'withdrawn' });
  expect(invites(other)).toBe(0);
});

test('without a trunk that sends, the number is unreachable', async () => {
  app.telephony.dial({ ...command, to: { kind: 'number', number: '110', via: ['nowhere'] } });
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unreachable' });
});

test('a trunk keeps channels for callers, and the next one gets the call (A11)', async () => {
  apply({ channels: 3, reservedForInbound: 2 });
  app.telephony.dial(command);
  await first.request('INVITE');
  app.telephony.dial({ ...command, legId: 'leg-2' });
  other.answer(await other.request('INVITE'), 486);
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-2', cause: 'busy' });
  const only = { kind: 'number', number: '+8613800138000', via: ['carrier'] } as const;
  app.telephony.dial({ ...command, legId: 'leg-3', to: only });
  const ended = await app.next('leg.ended', app.events.all.length);
  expect(ended).toMatchObject({ legId: 'leg-3', cause: 'no-channel' });
  // For help there is always a channel.
  app.telephony.dial({ ...command, legId: 'leg-4', to: { ...only, number: '110' } });
  const help = await first.got.next('110', ({ uri }) => uri?.startsWith('sip:110@') ?? false);
  first.answer(help, 486);
  await app.next('leg.ended', app.events.all.length);
  app.telephony.hangup('leg-out', 'withdrawn');
  await app.next('leg.ended', app.events.all.length);
  app.telephony.dial({ ...command, legId: 'leg-5', to: only });
  first.answer(await first.request('INVITE', first.got.all.indexOf(help) + 1), 486);
});

test('a call for help by a trunk that is full says who takes its channels, before it leaves', async () => {
  apply({ channels: 1, reservedForInbound: 0 });
  app.telephony.dial(command);
  await first.request('INVITE');
  const to = { kind: 'number', number: '110', via: ['carrier', 'spare'] } as const;
  app.telephony.dial({ ...command, legId: 'leg-2', callId: 'call-2', to });
  const crowded = app.events.all.filter(({ type }) => type === 'help.crowded');
  expect(crowded).toMatchObject([{ callId: 'call-2', trunkId: 'carrier', legIds: ['leg-out'] }]);
  const help = await first.got.next('110', ({ uri }) => uri?.startsWith('sip:110@') ?? false);
  first.answer(help, 503);
  second.answer(await second.request('INVITE'), 503);
  // The next trunk has room.
  other.answer(await other.request('INVITE'), 486);
  await app.next('leg.ended');
  expect(app.events.all.filter(({ type }) => type === 'help.crowded')).toHaveLength(1);
});

test('callers are taken by a trunk that is full, and that is an alarm while it lasts', async () => {
  apply({ channels: 1, reservedForInbound: 1 });
  const callers = await Promise.all([Phone.udp(), Phone.udp()]);
  for (const caller of callers) caller.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  const one = await app.next('call.arrived');
  const arrived = [one, await app.next('call.arrived', app.events.all.indexOf(one) + 1)];
  const alarm = await app.next('alarm.raised');
  expect(alarm).toMatchObject({ code: 'TRUNK_NEARLY_FULL', detail: 'carrier: 1 of 1 channels' });
  for (const { legId } of arrived) app.telephony.refuse(legId, 'withdrawn');
  const over = await app.next('alarm.raised', app.events.all.indexOf(alarm) + 1);
  expect(over).toMatchObject({ code: 'TRUNK_HAS_ROOM', detail: 'carrier: 0 of 1 channels' });
  for (const caller of callers) caller.close();
});

test('calls leave at the pace of the trunk; who would wait too long goes elsewhere', async () => {
  apply({ cps: 1 });
  const begin = Date.now();
  for (const legId of ['one', 'two', 'three', 'four']) app.telephony.dial({ ...command, legId });
  const invite = await first.request('INVITE');
  first.answer(invite, 486);
  other.answer(await other.request('INVITE'), 486);
  expect(Date.now() - begin).toBeLessThan(900);
  const isNext = (one: SipMessage) => one.method === 'INVITE' && one.callId !== invite.callId;
  first.answer(await first.got.next('the second call', isNext), 486);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(990);
  for (const legId of ['three', 'two']) app.telephony.hangup(legId, 'withdrawn');
});

test('sound before the answer is told, kept by PRACK, and may change by UPDATE', async () => {
  app.telephony.dial(command);
  const invite = await first.request('INVITE');
  expect(invite.get('supported')).toContain('100rel');
  const reliably = ['Require: 100rel', 'RSeq: 7'];
  const toTag = invite.fromTag as string;
  const change = (cseq: number) =>
    first.ask(edge.udpPort, {
      ...{ method: 'UPDATE', callId: invite.callId, toTag, cseq },
      body: SDP.replace('audio 4000', 'audio 4002').replace('- 1 1', '- 1 2'),
    });
  first.answer(invite, 180);
  expect(await app.next('leg.ringing')).not.toHaveProperty('sound');
  change(1);
  await first.response(491, 'UPDATE');
  first.answer(invite, 183, { headers: reliably, body: SDP });
  first.answer(await first.request('PRACK'), 200);
  await within(
    'the sound',
    app.events.next('sound', (e) => e.type === 'leg.ringing' && !!e.sound),
  );
  change(2);
  const ok = await first.response(200, 'UPDATE');
  expect(ok.body).toMatch(/^m=audio \d+ RTP\/AVP 8/m);
  expect(ok.body).not.toBe(SDP);
  // The answer was given in the 183: the 200 has none (RFC 6337 §2.2).
  first.answer(invite, 200);
  await first.request('ACK');
  await app.next('leg.answered');
});
