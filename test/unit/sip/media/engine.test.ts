import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import pino from 'pino';
import type { Worker } from 'node:worker_threads';
import { startMediaEngine } from '../../../../sip/media/engine';
import type {
  MediaEngine,
  MediaEngineOptions,
  MediaEvent,
} from '../../../../sip/media/engine-port';
import type { MediaSession } from '../../../../sip/media/session';
import { PLAIN_G711 } from '../../../../sip/sdp/codecs';
import type { StreamPurpose } from '../../../../sip/media/stream-places';
import { writeHeader } from '../../../../sip/rtp/packet';
import { fell } from '../../../support/worker-fall';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const MEDIA = join(__dirname, '../../../../media');
let recordingsDir: string;
const engines: MediaEngine[] = [];
const phones: TonePhone[] = [];

beforeAll(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'openline-engine-'));
});
afterEach(async () => {
  for (const phone of phones.splice(0)) phone.close();
  for (const engine of engines.splice(0)) await engine.close();
});
afterAll(() => rm(recordingsDir, { recursive: true }));

async function start(options: Partial<MediaEngineOptions> = {}) {
  const engine = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '192.0.2.80' },
    workers: 1,
    maxStreams: 10,
    recordingsDir,
    promptsDir: join(MEDIA, 'prompts'),
    musicFile: join(MEDIA, 'music/default.wav'),
    log: pino({ level: 'silent' }),
    ...options,
  });
  engines.push(engine);
  const events: MediaEvent[] = [];
  engine.onEvent((event) => events.push(event));
  return { engine, events };
}

const threadOf = ({ link }: MediaSession) => Reflect.get(link, 'worker') as Worker;

/** Stops the session's thread, again and again, as a storm of packets would; returns how to end that. */
function hold(session: MediaSession): () => Promise<void> {
  let holding = true;
  const held = (async () => {
    // The snapshot of a heap is made by the thread itself.
    while (holding) await finished((await threadOf(session).getHeapSnapshot()).resume());
  })();
  return () => {
    holding = false;
    return held;
  };
}

async function sdp(): Promise<string> {
  const phone = await TonePhone.open({ tone: 1000 });
  phones.push(phone);
  return phone.sdp();
}

test('our SDP names the advertised address and keeps its session id with a rising version', async () => {
  const { engine } = await start();
  const session = engine.open('app', 's');
  const offer = await sdp();
  const first = await session.answer('a', offer);
  expect(await session.answer('a', offer)).toBe(first);
  const second = await session.answer('a', `${offer}a=sendonly\r\n`);
  const origin = (text: string) =>
    /^o=openline (\d+) (\d+) IN IP4 192\.0\.2\.80$/m.exec(text) ?? [];
  expect(origin(second)[1]).toBe(origin(first)[1]);
  expect(Number(origin(second)[2])).toBe(Number(origin(first)[2]) + 1);
  expect(/^m=.*$/m.exec(second)).toEqual(expect.arrayContaining([/^m=.*$/m.exec(first)?.[0]]));
});

test('an answer names the address for the network that the offer comes from; an offer the first', async () => {
  const advertisedTo = (peer: string) => (peer === '127.0.0.1' ? '127.0.0.9' : '203.0.113.7');
  const { engine } = await start({
    address: { bind: '127.0.0.1', advertised: '192.0.2.80', advertisedTo },
  });
  const session = engine.open('app', 's');
  expect(await session.offer('b')).toContain('c=IN IP4 192.0.2.80');
  expect(await session.answer('a', await sdp())).toContain('c=IN IP4 127.0.0.9');
  expect(await session.offer('a')).toContain('c=IN IP4 127.0.0.9');
  const far = (await sdp()).replaceAll('127.0.0.1', '198.51.100.3');
  expect(await session.answer('c', far)).toContain('c=IN IP4 203.0.113.7');
});

test('a caller by IPv6 is answered by IPv6, and bridged to one by IPv4', async () => {
  const { engine } = await start({
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    otherFamily: { bind: '::1', advertised: '::1' },
  });
  const session = engine.open('app', 's');
  const [six, four] = [
    await TonePhone.open({ tone: 1000, address: '::1' }),
    await TonePhone.open({ tone: 600 }),
  ];
  phones.push(six, four);
  // The same address in another writing.
  const offer = six.sdp().replaceAll('::1', '0:0:0:0:0:0:0:1');
  const answer = await session.answer('six', offer);
  expect(answer).toContain('c=IN IP6 ::1');
  six.talkTo(answer);
  const ours = await session.offer('four', { like: 'six' });
  expect(ours).toContain('c=IN IP4 127.0.0.1');
  await session.accept('four', four.sdp());
  four.talkTo(ours);
  await session.bridge('six', 'four');
  await six.hears(600, 2000);
  await four.hears(1000, 2000);
  await expect(session.answer('six', four.sdp())).rejects.toMatchObject({ code: 'bad-sdp' });
  await six.hears(600, 2000);
});

