/**
 * Phones that are nailed up: one INVITE, and calls given over its dialog by re-INVITEs, one after the other. Real SIP,
 * control and media; the engine is the test itself.
 */
import type { SipMessage } from '../../../sip/message/sip-message';
import type { DialCommand } from '../../../src/engine/ports';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;

const callOver = (n: number): DialCommand => ({
  ...{ type: 'leg.dial', legId: `leg-${n}`, callId: `call-${n}`, from: '+8613800001111' },
  to: { kind: 'phone', agentId: 'li', phoneId: '8002', nailed: true },
  ...{ displayName: '', towards: null },
});

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
