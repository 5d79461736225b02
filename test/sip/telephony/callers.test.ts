/**
 * Callers' legs: what a trunk's INVITE becomes, and what becomes of it when either side changes its
 * mind at the wrong moment. Real SIP, control and media; the engine is the test itself.
 */
import type { Worker } from 'node:worker_threads';
import pino from 'pino';
import { fell } from '../../support/worker-fall';
import { cableTo } from '../../support/cable';
import { onlyOurs } from '../../support/needs';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { OURS, planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let caller: Phone;

beforeEach(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5190) });
  caller = await Phone.udp();
});

afterEach(async () => {
  caller.close();
  app.close();
  await edge.close();
});

const invite = (ask: { body?: string; headers?: string[]; uri?: string } = {}) =>
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP, ...ask });

async function answered() {
  invite();
  const { legId, callId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  const toTag = ok.toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  await app.next('leg.answered');
  return { legId, callId, toTag, ok };
}

test('a caller whose media fell with its worker is not left in silence: BYE, by our fault', async () => {
  const { legId, callId } = await answered();
  const session = edge.media.find('cell:all', callId);
  await fell(Reflect.get(session?.link ?? {}, 'worker') as Worker);
  const bye = await caller.request('BYE');
  expect(bye.get('reason')).toBe('SIP;text="broken"');
  caller.answer(bye, 200);
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'broken' });
});

test('an INVITE from a trunk is a call that arrived', async () => {
  invite({ headers: ['P-Asserted-Identity: "张伟" <sip:013800001111@carrier>'] });
  expect(await app.next('call.arrived')).toMatchObject({
    trunkId: 'carrier',
    from: '+8613800001111',
    displayName: '张伟',
    to: '400',
    lookup: { result: 'none' },
  });
});

test('the called number is rewritten before its hotline is looked up', async () => {
  const plan = planWith(5190);
  const called = [{ match: '+8610|.', replace: '', note: 'national' }];
  Object.assign(plan.trunks[0]!, { calledId: ['called-party'], rewrite: { called } });
  app.telephony.applyPlan(plan);
  const headers = ['P-Called-Party-ID: <tel:+8610400>'];
  invite({ uri: `sip:8620001@127.0.0.1:${edge.udpPort}`, headers });
  const { to, legId } = await app.next('call.arrived');
  expect(to).toBe('400');
  app.telephony.answer(legId);
  expect((await caller.response(200, 'INVITE')).status).toBe(200);
});

describe('a trunk of Beijing that knows who calls by Diversion', () => {
  beforeEach(() => {
    const plan = planWith(5190);
    Object.assign(plan.trunks[0]!, {
      area: '010',
      callerId: ['diversion', 'pai', 'from'],
      prefixes: ['8899'],
      rewrite: { in: [{ match: '77|.', replace: '' }] },
    });
    app.telephony.applyPlan(plan);
  });
  const DIVERSION = 'Diversion: <sip:82345678@carrier>;reason=unconditional';
  const ASSERTED = 'P-Asserted-Identity: <sip:770138@carrier>';

  test.each([
    ['the diversion before all', [ASSERTED, DIVERSION], '+861082345678'],
    [
      'else what is asserted, by the rules',
      [ASSERTED.replace('138', '13800001111')],
      '+8613800001111',
    ],
    ['what is no number as it is', [ASSERTED], '0138'],
    [
      'without the platform’s prefix',
      [DIVERSION.replace('823', '889913800138000;x=')],
      '+8613800138000',
    ],
  ])('takes %s', async (_name, headers, from) => {
    invite({ headers });
    expect(await app.next('call.arrived')).toMatchObject({ from, trunkId: 'carrier' });
  });
});

test('ringing is 180 without SDP, the answer is 200 with the media of the edge', async () => {
  invite();
  const { legId } = await app.next('call.arrived');
  app.telephony.ring(legId);
  const ringing = await caller.response(180);
  expect(ringing.body).toBe('');
  app.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  expect(ok.body).toMatch(/^m=audio \d+ RTP\/AVP 8/m);
});