test('a caller of a family that we have no address of is refused, and no stream is opened', async () => {
  const { engine } = await start({ maxStreams: 1 });
  const session = engine.open('app', 's');
  const six = (await sdp()).replaceAll('IN IP4 127.0.0.1', 'IN IP6 ::1');
  await expect(session.answer('a', six)).rejects.toMatchObject({ code: 'bad-sdp' });
  expect(session.view().endpoints).toEqual([]);
  await expect(session.answer('a', await sdp())).resolves.toContain('m=audio');
});

test('what the engine cannot carry is not promised', async () => {
  const codecs = async (options: Partial<MediaEngineOptions>) => {
    const { engine } = await start(options);
    return /^m=.*AVP (.*)$/m.exec(await engine.open('app', 's').offer('a'))?.[1]?.trim();
  };
  expect(await codecs({})).toBe('8 0 101');
  expect(await codecs({ can: { ...PLAIN_G711, codecs: ['PCMU'] } })).toBe('0 101');
});

test('a stream above the limit is refused, and taken when another has ended', async () => {
  const { engine } = await start({ maxStreams: 1 });
  const session = engine.open('app', 's');
  await session.answer('a', await sdp());
  await expect(session.offer('b')).rejects.toMatchObject({ code: 'capacity' });
  await session.closeEndpoint('a');
  await expect(session.offer('b')).resolves.toContain('m=audio');
});

test('the last streams are kept for talks, for a short announcement, and for help', async () => {
  const { engine } = await start({ maxStreams: 10 });
  const session = engine.open('app', 's');
  const open = async (id: string, purpose: StreamPurpose) =>
    session.answer(id, await sdp(), { purpose }).then(
      (answer) => /a=ptime:(\d+)/.exec(answer)?.[1],
      (error: { code: string }) => error.code,
    );
  for (let n = 0; n < 8; n++) await open(`c${n}`, 'caller');
  expect(engine.isCrowded).toBe(true);
  expect(await open('c8', 'caller')).toBe('capacity');
  expect(await open('announced', 'announcement')).toBe('60');
  expect(await open('late', 'announcement')).toBe('capacity');
  expect(await open('agent', 'talk')).toBe('20');
  expect(await open('another', 'talk')).toBe('capacity');
  expect(await open('phone', 'help')).toBe('capacity');
  // A place goes back to whom it was kept for.
  await session.closeEndpoint('announced');
  expect(await open('another', 'talk')).toBe('capacity');
  expect(await open('phone', 'help')).toBe('20');
  for (const one of ['agent', 'c1', 'c2', 'c3', 'c4']) await session.closeEndpoint(one);
  expect(engine.isCrowded).toBe(false);
  expect(await open('c8', 'caller')).toBe('20');
});

const STILL = ['a=inactive'];

test('streams at rest have no place, no port and no socket of their own until they are needed', async () => {
  const { engine } = await start({ maxStreams: 3 });
  const call = (n: number) => engine.open('app', `s${n}`);
  const phone = await TonePhone.open({ tone: 600 });
  phones.push(phone);
  const still = phone.sdp(['PCMA'], STILL);
  const asks = { purpose: 'caller' } as const;
  const ports: unknown[] = [];
  for (let n = 0; n < 20; n++) {
    const answer = await call(n).answer('c', still, asks);
    expect(answer).toContain('a=inactive');
    ports.push(/m=audio (\d+)/.exec(answer)?.[1]);
    await call(n).music('c');
  }
  expect(new Set(ports).size).toBe(1);
  // Both the places of callers are there still.
  await call(20).answer('c', await sdp(), asks);
  expect(engine.isCrowded).toBe(false);
  // One goes on: his answer says where, and he hears what was ordered meanwhile.
  const answer = await call(0).answer('c', phone.sdp());
  expect(answer).toContain('a=sendrecv');
  expect(/m=audio (\d+)/.exec(answer)?.[1]).not.toBe(ports[0]);
  await phone.until(() => phone.heard.length > 25);
  expect(engine.isCrowded).toBe(true);
  // For the next there is no place: he rests on, as he was.
  await expect(call(1).answer('c', await sdp())).rejects.toMatchObject({ code: 'capacity' });
  expect(await call(1).answer('c', still)).toContain(`m=audio ${ports[1]} `);
  await call(20).closeEndpoint('c');
  expect(await call(1).answer('c', await sdp())).toContain('a=sendrecv');
  // What rests gives nothing back when it ends.
  for (let n = 2; n < 20; n++) await engine.closeSession(call(n));
  await expect(call(21).answer('c', await sdp(), asks)).rejects.toMatchObject({ code: 'capacity' });
});

