/**
 * All streams of the media are in use that callers may have: who calls waits for a place, then hears a short
 * announcement by one that is kept for that, and only when there is none his carrier is sent elsewhere. Real SIP,
 * control and media; the engine is the test itself.
 */
import type { DomainEvent } from '../../../src/domain/events';
import type { PlaceWait } from '../../../src/telephony/answering';
import { cableTo, type Cable } from '../../support/cable';
import { onlyOurs } from '../../support/needs';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, takesCalls, type Edge, type TestApp } from './support';

const STILL = SDP.replace('sendrecv', 'inactive');

let edge: Edge;
let app: TestApp;
let first: Phone;
let second: Phone;

beforeEach(async () => {
  [first, second] = [await Phone.udp(), await Phone.udp()];
});

afterEach(async () => {
  for (const phone of [first, second]) phone.close();
  app.close();
  await edge.close();
});

const start = async (placeWait?: PlaceWait, maxStreams = 1): Promise<void> => {
  edge = await startEdge({ maxStreams });
  app = await startTestApp(edge, { plan: planWith(5190), ...(placeWait && { placeWait }) });
};

/** He has the only stream. */
async function firstArrives(): Promise<string> {
  first.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  return (await app.next('call.arrived')).legId;
}

const secondCalls = (): number => {
  second.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKsecond' });
  return app.events.all.length;
};

test('he hears that it rings, and is a call as soon as a place frees', async () => {
  await start();
  const one = await firstArrives();
  const from = secondCalls();
  await second.response(180);
  const rings = Date.now();
  expect(app.events.all.filter(({ type }) => type === 'call.arrived')).toHaveLength(1);
  app.telephony.refuse(one, 'withdrawn');
  const other = await app.next('call.arrived', from);
  // His place in the line is that of his INVITE.
  expect(other.at).toBeLessThanOrEqual(rings);
  expect(other).not.toHaveProperty('unusable');
  app.telephony.answer(other.legId);
  expect((await second.response(200, 'INVITE')).body).toContain('m=audio');
});

test('else he is refused so that his carrier takes its next route, and supervisors hear of it once', async () => {
  await start({ announcedAfterMs: 1, refusedAfterMs: 1 });
  await firstArrives();
  for (const phone of [second, await Phone.udp()]) {
    const from = app.events.all.length;
    phone.ask(edge.udpPort, { method: 'INVITE', body: SDP });
    const { legId, unusable } = await app.next('call.arrived', from);
    expect(unusable).toBe('over-capacity');
    app.telephony.refuse(legId, 'over-capacity');
    const refusal = await phone.response(503, 'INVITE');
    expect(refusal.get('retry-after')).toBe('2');
    expect(refusal.get('reason')).toBe('Q.850;cause=42;text="over-capacity"');
    expect(await app.next('leg.ended', from)).toMatchObject({ legId, cause: 'over-capacity' });
    if (phone !== second) phone.close();
  }
  expect(app.events.all.filter(({ type }) => type === 'alarm.raised')).toMatchObject([
    { code: 'OVER_CAPACITY', storeId: 'bj01' },
  ]);
});

test('who gives up while he waits has called, and left', async () => {
  await start();
  await firstArrives();
  const from = secondCalls();
  await second.response(180);
  second.ask(edge.udpPort, { method: 'CANCEL', branch: 'z9hG4bKsecond' });
  const { legId } = await app.next('call.arrived', from);
  expect(await app.next('leg.ended', from)).toMatchObject({ legId, cause: 'hangup' });
});

