/**
 * A caller who hears us before he is answered (`answerMode: early`): what he is told and hears, and that our answer is
 * what he was told before (RFC 3261 §13.3.1.1, RFC 3264). Real SIP, control, media and sound; the engine is the test.
 */
import { hearsMusic } from '../../support/desk-talk';
import { onlyOurs } from '../../support/needs';
import { TonePhone } from '../../support/tone-phone';
import { Phone } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let caller: Phone;
let ear: TonePhone;

beforeEach(async () => {
  edge = await startEdge();
  app = await startTestApp(edge, { plan: planWith(5190) });
  caller = await Phone.udp();
  ear = await TonePhone.open({ tone: 1000 });
});

afterEach(async () => {
  for (const one of [caller, ear, app]) one.close();
  await edge.close();
});

async function arrives(headers: string[] = [], body = ear.sdp()) {
  caller.ask(edge.udpPort, { method: 'INVITE', body, headers });
  return app.next('call.arrived');
}

/** 183, and music. */
async function hearsEarly({ legId, callId }: { legId: string; callId: string }) {
  app.telephony.ring(legId, true);
  app.calls.music(callId, legId);
  const told = await caller.response(183);
  expect(await app.next('leg.ringing')).toMatchObject({ legId, sound: true });
  return told;
}

test.each([
  ['plainly', []],
  ['reliably, where he demands it', ['Require: 100rel']],
])(
  'he is told %s, hears music, and our answer is the same; the music goes on',
  async (_how, headers) => {
    const leg = await arrives(headers);
    const told = await hearsEarly(leg);
    expect(told.body).toMatch(/^m=audio \d+ RTP\/AVP 8/m);
    const isReliable = headers.length > 0;
    expect(told.has('rseq')).toBe(isReliable);
    if (isReliable) {
      const rack = [`RAck: ${told.get('rseq')} 1 INVITE`];
      const toTag = told.toTag as string;
      caller.ask(edge.udpPort, { method: 'PRACK', toTag, cseq: 2, headers: rack });
      await caller.response(200, 'PRACK');
    }
    await hearsMusic(ear);
    expect(caller.count((m) => m.status === 200 && m.cseqMethod === 'INVITE')).toBe(0);
    app.telephony.answer(leg.legId);
    const ok = await caller.response(200, 'INVITE');
    expect(ok.body).toBe(told.body);
    caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
    expect(await app.next('leg.answered')).toMatchObject({ legId: leg.legId });
    ear.talkTo(ok.body);
    await hearsMusic(ear);
  },
);

test('a caller who offers nothing hears nothing of ours before our answer, and so it is said', async () => {
  const { legId } = await arrives([], '');
  app.telephony.ring(legId, true);
  expect((await caller.response(180)).body).toBe('');
  expect(await app.next('leg.ringing')).not.toHaveProperty('sound');
});

test('he who gives up has ended', async () => {
  const branch = 'z9hG4bK-early';
  caller.ask(edge.udpPort, { method: 'INVITE', body: ear.sdp(), branch });
  const leg = await app.next('call.arrived');
  await hearsEarly(leg);
  caller.ask(edge.udpPort, { method: 'CANCEL', branch });
  await caller.response(487);
  expect(await app.next('leg.ended')).toMatchObject({ legId: leg.legId, cause: 'hangup' });
});

onlyOurs('the app is another one: he hears on, and is answered with the same media', async () => {
  const leg = await arrives();
  const told = await hearsEarly(leg);
  await hearsMusic(ear);
  app.close();
  app = await startTestApp(edge, { plan: planWith(5190) });
  expect(app.found).toMatchObject([{ arriving: true, note: { legId: leg.legId } }]);
  await hearsMusic(ear);
  app.telephony.ring(leg.legId, true);
  expect(await app.next('leg.ringing')).not.toHaveProperty('sound');
  app.telephony.answer(leg.legId);
  const ok = await caller.response(200, 'INVITE');
  const media = (body: string) => /^m=.*$/m.exec(body)?.[0];
  expect(media(ok.body)).toBe(media(told.body));
  caller.ask(edge.udpPort, { method: 'ACK', toTag: ok.toTag as string });
  await app.next('leg.answered');
  await hearsMusic(ear);
});