test('who goes on while somebody is there for him has a stream, whatever is in use', async () => {
  const { engine } = await start({ maxStreams: 3 });
  const session = engine.open('app', 's');
  const still = (await sdp()) + 'a=inactive\r\n';
  await session.answer('caller', still, { purpose: 'caller' });
  for (const n of [1, 2]) await engine.open('app', `other ${n}`).offer('c', { purpose: 'caller' });
  await session.offer('agent', { purpose: 'talk' });
  expect(await session.answer('caller', await sdp())).toContain('a=sendrecv');
});

test('somebody who is to be talked with rests no longer, whatever is in use', async () => {
  const address = { bind: '127.0.0.1', advertised: '127.0.0.1' };
  const { engine } = await start({ address, maxStreams: 3 });
  const session = engine.open('app', 's');
  const [caller, agent] = await Promise.all(
    [600, 1000].map(async (tone) => TonePhone.open({ tone })),
  );
  phones.push(caller!, agent!);
  await session.answer('caller', caller!.sdp(['PCMA'], STILL), { purpose: 'caller' });
  for (const id of ['x', 'y']) await session.answer(id, await sdp(), { purpose: 'caller' });
  agent!.talkTo(await session.answer('agent', agent!.sdp(), { purpose: 'talk' }));
  await session.bridge('caller', 'agent');
  // He has a place by now: his phone goes on whatever the others have.
  caller!.talkTo(await session.answer('caller', caller!.sdp()));
  await Promise.all([caller!.hears(1000), agent!.hears(600)]);
  for (const id of ['x', 'y']) await session.closeEndpoint(id);
  await expect(session.offer('third')).resolves.toContain('m=audio');
  await expect(session.offer('fourth')).rejects.toMatchObject({ code: 'capacity' });
});

test('a port that another program has is passed over; when none is left, the stream is refused', async () => {
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const even = other.address().port - (other.address().port % 2);
  const { engine } = await start({ ports: [even, even + 1] });
  const holder = createSocket('udp4');
  const isEven = even === other.address().port;
  if (!isEven) {
    holder.bind(even, '127.0.0.1');
    await once(holder, 'listening');
  }
  const session = engine.open('app', 's');
  await expect(session.offer('a')).rejects.toMatchObject({ code: 'capacity' });
  (isEven ? other : holder).close();
  await expect(session.offer('a')).resolves.toContain(`m=audio ${even} `);
  (isEven ? holder : other).close();
});

test('a session belongs to the app that made it', async () => {
  const { engine } = await start();
  engine.open('ours', 's').note = 'x';
  expect(engine.find('theirs', 's')).toBeNull();
  expect(engine.list('theirs')).toEqual([]);
  expect(() => engine.open('theirs', 's')).toThrow(
    expect.objectContaining({ code: 'bad-request' }),
  );
});

test('an endpoint is bridged until it is played to, unbridged, or its peer closes', async () => {
  const { engine } = await start();
  const session = engine.open('app', 's');
  for (const id of ['a', 'b']) await session.answer(id, await sdp());
  const bridged = () => ['a', 'b'].map((id) => engine.isBridged('s', id));
  expect(bridged()).toEqual([false, false]);
  await session.bridge('a', 'b');
  expect(bridged()).toEqual([true, true]);
  await session.music('a');
  expect(bridged()).toEqual([false, false]);
  await session.bridge('b', 'a');
  await session.unbridge('a', 'b');
  expect(bridged()).toEqual([false, false]);
  await session.bridge('a', 'b');
  engine.release('s', 'b');
  await waitFor('the bridge to end', () => !engine.isBridged('s', 'a'));
  expect(session.view().endpoints).toEqual([{ endpoint: 'a', bridgedTo: null }]);
});