test('a caller who gives up is a leg that ended, and his later answer goes nowhere', async () => {
  const text = invite();
  const { legId } = await app.next('call.arrived');
  app.telephony.ring(legId);
  await caller.response(180);
  const branch = /branch=(\S+)/.exec(text)?.[1] ?? '';
  caller.ask(edge.udpPort, { method: 'CANCEL', branch });
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
  await caller.response(487);
  app.telephony.answer(legId);
  app.telephony.hangup(legId, 'partner-left');
  caller.ask(edge.udpPort, { method: 'OPTIONS', callId: 'later' });
  await caller.response(200, 'OPTIONS');
  expect(caller.count((m) => m.status === 200 && m.cseqMethod === 'INVITE')).toBe(0);
  expect(app.events.all.filter(({ type }) => type === 'leg.ended')).toHaveLength(1);
});

test('a caller who gives up while the database is asked has arrived, and then left', async () => {
  app.close();
  let tell: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  app = await startTestApp(edge, {
    plan: planWith(5190),
    lookup: () => {
      tell();
      return new Promise(() => undefined);
    },
  });
  const text = invite();
  await asked;
  caller.ask(edge.udpPort, {
    method: 'CANCEL',
    branch: /branch=(\S+)/.exec(text)?.[1] ?? '',
  });
  await app.next('leg.ended');
  expect(
    app.events.all.map(({ type }) => type).filter((type) => !/^(?:phone|trunk)\./.test(type)),
  ).toEqual(['call.arrived', 'leg.ended']);
});

test('a slow database does not hold the call: the answer follows', async () => {
  app.close();
  let answer: () => void = () => undefined;
  app = await startTestApp(edge, {
    plan: planWith(5190),
    lookup: () =>
      new Promise((resolve) => {
        answer = () => resolve({ result: 'found', name: '张伟' });
      }),
  });
  invite();
  const { callId, lookup } = await app.next('call.arrived');
  expect(lookup).toEqual({ result: 'unavailable' });
  answer();
  expect(await app.next('lookup.completed')).toMatchObject({
    callId,
    lookup: { result: 'found', name: '张伟' },
  });
});

test.each([
  ['a codec that we do not have', { body: SDP.replace('RTP/AVP 8', 'RTP/AVP 18') }],
  ['SDP that is none', { body: 'v=0\r\nnonsense\r\n' }],
])(
  'a call with %s arrives as one that cannot be heard, and its refusal is 488',
  async (_name, ask) => {
    invite(ask);
    const { legId, unusable } = await app.next('call.arrived');
    expect(unusable).toBe('no-media');
    app.telephony.refuse(legId, 'no-media');
    await caller.response(488);
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'no-media' });
  },
);

describe('a caller who lets us offer', () => {
  const ANSWER = SDP.replace('RTP/AVP 8', 'RTP/AVP 0');
  /** Whether his codec is the one that an offer to somebody else lists first. */
  const speaksUlaw = async (callId: string, legId: string) =>
    (await app.media.makeOffer(callId, 'other', { like: legId })).includes('AVP 0 8');

  async function offeredTo() {
    const makeOffer = jest.spyOn(app.media, 'makeOffer');
    invite({ body: '' });
    const { callId, legId, unusable } = await app.next('call.arrived');
    expect(unusable).toBeUndefined();
    const expected = { from: ['127.0.0.1'], purpose: 'caller' };
    expect(makeOffer).toHaveBeenCalledWith(callId, legId, expected);
    app.telephony.answer(legId);
    const ok = await caller.response(200, 'INVITE');
    expect(ok.body).toMatch(/^m=audio \d+ RTP\/AVP 8 0 9 13 101\r$/m);
    return { callId, legId, toTag: ok.toTag as string };
  }

  test('answers with his ACK', async () => {
    const { callId, legId, toTag } = await offeredTo();
    caller.ask(edge.udpPort, { method: 'ACK', toTag, body: ANSWER });
    await app.next('leg.answered');
    await waitFor('his codec', () => speaksUlaw(callId, legId));
  });

  test('is let go when he answers with nothing that we have', async () => {
    const { legId, toTag } = await offeredTo();
    caller.ask(edge.udpPort, { method: 'ACK', toTag, body: SDP.replace('AVP 8', 'AVP 18') });
    caller.answer(await caller.request('BYE'), 200);
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'no-media' });
  });

  test('can do so again in the call, by the same stream one version later', async () => {
    const { callId, legId, toTag, ok } = await answered();
    const from = caller.got.length;
    caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq: 2 });
    const again = await caller.response(200, 'INVITE', from);
    const [, session, version] = /^o=openline (\d+) (\d+)/m.exec(ok.body) ?? [];
    expect(again.body).toContain(`o=openline ${session} ${Number(version) + 1} `);
    expect(again.body).toContain(/m=audio \d+/.exec(ok.body)?.[0]);
    caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 2, body: ANSWER });
    await waitFor('his codec', () => speaksUlaw(callId, legId));
  });

  test('and says nothing to it in the call, stays as he was', async () => {
    const { toTag, legId } = await answered();
    const from = caller.got.length;
    caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq: 2 });
    await caller.response(200, 'INVITE', from);
    caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 2 });
    caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 3 });
    await caller.response(200, 'BYE');
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
  });
});

