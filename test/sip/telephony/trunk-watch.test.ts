/** Gateways are asked by OPTIONS: one that is silent is an alarm, gets calls last, and is taken back by an answer. */
import type { DialCommand } from '../../../src/engine/ports';
import type { Phone as PhoneType } from '../support/phone';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let main: PhoneType;
let spare: PhoneType;

beforeEach(async () => {
  edge = await startEdge();
  [main, spare] = await Promise.all([Phone.udp(), Phone.udp()]);
  const plan = planWith(5190);
  const at = (phone: PhoneType, priority: number) => ({
    ...{ address: `sip:127.0.0.1:${phone.port}`, priority, weight: 1 },
  });
  const to = [at(main, 0), at(spare, 1)];
  const trunks = plan.trunks.map((trunk) => ({ ...trunk, to }));
  const phoneWatch = { everyMs: 100, patienceMs: 60 };
  app = await startTestApp(edge, { plan: { ...plan, trunks }, phoneWatch });
});

afterEach(async () => {
  app.close();
  for (const phone of [main, spare]) phone.close();
  await edge.close();
});

const command: DialCommand = {
  ...{ type: 'leg.dial', legId: 'leg-out', callId: 'call-1', displayName: '', towards: null },
  to: { kind: 'number', number: '+8613800138000', via: ['carrier'] },
  from: '+861062345678',
};

/** The phone answers each OPTIONS once, whatever it answers. */
function answering(phone: PhoneType, status: number): () => void {
  let done = 0;
  const timer = setInterval(() => {
    const asked = phone.got.all.filter(({ method }) => method === 'OPTIONS');
    for (const options of asked.slice(done)) phone.answer(options, status);
    done = asked.length;
  }, 10);
  return () => clearInterval(timer);
}

const alarmed = (code: string, detail: string) =>
  app.events.next(
    `${code} of ${detail}`,
    (event) => event.type === 'alarm.raised' && event.code === code && event.detail === detail,
  );

test('a silent gateway is passed over until it answers again', async () => {
  const stop = answering(spare, 404);
  const detail = `carrier: sip:127.0.0.1:${main.port}`;
  await alarmed('TRUNK_GATEWAY_DOWN', detail);
  const [view] = app.telephony.trunkViews();
  expect(view?.gateways.map(({ up }) => up)).toEqual([false, true]);
  app.telephony.dial(command);
  spare.answer(await spare.request('INVITE'), 503);
  // A gateway that is down may be alive: the call is not lost for that.
  main.answer(await main.request('INVITE'), 200, { body: SDP });
  await main.request('ACK');
  await app.next('leg.answered');
  expect(app.telephony.trunkViews()[0]).toMatchObject({ used: 1, peak: 1 });
  const stopToo = answering(main, 200);
  await alarmed('TRUNK_GATEWAY_UP', detail);
  // One that was never away says so at its first answer: in a former life it may have been.
  await alarmed('TRUNK_GATEWAY_UP', `carrier: sip:127.0.0.1:${spare.port}`);
  await waitFor('both up', () => app.telephony.trunkViews()[0]?.gateways[0]?.up === true);
  stop();
  stopToo();
});
