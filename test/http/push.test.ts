import type { Notice } from '../../src/domain/notices';
import type { PushFrame } from '../../src/push/events';
import { SESSION_KEY, cookieOf, startHttp, tokenOf } from '../support/http';
import { NOW, PLAN, agent, call, offer, promise, queue } from '../support/two-stores';
import type { TestHttp, TestOptions } from '../support/http';
import type { PushLine } from '../support/push';
import { connect, listeningAt, refusalOf } from '../support/push';
import { aForm } from '../support/records';
import { waitFor } from '../support/wait';

let http: TestHttp;
const lines: PushLine[] = [];

function start(options: TestOptions = {}): void {
  http = startHttp(options);
}

async function open(who: string, options?: Parameters<typeof connect>[2]): Promise<PushLine> {
  const line = await connect(http, who, options);
  lines.push(line);
  return line;
}

afterEach(async () => {
  for (const { socket } of lines.splice(0)) socket.terminate();
  await http.close();
});

const sales = (waiting: number): Notice => ({
  kind: 'queue.updated',
  queue: { ...queue('sales', 'bj01'), waiting },
});

const waitings = (frames: PushFrame[]): number[] =>
  frames.flatMap((frame) => (frame.type === 'queue.updated' ? [frame.data.waiting] : []));

describe('a connection', () => {
  beforeEach(() => start());

  test('is opened by the cookie from our own page', async () => {
    const origin = `http://${await listeningAt(http)}`;
    const line = await open('wang', { headers: { cookie: cookieOf(tokenOf('wang')), origin } });
    expect((await line.next('snapshot')).data.me.id).toBe('wang');
  });

  const forged = tokenOf('wang', NOW, Buffer.alloc(32, 9));
  const expired = tokenOf('wang', NOW - 43_200_000, SESSION_KEY);
  const good = tokenOf('wang');
  test.each([
    ['nobody', '/api/push', {}, 401, 'NOT_AUTHENTICATED'],
    [
      'a forged session',
      '/api/push',
      { authorization: `Bearer ${forged}` },
      401,
      'NOT_AUTHENTICATED',
    ],
    [
      'an expired session',
      '/api/push',
      { authorization: `Bearer ${expired}` },
      401,
      'NOT_AUTHENTICATED',
    ],
    ['a token in the address', `/api/push?token=${good}`, {}, 401, 'NOT_AUTHENTICATED'],
    [
      'a cookie from another page',
      '/api/push',
      { cookie: cookieOf(good), origin: 'http://evil.example' },
      403,
      'CROSS_SITE',
    ],
    ['a cookie from no page', '/api/push', { cookie: cookieOf(good) }, 403, 'CROSS_SITE'],
    [
      'a bearer from another page',
      '/api/push',
      { authorization: `Bearer ${good}`, origin: 'http://evil.example' },
      403,
      'CROSS_SITE',
    ],
    [
      'a number that is none',
      '/api/push?since=x',
      { authorization: `Bearer ${good}` },
      400,
      'INVALID_REQUEST',
    ],
    [
      'an address without push',
      '/api/calls?x=1',
      { authorization: `Bearer ${good}` },
      400,
      'INVALID_REQUEST',
    ],
  ] as [string, string, Record<string, string>, number, string][])(
    'is refused to %s',
    async (_what, path, headers, status, code) => {
      expect(await refusalOf(http, path, headers)).toEqual({ status, code });
      expect(http.desktops.count).toBe(0);
    },
  );

  test('begins with all that the person may see', async () => {
    http.live.theCalls = [
      call('call-1', { agentId: 'wang' }),
      call('call-2'),
      call('call-3', { storeId: 'sh01' }),
    ];
    http.live.theOffers = [offer('offer-1', 'wang')];
    http.live.theCallers = [offer('offer-2', 'wang')];
    http.live.thePromises = [promise('promise-1', 'bj01'), promise('promise-2', 'sh01')];
    const seen = async (who: string) => {
      const { data } = await (await open(who)).next('snapshot');
      const ids = (items: { id: string }[]) => items.map(({ id }) => id);
      return [
        ids(data.agents),
        ids(data.queues),
        ids(data.calls),
        data.offers.length + data.callers.length,
        ids(data.promises),
      ];
    };
    expect(await seen('wang')).toEqual([['wang'], ['sales'], ['call-1'], 2, ['promise-1']]);
    expect(await seen('li')).toEqual([['li'], ['service'], [], 0, []]);
    expect(await seen('chen')).toEqual([
      ['wang', 'li'],
      ['sales', 'service'],
      ['call-1', 'call-2'],
      0,
      ['promise-1'],
    ]);
    expect(await seen('zhou')).toEqual([['sun'], ['sh-sales'], ['call-3'], 0, ['promise-2']]);
  });

  test('shows his open forms to an agent, and what is unclassified to who oversees the store', async () => {
    http.live.theForms = [
      aForm({ callId: 'goes-on', endedAt: null }),
      aForm({ callId: 'his' }),
      aForm({ callId: 'fallen', falls: true }),
      aForm({ callId: 'other', agentId: 'li' }),
      aForm({ callId: 'elsewhere', agentId: 'sun', storeId: 'sh01' }),
    ];
    const seen = async (who: string) => {
      const { data } = await (await open(who)).next('snapshot');
      return [data.forms.map(({ callId }) => callId), data.unclassified];
    };
    expect(await seen('wang')).toEqual([['goes-on', 'his'], []]);
    expect(await seen('chen')).toEqual([[], ['his', 'fallen', 'other']]);
    const { data } = await (await open('li')).next('snapshot');
    expect(data.forms).toMatchObject([{ missing: ['kind', 'disposition'], required: true }]);
  });

  test('carries an offer, whole and as it is, to its agent and nobody else', async () => {
    const [wang, li, chen] = [await open('wang'), await open('li'), await open('chen')];
    http.hub.publish({ kind: 'offer.created', offer: offer('offer-1', 'wang') }, NOW + 1);
    const everybody: Notice[] = [
      { kind: 'agent.updated', agent: agent('li', 'bj01') },
      { kind: 'agent.updated', agent: agent('wang', 'bj01') },
    ];
    for (const notice of everybody) http.hub.publish(notice, NOW + 2);
    expect(await wang.next('offer.created')).toEqual({
      seq: NOW * 1000 + 1,
      type: 'offer.created',
      at: NOW + 1,
      data: offer('offer-1', 'wang'),
    });
    await Promise.all([wang, li, chen].map((line) => line.next('agent.updated')));
    expect(li.frames.all.map(({ type }) => type)).toEqual(['snapshot', 'agent.updated']);
    expect(chen.frames.all.map(({ type }) => type)).not.toContain('offer.created');
  });

  test('brings the receipt of an offer to the desk', async () => {
    const { socket } = await open('wang');
    const receipt = new Promise((resolve) => (http.desk.onReceipt = resolve));
    socket.send(JSON.stringify({ type: 'offer.received', offerId: 'offer-1' }));
    expect(await receipt).toEqual({ agentId: 'wang', offerId: 'offer-1' });
  });

  test('is closed at the third frame that is none of ours', async () => {
    const { socket, closed } = await open('wang');
    socket.send('{');
    socket.send('{"type":"agent.readied"}');
    socket.send(Buffer.from('{"type":"offer.received","offerId":"offer-1"}'), { binary: true });
    expect(await closed).toEqual({ code: 1008, reason: 'BAD_FRAME' });
  });

  test('is closed at a frame that is too long, and at a flood', async () => {
    const long = await open('wang');
    long.socket.send('x'.repeat(5000));
    expect((await long.closed).code).toBe(1009);
    const flood = await open('wang');
    for (let n = 0; n < 300; n += 1) {
      flood.socket.send(JSON.stringify({ type: 'offer.received', offerId: 'offer-1' }));
    }
    expect(await flood.closed).toEqual({ code: 1008, reason: 'TOO_MANY_FRAMES' });
  });

  test('is closed when the server goes away', async () => {
    const { closed } = await open('wang');
    await http.desktops.close();
    expect(await closed).toEqual({ code: 1001, reason: 'GOING_AWAY' });
    expect(http.desktops.count).toBe(0);
  });
});

