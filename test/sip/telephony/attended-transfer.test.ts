/**
 * REFER with Replaces (RFC 5589 §7) of an agent's phone that has two dialogs with us, in raw messages: whom it may
 * name, what it is told, and when its legs end. Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { DialCommand, Refer } from '../../../src/engine/ports';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;
let other: Phone;
/** Of the phone's first dialog, which we began. */
let ack: SipMessage;
/** Of its second one, which it began: our 200. */
let second: SipMessage;
let secondLeg: string;
let secondCall: string;
let asked: Parameters<Refer>[0][];
let engine: Refer;

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-agent',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  from: '+8613800001111',
  displayName: '张伟',
  towards: null,
};

/** Both calls let go of the phone, as the domain does when the far sides are joined. */
const joined: Refer = () => {
  for (const leg of [secondLeg, 'leg-agent']) app.telephony.hangup(leg, 'transferred');
  return { ringing: null };
};

let cseq: number;

beforeEach(async () => {
  cseq = 1;
  edge = await startEdge();
  [phone, other] = [await Phone.udp(), await Phone.udp()];
  [asked, engine] = [[], joined];
  const plan = planWith(phone.port);
  const static8003 = { id: '8003', kind: 'static', person: 'wang', autoReady: true, watch: false };
  plan.phones.push({ ...static8003, contact: `sip:w@127.0.0.1:${other.port}` } as never);
  app = await startTestApp(edge, {
    plan,
    refer: (what) => {
      asked.push(what);
      return engine(what);
    },
  });
  app.telephony.dial(command);
  phone.answer(await phone.request('INVITE'), 200, { body: SDP });
  ack = await phone.request('ACK');
  await app.next('leg.answered');
  phone.ask(edge.udpPort, { method: 'INVITE', callId: 'second-line', body: SDP });
  const { ids } = await app.next('phone.dialled');
  [secondLeg, secondCall] = [ids.ownLegId, ids.callId];
  app.telephony.answer(secondLeg);
  second = await phone.response(200, 'INVITE');
  const { toTag = '' } = second;
  phone.ask(edge.udpPort, { method: 'ACK', callId: 'second-line', toTag });
  await app.next('leg.answered', app.events.length - 1);
});

afterEach(async () => {
  for (const one of [phone, other]) one.close();
  app.close();
  await edge.close();
});

/** To-tag is ours, From-tag the phone's (RFC 3891 §3), as in a Refer-To. */
const replaces = (callId: string, ours: string, theirs: string, more = '') =>
  `<sip:8003@openline?Replaces=${encodeURIComponent(`${callId};to-tag=${ours};from-tag=${theirs}${more}`)}>`;
const secondLine = (more = '') => replaces('second-line', second.toTag ?? '', phone.tag, more);
const firstLine = () => replaces(ack.callId ?? '', ack.fromTag ?? '', ack.toTag ?? '');

const refers = (referTo: string, more: string[] = []) => {
  const headers = [`Refer-To: ${referTo}`, ...more];
  phone.askBack(edge.udpPort, ack, { method: 'REFER', cseq: ++cseq, headers });
};
const notified = async (status: number): Promise<SipMessage> => {
  const brings = `SIP/2.0 ${status} `;
  const notify = await phone.got.next(
    `NOTIFY of ${status}`,
    (m) => m.method === 'NOTIFY' && m.body.startsWith(brings),
  );
  phone.answer(notify, 200);
  return notify;
};
const ended = () =>
  app.events.all.flatMap((e) => (e.type === 'leg.ended' ? [[e.legId, e.cause]] : []));
const byes = () => phone.got.all.filter(({ method }) => method === 'BYE');

test('202, 100, 200 with a sipfrag, and only then BYE to both lines', async () => {
  refers(secondLine());
  await phone.response(202, 'REFER');
  expect(asked).toEqual([{ agentId: 'li', callId: 'call-1', dialled: '8003', with: secondCall }]);
  expect((await notified(100)).get('subscription-state')).toBe('active;expires=60');
  const last = await phone.got.next('NOTIFY of 200', (m) => m.body.startsWith('SIP/2.0 200 '));
  expect(byes()).toEqual([]);
  phone.answer(last, 200);
  expect(last.get('subscription-state')).toBe('terminated;reason=noresource');
  expect(last.get('content-type')).toBe('message/sipfrag;version=2.0');
  await phone.got.next(
    'BYE of the second',
    (m) => m.method === 'BYE' && m.callId === 'second-line',
  );
  await phone.got.next('BYE of the first', (m) => m.method === 'BYE' && m.callId === ack.callId);
  expect(ended()).toEqual([
    [secondLeg, 'transferred'],
    ['leg-agent', 'transferred'],
  ]);
});

