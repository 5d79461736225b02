/** Phones asked by OPTIONS: one that does not answer takes no calls until it does. Real engine, real app. */
import type { DialCommand } from '../../../src/engine/ports';
import { Phone } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let phone: Phone;

beforeEach(async () => {
  edge = await startEdge();
  phone = await Phone.udp();
  const phoneWatch = { everyMs: 60, patienceMs: 40 };
  app = await startTestApp(edge, { plan: planWith(phone.port), phoneWatch });
});
afterEach(async () => {
  phone.close();
  app.close();
  await edge.close();
});

const command: DialCommand = {
  ...{ type: 'leg.dial', legId: 'leg-agent', callId: 'call-1' },
  to: { kind: 'phone', agentId: 'li', phoneId: '8002' },
  ...{ from: '+8613800001111', displayName: '张伟', towards: 'leg-caller' },
};

test('a phone that is silent twice is lost and rung by nobody; whatever it answers brings it back', async () => {
  expect(await app.next('phone.reachable')).toMatchObject({ phoneId: '8002' });
  expect((await phone.request('OPTIONS')).uri).toBe(`sip:li@127.0.0.1:${phone.port}`);
  expect(await app.next('phone.unreachable')).toMatchObject({
    phoneId: '8002',
    reason: 'no-answer',
  });
  app.telephony.dial(command);
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'unreachable' });
  expect(phone.count(({ method }) => method === 'INVITE')).toBe(0);
  const seen = app.events.length;
  let isBack = false;
  const back = app.next('phone.reachable', seen).then((event) => {
    isBack = true;
    return event;
  });
  // Also those that are sent again, and for which we wait no more.
  for (let from = phone.got.length; !isBack; from++) {
    phone.answer(await phone.request('OPTIONS', from), 404);
  }
  expect(await back).toMatchObject({ phoneId: '8002' });
});