describe('the connection of the app is cut while it rings for a place', () => {
  let cable: Cable;
  const cut = async () => {
    cable.cut();
    await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
  };
  const back = () => waitFor('the app to be back', () => edge.signalling.load().apps === 1);
  const arrivals = () => app.events.all.filter(({ type }) => type === 'call.arrived');
  let one: string;

  beforeEach(async () => {
    edge = await startEdge({ maxStreams: 1 });
    cable = await cableTo(edge.signalling.drachtio);
    app = await startTestApp(edge, { plan: planWith(5190), drachtio: cable });
    await takesCalls(edge, first);
    one = await firstArrives();
    secondCalls();
    await second.response(180);
  });

  afterEach(() => cable.close());

  // Nothing of a call survives the connection of a drachtio-server's app.
  onlyOurs('it rings on, and he is a call as soon as a place frees, once', async () => {
    await cut();
    await back();
    await waitFor('his INVITE to be here again', () => edge.signalling.load().incoming === 2);
    const from = app.events.all.length;
    app.telephony.refuse(one, 'withdrawn');
    const other = await app.next('call.arrived', from);
    expect(other).not.toHaveProperty('unusable');
    app.telephony.answer(other.legId);
    await second.response(200, 'INVITE');
    expect(arrivals()).toHaveLength(2);
  });

  onlyOurs('he gives up meanwhile: the edge tells of him, and nobody else', async () => {
    await cut();
    second.ask(edge.udpPort, { method: 'CANCEL', branch: 'z9hG4bKsecond' });
    await second.response(487, 'INVITE');
    expect(await app.next('caller.served')).toMatchObject({ result: 'left' });
    await back();
    // His stream would be there, were he still in line.
    const from = app.events.all.length;
    app.telephony.refuse(one, 'withdrawn');
    await app.next('leg.ended', from);
    const third = await Phone.udp();
    expect(await arrives(third, 'next')).not.toHaveProperty('unusable');
    third.close();
    expect(arrivals()).toHaveLength(2);
  });
});

/** Calls 400, and arrives. */
async function arrives(
  phone: Phone,
  digit: string,
): Promise<DomainEvent & { type: 'call.arrived' }> {
  const from = app.events.all.length;
  const branch = `z9hG4bKplace${digit}`;
  phone.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch });
  return app.next('call.arrived', from);
}