test('a release while nobody is there finishes the recording', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  for (const id of ['a', 'b']) await session.answer(id, await sdp());
  await session.record({ recording: 'r', path: 'released.wav', left: 'a', right: 'b' });
  expect(session.view().recordings).toMatchObject([{ recording: 'r', path: 'released.wav' }]);
  engine.release('s', 'b');
  const event = await waitFor('the recording', () => events[0]);
  expect(event).toMatchObject({ kind: 'recorded', owner: 'app', session: 's', recording: 'r' });
  expect(event).toMatchObject({ file: { result: 'stored', path: 'released.wav' } });
  expect(session.view().recordings).toEqual([]);
});

test('what is unfinished: streams that are open, and recordings until they are whole files', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  expect(engine.unfinished).toBe(0);
  for (const id of ['a', 'b']) await session.answer(id, await sdp());
  expect(engine.unfinished).toBe(2);
  await session.record({ recording: 'r', path: 'unfinished.wav', left: 'a', right: 'b' });
  expect(engine.unfinished).toBe(3);
  const closed = engine.closeSession(session);
  expect(engine.unfinished).toBe(1);
  await closed;
  await waitFor('the recording', () => events[0]);
  expect(engine.unfinished).toBe(0);
});

test('closing the engine finishes what is being recorded', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  await session.answer('a', await sdp());
  await session.record({ recording: 'r', path: 'closing.wav', left: 'a', right: 'a' });
  await engine.close();
  expect(events).toMatchObject([{ kind: 'recorded', file: { result: 'stored' } }]);
});

test('a name that a recording bears is no other one’s until it is over, in no session', async () => {
  const { engine, events } = await start();
  const [first, second] = [engine.open('app', 's'), engine.open('other', 't')];
  for (const session of [first, second]) await session.answer('a', await sdp());
  await first.record({ recording: 'r', path: 'named.wav', left: 'a' });
  await expect(
    second.record({ recording: 'r', path: 'namesake.wav', left: 'a' }),
  ).rejects.toMatchObject({ code: 'bad-request' });
  await engine.closeSession(first);
  const event = await waitFor('the recording', () => events[0]);
  expect(event).toMatchObject({ kind: 'recorded', owner: 'app', session: 's', recording: 'r' });
  await second.record({ recording: 'r', path: 'namesake.wav', left: 'a' });
});

test('an offer that cannot be made leaves no stream', async () => {
  const { engine } = await start({ maxStreams: 1 });
  const session = engine.open('app', 's');
  const refused = session.offer('a', { secure: true });
  await expect(refused).rejects.toMatchObject({ code: 'no-codec' });
  expect(session.streams).toBe(0);
  await expect(session.offer('b')).resolves.toContain('m=audio');
});

test('commands of a session are carried out in the order they were given', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  const order = { prompts: ['greeting'], language: 'en', then: 'silence' as const };
  await Promise.all([
    session.answer('a', await sdp()),
    session.play('a', { play: 'p', ...order }),
    session.music('a'),
    session.closeEndpoint('a'),
  ]);
  expect(events).toMatchObject([{ kind: 'play-ended', play: 'p', reason: 'cut', endpoint: 'a' }]);
});

test('a recording that the end of a leg has stopped needs no stop', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  for (const id of ['a', 'b']) await session.answer(id, await sdp());
  await session.record({ recording: 'r', path: 'stopped.wav', left: 'a', right: 'b' });
  await Promise.all([session.closeEndpoint('b'), session.stopRecording('r')]);
  const [event] = await waitFor('its end', () => (events.length > 0 ? events : null));
  expect(event).toMatchObject({ kind: 'recorded', recording: 'r', file: { result: 'stored' } });
  await expect(session.stopRecording('r')).rejects.toMatchObject({ code: 'unknown-recording' });
});

