/**
 * Hold by a phone's re-offer: what telephony tells of it, in every form that phones have for it, and what
 * the edge then knows. Real SIP, control and media.
 */
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let caller: Phone;
let toTag: string;
let legId: string;
let cseq = 1;

beforeAll(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5190) });
  caller = await Phone.udp();
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  ({ legId } = await app.next('call.arrived'));
  app.telephony.answer(legId);
  toTag = (await caller.response(200, 'INVITE')).toTag as string;
  caller.ask(edge.udpPort, { method: 'ACK', toTag });
  await app.next('leg.answered');
});

afterAll(async () => {
  caller.close();
  app.close();
  await edge.close();
});

let version = 1;
const described = (direction: string, address = '127.0.0.1'): string =>
  SDP.replace('o=- 1 1', `o=- 1 ${++version}`)
    .replace('c=IN IP4 127.0.0.1', `c=IN IP4 ${address}`)
    .replace('a=sendrecv', `a=${direction}`);

/** Offers, or is offered and answers with it; what our side of it says, and what telephony told. */
async function reoffers(method: string, body: string, late = false) {
  const from = app.events.length;
  cseq += 1;
  caller.ask(edge.udpPort, { method, toTag, cseq, ...(late ? {} : { body }) });
  // The 200 before it may be repeated meanwhile.
  const ok = await caller.got.next('200', (m) => m.status === 200 && m.cseq === cseq);
  if (method === 'INVITE')
    caller.ask(edge.udpPort, { method: 'ACK', toTag, cseq, ...(late ? { body } : {}) });
  const told = await waitFor('telephony to tell', () =>
    app.events.all.slice(from).find(({ type }) => type === 'leg.held' || type === 'leg.resumed'),
  );
  const [, ours = 'sendrecv'] = /^a=(sendrecv|sendonly|recvonly|inactive)\r$/m.exec(ok.body) ?? [];
  return { ours, told };
}

test.each([
  ['INVITE with sendonly', 'INVITE', 'sendonly', undefined, false, 'recvonly'],
  ['INVITE with inactive', 'INVITE', 'inactive', undefined, false, 'inactive'],
  ['INVITE with 0.0.0.0', 'INVITE', 'sendrecv', '0.0.0.0', false, 'recvonly'],
  ['UPDATE with sendonly', 'UPDATE', 'sendonly', undefined, false, 'recvonly'],
  ['answer sendonly to our offer', 'INVITE', 'sendonly', undefined, true, 'sendrecv'],
])('%s holds, and sendrecv resumes', async (_how, method, direction, address, late, answered) => {
  const held = await reoffers(method, described(direction, address), late);
  expect(held.told).toMatchObject({ type: 'leg.held', legId });
  expect(held.ours).toBe(answered);
  const resumed = await reoffers(method, described('sendrecv'), late);
  expect(resumed.told).toMatchObject({ type: 'leg.resumed', legId });
});

test.each([
  ['sendonly', '127.0.0.1'],
  ['inactive', '127.0.0.1'],
  ['sendrecv', '0.0.0.0'],
])('a first INVITE with %s at %s holds as soon as it is answered', async (direction, address) => {
  const another = await Phone.udp();
  const from = app.events.length;
  another.ask(edge.udpPort, { method: 'INVITE', body: described(direction, address) });
  const { legId: arrived } = await app.next('call.arrived', from);
  app.telephony.answer(arrived);
  const { toTag: tag = '' } = await another.response(200, 'INVITE');
  another.ask(edge.udpPort, { method: 'ACK', toTag: tag });
  await app.next('leg.held', from);
  const told = app.events.all.slice(from).map(({ type }) => type);
  const ofCall = told.filter((type) => type !== 'trunk.counted');
  expect(ofCall).toEqual(['call.arrived', 'leg.answered', 'leg.held']);
  another.ask(edge.udpPort, { method: 'BYE', toTag: tag, cseq: 2 });
  await app.next('leg.ended', from);
  another.close();
});

test.each(['sendonly', 'inactive'])('so does a phone that answers with %s', async (direction) => {
  const phone = await Phone.udp();
  const from = app.events.length;
  app.telephony.applyPlan(planWith(phone.port));
  app.telephony.dial({
    ...{ type: 'leg.dial', legId: `leg-${direction}`, callId: `call-${direction}` },
    ...{ to: { kind: 'phone', agentId: 'li', phoneId: '8002' }, from: '', displayName: '' },
    towards: null,
  });
  phone.answer(await phone.request('INVITE'), 200, { body: described(direction) });
  const ack = await phone.request('ACK');
  expect(await app.next('leg.held', from)).toMatchObject({ legId: `leg-${direction}` });
  const told = app.events.all.slice(from).map(({ type }) => type);
  expect(told.filter((type) => type.startsWith('leg.'))).toEqual(['leg.answered', 'leg.held']);
  phone.bye(edge.udpPort, ack);
  await app.next('leg.ended', from);
  phone.close();
});

test('an offer that is refused holds nothing', async () => {
  const [from, seen] = [app.events.length, caller.got.length];
  cseq += 1;
  const body = described('sendonly').replace('RTP/AVP 8', 'RTP/AVP 18');
  caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq, body });
  await caller.response(488, 'INVITE', seen);
  expect(app.events.all.slice(from)).toEqual([]);
});
