/**
 * Phones that are nailed up: one INVITE, and calls given over its dialog by re-INVITEs, one after the other. Real SIP,
 * control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { LegNote } from '../../../src/domain/effects';
import type { DialCommand } from '../../../src/engine/ports';
import { cableTo, type Cable } from '../../support/cable';
import { onlyOurs } from '../../support/needs';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let cable: Cable;
let phone: Phone;

const callOver = (n: number): DialCommand => ({
  ...{ type: 'leg.dial', legId: `leg-${n}`, callId: `call-${n}`, from: '+8613800001111' },
  to: { kind: 'phone', agentId: 'li', phoneId: '8002', nailed: true },
  ...{ displayName: '', towards: null },
});

beforeEach(async () => {
  edge = await startEdge();
  phone = await Phone.udp();
  cable = await cableTo(edge.signalling.drachtio);
  app = await startTestApp(edge, { plan: planWith(phone.port), drachtio: cable });
});

afterEach(async () => {
  phone.close();
  app.close();
  cable.close();
  await edge.close();
});

const invites = () => {
  const all = phone.got.all.filter(({ method }) => method === 'INVITE');
  return [...new Map(all.map((one) => [one.cseq, one])).values()];
};
const nextInvite = (after: number) =>
  phone.got.next('an INVITE', (m) => m.method === 'INVITE' && m.cseq > after);
const acked = ({ cseq }: SipMessage) =>
  phone.got.next('its ACK', (m) => m.method === 'ACK' && m.cseq === cseq);
const origin = ({ body }: SipMessage) => /^o=(\S+ \S+) (\d+) (.*)\r$/m.exec(body)?.slice(1) ?? [];
const port = ({ body }: SipMessage) => /^m=audio (\d+)/m.exec(body)?.[1];

const sessions = () => edge.media.list('cell:all').map(({ session }) => session);

async function nail(): Promise<SipMessage> {
  app.telephony.nail('li', '8002');
  const invite = await phone.request('INVITE');
  phone.answer(invite, 200, { body: SDP });
  await acked(invite);
  expect(await app.next('nailed.answered')).toMatchObject({ agentId: 'li', phoneId: '8002' });
  return invite;
}

/** The phone is moved, and takes it. */
async function moved(after: SipMessage, status = 200): Promise<SipMessage> {
  const invite = await nextInvite(after.cseq);
  phone.answer(invite, status, status < 300 ? { body: SDP } : {});
  await acked(invite);
  return invite;
}

test('two calls in a row come over one dialog: the phone is moved there and back, and never rings', async () => {
  const first = await nail();
  let last = first;
  for (const n of [1, 2]) {
    const from = app.events.length;
    app.telephony.dial(callOver(n));
    const there = await moved(last);
    expect(await app.next('leg.answered', from)).toMatchObject({ legId: `leg-${n}` });
    app.telephony.hangup(`leg-${n}`, 'partner-left');
    expect(await app.next('leg.ended', from)).toMatchObject({
      legId: `leg-${n}`,
      cause: 'partner-left',
    });
    last = await moved(there);
    expect(port(last)).not.toBe(port(there));
  }
  const all = invites();
  expect(new Set(all.map(({ callId, toTag }) => `${callId} ${toTag ?? ''}`)).size).toBe(2);
  expect(all.filter(({ toTag }) => toTag === undefined)).toHaveLength(1);
  // One session to the phone, with a version for each description (RFC 3264 §8).
  const origins = all.map(origin);
  expect(new Set(origins.map(([name, , address]) => `${name} ${address}`)).size).toBe(1);
  expect(origins.map(([, version]) => Number(version))).toEqual(
    all.map((_, n) => Number(origins[0]?.[1]) + n),
  );
  expect(phone.count(({ method }) => method === 'BYE')).toBe(0);
  app.telephony.unnail('li', 'withdrawn');
  phone.answer(await phone.request('BYE'), 200);
  await waitFor('no dialog', () => edge.signalling.dialogs.list('cell:all').length === 0);
  await waitFor('no media but of calls', () => sessions().join() === 'call-1,call-2');
  expect(app.events.all.some(({ type }) => type === 'nailed.ended')).toBe(false);
});

const ended = (from = 0) => app.next('nailed.ended', from);
const ofLeg = (legId: string) =>
  app.events.all.flatMap((event) =>
    event.type.startsWith('leg.') && 'legId' in event && event.legId === legId ? [event] : [],
  );

test.each([
  [486, 'busy'],
  [480, 'unavailable'],
  [null, 'unreachable'],
] as const)('a phone that answers %s is not nailed up: %s', async (status, cause) => {
  app.telephony.nail('li', '8002');
  const invite = await phone.request('INVITE');
  if (status !== null) phone.answer(invite, status);
  expect(await ended()).toMatchObject({ agentId: 'li', cause, stood: false });
  app.telephony.dial(callOver(1));
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'unreachable' });
});