test('the manifest counts what a real far side sent, lost and doubled, and what strangers did', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  const [far, stranger] = [createSocket('udp4'), createSocket('udp4')];
  for (const socket of [far, stranger]) socket.bind(0, '127.0.0.1');
  await Promise.all([once(far, 'listening'), once(stranger, 'listening')]);
  const offer = (await sdp()).replace(/^m=audio \d+/m, `m=audio ${far.address().port}`);
  const port = Number(/^m=audio (\d+)/m.exec(await session.answer('a', offer))?.[1]);
  await session.answer('b', await sdp());
  await session.record({ recording: 'r', path: 'counted.wav', left: 'a', right: 'b' });
  const send = (socket: Socket, sequence: number, payloadType = 8) => {
    const packet = Buffer.alloc(172, 0x55);
    const timestamp = sequence * 160;
    writeHeader(packet, 0, { marker: false, payloadType, sequence, timestamp, ssrc: 7 });
    return new Promise((resolve) => socket.send(packet, port, '127.0.0.1', resolve));
  };
  // 3 never comes, 5 is overtaken, 6 comes twice, 8 is comfort noise.
  for (const sequence of [1, 2, 4, 6, 5, 6, 7]) await send(far, sequence);
  await send(far, 8, 13);
  for (const sequence of [9, 10]) await send(stranger, sequence);
  await send(far, 9);
  const lines = join(recordingsDir, 'counted.wav.json.part');
  await waitFor('a window with the last', () => {
    return existsSync(lines) && readFileSync(lines, 'utf8').includes('"received":8');
  });
  await session.stopRecording('r');
  const [event] = await waitFor('its end', () => (events.length > 0 ? events : null));
  expect(event).toMatchObject({ file: { result: 'stored', reconciles: true } });
  const manifest = JSON.parse(readFileSync(join(recordingsDir, 'counted.wav.json'), 'utf8')) as {
    left: object;
  };
  expect(manifest.left).toEqual({
    ...{ expected: 9, received: 8, lost: 1, duplicates: 1, late: 0, foreign: 2 },
  });
  for (const socket of [far, stranger]) socket.close();
});

test('when its worker falls, calls and recordings are told and new calls are taken again', async () => {
  const { engine, events } = await start();
  const session = engine.open('app', 's');
  await session.answer('a', await sdp());
  await session.record({ recording: 'r', path: 'fallen.wav', left: 'a', right: 'a' });
  const part = join(recordingsDir, 'fallen.wav.json.part');
  await waitFor(
    'the first window',
    () => existsSync(part) && readFileSync(part, 'utf8').split('\n').length > 2,
  );
  await fell(threadOf(session));
  await waitFor('both events', () => events.length === 2);
  expect(events).toMatchObject([
    { kind: 'session-lost', session: 's', owner: 'app' },
    { kind: 'recorded', recording: 'r', file: { result: 'stored', path: 'fallen.wav' } },
  ]);
  const manifest = JSON.parse(readFileSync(join(recordingsDir, 'fallen.wav.json'), 'utf8')) as {
    samples: number;
    gaps: { cause: string; from: number }[];
  };
  expect(manifest.gaps.at(-1)).toMatchObject({ cause: 'edge-killed', from: manifest.samples });
  await expect(session.music('a')).rejects.toMatchObject({ code: 'unknown-session' });
  await waitFor('another worker', () => {
    try {
      return engine.open('app', 'next');
    } catch {
      return null;
    }
  });
  await expect(engine.open('app', 'next').offer('a')).resolves.toContain('m=audio');
});

/** A talk of two phones, each with a tone of its own, that both hear by now. */
async function talk(engine: MediaEngine, id: string) {
  const session = engine.open('app', id);
  const ends = await Promise.all([TonePhone.open({ tone: 600 }), TonePhone.open({ tone: 1000 })]);
  phones.push(...ends);
  const [a, b] = ends;
  a.talkTo(await session.answer('a', a.sdp()));
  b.talkTo(await session.answer('b', b.sdp()));
  await session.bridge('a', 'b');
  await Promise.all([a.hears(1000), b.hears(600)]);
  return { session, a, b };
}

test('a session that begins near another is in its worker, however much that has to do', async () => {
  const { engine } = await start({ workers: 2 });
  const one = engine.open('app', 'one');
  const near = ['two', 'three'].map((id) => engine.open('app', id, 'one').link);
  expect(near).toEqual([one.link, one.link]);
  // Neither one that is not there nor another app's.
  expect(engine.open('app', 'four', 'none').link).not.toBe(one.link);
  expect(engine.open('another', 'five', 'one').link).not.toBe(one.link);
});

test('sessions are spread over the workers by their streams, and stay where they began', async () => {
  const { engine } = await start({ workers: 2 });
  const first = engine.open('app', 'first');
  const second = engine.open('app', 'second');
  expect(second.link).not.toBe(first.link);
  for (const id of ['a', 'b', 'c']) await first.answer(id, await sdp());
  const third = engine.open('app', 'third');
  const fourth = engine.open('app', 'fourth');
  expect([third.link, fourth.link]).toEqual([second.link, second.link]);
  for (const id of ['a', 'b', 'c']) await third.answer(id, await sdp());
  await engine.closeSession(first);
  expect(engine.open('app', 'fifth').link).toBe(first.link);
  expect(engine.open('app', 'third')).toBe(third);
});