describe('a client that comes back', () => {
  /** Sees the snapshot and one notice, is cut off, misses `missed` notices, comes back. */
  async function comeBack(missed: number): Promise<PushLine> {
    const before = await open('wang');
    http.hub.publish(sales(0), NOW);
    const { seq } = await before.next('queue.updated');
    before.socket.terminate();
    await waitFor('the server to see the cut', () => http.desktops.count === 0);
    for (let n = 1; n <= missed; n += 1) http.hub.publish(sales(n), NOW);
    const after = await open('wang', { since: seq });
    http.hub.publish(sales(missed + 1), NOW);
    await after.frames.next(
      'the live frame',
      (frame) => frame.type === 'queue.updated' && frame.data.waiting === missed + 1,
    );
    return after;
  }

  test('is told all that he missed, once and in order, and goes on', async () => {
    start();
    const { frames } = await comeBack(50);
    expect(waitings(frames.all)).toEqual(Array.from({ length: 51 }, (_, n) => n + 1));
    expect(frames.all.map(({ type }) => type)).not.toContain('snapshot');
  });

  test('is given a new snapshot when he missed more than is remembered', async () => {
    start({ capacity: 10 });
    const { frames } = await comeBack(11);
    expect(frames.all.map(({ type }) => type)).toEqual(['snapshot', 'queue.updated']);
  });

  test('is given a new snapshot rather than half a megabyte of frames', async () => {
    start();
    const { frames } = await comeBack(4000);
    expect(frames.all.map(({ type }) => type)).toEqual(['snapshot', 'queue.updated']);
  });

  test('is told nothing that does not concern him', async () => {
    start();
    const first = await (await open('li')).next('snapshot');
    http.hub.publish({ kind: 'offer.created', offer: offer('offer-1', 'wang') }, NOW);
    http.hub.publish(sales(1), NOW);
    http.hub.publish({ kind: 'agent.updated', agent: agent('li', 'bj01') }, NOW);
    const after = await open('li', { since: first.seq });
    await after.next('agent.updated');
    expect(after.frames.length).toBe(1);
  });

  test('from before a restart is given a snapshot, with a greater number', async () => {
    start({ startSeq: (NOW + 5000) * 1000 });
    const line = await open('wang', { since: NOW * 1000 + 70 });
    expect((await line.next('snapshot')).seq).toBe((NOW + 5000) * 1000);
  });

  test('with a number from the future is given a snapshot', async () => {
    start();
    const line = await open('wang', { since: NOW * 1000 + 70 });
    expect((await line.next('snapshot')).seq).toBe(NOW * 1000);
  });
});

