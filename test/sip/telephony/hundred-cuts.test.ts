/**
 * The connection between app and edge is cut a hundred times and comes back each time, while callers come,
 * are answered, give up and hang up, while phones ring, refuse and talk. Who talks all the time is never
 * ended by it; every call and every leg has one end; and when all have gone nothing is left anywhere.
 * Moments and ways follow from a seed. Real SIP, control and media; the engine is the test itself.
 */
import type { DomainEvent } from '../../../src/domain/events';
import { seeded } from '../../simulation/random';
import { cableTo, type Cable } from '../../support/cable';
import { waitFor } from '../../support/wait';
import { startCrowd, type Crowd } from './crowd';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

const CUTS = 100;
const TALKS = 5;
const CALLERS = 6;
/** Long enough for some and too short for others to be taken over, answered, rung. */
const UP_MS = 150;
const SEED = Number(process.env['CUTS_SEED'] ?? 1);

const random = seeded(SEED);
let edge: Edge;
let app: TestApp;
let cable: Cable;
let crowd: Crowd;

beforeAll(async () => {
  edge = await startEdge();
  cable = await cableTo(edge.signalling.drachtio);
  crowd = await startCrowd(edge.udpPort, random);
  app = await startTestApp(edge, { plan: planWith(crowd.phonePort), drachtio: cable });
}, 30_000);

afterAll(async () => {
  crowd.close();
  app.close();
  cable.close();
  await edge.close();
});

/** Each leg is a call of its own. */
const callOf = new Map<string, string>();

/** Answers whoever arrives, now and then only after it rang; ends some talks, and dials the phone. */
function serve(): void {
  let seen = 0;
  const look = setInterval(() => {
    for (const event of app.events.all.slice(seen)) {
      seen += 1;
      // Those that stay arrived before, and are nobody's to hang up.
      if (event.type === 'call.arrived' && !crowd.stays(event.legId)) {
        const { legId, callId } = event;
        callOf.set(legId, callId);
        app.telephony.note(legId, { callId, legId, role: 'caller' });
        if (random.chance(0.5)) app.telephony.ring(legId);
        if (random.chance(0.8)) setTimeout(() => app.telephony.answer(legId), random.below(200));
        else setTimeout(() => app.telephony.hangup(legId, 'withdrawn'), random.below(200));
      }
      if (event.type === 'leg.ended') app.calls.close(callOf.get(event.legId) ?? '');
      if (event.type === 'leg.answered' && random.chance(0.4) && !crowd.stays(event.legId))
        setTimeout(() => app.telephony.hangup(event.legId, 'partner-left'), random.below(300));
    }
  }, 2);
  crowd.whenClosed(() => clearInterval(look));
}

let dialled = 0;
function dials(): void {
  const legId = `dialled-${++dialled}`;
  const to = { kind: 'phone', agentId: 'li', phoneId: '8002' } as const;
  callOf.set(legId, `call-${dialled}`);
  const call = {
    callId: `call-${dialled}`,
    from: '+8613800001111',
    displayName: '',
    towards: null,
  };
  app.telephony.dial({ type: 'leg.dial', legId, to, ...call });
  app.telephony.note(legId, { callId: call.callId, legId, role: 'agent', agentId: 'li' });
  if (random.chance(0.3))
    setTimeout(() => app.telephony.hangup(legId, 'withdrawn'), random.below(300));
}

async function cutOnce(): Promise<void> {
  await waitFor('the app to be back', () => edge.signalling.load().apps === 1);
  const until = performance.now() + random.below(UP_MS);
  if (random.chance(0.7)) dials();
  // Some cuts fall into the middle of a message.
  if (random.chance(0.4)) cable.cutAfter(1 + random.below(3000));
  await waitFor(
    'the moment',
    () => performance.now() >= until || edge.signalling.load().apps === 0,
  );
  cable.cut();
  await waitFor('the edge to notice', () => edge.signalling.load().apps === 0);
}

test(`${CUTS} cuts: talks go on, each leg ends once, nothing is left`, async () => {
  const talks = [];
  for (let n = 0; n < TALKS; n++) {
    const talk = crowd.talk();
    const { legId, callId } = await app.next('call.arrived', app.events.length);
    app.telephony.note(legId, { callId, legId, role: 'caller' });
    app.telephony.answer(legId);
    callOf.set(legId, callId);
    talks.push({ legId, party: await talk });
  }
  for (const { legId } of talks) crowd.keep(legId);
  serve();
  const callers = crowd.callUntilStopped(CALLERS);
  for (let cut = 0; cut < CUTS; cut++) await cutOnce();
  await waitFor('the app to be back', () => edge.signalling.load().apps === 1);
  crowd.stop();
  await callers;

  for (const { legId, party } of talks) {
    await party.holds();
    await app.events.next(
      'the hold',
      (event) => event.type === 'leg.held' && event.legId === legId,
    );
    app.telephony.hangup(legId, 'partner-left');
    await party.isHungUp();
  }
  const begun = app.events.all.flatMap((event) =>
    event.type === 'call.arrived' ? [event.legId] : [],
  );
  for (let n = 1; n <= dialled; n++) begun.push(`dialled-${n}`);
  const ends = (legId: string): number =>
    app.events.all.filter((event) => event.type === 'leg.ended' && event.legId === legId).length;
  for (const legId of begun) if (ends(legId) === 0) app.telephony.hangup(legId, 'withdrawn');
  await waitFor('each leg to end', () => begun.every((legId) => ends(legId) > 0)).catch(
    () => undefined,
  );
  expect(begun.filter((legId) => ends(legId) !== 1)).toEqual([]);
  // The edge stood all the time, and no leg says anything else.
  const fallen = (event: DomainEvent) => 'cause' in event && event.cause === 'edge-stopped';
  expect(app.events.all.filter(fallen)).toEqual([]);
  // A hundred cuts over nobody would prove little.
  expect(begun.length).toBeGreaterThan(CUTS);
  await nothingIsLeft();
}, 90_000);

async function nothingIsLeft(): Promise<void> {
  const left = () => {
    const { apps: _apps, ...load } = edge.signalling.load();
    const streams = edge.media.list('cell:all').map(({ session }) => session);
    return { ...load, streams, listed: edge.signalling.dialogs.list('cell:all').length };
  };
  const nothing = { dialogs: 0, transactions: 0, incoming: 0, outgoing: 0, streams: [], listed: 0 };
  const isLeft = () => JSON.stringify(left()) !== JSON.stringify(nothing);
  await waitFor('nothing to be left', () => !isLeft()).catch(() => undefined);
  expect(left()).toEqual(nothing);
  expect(app.telephony['legs'].all()).toEqual([]);
}
