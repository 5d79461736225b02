/**
 * Callers who are told reliably that it rings (RFC 3262): who demands it, and who can where the setting of his trunk
 * says so. Real SIP, control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { Plan } from '../../../src/domain/plan';
import { onlyOurs } from '../../support/needs';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

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

const invite = (headers: string[], body = SDP) =>
  caller.ask(edge.udpPort, { method: 'INVITE', body, headers });

/** A call whose caller says that of himself. */
async function arrived(headers: string[], body = SDP): Promise<string> {
  invite(headers, body);
  return (await app.next('call.arrived')).legId;
}

function acknowledge(provisional: SipMessage, cseq = 2, body = ''): void {
  const headers = [`RAck: ${provisional.get('rseq')} 1 INVITE`];
  const toTag = provisional.toTag as string;
  caller.ask(edge.udpPort, { method: 'PRACK', toTag, cseq, headers, body });
}

const reliablyOf = (message: SipMessage) => [message.get('require'), message.has('rseq')];

describe('who is told so', () => {
  const ask = (wanted: boolean): void => {
    const plan: Plan = planWith(5190);
    plan.trunks[0]!.reliable = wanted;
    app.telephony.applyPlan(plan);
  };
  test.each([
    ['who demands it', ['Require: 100rel'], false, true],
    ['who demands it among others', ['Require: timer, 100rel'], false, true],
    ['who only can', ['Supported: timer,100rel'], false, false],
    ['who can, where his trunk wants it', ['Supported: timer,100rel'], true, true],
    ['not who cannot', ['Supported: timer'], true, false],
  ])('%s', async (_who, headers, wanted, reliable) => {
    ask(wanted);
    const legId = await arrived(headers);
    app.telephony.ring(legId);
    const ringing = await caller.response(180);
    expect(reliablyOf(ringing)).toEqual(reliable ? ['100rel', true] : [undefined, false]);
    expect(ringing.body).toBe('');
    if (reliable) acknowledge(ringing);
    if (reliable) await caller.response(200, 'PRACK');
    app.telephony.answer(legId);
    expect((await caller.response(200, 'INVITE')).body).toContain('m=audio');
  });
});

test('our answer waits for the PRACK, and is what sound before it was', async () => {
  const legId = await arrived(['Require: 100rel']);
  app.telephony.ring(legId);
  app.telephony.ring(legId, true);
  const ringing = await caller.response(180);
  app.telephony.answer(legId);
  acknowledge(ringing);
  const sounding = await caller.response(183);
  expect(reliablyOf(sounding)).toEqual(['100rel', true]);
  expect(caller.count((m) => m.status === 200 && m.cseqMethod === 'INVITE')).toBe(0);
  acknowledge(sounding, 3);
  const ok = await caller.response(200, 'INVITE');
  expect(ok.body).toBe(sounding.body);
  const toTag = ok.toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  expect(await app.next('leg.answered')).toMatchObject({ legId });
});

test('a new offer in a PRACK or UPDATE is answered, and our 200 says nothing of media then', async () => {
  const legId = await arrived(['Require: 100rel']);
  app.telephony.ring(legId, true);
  const sounding = await caller.response(183);
  acknowledge(sounding, 2, SDP.replace(/^o=.*$/m, 'o=- 1 2 IN IP4 127.0.0.1'));
  const answer = await caller.response(200, 'PRACK');
  expect(answer.body).toContain('m=audio');
  const toTag = sounding.toTag as string;
  caller.ask(edge.udpPort, {
    ...{ method: 'UPDATE', toTag, cseq: 3 },
    body: SDP.replace(/^o=.*$/m, 'o=- 1 3 IN IP4 127.0.0.1'),
  });
  expect((await caller.response(200, 'UPDATE')).body).toContain('m=audio');
  app.telephony.answer(legId);
  expect((await caller.response(200, 'INVITE')).body).toBe('');
});

describe('who makes no offer', () => {
  test('gets ours in the first of them, and has answered it with his PRACK', async () => {
    const legId = await arrived(['Require: 100rel'], '');
    app.telephony.ring(legId);
    const first = await caller.response(183);
    expect(first.body).toContain('m=audio');
    app.telephony.answer(legId);
    acknowledge(first, 2, SDP);
    const ok = await caller.response(200, 'INVITE');
    expect(ok.body).toBe('');
    caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
    expect(await app.next('leg.answered')).toMatchObject({ legId });
    caller.ask(edge.udpPort, { method: 'BYE', toTag: ok.toTag as string, cseq: 3 });
    await caller.response(200, 'BYE');
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
  });

  test('is refused when his PRACK answers with nothing that we have', async () => {
    const legId = await arrived(['Require: 100rel'], '');
    app.telephony.ring(legId);
    const first = await caller.response(183);
    acknowledge(first, 2, SDP.replace(/m=audio.*$/m, 'm=audio 4000 RTP/AVP 99'));
    await caller.response(488, 'INVITE');
    expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'no-media' });
  });
});

/*
 * drachtio-server 0.9.10 falls (SIGSEGV) when a reliable response ends without its PRACK: by time, or because the call is
 * refused. The stack tells its `processPrack` so with a message that is none, which it reads.
 */
onlyOurs('who never acknowledges it is gone, and so is his leg', async () => {
  const legId = await arrived(['Require: 100rel']);
  app.telephony.ring(legId);
  app.telephony.answer(legId);
  await caller.response(504, 'INVITE');
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'hangup' });
});

onlyOurs('a hang-up while our answer waits is a refusal', async () => {
  const legId = await arrived(['Require: 100rel']);
  app.telephony.ring(legId);
  const ringing = await caller.response(180);
  app.telephony.answer(legId);
  app.telephony.hangup(legId, 'withdrawn');
  acknowledge(ringing);
  expect((await caller.got.next('a refusal', (m) => m.status >= 400)).cseqMethod).toBe('INVITE');
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'withdrawn' });
});