describe('a heartbeat', () => {
  const FAST = { heartbeatMs: 100 };

  test('leaves a client alone that answers', async () => {
    start(FAST);
    const { socket, frames } = await open('wang');
    let pings = 0;
    socket.on('ping', () => (pings += 1));
    await waitFor('some heartbeats', () => pings >= 5);
    expect(socket.readyState).toBe(socket.OPEN);
    expect(frames.length).toBe(1);
  });

  test('cuts a client that does not', async () => {
    start(FAST);
    const { socket } = await open('wang');
    socket.pause();
    await waitFor('the cut', () => http.desktops.count === 0);
  });

  test('ends a session that is over', async () => {
    start(FAST);
    const { closed } = await open('wang');
    http.clock.now += 43_200_000;
    expect(await closed).toEqual({ code: 1008, reason: 'NOT_AUTHENTICATED' });
  });

  test('ends the session of a person who was taken out of the plan', async () => {
    start(FAST);
    const { closed } = await open('wang');
    http.live.thePlan = { ...PLAN, people: PLAN.people.filter(({ id }) => id !== 'wang') };
    expect((await closed).code).toBe(1008);
  });

  test('shows a person with another post what he may see now', async () => {
    start(FAST);
    const line = await open('wang');
    await line.next('snapshot');
    const people = PLAN.people.map((one) =>
      one.id === 'wang' ? { ...one, post: 'supervisor' as const } : one,
    );
    http.live.thePlan = { ...PLAN, people };
    const { data } = await line.next('snapshot', 1);
    expect(data.agents.map(({ id }) => id)).toEqual(['wang', 'li']);
    http.hub.publish({ kind: 'agent.updated', agent: agent('li', 'bj01') }, NOW);
    await line.next('agent.updated', 2);
  });
});

describe('a slow client', () => {
  test('is closed with "try again later" and grows nothing; the others notice nothing', async () => {
    start();
    const [slow, quick] = [await open('wang'), await open('chen')];
    slow.socket.pause();
    const [server] = http.app.websocketServer.clients;
    // The kernel takes some megabytes by itself before anything waits in the process.
    const name = 'x'.repeat(100_000);
    const large = (n: number): Notice => ({
      kind: 'agent.updated',
      agent: agent('wang', 'bj01', { name: `${n} ${name}` }),
    });
    let sent = 0;
    while (server?.readyState === server?.OPEN && sent < 1000) {
      sent += 1;
      http.hub.publish(large(sent), NOW);
      const seen = `${sent} `;
      await quick.frames.next(
        'the quick client to keep up',
        (frame) => frame.type === 'agent.updated' && frame.data.name.startsWith(seen),
        { from: sent - 1 },
      );
    }
    expect(sent).toBeLessThan(1000);
    const buffered = server?.bufferedAmount ?? 0;
    expect(buffered).toBeLessThan(1_048_576 + 2 * 100_200);
    for (let n = 0; n < 20; n += 1) http.hub.publish(sales(n), NOW);
    expect(server?.bufferedAmount).toBe(buffered);
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 1013, reason: 'TOO_SLOW' });
    const back = await open('wang', { since: slow.frames.all.at(-1)?.seq ?? 0 });
    http.hub.publish(sales(20), NOW);
    await waitFor('the last frame', () => waitings(back.frames.all).includes(20));
    const known = [...slow.frames.all, ...back.frames.all];
    expect(known.filter(({ type }) => type === 'snapshot')).toHaveLength(1);
    expect(known.filter(({ type }) => type === 'agent.updated')).toHaveLength(sent);
    expect(waitings(known)).toEqual(Array.from({ length: 21 }, (_, n) => n));
  });
});
