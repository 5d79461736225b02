/**
 * Agents' legs: the INVITE to a phone, its every answer, and CANCEL at every moment. Real SIP, control
 * and media; the engine is the test itself.
 */
import type { PhoneProfile } from '../../../src/domain/plan';
import type { DialCommand } from '../../../src/engine/ports';
import { onlyOurs } from '../../support/needs';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-agent',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  from: '+8613800001111',
  displayName: '张伟',
  towards: 'leg-caller',
};

beforeEach(async () => {
  edge = await startEdge();
  phone = await Phone.udp();
  app = await startTestApp(edge, { plan: planWith(phone.port) });
});

afterEach(async () => {
  phone.close();
  app.close();
  await edge.close();
});

test('the phone is shown who calls, is offered audio, and its ringing and answer are told', async () => {
  app.telephony.dial(command);
  const invite = await phone.request('INVITE');
  const from = Buffer.from(invite.get('from') ?? '', 'latin1').toString('utf8');
  expect(from).toMatch(/^"张伟" <sip:\+8613800001111@127\.0\.0\.1:\d+>;tag=/);
  expect(invite.get('p-asserted-identity')).toMatch(/^<sip:\+8613800001111@127\.0\.0\.1/);
  expect(invite.body).toMatch(/^m=audio \d+ RTP\/AVP 8 0/m);
  phone.answer(invite, 180);
  await app.next('leg.ringing');
  phone.answer(invite, 200, { body: SDP });
  await phone.request('ACK');
  expect(await app.next('leg.answered')).toMatchObject({ legId: 'leg-agent' });
  app.telephony.hangup('leg-agent', 'partner-left');
  phone.answer(await phone.request('BYE'), 200);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'partner-left' });
});

const profiles = [
  [undefined, null, null],
  ['standard', /^<sip:.+>;answer-after=0$/, /^<http:.+>;info=alert-autoanswer;delay=0$/],
  ['yealink', null, /^<http:.+>;info=alert-autoanswer;delay=0$/],
  ['grandstream', /^<sip:.+>;answer-after=0$/, /^<http:.+>;info=alert-autoanswer;delay=0$/],
  ['snom', null, /^<http:.+>;info=alert-autoanswer;delay=0$/],
  ['cisco', /^<sip:.+>;answer-after=0$/, null],
  ['baresip', /^<sip:.+>;answer-after=0$/, /^<http:.+>;info=alert-autoanswer;delay=0$/],
] as const;
// A drachtio-server sends on only what keeps to the grammar of the header.
const outsideTheGrammar = [['polycom', null, /^Auto Answer$/]] as const;

test.each(profiles)('a phone of profile %s is told to pick up', picksUp);
onlyOurs.each(outsideTheGrammar)('a phone of profile %s is told to pick up', picksUp);

async function picksUp(
  profile: PhoneProfile | undefined,
  callInfo: RegExp | null,
  alertInfo: RegExp | null,
): Promise<void> {
  const plan = planWith(phone.port);
  const autoAnswer = profile === undefined ? {} : { autoAnswer: profile };
  const phones = plan.phones.map((one) => ({ ...one, ...autoAnswer }));
  app.telephony.applyPlan({ ...plan, phones });
  app.telephony.dial(command);
  const invite = await phone.request('INVITE');
  const expected = (pattern: RegExp | null) =>
    pattern === null ? undefined : (expect.stringMatching(pattern) as string);
  expect(invite.get('call-info')).toEqual(expected(callInfo));
  expect(invite.get('alert-info')).toEqual(expected(alertInfo));
}

test.each([
  [486, 'busy'],
  [603, 'declined'],
  [302, 'declined'],
  [404, 'unreachable'],
  [480, 'unavailable'],
  [500, 'unreachable'],
  [600, 'busy'],
  [488, 'no-media'],
] as const)('a phone that answers %i ended as %s', async (status, cause) => {
  app.telephony.dial(command);
  phone.answer(await phone.request('INVITE'), status, {
    headers: status === 302 ? ['Contact: <sip:elsewhere@127.0.0.1:9>'] : [],
  });
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-agent', cause });
  // One of them, that is; on a busy machine it may come twice.
  const invites = phone.got.all.filter((m) => m.method === 'INVITE');
  expect(new Set(invites.map(({ via }) => via?.branch)).size).toBe(1);
});