test('a refusal for want of a codec is in both logs, with the call and both lists', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  app.close();
  await edge.close();
  edge = await startEdge({ log });
  app = await startTestApp(edge, { plan: planWith(5190), log });
  invite({ body: SDP.replace('RTP/AVP 8', 'RTP/AVP 18 4') });
  const { callId, legId } = await app.next('call.arrived');
  const reason = `none of theirs (audio RTP/AVP 18 4) is one of ours (${OURS})`;
  const told = lines.filter((line) => line['reason'] === reason);
  expect(told).toMatchObject([
    { msg: 'a description of media was refused', app: 'cell:all', callId, legId },
    { msg: 'the offer cannot be answered', callId, legId },
  ]);
});

test("the agent's offer lists the caller's codec first, before he is answered", async () => {
  const phone = await Phone.udp();
  app.telephony.applyPlan(planWith(phone.port));
  invite({ body: SDP.replace('RTP/AVP 8', 'RTP/AVP 0 8') });
  const { legId, callId } = await app.next('call.arrived');
  app.telephony.dial({
    type: 'leg.dial',
    legId: 'agent',
    callId,
    to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
    from: '',
    displayName: '',
    towards: legId,
  });
  expect((await phone.request('INVITE')).body).toMatch(/^m=audio \d+ RTP\/AVP 0 8/m);
  phone.close();
});

test('a number that is none of ours is refused with 404', async () => {
  invite({ uri: `sip:999@127.0.0.1:${edge.udpPort}` });
  const { legId } = await app.next('call.arrived');
  app.telephony.refuse(legId, 'unknown-number');
  await caller.response(404);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unknown-number' });
});

test('an address that is no trunk is refused, and is no call', async () => {
  const stranger = await Phone.udp('127.0.0.7');
  stranger.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  await stranger.response(403);
  stranger.close();
  expect(app.events.all.some(({ type }) => type === 'call.arrived')).toBe(false);
});

test('our hang-up is a BYE with its reason; the leg ends at once', async () => {
  const { legId } = await answered();
  app.telephony.hangup(legId, 'partner-left');
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'partner-left' });
  const bye = await caller.request('BYE');
  expect(bye.get('reason')).toContain('cause=16');
  caller.answer(bye, 200);
});

test('a hang-up while our 200 is on its way ends the call that it makes', async () => {
  invite();
  const { legId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  app.telephony.hangup(legId, 'partner-left');
  const ok = await caller.response(200, 'INVITE');
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  const bye = await caller.request('BYE');
  caller.answer(bye, 200);
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'partner-left' });
});

test('the caller changes his media in mid-call: he is answered by the same stream', async () => {
  const { toTag, ok } = await answered();
  const port = /m=audio (\d+)/.exec(ok.body)?.[1];
  const from = caller.got.length;
  caller.ask(edge.udpPort, {
    method: 'INVITE',
    toTag,
    cseq: 2,
    body: SDP.replace('4000', '4010').replace('o=- 1 1', 'o=- 1 2').replace('sendrecv', 'sendonly'),
  });
  const again = await caller.response(200, 'INVITE', from);
  expect(again.body).toContain(`m=audio ${port} `);
  expect(again.body).toContain('a=recvonly');
  caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 2 });
});

test('a new offer that cannot be met is 488, and the call stays as it was', async () => {
  const { toTag, legId } = await answered();
  const from = caller.got.length;
  caller.ask(edge.udpPort, {
    method: 'INVITE',
    toTag,
    cseq: 2,
    body: SDP.replace('RTP/AVP 8', 'RTP/AVP 18'),
  });
  const refused = await caller.response(488, 'INVITE', from);
  caller.ask(edge.udpPort, { method: 'ACK', toTag: refused.toTag as string, cseq: 2 });
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 3 });
  await caller.response(200, 'BYE');
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
});