describe('four streams: two for callers, three for talks, one for announcements', () => {
  const others: Phone[] = [];
  afterEach(() => {
    for (const phone of others.splice(0)) phone.close();
  });
  const another = async (): Promise<Phone> => {
    others.push(await Phone.udp());
    return others.at(-1) as Phone;
  };

  test('who rang in vain has the kept one; an agent of one who was taken has his', async () => {
    await start({ announcedAfterMs: 600, refusedAfterMs: 1200 }, 4);
    const one = await arrives(first, '1');
    expect(await arrives(second, '2')).not.toHaveProperty('full');
    const third = await another();
    const announced = await arrives(third, '3');
    expect(announced).toMatchObject({ full: true, crowded: true });
    expect(announced).not.toHaveProperty('unusable');
    app.telephony.answer(announced.legId);
    expect((await third.response(200, 'INVITE')).body).toContain('a=ptime:60');
    await expect(app.media.makeOffer(one.callId, 'agent')).resolves.toContain('m=audio');
    expect(await arrives(await another(), '4')).toMatchObject({ unusable: 'over-capacity' });
    const alarms = app.events.all.filter(({ type }) => type === 'alarm.raised');
    expect(alarms).toMatchObject([
      { code: 'MEDIA_FULL', storeId: 'bj01' },
      { code: 'OVER_CAPACITY' },
    ]);
  });

  test('while that one is in use as well it rings on, and who came first is told first', async () => {
    await start({ announcedAfterMs: 200, refusedAfterMs: 20_000 }, 4);
    await arrives(first, '1');
    const taken = await arrives(second, '2');
    const told = await arrives(await another(), '3');
    const [fourth, fifth] = [await another(), await another()];
    for (const [n, phone] of [fourth, fifth].entries()) {
      phone.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch: `z9hG4bKrings${n}` });
      await phone.response(180);
    }
    const from = app.events.all.length;
    app.telephony.refuse(told.legId, 'withdrawn');
    const next = await app.next('call.arrived', from);
    expect(next).toMatchObject({ full: true });
    app.telephony.answer(next.legId);
    await fourth.response(200, 'INVITE');
    // A place of those for callers is better than to be told.
    const then = app.events.all.length;
    app.telephony.refuse(taken.legId, 'withdrawn');
    expect(await app.next('call.arrived', then)).not.toHaveProperty('full');
    expect([fourth, fifth].map((phone) => phone.count(({ status }) => status > 200))).toEqual([
      0, 0,
    ]);
  });

  test('who dials for help has any stream that is left', async () => {
    edge = await startEdge({ maxStreams: 4 });
    const placeWait = { announcedAfterMs: 300, refusedAfterMs: 600 };
    const phone = await another();
    app = await startTestApp(edge, { plan: planWith(phone.port), placeWait });
    const { callId } = await arrives(first, '1');
    await arrives(second, '2');
    await app.media.makeOffer(callId, 'agent');
    const dials = async (number: string, branch: string) => {
      const from = app.events.all.length;
      const uri = `sip:${number}@127.0.0.1:${edge.udpPort}`;
      phone.ask(edge.udpPort, { method: 'INVITE', uri, body: SDP, branch, callId: branch });
      return app.next('phone.dialled', from);
    };
    expect(await dials('8001', 'z9hG4bKcolleague')).toMatchObject({ unusable: 'over-capacity' });
    expect(await dials('110', 'z9hG4bKhelp')).not.toHaveProperty('unusable');
  });

  test('who wants no packets is taken whatever is in use, also before those for whom it rings', async () => {
    await start(undefined, 4);
    const taken = [await arrives(first, '1'), await arrives(second, '2')];
    const rings = await another();
    rings.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKrings' });
    await rings.response(180);
    const from = app.events.all.length;
    const still = await another();
    still.ask(edge.udpPort, { method: 'INVITE', body: STILL, branch: 'z9hG4bKstill' });
    const { legId, callId } = await app.next('call.arrived', from);
    app.telephony.answer(legId);
    const answer = await still.response(200, 'INVITE');
    expect(answer.body).toContain('a=inactive');
    expect(await app.next('leg.held', from)).toMatchObject({ legId });
    const { toTag } = answer;
    if (toTag === undefined) throw new Error('no tag');
    still.ask(edge.udpPort, { method: 'ACK', toTag, branch: 'z9hG4bKack' });
    // What he is to hear he hears of nobody, and whoever waits for its end goes on.
    app.calls.play({
      type: 'media.play',
      callId,
      legId,
      playId: 'p',
      prompts: ['greeting'],
      then: 'music',
    });
    expect(await app.next('play.ended', from)).toMatchObject({ playId: 'p', reason: 'cut' });
    // There is no stream for him: his session stays as it was, and he may ask again.
    const goOn = (cseq: number) =>
      still.ask(edge.udpPort, {
        method: 'INVITE',
        toTag,
        cseq,
        branch: `z9hG4bKgo${cseq}`,
        body: SDP,
      });
    const answerTo = async (cseq: number) => {
      goOn(cseq);
      const final = await still.got.next(
        'an answer to the re-INVITE',
        (m) => m.cseqMethod === 'INVITE' && m.cseq === cseq && (m.status ?? 0) >= 200,
      );
      if (final.status !== 200)
        still.ask(edge.udpPort, { method: 'ACK', toTag, cseq, branch: `z9hG4bKgo${cseq}` });
      return final;
    };
    expect((await answerTo(2)).status).toBe(488);
    // The first place is that of whom it rings for.
    app.telephony.refuse(taken.shift()?.legId ?? '', 'withdrawn');
    await app.next('call.arrived', app.events.all.length);
    app.telephony.refuse(taken.shift()?.legId ?? '', 'withdrawn');
    const then = app.events.all.length;
    // A place is free once the media has let go of who had it.
    let cseq = 2;
    const on = await waitFor('the 200 to a re-INVITE', async () => {
      const final = await answerTo((cseq += 1));
      return final.status === 200 ? final : null;
    });
    expect(on.body).toContain('a=sendrecv');
    expect(on.body).not.toContain(/m=audio \d+/.exec(answer.body)?.[0]);
    expect(await app.next('leg.resumed', then)).toMatchObject({ legId });
  });

  test('those who wait are taken in the order in which they came', async () => {
    await start(undefined, 4);
    const taken = [await arrives(first, '1'), await arrives(second, '2')];
    const waiting = [await another(), await another(), await another()];
    const before = app.events.all.length;
    for (const [n, phone] of waiting.entries()) {
      phone.ask(edge.udpPort, { method: 'INVITE', body: SDP, branch: `z9hG4bKwaits${n}` });
      await phone.response(180);
    }
    // The first of them gives up; the next two get the places.
    waiting[0]?.ask(edge.udpPort, { method: 'CANCEL', branch: 'z9hG4bKwaits0' });
    await app.next('leg.ended', before);
    for (const phone of waiting.slice(1)) {
      const from = app.events.all.length;
      app.telephony.refuse(taken.shift()?.legId ?? '', 'withdrawn');
      const { legId } = await app.next('call.arrived', from);
      app.telephony.answer(legId);
      await phone.response(200, 'INVITE');
    }
  });
});