test('asked for in the second dialog, naming the first', async () => {
  const headers = [`Refer-To: ${firstLine()}`];
  const dialog = { callId: 'second-line', toTag: second.toTag ?? '', cseq: 2 };
  phone.ask(edge.udpPort, { method: 'REFER', ...dialog, headers });
  await phone.response(202, 'REFER');
  expect(asked).toMatchObject([{ agentId: 'li', callId: secondCall, with: 'call-1' }]);
  expect((await notified(200)).callId).toBe('second-line');
});

test('a phone that answers no NOTIFY gets both BYEs all the same', async () => {
  refers(secondLine());
  await phone.got.next('both', () => byes().length === 2);
});

test('a phone that wants no NOTIFY gets none (RFC 4488)', async () => {
  refers(secondLine(), ['Refer-Sub: false']);
  await phone.got.next('both', () => byes().length === 2);
  expect(phone.count((m) => m.method === 'NOTIFY')).toBe(0);
});

test('a phone that hangs up both lines by itself, as it is told', async () => {
  refers(secondLine());
  await notified(100);
  const last = await phone.got.next('NOTIFY of 200', (m) => m.body.startsWith('SIP/2.0 200 '));
  const dialog = { callId: 'second-line', toTag: second.toTag ?? '', cseq: 2 };
  phone.ask(edge.udpPort, { method: 'BYE', ...dialog });
  phone.askBack(edge.udpPort, ack, { method: 'BYE', cseq: ++cseq });
  await phone.got.next(
    '200 to both',
    () => phone.count((m) => m.status === 200 && m.cseqMethod === 'BYE') === 2,
  );
  phone.answer(last, 200);
  expect(ended().map(([, cause]) => cause)).toEqual(['transferred', 'transferred']);
});

test.each([
  ['no dialog of ours', () => replaces('none', 'a', 'b'), 481],
  ['a tag that is another one’s', () => replaces('second-line', second.toTag ?? '', 'x'), 481],
  ['its own dialog', firstLine, 400],
  ['a talk, and wants a ringing one', () => secondLine(';early-only'), 486],
  ['nothing with a name', () => '<sip:8003@openline?Replaces=second-line>', 400],
  ['two', () => `${secondLine()}, ${secondLine()}`, 400],
])('a REFER that names %s is refused, and both talks go on', async (_what, referTo, status) => {
  refers(referTo());
  await phone.response(status, 'REFER');
  expect([asked, ended(), byes()]).toEqual([[], [], []]);
  expect(phone.count((m) => m.method === 'NOTIFY')).toBe(0);
  // And it may ask again.
  refers(secondLine());
  await phone.response(202, 'REFER');
});

test('another person’s talk: 403, audited', async () => {
  const to = { kind: 'phone', agentId: 'wang', phoneId: '8003' } as const;
  const from = app.events.length;
  app.telephony.dial({ ...command, legId: 'leg-wang', to });
  other.answer(await other.request('INVITE'), 200, { body: SDP });
  const theirs = await other.request('ACK');
  await app.next('leg.answered', from);
  const headers = [`Refer-To: ${secondLine()}`];
  other.askBack(edge.udpPort, theirs, { method: 'REFER', cseq: 2, headers });
  await other.response(403, 'REFER');
  expect(await app.next('dial.refused')).toMatchObject({ who: 'wang', what: 'NOT_YOUR_TALK' });
  expect([asked, ended()]).toEqual([[], []]);
});

test.each([
  ['NOT_YOUR_TALK', 603],
  ['NOT_JOINED_YET', 603],
  ['IN_CONSULTATION', 603],
  ['DIAL_FORBIDDEN', 403],
] as const)('%s is told as %i, and both talks go on', async (refused, status) => {
  engine = () => ({ refused });
  refers(secondLine());
  await phone.response(status, 'REFER');
  expect([ended(), byes()]).toEqual([[], []]);
  engine = joined;
  refers(secondLine());
  await notified(200);
});

test('a REFER in each of the two at the same time: the second is refused', async () => {
  engine = () => ({ ringing: 'leg-next' });
  refers(secondLine());
  const dialog = { callId: 'second-line', toTag: second.toTag ?? '', cseq: 2 };
  phone.ask(edge.udpPort, { method: 'REFER', ...dialog, headers: [`Refer-To: ${firstLine()}`] });
  await phone.response(491, 'REFER');
  expect(asked).toHaveLength(1);
});
