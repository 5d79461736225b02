/**
 * REFER of an agent's phone, in raw messages: what the phone is answered and told, and when its leg ends.
 * Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { DialCommand, Refer } from '../../../src/engine/ports';
import { onlyOurs } from '../../support/needs';
import { Phone, SDP } from '../support/phone';
import {
  planWith,
  startEdge,
  startTestApp,
  type Edge,
  type TestApp,
  type TestAppOptions,
} from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;
let ack: SipMessage;
let asked: Parameters<Refer>[0][];
/** What the engine makes of a REFER. */
let engine: Refer;
let options: TestAppOptions;

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-agent',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  from: '+8613800001111',
  displayName: '张伟',
  towards: null,
};
const next: DialCommand = {
  ...command,
  legId: 'leg-next',
  to: { kind: 'phone', agentId: 'wang', phoneId: '8003' },
};

/** The call lets go of the agent's leg, as the domain does when its caller is sent on. */
const letsGo =
  (ringing: string | null): Refer =>
  () => {
    app.telephony.hangup('leg-agent', 'transferred');
    return { ringing };
  };

let other: Phone;

beforeEach(async () => {
  edge = await startEdge();
  [phone, other] = [await Phone.udp(), await Phone.udp()];
  asked = [];
  engine = letsGo('leg-next');
  const plan = planWith(phone.port);
  const static8003 = { id: '8003', kind: 'static', person: 'wang', autoReady: true, watch: false };
  plan.phones.push({ ...static8003, contact: `sip:w@127.0.0.1:${other.port}` } as never);
  options = {
    plan,
    refer: (what) => {
      asked.push(what);
      return engine(what);
    },
  };
  app = await startTestApp(edge, options);
  app.telephony.dial(command);
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  ack = await phone.request('ACK');
  await app.next('leg.answered');
});

afterEach(async () => {
  for (const one of [phone, other]) one.close();
  app.close();
  await edge.close();
});

let cseq = 1;
const refers = (headers: string[]) => {
  phone.askBack(edge.udpPort, ack, { method: 'REFER', cseq: ++cseq, headers });
};
/** The phone takes the NOTIFY with that status: how it stands with the transfer then. */
const notified = async (status: number): Promise<string | undefined> => {
  const notify = await phone.got.next(
    `NOTIFY of ${status}`,
    (m) => m.method === 'NOTIFY' && m.body.startsWith(`SIP/2.0 ${status} `),
  );
  phone.answer(notify, 200);
  expect(notify.get('content-type')).toBe('message/sipfrag;version=2.0');
  return notify.get('subscription-state');
};
const OVER = 'terminated;reason=noresource';
const endsOf = (legId: string) =>
  app.events.all.flatMap((e) => (e.type === 'leg.ended' && e.legId === legId ? [e.cause] : []));

test('202, 100, and when the next one has answered 200 and BYE', async () => {
  refers(['Refer-To: "Wang" <sip:8003@openline;user=phone>']);
  await phone.response(202, 'REFER');
  expect(asked).toEqual([{ agentId: 'li', callId: 'call-1', dialled: '8003' }]);
  expect(await notified(100)).toBe('active;expires=60');
  app.telephony.dial(next);
  const invite = await other.request('INVITE');
  other.answer(invite, 180);
  await app.next('leg.ringing', app.events.length - 1);
  // Until then the phone's leg is kept.
  expect([endsOf('leg-agent'), phone.count((m) => m.method === 'BYE')]).toEqual([[], 0]);
  other.answer(invite, 200, { body: SDP });
  expect(await notified(200)).toBe(OVER);
  const bye = await phone.request('BYE');
  phone.answer(bye, 200);
  expect(bye.get('reason')).toContain('Q.850;cause=16');
  expect(endsOf('leg-agent')).toEqual(['transferred']);
  expect(endsOf('leg-next')).toEqual([]);
});

test.each([
  [486, 486],
  [603, 603],
  [404, 480],
])('the next one answers %i, and the phone is told %i', async (status, told) => {
  refers(['Refer-To: sip:8003@openline']);
  await notified(100);
  app.telephony.dial(next);
  other.answer(await other.request('INVITE'), status);
  expect(await notified(told)).toBe(OVER);
  await phone.request('BYE');
  expect(endsOf('leg-agent')).toEqual(['transferred']);
});

test('a caller who waits in a queue is a result', async () => {
  engine = letsGo(null);
  refers(['Refer-To: <sip:service@openline>']);
  await notified(100);
  await notified(200);
  await phone.request('BYE');
  expect(endsOf('leg-agent')).toEqual(['transferred']);
});

test('a phone that answers no NOTIFY gets its BYE all the same', async () => {
  engine = letsGo(null);
  refers(['Refer-To: <sip:service@openline>']);
  await phone.request('BYE');
  expect(endsOf('leg-agent')).toEqual(['transferred']);
});

test('a phone that wants no NOTIFY gets none (RFC 4488)', async () => {
  engine = letsGo(null);
  refers(['Refer-To: <sip:service@openline>', 'Refer-Sub: false', 'Supported: norefersub']);
  expect((await phone.response(202, 'REFER')).get('refer-sub')).toBe('false');
  await phone.request('BYE');
  expect(phone.count((m) => m.method === 'NOTIFY')).toBe(0);
});

