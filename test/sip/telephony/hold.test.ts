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
  const [from, seen] = [app.events.length, caller.got.length];
  cseq += 1;
  caller.ask(edge.udpPort, { method, toTag, cseq, ...(late ? {} : { body }) });
  const ok = await caller.response(200, method, seen);
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

test('an offer that is refused holds nothing', async () => {
  const [from, seen] = [app.events.length, caller.got.length];
  cseq += 1;
  const body = described('sendonly').replace('RTP/AVP 8', 'RTP/AVP 18');
  caller.ask(edge.udpPort, { method: 'INVITE', toTag, cseq, body });
  await caller.response(488, 'INVITE', seen);
  expect(app.events.all.slice(from)).toEqual([]);
});
