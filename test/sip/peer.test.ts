import pino from 'pino';
import { Announcements } from '../../sip/media/announcements';
import type { SignallingOptions } from '../../sip/gateway/signalling-options';
import { startMediaEdge, type MediaEdge } from '../support/media-edge';
import { Seen, waitFor } from '../support/wait';
import { startApp, type App, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/** Two edges that know of each other: who sends callers to whom, and how one of them goes. */

const PATIENCE = { everyMs: 30, boundMs: 150, againMs: 10 };
const HOTLINES = {
  hotlines: [{ number: '400', language: 'en' }],
  trunks: [{ id: 'carrier', from: ['127.0.0.2'] }],
};

let media: MediaEdge;
let closing: (() => unknown)[];
let carrier: Phone;

beforeAll(async () => {
  media = await startMediaEdge();
});
afterAll(() => media.close());
beforeEach(async () => {
  closing = [];
  carrier = await phoneAt('127.0.0.2');
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function phoneAt(host: string): Promise<Phone> {
  const phone = await Phone.udp(host);
  closing.push(() => phone.close());
  return phone;
}

/** A port on which nothing listens yet. */
async function freePort(): Promise<number> {
  const phone = await Phone.udp();
  phone.close();
  return phone.port;
}

interface Edge extends Engine {
  said: Seen<string>;
}

async function edgeAt(port: number, options: Partial<SignallingOptions> = {}): Promise<Edge> {
  const said = new Seen<string>();
  const log = pino({ level: 'info' }, { write: (line: string) => said.add(line) });
  const engine = await startEngine({
    sip: [{ protocol: 'udp', host: '127.0.0.1', port }],
    announcements: new Announcements(media.media),
    peerPatience: PATIENCE,
    log,
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= engine.close());
  closing.push(close);
  return { ...engine, said, close };
}

const uriOf = (port: number) => `sip:127.0.0.1:${port}`;

/** drachtio-srf cannot be told twice, nor once its edge has gone. */
const gone = new WeakSet<App>();
function disconnect(app: App): void {
  if (!gone.has(app)) app.disconnect();
  gone.add(app);
}

/** An app that answers every caller and every OPTIONS, and is of the name `cell1`. */
async function appOf(edge: Engine, heard?: Seen<Req>): Promise<App> {
  const app = await startApp(edge, {
    tag: 'cell1',
    routes: (a) => {
      a.invite((req, res) => {
        heard?.add(req);
        void a.createUAS(req, res, { localSdp: SDP });
      });
      a.options((_req, res) => res.send(200, { headers: { Subject: 'app' } }));
    },
  });
  closing.push(() => disconnect(app));
  // It is connected before it has said what it takes.
  await waitFor('its routes', async () => (await options(edge)) === '200 app');
  return app;
}

/** As a machine that loses power. */
async function kill(edge: Edge, app: App): Promise<void> {
  gone.add(app);
  await edge.close();
}

/** Its app was there, said what its hotlines are, and fell. */
async function loseApp(edge: Edge): Promise<void> {
  const app = await appOf(edge);
  edge.dialogs.hotlines('cell1', HOTLINES);
  disconnect(app);
  await waitFor('the loss', () => edge.load().apps === 0);
}

let serial = 0;

/** What a carrier is answered that asks whether callers may come. */
async function options(edge: Engine, phone = carrier): Promise<string> {
  const from = phone.got.length;
  const callId = `asks-${++serial}`;
  phone.ask(edge.udpPort, { method: 'OPTIONS', callId });
  const answer = await phone.got.next('an answer', (m) => m.callId === callId, { from });
  return [answer.status, answer.get('subject'), answer.get('retry-after')].join(' ').trim();
}

/** Calls; resolves with the final answer. */
async function call(edge: Engine, phone = carrier, headers: string[] = []) {
  const callId = `calls-${++serial}`;
  phone.ask(edge.udpPort, { method: 'INVITE', body: SDP, callId, headers });
  const answer = await phone.got.next(
    'an answer',
    (m) => m.callId === callId && m.status >= 200 && m.cseqMethod === 'INVITE',
  );
  const toTag = answer.toTag as string;
  phone.ask(edge.udpPort, { method: 'ACK', toTag, callId });
  const inside = async (method: string, cseq: number): Promise<number> => {
    const from = phone.got.length;
    phone.ask(edge.udpPort, { method, toTag, callId, cseq });
    const about = (m: { callId: string; cseqMethod: string; status: number }) =>
      m.callId === callId && m.cseqMethod === method && m.status >= 200;
    return (await phone.got.next(method, about, { from })).status;
  };
  return { status: answer.status, retryAfter: answer.get('retry-after'), inside };
}

/** SIGTERM, without the process. */
function leave(
  edge: Engine,
  { hour = Date.now() + 3_600_000, streams = (): number => 0 } = {},
): { ended: boolean } {
  const departure = { ended: false };
  edge.leave({ hour, mediaLeft: streams, ended: () => (departure.ended = true) });
  return departure;
}

const draining = (edge: Engine) => waitFor('it to drain', () => edge.draining());

describe('without an app', () => {
  test('carriers are sent to the peer edge as long as that takes callers, else none is turned away', async () => {
    const there = await edgeAt(0);
    const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
    await loseApp(here);
    await here.said.next('the peer has no app', (line) => line.includes('takes no callers'));
    expect(await options(here)).toBe('200');
    const app = await appOf(there);
    await waitFor('the peer to be seen', async () => (await options(here)) === '503  2');
    disconnect(app);
    await waitFor('its app to be missed', async () => (await options(here)) === '200');
    const next = await appOf(there);
    await waitFor('the peer to be seen again', async () => (await options(here)) === '503  2');
    await kill(there, next);
    await waitFor('its death', async () => (await options(here)) === '200');
  });

  test('two edges that watch each other never both turn callers away', async () => {
    const ports = [await freePort(), await freePort()] as const;
    const one = await edgeAt(ports[0], { peer: uriOf(ports[1]) });
    const two = await edgeAt(ports[1], { peer: uriOf(ports[0]) });
    await loseApp(one);
    await loseApp(two);
    const known = (edge: Edge) => edge.said.all.some((line) => line.includes('takes no callers'));
    await waitFor('both to have asked', async () => {
      const both = [await options(one), await options(two)];
      // One may have seen the other's app a moment before that was lost too, until it asks again.
      expect(both).toContain('200');
      return known(one) && known(two) && both.join() === '200,200';
    });
    for (let i = 0; i < 50; i++) {
      expect([await options(one), await options(two)]).toEqual(['200', '200']);
    }
  });

  test('an edge that cannot announce has always turned them away', async () => {
    const here = await edgeAt(0, { announcements: undefined });
    await loseApp(here);
    expect(await options(here)).toBe('503  2');
  });
});

test('with an app, the app answers, whatever the peer', async () => {
  const there = await edgeAt(0);
  await appOf(there);
  const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
  await appOf(here);
  await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
  expect(await options(here)).toBe('200 app');
});

test('an app that takes callers but no OPTIONS makes its edge a peer, though carriers hear 503', async () => {
  const there = await edgeAt(0);
  const app = await startApp(there, { routes: (a) => a.invite(() => undefined) });
  closing.push(() => app.disconnect());
  const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
  await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
  expect(await options(there)).toBe('503');
});

test('the peer of an app that refuses OPTIONS is none, though it takes callers', async () => {
  const there = await edgeAt(0);
  const app = await startApp(there, {
    routes: (a) => {
      a.invite(() => undefined);
      a.options((_req, res) => res.send(480));
    },
  });
  closing.push(() => app.disconnect());
  const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
  await here.said.next('no peer', (line) => line.includes('takes no callers'));
});

describe('a peer that answers as the test says', () => {
  let peer: Phone;
  let here: Edge;

  beforeEach(async () => {
    peer = await phoneAt('127.0.0.1');
    here = await edgeAt(0, { peer: uriOf(peer.port) });
  });

  /** The next question, and where the one after it is to be looked for. */
  async function asked(
    after?: string,
  ): Promise<{ callId: string; answer: (status: number) => void }> {
    const isNext = ({ method, callId }: { method: string; callId: string }) =>
      method === 'OPTIONS' && !answered.has(callId) && callId !== after;
    const request = await peer.got.next('a question', isNext);
    answered.add(request.callId);
    return { callId: request.callId, answer: (status) => peer.answer(request, status) };
  }
  const answered = new Set<string>();
  const turns = () => here.said.all.filter((line) => line.includes('the peer edge takes')).length;

  test('one lost answer is no death, two are', async () => {
    (await asked()).answer(200);
    await asked();
    (await asked()).answer(200);
    (await asked()).answer(200);
    expect(turns()).toBe(1);
    await asked();
    await asked();
    await here.said.next('the death', (line) => line.includes('takes no callers'));
    await asked();
    (await asked()).answer(200);
    await waitFor('the return', () => turns() === 3);
  });

  test.each([503, 404, 603])('a %i says at once that it takes nobody', async (status) => {
    (await asked()).answer(200);
    (await asked()).answer(status);
    await here.said.next('the refusal', (line) => line.includes('takes no callers'));
    expect(turns()).toBe(2);
  });

  test('a name that is found too late is not asked any more', async () => {
    const lookups = new Seen<(addresses: string[]) => void>();
    const addresses = () => new Promise<string[]>((resolve) => lookups.add(resolve));
    const dns = { naptr: async () => [], srv: async () => [], addresses };
    await here.close();
    const from = peer.got.length;
    const named = await edgeAt(0, { dns, peer: `sip:edge2.example:${peer.port}` });
    await lookups.next('a second question', () => lookups.length === 2);
    for (const found of lookups.all) found(['127.0.0.1']);
    const question = await peer.request('OPTIONS', from);
    peer.answer(question, 200);
    await named.said.next('the peer', (line) => line.includes('takes callers'));
    await lookups.next('a third question', () => lookups.length === 3);
    expect(new Set(peer.got.all.slice(from).map(({ callId }) => callId)).size).toBe(1);
  });

  test('an answer that comes too late says nothing', async () => {
    const late = await asked();
    const next = await asked();
    late.answer(200);
    await asked();
    next.answer(200);
    await here.said.next('the death', (line) => line.includes('takes no callers'));
    expect(turns()).toBe(1);
  });
});

describe('an edge that is to go', () => {
  test('sends new callers to its peer, lets calls go on, and ends after the last', async () => {
    const there = await edgeAt(0);
    await appOf(there);
    const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
    const heard = new Seen<Req>();
    await appOf(here, heard);
    const talk = await call(here);
    await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
    let streams = 1;
    let looks = 0;
    const departure = leave(here, { streams: () => (looks++, streams) });
    expect(here.draining()).toBe(true);
    expect(await options(here)).toBe('503  2');
    expect(await call(here)).toMatchObject({ status: 503, retryAfter: '2' });
    expect(here.counters.sentToPeer).toBe(1);
    expect(heard.length).toBe(1);
    expect((await call(there)).status).toBe(200);
    expect(await talk.inside('OPTIONS', 2)).toBe(200);
    expect(await talk.inside('INVITE', 3)).toBe(200);
    expect(await talk.inside('BYE', 4)).toBe(200);
    await waitFor('the dialog to end', () => here.load().dialogs === 0);
    const before = looks;
    await waitFor('it to look again', () => looks > before + 1);
    expect(departure.ended).toBe(false);
    streams = 0;
    await waitFor('the end', () => departure.ended);
  });

  test('ends at once when nobody is there', async () => {
    const there = await edgeAt(0);
    await appOf(there);
    const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
    await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
    const departure = leave(here);
    await waitFor('the end', () => departure.ended);
  });

  test('takes callers again when its peer dies, and sends them on when that is back', async () => {
    const port = await freePort();
    const there = await edgeAt(port);
    const app = await appOf(there);
    const here = await edgeAt(0, { peer: uriOf(port) });
    await appOf(here);
    const talk = await call(here);
    await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
    const departure = leave(here);
    await draining(here);
    await kill(there, app);
    await waitFor('its death', () => !here.draining());
    expect(await options(here)).toBe('200 app');
    const second = await call(here);
    expect(second.status).toBe(200);
    await appOf(await edgeAt(port));
    await draining(here);
    expect((await call(here)).status).toBe(503);
    expect(await second.inside('BYE', 2)).toBe(200);
    expect(departure.ended).toBe(false);
    expect(await talk.inside('BYE', 2)).toBe(200);
    await waitFor('the end', () => departure.ended);
  });

  test('does not count as a peer: of two that are to go both take callers', async () => {
    const ports = [await freePort(), await freePort()] as const;
    const one = await edgeAt(ports[0], { peer: uriOf(ports[1]) });
    const two = await edgeAt(ports[1], { peer: uriOf(ports[0]) });
    for (const edge of [one, two]) {
      await appOf(edge);
      await call(edge);
    }
    for (const edge of [one, two]) {
      await edge.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
    }
    leave(one);
    leave(two);
    await waitFor('both to know', () => !one.draining() && !two.draining());
    for (const edge of [one, two]) expect((await call(edge)).status).toBe(200);
  });

  test('keeps its phones, and whoever replaces a call of its own', async () => {
    const there = await edgeAt(0);
    await appOf(there);
    const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
    await appOf(here);
    const phone = await phoneAt('127.0.0.1');
    await call(here);
    await here.said.next('the peer', (line) => line.includes('the peer edge takes callers'));
    leave(here);
    expect((await call(here, phone)).status).toBe(503);
    const replaces = 'Replaces: some;to-tag=a;from-tag=b';
    expect((await call(here, phone, [replaces])).status).toBe(200);
    here.dialogs.hotlines('cell1', HOTLINES);
    expect((await call(here, phone)).status).toBe(200);
    expect((await call(here, carrier)).status).toBe(503);
  });

  test('without a peer takes callers, and after the hour ends in the first moment without one', async () => {
    const here = await edgeAt(0);
    await appOf(here);
    const first = await call(here);
    const departure = leave(here, { hour: Date.now() });
    await here.said.next('the hour', (line) => line.includes('"departure":"closing"'));
    expect(await options(here)).toBe('200 app');
    const second = await call(here);
    expect(second.status).toBe(200);
    expect(await first.inside('BYE', 2)).toBe(200);
    await waitFor('the dialog to end', () => here.load().dialogs === 1);
    expect(departure.ended).toBe(false);
    expect(await second.inside('BYE', 2)).toBe(200);
    await waitFor('the end', () => departure.ended);
  });

  test('waits for a caller whom the app has not answered yet', async () => {
    const here = await edgeAt(0);
    const asked = new Seen<Res>();
    const app = await startApp(here, { routes: (a) => a.invite((_req, res) => asked.add(res)) });
    closing.push(() => app.disconnect());
    const answer = call(here);
    const res = await asked.next('the call', () => true);
    let looks = 0;
    const departure = leave(here, { hour: Date.now(), streams: () => (looks++, 0) });
    await waitFor('it to look again', () => looks > 1);
    expect(departure.ended).toBe(false);
    res.send(486);
    expect((await answer).status).toBe(486);
    await waitFor('the end', () => departure.ended);
  });

  test('takes nobody once it is stopped', async () => {
    const here = await edgeAt(0);
    await appOf(here);
    here.endAllCalls('Server shutting down');
    expect(await call(here)).toMatchObject({ status: 503, retryAfter: '2' });
    expect(await options(here)).toBe('503  2');
  });

  test('does not wait for what it has just asked its peer', async () => {
    const silent = await phoneAt('127.0.0.1');
    const here = await edgeAt(0, { peer: uriOf(silent.port) });
    await silent.request('OPTIONS');
    expect(leave(here, { hour: Date.now() }).ended).toBe(true);
  });

  test('is not gone before the hour, and at once when it is asked twice', async () => {
    const here = await edgeAt(0);
    const departure = leave(here);
    await here.said.next('the wait', (line) => line.includes('"departure":"waiting"'));
    expect(departure.ended).toBe(false);
    expect(leave(here).ended).toBe(true);
  });

  test('tells its apps, by control', async () => {
    const there = await edgeAt(0);
    const here = await edgeAt(0, { peer: uriOf(there.udpPort) });
    await appOf(here);
    here.dialogs.reattached('cell1');
    await call(here);
    leave(here);
    expect(here.told.all).toEqual([
      { app: 'cell1', event: { event: 'edge.departure', state: 'waiting' } },
    ]);
    await appOf(there);
    await here.told.next('the drain', ({ event }) => {
      return event.event === 'edge.departure' && event.state === 'draining';
    });
  });
});
