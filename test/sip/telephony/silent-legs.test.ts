/** Legs whose far side sends nothing: asked in their dialog, and ended only where nobody answers. Real SIP and media. */
import type { SipMessage } from '../../../sip/message/sip-message';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;

beforeAll(async () => {
  edge = await startEdge();
  const silence = { afterMs: 200, lookEveryMs: 20 };
  app = await startTestApp(edge, { plan: planWith(5190), silence });
});
afterAll(async () => {
  app.close();
  await edge.close();
});

/** A caller who is answered, and whose phone then sends no sound at all. */
async function silentCaller() {
  const phone = await Phone.udp();
  const from = app.events.length;
  phone.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  const { legId } = await app.next('call.arrived', from);
  app.telephony.answer(legId);
  const { toTag = '' } = await phone.response(200, 'INVITE');
  phone.ask(edge.udpPort, { method: 'ACK', toTag });
  await app.next('leg.answered', from);
  const end = () =>
    app.events.all.find((event) => event.type === 'leg.ended' && event.legId === legId);
  return { phone, legId, toTag, end };
}

const questions = (phone: Phone, asked: SipMessage[] = []) =>
  phone.got.all.filter((m) => m.method === 'OPTIONS' && !asked.some(({ cseq }) => cseq === m.cseq));

test('nobody answers either: the leg ends, and its far side gets BYE should it be there', async () => {
  const { phone, legId, toTag } = await silentCaller();
  const options = await phone.request('OPTIONS');
  expect(options.fromTag).toBe(toTag);
  expect(await app.next('leg.ended')).toMatchObject({ legId, cause: 'unreachable' });
  await phone.request('BYE');
  phone.close();
});

test.each([200, 405, 500, 503])(
  'an answer %i is one: asked again, the leg lives',
  async (status) => {
    const { phone, toTag, end } = await silentCaller();
    const first = await phone.request('OPTIONS');
    phone.answer(first, status);
    const second = await phone.got.next(
      'the next one',
      (m) => m.method === 'OPTIONS' && m.cseq > first.cseq,
    );
    phone.answer(second, status);
    expect(end()).toBeUndefined();
    phone.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
    await phone.response(200, 'BYE');
    phone.close();
  },
);

test('481 ends it at once: its dialog is no more', async () => {
  const { phone, legId } = await silentCaller();
  const from = app.events.length;
  phone.answer(await phone.request('OPTIONS'), 481);
  expect(await app.next('leg.ended', from)).toMatchObject({ legId, cause: 'unreachable' });
  expect(questions(phone)).toHaveLength(1);
  phone.close();
});

test('a leg that is heard is not asked', async () => {
  const { phone, legId, toTag, end } = await silentCaller();
  const hears = setInterval(() => app.telephony.heard(legId), 20);
  // Another one's minute passes meanwhile.
  const other = await silentCaller();
  await other.phone.request('OPTIONS');
  other.phone.answer(await other.phone.request('OPTIONS'), 481);
  expect([questions(phone), end()]).toEqual([[], undefined]);
  clearInterval(hears);
  await phone.request('OPTIONS');
  phone.ask(edge.udpPort, { method: 'BYE', toTag, cseq: 2 });
  for (const one of [phone, other.phone]) one.close();
});

test('a leg on hold, which sends nothing, lives as long as its far side answers, and no longer', async () => {
  const { phone, legId, toTag, end } = await silentCaller();
  const body = SDP.replace('a=sendrecv', 'a=inactive').replace('o=- 1 1', 'o=- 1 2');
  phone.ask(edge.udpPort, { method: 'INVITE', toTag, cseq: 2, body });
  await phone.got.next('200', ({ status, cseq }) => status === 200 && cseq === 2);
  phone.ask(edge.udpPort, { method: 'ACK', toTag, cseq: 2 });
  expect(await app.next('leg.held')).toMatchObject({ legId });
  let last = await phone.request('OPTIONS');
  for (let asked = 0; asked < 3; asked++) {
    phone.answer(last, 200);
    const { cseq } = last;
    last = await phone.got.next('the next one', (m) => m.method === 'OPTIONS' && m.cseq > cseq);
  }
  expect(end()).toBeUndefined();
  expect(await waitFor('its end', end)).toMatchObject({ cause: 'unreachable' });
  phone.close();
});