test('the fall of one worker ends its own calls; a call in the other hears no gap', async () => {
  const address = { bind: '127.0.0.1', advertised: '127.0.0.1' };
  const { engine, events } = await start({ workers: 2, address });
  const staying = await talk(engine, 'staying');
  const falling = await talk(engine, 'falling');
  expect(falling.session.link).not.toBe(staying.session.link);
  const sides = { left: 'a', right: 'b' };
  await staying.session.record({ recording: 'kept', path: 'kept.wav', ...sides });
  await falling.session.record({ recording: 'lost', path: 'lost.wav', ...sides });
  for (const phone of [staying.a, staying.b]) phone.forget();
  await fell(threadOf(falling.session));
  await waitFor('another worker', () => {
    const next = engine.open('app', `after ${Math.random()}`);
    return next.link !== staying.session.link && next.link !== falling.session.link;
  });
  await waitFor('both events', () => events.length === 2);
  expect(events).toEqual([
    expect.objectContaining({ kind: 'session-lost', session: 'falling', owner: 'app' }),
    expect.objectContaining({ kind: 'recorded', recording: 'lost', session: 'falling' }),
  ]);
  await expect(falling.session.music('a')).rejects.toMatchObject({ code: 'unknown-session' });
  for (const [phone, tone] of [
    [staying.a, 1000],
    [staying.b, 600],
  ] as const) {
    await phone.until(() => phone.heard.length > 50);
    await phone.hears(tone);
    const steps = phone.heard.slice(1).map(({ sequence, timestamp }, index) => {
      const before = phone.heard[index]!;
      return [(sequence - before.sequence) & 0xffff, (timestamp - before.timestamp) >>> 0];
    });
    expect(new Set(steps.map(String))).toEqual(new Set(['1,160']));
  }
  await engine.closeSession(staying.session);
  const kept = await waitFor('the recording', () =>
    events.find((event) => event.kind === 'recorded' && event.recording === 'kept'),
  );
  expect(kept).toMatchObject({ session: 'staying', file: { result: 'stored' } });
});

test('a stream that is being closed when its worker falls gives its place back', async () => {
  const { engine, events } = await start({ maxStreams: 1 });
  const session = engine.open('app', 's');
  await session.answer('a', await sdp());
  const fallen = threadOf(session).terminate();
  await expect(engine.closeSession(session)).rejects.toMatchObject({ code: 'failed' });
  await fallen;
  const next = await waitFor('another worker', () => {
    try {
      return engine.open('app', 'next');
    } catch {
      return null;
    }
  });
  await expect(next.offer('a')).resolves.toContain('m=audio');
  expect(events).toEqual([]);
});

test('a worker that is behind its clock gets no new session; when all are, they are refused', async () => {
  const { engine } = await start({ workers: 2 });
  const [first, second] = [engine.open('app', 'first'), engine.open('app', 'second')];
  const ends: (() => Promise<void>)[] = [];
  try {
    ends.push(hold(first));
    await waitFor('the first to be behind', () => first.link.isBehind, 20_000);
    for (let n = 0; n < 5; n++) expect(engine.open('app', `one ${n}`).link).toBe(second.link);
    ends.push(hold(second));
    await waitFor('both to be behind', () => first.link.isBehind && second.link.isBehind, 20_000);
    expect(() => engine.open('app', 'refused')).toThrow(
      expect.objectContaining({ code: 'capacity', message: 'the media workers are behind' }),
    );
    const offer = (await sdp()) + 'a=inactive\r\n';
    const rests = engine.open('app', 'rests', '', offer);
    await expect(rests.answer('a', offer)).resolves.toContain('a=inactive');
    await expect(rests.answer('a', await sdp())).rejects.toMatchObject({ code: 'capacity' });
    // What is known goes on.
    await expect(first.offer('a')).resolves.toContain('m=audio');
  } finally {
    await Promise.all(ends.map((end) => end()));
  }
  await waitFor('both to keep up', () => !first.link.isBehind && !second.link.isBehind, 20_000);
  expect(engine.open('app', 'taken').link).toBeDefined();
}, 60_000);

test('prompts that cannot be read stop the start', async () => {
  await expect(start({ promptsDir: join(MEDIA, 'nowhere') })).rejects.toThrow('ENOENT');
  await expect(start({ musicFile: __filename })).rejects.toThrow('not a WAV file');
});