test('REFER from a trunk is refused', async () => {
  const { toTag } = await answered();
  const headers = ['Refer-To: <sip:premium@elsewhere>'];
  caller.ask(edge.udpPort, { method: 'REFER', toTag, cseq: 2, headers });
  await caller.response(403, 'REFER');
});

test('a caller who never acknowledges is ended as broken', async () => {
  invite();
  const { legId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  await caller.response(200, 'INVITE');
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'broken' });
});

// A drachtio-server leaves the BYE to him who sent the CANCEL (RFC 3261 §9.1), and tells no app of it.
onlyOurs('a caller whose CANCEL crosses our 200 has hung up', async () => {
  const branch = 'z9hG4bKcrossing';
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch });
  const { legId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  const ok = await caller.response(200, 'INVITE');
  caller.ask(edge.udpPort, { method: 'CANCEL', branch });
  // He may acknowledge what he did not want, and gets BYE all the same.
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  caller.answer(await caller.request('BYE'), 200);
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
  expect(app.events.all.filter(({ type }) => type === 'leg.ended')).toHaveLength(1);
});

test('a caller whose CANCEL is there before our 200 has hung up, and is no fault of ours', async () => {
  app.close();
  await waitFor('the app to be gone', () => edge.signalling.load().apps === 0);
  const cable = await cableTo(edge.signalling.drachtio);
  app = await startTestApp(edge, { plan: planWith(5190), drachtio: cable });
  const branch = 'z9hG4bKovertaken';
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch });
  const { legId } = await app.next('call.arrived');
  cable.hold();
  caller.ask(edge.udpPort, { method: 'CANCEL', branch });
  await caller.response(487, 'INVITE');
  app.telephony.answer(legId);
  const answers = caller.got.all.filter(({ status }) => status === 200).length;
  // Our 200 leaves in the turn in which the media's answer, ready since he came, is taken.
  await new Promise(setImmediate);
  cable.letGo();
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
  expect(caller.got.all.filter(({ status }) => status === 200)).toHaveLength(answers);
  cable.close();
});

onlyOurs('the next app finds the leg by its note, and can end it', async () => {
  const { legId, callId } = await answered();
  app.telephony.note(legId, { callId, legId, role: 'caller', queueId: 'sales', waitingSince: 5 });
  await waitFor('the note on the edge', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
  app.close();
  app = await startTestApp(edge, { plan: planWith(5190) });
  expect(app.found).toMatchObject([{ note: { legId, callId, role: 'caller' }, ended: false }]);
  app.telephony.hangup(legId, 'partner-left');
  caller.answer(await caller.request('BYE'), 200);
});

onlyOurs('a leg that ended between two apps is told with the moment of its end', async () => {
  const { legId, callId, toTag } = await answered();
  app.telephony.note(legId, { callId, legId, role: 'caller' });
  await waitFor('the note on the edge', () => edge.signalling.dialogs.list('cell:all')[0]?.note);
  app.close();
  await waitFor('the edge to notice', () => edge.signalling.dialogs.list('cell:all').length === 1);
  caller.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await caller.response(200, 'BYE');
  const before = Date.now();
  app = await startTestApp(edge, { plan: planWith(5190) });
  expect(app.found).toMatchObject([{ note: { legId }, ended: true }]);
  const ended = await app.next('leg.ended');
  expect(ended).toMatchObject({ legId, callId, cause: 'hangup' });
  expect(ended.at).toBeLessThanOrEqual(before);
});

onlyOurs(
  'a call that is to be refused while the connection is cut gets its refusal when it comes again',
  async () => {
    app.close();
    await waitFor('the app to be gone', () => edge.signalling.load().apps === 0);
    const cable = await cableTo(edge.signalling.drachtio);
    app = await startTestApp(edge, { plan: planWith(5190), drachtio: cable });
    invite();
    const { legId } = await app.next('call.arrived');
    cable.cut();
    await waitFor('the edge to hold the INVITE', () => edge.signalling.load().apps === 0);
    app.telephony.refuse(legId, 'unknown-number');
    await caller.response(404, 'INVITE');
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'unknown-number' });
    expect(app.events.all.filter(({ type }) => type === 'call.arrived')).toHaveLength(1);
    cable.close();
  },
);
