/**
 * Several phones of one agent ring for one leg: who picks up, what the others are told, and what the leg
 * ends with when nobody does. Real SIP, control and media; the engine is the test itself.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DialCommand } from '../../../src/engine/ports';
import { needs, onlyOurs } from '../../support/needs';
import { outsideServer } from '../../support/outside';
import { waitFor } from '../../support/wait';
import { makeCertificate } from '../support/certificate';
import { Phone, SDP } from '../support/phone';

import { registered } from './register';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';
/** A drachtio-server hangs up on a 200 that crosses a CANCEL by itself, if that has left already. */
const BY_ITSELF = 'SIP;cause=200;text="ACK-BYE due to cancel race condition"';
const LATE_ENDS = process.env['DRACHTIO_HOST'] ? [ELSEWHERE, BY_ITSELF] : [ELSEWHERE];

const command: DialCommand = {
  type: 'leg.dial',
  legId: 'leg-agent',
  callId: 'call-1',
  to: { kind: 'phone', agentId: 'li', phoneId: '8002', also: ['8003'] },
  from: '+8613800001111',
  displayName: '',
  towards: null,
};

let edge: Edge;
let app: TestApp;
let desk: Phone;
let cordless: Phone;

/** A server that is not ours lists none. */
const dialogsLeft = async (count: number) =>
  outsideServer() ??
  waitFor(
    `${count} dialogs to be left`,
    () => edge.signalling.dialogs.list('cell:all').length === count,
  );
const told = (type: string) => app.events.all.filter((event) => event.type === type);

/** 8002 is the desk phone and 8003 the cordless one, both of 李娜. */
function planOfTwo() {
  const plan = planWith(desk.port);
  const [first, second] = plan.phones;
  if (!first || second?.kind !== 'static') throw new Error('the plan has changed');
  const third = { ...second, id: '8003', contact: `sip:li@127.0.0.1:${cordless.port}` };
  return { ...plan, phones: [first, second, third] };
}

beforeEach(async () => {
  edge = await startEdge();
  desk = await Phone.udp();
  cordless = await Phone.udp();
  app = await startTestApp(edge, { plan: planOfTwo() });
});
afterEach(async () => {
  desk.close();
  cordless.close();
  app.close();
  await edge.close();
});

/** Both ring for the leg, with one description of its media. */
async function bothRing() {
  app.telephony.dial(command);
  const at = { desk: await desk.request('INVITE'), cordless: await cordless.request('INVITE') };
  expect(at.cordless.body).toBe(at.desk.body);
  expect(at.cordless.callId).not.toBe(at.desk.callId);
  desk.answer(at.desk, 180);
  cordless.answer(at.cordless, 180);
  await app.next('leg.ringing');
  return at;
}

test('the first that picks up has the call, and the other is told that it was completed elsewhere', async () => {
  const at = await bothRing();
  cordless.answer(at.cordless, 200, { body: SDP });
  const cancel = await desk.request('CANCEL');
  expect(cancel.get('reason')).toBe(ELSEWHERE);
  desk.answer(cancel, 200);
  desk.answer(at.desk, 487);
  await app.next('leg.answered');
  await desk.request('ACK');
  expect(told('leg.ringing')).toHaveLength(1);
  app.telephony.hangup('leg-agent', 'partner-left');
  cordless.answer(await cordless.request('BYE'), 200);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'partner-left' });
  expect(told('leg.ended')).toHaveLength(1);
});

test('a second 200 that crosses the CANCEL gets ACK and BYE, and the talk goes on', async () => {
  const at = await bothRing();
  cordless.answer(at.cordless, 200, { body: SDP });
  desk.answer(at.desk, 200, { body: SDP });
  await desk.request('ACK');
  const bye = await desk.request('BYE');
  expect(LATE_ENDS).toContain(bye.get('reason'));
  desk.answer(bye, 200);
  await app.next('leg.answered');
  await dialogsLeft(1);
  expect(told('leg.ended')).toHaveLength(0);
  app.telephony.hangup('leg-agent', 'partner-left');
  cordless.answer(await cordless.request('BYE'), 200);
  await app.next('leg.ended');
});

test.each([
  [480, 486, 'busy'],
  [404, 480, 'unavailable'],
  [488, 486, 'busy'],
  [302, 486, 'declined'],
  [404, 500, 'unreachable'],
])('refused by %i and %i, the leg ends as %s', async (one, other, cause) => {
  const at = await bothRing();
  desk.answer(at.desk, one);
  await desk.request('ACK');
  expect(told('leg.ended')).toHaveLength(0);
  cordless.answer(at.cordless, other);
  expect(await app.next('leg.ended')).toMatchObject({ cause });
});

test('603 at one of his phones refuses for all', async () => {
  const at = await bothRing();
  desk.answer(at.desk, 603);
  const cancel = await cordless.request('CANCEL');
  cordless.answer(cancel, 200);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'declined' });
  // It was picked up in the very moment: nobody is there for him.
  cordless.answer(at.cordless, 200, { body: SDP });
  cordless.answer(await cordless.request('BYE'), 200);
  await dialogsLeft(0);
  expect(told('leg.answered')).toHaveLength(0);
});

test('a phone that never said a word does not hold up the refusal of the other', async () => {
  app.telephony.dial(command);
  await cordless.request('INVITE');
  desk.answer(await desk.request('INVITE'), 486);
  const from = cordless.got.length;
  await cordless.got.next('its INVITE once more', (m) => m.method === 'INVITE', { from });
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'busy' });
});

test('a hang-up stops all of them', async () => {
  const at = await bothRing();
  app.telephony.hangup('leg-agent', 'no-answer');
  for (const [phone, invite] of [
    [desk, at.desk],
    [cordless, at.cordless],
  ] as const) {
    const cancel = await phone.request('CANCEL');
    expect(cancel.get('reason')).toBe('SIP;text="no-answer"');
    phone.answer(cancel, 200);
    phone.answer(invite, 487);
  }
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'no-answer' });
  expect(told('leg.ended')).toHaveLength(1);
});

needs('openssl')('one phone encrypts and the other does not', () => {
  // A server that is not ours has no listener with this certificate.
  onlyOurs.each(['8001', '8002'] as const)('%s picks up', async (winner) => {
    const certificate = makeCertificate();
    const safe = await startEdge({ certificate: { ...certificate, ca: '' } });
    const other = await startTestApp(safe, { plan: planOfTwo() });
    const port = Number(safe.signalling.sip[1]?.split(':').at(-1));
    const soft = await Phone.tls(port, readFileSync(certificate.cert, 'utf8'));
    await registered(port, soft);
    // 8001 is offered last in one case, first in the other.
    const [phoneId, also] = winner === '8001' ? ['8001', ['8002']] : ['8002', ['8001']];
    const to = { kind: 'phone', agentId: 'li', phoneId, also } as DialCommand['to'];
    other.telephony.dial({ ...command, to });
    const [atSoft, atDesk] = [await soft.request('INVITE'), await desk.request('INVITE')];
    expect(atSoft.body).toMatch(/RTP\/SAVP/);
    expect(atDesk.body).not.toMatch(/crypto/);
    const key = randomBytes(30).toString('base64');
    const secure = SDP.replace('RTP/AVP 8', 'RTP/SAVP 8').concat(
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}\r\n`,
    );
    if (winner === '8001') soft.answer(atSoft, 200, { body: secure });
    else desk.answer(atDesk, 200, { body: SDP });
    expect(await other.next('leg.answered')).toMatchObject({ legId: 'leg-agent' });
    soft.close();
    other.close();
    await safe.close();
    certificate.remove();
  });
});