test('taken back while it rings: CANCEL, and nobody is told anything', async () => {
  app.telephony.nail('li', '8002');
  const invite = await phone.request('INVITE');
  phone.answer(invite, 180);
  await waitFor('it to ring', () => app.events.all.some(({ type }) => type === 'leg.ringing'));
  app.telephony.unnail('li', 'withdrawn');
  phone.answer(await phone.request('CANCEL'), 200);
  phone.answer(invite, 487);
  // The next one is dialled although the other is not quite gone.
  app.telephony.nail('li', '8002');
  const again = await phone.got.next(
    'another INVITE',
    (m) => m.method === 'INVITE' && m.callId !== invite.callId,
  );
  phone.answer(again, 200, { body: SDP });
  await app.next('nailed.answered');
  expect(app.events.all.some(({ type }) => type === 'nailed.ended')).toBe(false);
});

test.each([
  [488, 'no-media'],
  [500, 'unreachable'],
  [603, 'declined'],
] as const)(
  'a phone that refuses to be moved with %i keeps its leg: the next call reaches it',
  async (status, cause) => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    const refused = await moved(first, status);
    expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause });
    const from = app.events.length;
    app.telephony.dial(callOver(2));
    const there = await moved(refused);
    expect(await app.next('leg.answered', from)).toMatchObject({ legId: 'leg-2' });
    expect(Number(origin(there)[1])).toBe(Number(origin(first)[1]) + 2);
    expect(app.events.all.some(({ type }) => type === 'nailed.ended')).toBe(false);
  },
);

test.each([481, null])(
  'one that answers %s is gone: call and leg end, and it gets BYE',
  async (status) => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    const invite = await nextInvite(first.cseq);
    if (status !== null) phone.answer(invite, status);
    expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'unreachable' });
    expect(await ended()).toMatchObject({ agentId: 'li', cause: 'unreachable', stood: true });
    await phone.request('BYE');
  },
);

test('one that does not come back is of no use any more', async () => {
  const first = await nail();
  app.telephony.dial(callOver(1));
  const there = await moved(first);
  await app.next('leg.answered');
  app.telephony.hangup('leg-1', 'partner-left');
  await moved(there, 488);
  expect(await ended()).toMatchObject({ cause: 'no-media', stood: true });
  phone.answer(await phone.request('BYE'), 200);
  expect(ofLeg('leg-1').map(({ type }) => type)).toEqual(['leg.answered', 'leg.ended']);
});

test('an answer that cannot be used: the call goes on to others, and the phone back', async () => {
  const first = await nail();
  app.telephony.dial(callOver(1));
  const invite = await nextInvite(first.cseq);
  phone.answer(invite, 200, { body: SDP.replace('RTP/AVP 8', 'RTP/AVP 18') });
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'no-media' });
  await moved(invite);
  await waitFor('its own stream', () => !sessions().includes('call-1') || sessions().length === 2);
  expect(app.events.all.some(({ type }) => type === 'nailed.ended')).toBe(false);
});

// drachtio-server 0.9.10 forgets a request in a dialog at its first response, 180 as well, and tells no other.
onlyOurs(
  'a phone that says first that it tries and rings has not answered: it is taken at its 200',
  async () => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    const invite = await nextInvite(first.cseq);
    phone.answer(invite, 100);
    phone.answer(invite, 180);
    phone.answer(invite, 200, { body: SDP });
    await acked(invite);
    await app.next('leg.answered');
    expect(ofLeg('leg-1')).toMatchObject([{ type: 'leg.answered' }]);
  },
);

test('re-INVITEs that cross: ours is sent again after RFC 3261 §14.1, with the call waiting for it', async () => {
  const first = await nail();
  app.telephony.dial(callOver(1));
  const crossed = await moved(first, 491);
  const at = performance.now();
  await moved(crossed);
  expect(performance.now() - at).toBeGreaterThan(2000);
  expect(await app.next('leg.answered')).toMatchObject({ legId: 'leg-1' });
});

test('the caller leaves while the phone is being moved: it is moved back, and hears of no call', async () => {
  const first = await nail();
  app.telephony.dial(callOver(1));
  const invite = await nextInvite(first.cseq);
  app.telephony.hangup('leg-1', 'withdrawn');
  expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'withdrawn' });
  phone.answer(invite, 200, { body: SDP });
  const back = await moved(invite);
  expect(port(back)).toBeDefined();
  expect(ofLeg('leg-1').map(({ type }) => type)).toEqual(['leg.ended']);
});