test('the phone hangs up in the midst of it: its leg was sent on, and the next one is rung on', async () => {
  refers(['Refer-To: <sip:8003@openline>']);
  await notified(100);
  app.telephony.dial(next);
  const invite = await other.request('INVITE');
  phone.askBack(edge.udpPort, ack, { method: 'BYE', cseq: ++cseq });
  await phone.response(200, 'BYE');
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-agent', cause: 'transferred' });
  other.answer(invite, 200, { body: SDP });
  await other.request('ACK');
  await app.next('leg.answered', app.events.length - 1);
  expect(phone.count((m) => m.body.includes(' 200 OK'))).toBe(0);
  expect(endsOf('leg-next')).toEqual([]);
});

test('the caller hangs up in the midst of it: 487, and the leg ends with that', async () => {
  refers(['Refer-To: <sip:8003@openline>']);
  await notified(100);
  app.telephony.hangup('leg-agent', 'partner-left');
  expect(await notified(487)).toBe(OVER);
  await phone.request('BYE');
  expect(endsOf('leg-agent')).toEqual(['partner-left']);
});

test('who was asked for is not to be had, and somebody else is rung: 480', async () => {
  refers(['Refer-To: <sip:8003@openline>']);
  await notified(100);
  app.telephony.dial({ ...next, legId: 'leg-third' });
  expect(await notified(480)).toBe(OVER);
});

test('a second REFER meanwhile is refused', async () => {
  refers(['Refer-To: <sip:8003@openline>']);
  await phone.response(202, 'REFER');
  refers(['Refer-To: <sip:8001@openline>']);
  await phone.response(491, 'REFER');
  expect(asked).toHaveLength(1);
});

test('what is refused leaves the talk, and the phone may ask again', async () => {
  engine = () => ({ refused: 'NO_SUCH_TARGET' });
  refers(['Refer-To: <sip:nobody@openline>']);
  await phone.response(404, 'REFER');
  engine = () => ({ refused: 'AGENT_NOT_FREE' });
  refers(['Refer-To: <sip:8003@openline>']);
  await phone.response(480, 'REFER');
  expect([endsOf('leg-agent'), phone.count((m) => m.method === 'NOTIFY')]).toEqual([[], 0]);
  engine = letsGo('leg-next');
  refers(['Refer-To: <sip:8003@openline>']);
  expect((await phone.request('NOTIFY')).get('event')).toBe('refer');
});

test.each([
  ['NOT_A_NUMBER', 404],
  ['DIAL_FORBIDDEN', 403],
  ['DIAL_LIMIT', 403],
  ['NO_TRUNK', 480],
] as const)('of an outside number %s is told as %i', async (refused, status) => {
  engine = () => ({ refused });
  refers(['Refer-To: <sip:13800000002;user=phone@openline>', 'Referred-By: <sip:8002@openline>']);
  await phone.response(status, 'REFER');
  expect([endsOf('leg-agent'), phone.count((m) => m.method === 'NOTIFY')]).toEqual([[], 0]);
});

test('a REFER that names nobody is not asked about', async () => {
  refers(['Refer-To: <sip:openline>']);
  await phone.response(400, 'REFER');
  expect(asked).toEqual([]);
});

onlyOurs(
  'the app falls in the midst of it: the next one ends the leg, and takes it for no talk',
  async () => {
    refers(['Refer-To: <sip:8003@openline>']);
    await notified(100);
    app.close();
    const { plan } = options;
    app = await startTestApp(edge, { plan });
    const bye = await phone.request('BYE');
    expect(bye.get('reason')).toContain('Q.850;cause=16');
    expect(app.found).toEqual([]);
  },
);

describe('an INVITE that is to replace a talk (RFC 3891)', () => {
  const replaces = (callId: string) =>
    `Replaces: ${callId};to-tag=${ack.fromTag};from-tag=${ack.toTag}`;

  test.each([
    ['a trunk', '127.0.0.1', 403],
    ['nobody we know', '127.0.0.2', 403],
  ])('is refused from %s', async (_who, host, status) => {
    const stranger = await Phone.udp(host);
    const headers = [replaces(ack.callId)];
    stranger.ask(edge.udpPort, { method: 'INVITE', headers, body: SDP });
    await stranger.response(status, 'INVITE');
    expect(app.events.all.some(({ type }) => type === 'call.arrived')).toBe(false);
    stranger.close();
  });

  test.each([
    ['no dialog of ours', () => [replaces('none')], 481],
    ['one without its tags', () => [`Replaces: ${ack.callId}`], 400],
    ['another person’s talk, which stays as it is', () => [replaces(ack.callId)], 403],
  ])('names %s', async (_what, headers, status) => {
    other.ask(edge.udpPort, { method: 'INVITE', headers: headers(), body: SDP });
    await other.response(status, 'INVITE');
    expect(endsOf('leg-agent')).toEqual([]);
  });
});

test('a caller from a trunk may send nobody anywhere', async () => {
  const caller = await Phone.udp();
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  const { legId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  const toTag = (await caller.response(200, 'INVITE')).toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  const headers = ['Refer-To: <sip:8003@openline>'];
  caller.ask(edge.udpPort, { method: 'REFER', toTag, cseq: 2, headers });
  await caller.response(403, 'REFER');
  expect(asked).toEqual([]);
  caller.close();
});