test('a phone that is silent is unreachable', async () => {
  app.telephony.dial(command);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unreachable' });
});

test('a phone that never registered is unreachable at once', async () => {
  app.telephony.dial({ ...command, to: { kind: 'phone', agentId: 'li', phoneId: '8001' } });
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unreachable' });
});

test('an answer whose media cannot be used is ended with BYE', async () => {
  app.telephony.dial(command);
  phone.answer(await phone.request('INVITE'), 200, {
    body: SDP.replace('RTP/AVP 8', 'RTP/AVP 18'),
  });
  phone.answer(await phone.request('BYE'), 200);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'no-media' });
  expect(app.events.all.some(({ type }) => type === 'leg.answered')).toBe(false);
});

test('a ringing phone is told to stop, and the leg ends with its 487', async () => {
  app.telephony.dial(command);
  const invite = await phone.request('INVITE');
  phone.answer(invite, 180);
  await app.next('leg.ringing');
  app.telephony.hangup('leg-agent', 'no-answer');
  const cancel = await phone.request('CANCEL');
  phone.answer(cancel, 200);
  phone.answer(invite, 487);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'no-answer' });
});

test('a phone that ignores our CANCEL does not keep its agent', async () => {
  app.telephony.dial(command);
  phone.answer(await phone.request('INVITE'), 180);
  await app.next('leg.ringing');
  app.telephony.hangup('leg-agent', 'withdrawn');
  await phone.request('CANCEL');
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'withdrawn' });
});

test('what it answers after that gets ACK and BYE, and is no answer', async () => {
  const patient = await startEdge({ t1: 100 });
  const other = await startTestApp(patient, { plan: planWith(phone.port) });
  other.telephony.dial(command);
  const invite = await phone.request('INVITE');
  phone.answer(invite, 180);
  await other.next('leg.ringing');
  other.telephony.hangup('leg-agent', 'withdrawn');
  expect(await other.next('leg.ended')).toMatchObject({ cause: 'withdrawn' });
  phone.answer(invite, 200, { body: SDP });
  await phone.request('ACK');
  phone.answer(await phone.request('BYE'), 200);
  expect(other.events.all.map(({ type }) => type)).not.toContain('leg.answered');
  other.close();
  await patient.close();
});

test('a hang-up before the INVITE left sends none, or takes it back', async () => {
  app.telephony.dial(command);
  app.telephony.hangup('leg-agent', 'withdrawn');
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'withdrawn' });
  expect(phone.requests('INVITE')).toBe(phone.requests('CANCEL'));
});

test('somebody else took it: told so, and a 200 that crosses gets ACK and BYE, and is no answer', async () => {
  app.telephony.dial(command);
  const invite = await phone.request('INVITE');
  phone.answer(invite, 180);
  await app.next('leg.ringing');
  app.telephony.hangup('leg-agent', 'answered-elsewhere');
  const cancel = await phone.request('CANCEL');
  phone.answer(cancel, 200);
  phone.answer(invite, 200, { body: SDP });
  await phone.request('ACK');
  const bye = await phone.request('BYE');
  phone.answer(bye, 200);
  expect(cancel.get('reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
  // This one is the edge's own.
  expect(bye.get('reason')).toContain('cause=200');
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'answered-elsewhere' });
  expect(app.events.all.some(({ type }) => type === 'leg.answered')).toBe(false);
  await waitFor(
    'no dialog to be left',
    () => edge.signalling.dialogs.list('cell:all').length === 0,
  );
});

test('the agent hangs up: told once', async () => {
  app.telephony.dial(command);
  const invite = await phone.request('INVITE');
  phone.answer(invite, 200, { body: SDP });
  const ack = await phone.request('ACK');
  await app.next('leg.answered');
  phone.ask(edge.udpPort, {
    method: 'BYE',
    callId: invite.callId,
    cseq: 1,
    to: invite.get('from') ?? '',
    uri: ack.get('contact') ?? `sip:127.0.0.1:${edge.udpPort}`,
  });
  await phone.response(200, 'BYE');
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-agent', cause: 'hangup' });
  app.telephony.hangup('leg-agent', 'partner-left');
  expect(app.events.all.filter(({ type }) => type === 'leg.ended')).toHaveLength(1);
});