test.each(['idle', 'in a call'])('the phone hangs up, %s: told of both, once', async (state) => {
  const first = await nail();
  if (state === 'in a call') {
    app.telephony.dial(callOver(1));
    await moved(first);
    await app.next('leg.answered');
  }
  phone.bye(edge.udpPort, await phone.request('ACK'));
  await phone.response(200, 'BYE');
  expect(await ended()).toMatchObject({ agentId: 'li', cause: 'hangup', stood: true });
  expect(ofLeg('leg-1').map((event) => ('cause' in event ? event.cause : event.type))).toEqual(
    state === 'idle' ? [] : ['leg.answered', 'hangup'],
  );
  expect(phone.count(({ method }) => method === 'BYE')).toBe(0);
});

test('its own re-INVITEs are answered as of the same session: hold is told of in a call', async () => {
  const first = await nail();
  app.telephony.dial(callOver(1));
  const there = await moved(first);
  await app.next('leg.answered');
  const body = SDP.replace('sendrecv', 'sendonly').replace('o=- 1 1', 'o=- 1 2');
  phone.askBack(edge.udpPort, await phone.request('ACK'), { method: 'INVITE', cseq: 1, body });
  const ok = await phone.got.next('our answer', (m) => m.status === 200 && m.body !== '');
  expect(origin(ok)).toEqual([
    origin(there)[0],
    String(Number(origin(there)[1]) + 1),
    origin(there)[2],
  ]);
  expect(port(ok)).toBe(port(there));
  expect(await app.next('leg.held')).toMatchObject({ legId: 'leg-1' });
});

const NOTE: LegNote = { callId: 'call-1', legId: 'leg-1', role: 'agent', agentId: 'li' };

async function nextApp(): Promise<void> {
  app.close();
  await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
  app = await startTestApp(edge, { plan: planWith(phone.port), drachtio: cable });
}

onlyOurs(
  'the app is killed while it is idle: the next one has it, brings it to a stream, and gives calls over it',
  async () => {
    const first = await nail();
    app.close();
    await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
    const started = startTestApp(edge, { plan: planWith(phone.port), drachtio: cable });
    const own = await moved(first);
    app = await started;
    expect(app.found).toMatchObject([{ note: { nailed: { phoneId: '8002' } }, ended: false }]);
    // As the engine does that does not know of it yet.
    app.telephony.nail('li', '8002');
    app.telephony.dial(callOver(1));
    const there = await moved(own);
    expect(await app.next('leg.answered')).toMatchObject({ legId: 'leg-1' });
    const versions = [first, own, there].map((one) => Number(origin(one)[1]));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(invites().filter(({ toTag }) => toTag === undefined)).toHaveLength(1);
  },
);

onlyOurs(
  'the app is killed in a call: the phone is left where it is, until the call is over',
  async () => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    const there = await moved(first);
    await app.next('leg.answered');
    app.telephony.note('leg-1', NOTE);
    await waitFor('the note', () => {
      const [live] = edge.signalling.dialogs.list('cell:all');
      return live?.note.includes('call-1');
    });
    await nextApp();
    expect(app.found).toMatchObject([{ note: { ...NOTE, nailed: { phoneId: '8002' } } }]);
    expect(invites()).toHaveLength(2);
    app.telephony.hangup('leg-1', 'partner-left');
    expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1' });
    const back = await moved(there);
    expect(port(back)).not.toBe(port(there));
    expect(phone.count(({ method }) => method === 'BYE')).toBe(0);
  },
);

onlyOurs(
  'the phone hangs up while no app is there: the next one is told of call and leg',
  async () => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    await moved(first);
    await app.next('leg.answered');
    app.telephony.note('leg-1', NOTE);
    await waitFor('the note', () => {
      const [live] = edge.signalling.dialogs.list('cell:all');
      return live?.note.includes('call-1');
    });
    app.close();
    await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
    phone.bye(edge.udpPort, await phone.request('ACK'));
    await phone.response(200, 'BYE');
    app = await startTestApp(edge, { plan: planWith(phone.port), drachtio: cable });
    expect(await ended()).toMatchObject({ agentId: 'li', cause: 'hangup', stood: true });
    expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'hangup' });
  },
);

onlyOurs(
  'the connection to the edge is cut while the phone is being moved: that call is broken, the leg is not',
  async () => {
    const first = await nail();
    app.telephony.dial(callOver(1));
    const invite = await nextInvite(first.cseq);
    cable.cut();
    await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
    phone.answer(invite, 200, { body: SDP });
    expect(await app.next('leg.ended')).toMatchObject({ legId: 'leg-1', cause: 'broken' });
    const back = await moved(invite);
    const from = app.events.length;
    app.telephony.dial(callOver(2));
    await moved(back);
    expect(await app.next('leg.answered', from)).toMatchObject({ legId: 'leg-2' });
    expect(app.events.all.some(({ type }) => type === 'nailed.ended')).toBe(false);
  },
);
