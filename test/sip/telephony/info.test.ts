/**
 * Key presses that a far side tells by SIP INFO: answered, and heard by the edge's media like any other.
 */
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let caller: Phone;
let toTag: string;
let legId: string;
let callId: string;
let cseq = 1;

beforeAll(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5190) });
  caller = await Phone.udp();
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  ({ legId, callId } = await app.next('call.arrived'));
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

/** Sends an INFO in the call; the status of its answer. */
async function info(type: string, body: string): Promise<number | undefined> {
  cseq += 1;
  const seen = caller.got.all.length;
  caller.ask(edge.udpPort, { method: 'INFO', toTag, cseq, type, body });
  const answer = await waitFor('the answer', () =>
    caller.got.all.slice(seen).find((m) => m.cseqMethod === 'INFO' && m.status !== undefined),
  );
  return answer.status;
}

const keys = () => app.told.filter((line) => line.event === 'endpoint.key');

test.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=250\r\n', '5', 250],
  ['application/dtmf', '#', '#', 160],
])('%s is a press of its far side', async (type, body, key, durationMs) => {
  const before = keys().length;
  expect(await info(type, body)).toBe(200);
  const told = await waitFor('the key', () => keys()[before]);
  expect(told).toMatchObject({ session: callId, endpoint: legId, key, durationMs });
});

test.each([
  ['without a key', 'application/dtmf-relay', 'Signal=\r\nDuration=250\r\n', 400],
  ['with what is no key', 'application/dtmf', 'E', 400],
  ['with nothing', 'application/dtmf-relay', '', 200],
  ['of another kind', 'application/media_control+xml', '<media_control/>', 200],
])('an INFO %s presses nothing, and the call goes on', async (_what, type, body, status) => {
  const before = keys().length;
  expect(await info(type, body)).toBe(status);
  expect(await info('application/dtmf', '9')).toBe(200);
  await waitFor('the next key', () => keys()[before]);
  expect(keys()[before]).toMatchObject({ key: '9' });
  expect(app.events.all.some(({ type }) => type === 'leg.ended')).toBe(false);
});
