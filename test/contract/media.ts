/**
 * What every media backend must do, told through the control protocol: the suite is given a running
 * edge (real sockets, real files) and checks sound by its content. `media.test.ts` runs it against the
 * embedded engine; another backend behind the same protocol runs the same suite.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlClient } from '../../sip/control/client';
import type { ControlEvent, EventLine } from '../../sip/control/protocol';
import type { Manifest } from '../../sip/media/recording-manifest';
import { whereHeard } from '../support/prompt-heard';
import { WIDE_RATE, loudness, readWav, toneShare, type Voice } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

/** A started backend. */
export interface MediaBackend {
  recordingsDir: string;
  /** Where a store's own prompts are looked for. */
  ownPromptsDir: string;
  /** A new client of that app name, not yet connected. */
  connect(app: string): ControlClient;
  close(): Promise<void>;
}

type EventOf<E extends ControlEvent['event']> = Extract<EventLine, { event: E }>;

const CUSTOMER_TONE = 1000;
const AGENT_TONE = 600;
const SUPERVISOR_TONE = 1400;

/** Declares the suite. `start` is called once. */
export function describeMedia(name: string, start: () => Promise<MediaBackend>): void {
  describe(`media: ${name}`, () => {
    let backend: MediaBackend;
    let control: ControlClient;
    const phones: TonePhone[] = [];
    const clients: ControlClient[] = [];

    beforeAll(async () => {
      backend = await start();
    });
    beforeEach(async () => {
      control = await connect(`app-${randomUUID()}`);
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.close();
      for (const phone of phones.splice(0)) phone.close();
    });
    afterAll(() => backend.close());

    const connecting = (app: string): ControlClient => {
      const client = backend.connect(app);
      clients.push(client);
      return client;
    };
    const connect = async (app: string): Promise<ControlClient> => {
      const client = connecting(app);
      await once(client, 'connected');
      return client;
    };
    const phone = async (tone: number, law: Voice = 'PCMA'): Promise<TonePhone> => {
      const opened = await TonePhone.open({ tone, law });
      phones.push(opened);
      return opened;
    };

    /** A leg whose far side offered: the phone talks to the answer. */
    const caller = async (session: string, endpoint: string, law: Voice = 'PCMA') => {
      const opened = await phone(CUSTOMER_TONE, law);
      const { answer } = await control.command('endpoint.answer', {
        ...{ session, endpoint },
        offer: opened.sdp(),
      });
      opened.talkTo(answer);
      return opened;
    };
    /** A leg whose far side answered our offer. */
    const agent = async (session: string, endpoint: string, law: Voice = 'PCMA', like?: string) => {
      const opened = await phone(AGENT_TONE, law);
      const order = { session, endpoint, ...(like === undefined ? {} : { like }) };
      const { offer } = await control.command('endpoint.offer', order);
      await control.command('endpoint.accept', { session, endpoint, answer: opened.sdp() });
      opened.talkTo(offer);
      return opened;
    };

    test('two legs hear each other and the recording has each in its channel', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      const recording = randomUUID();
      const path = `2024/05/${recording}.wav`;
      const finished = nextEvent(control, 'record.finished');
      await control.command('record.start', {
        ...{ session, recording, path },
        ...{ left: 'customer', right: 'agent' },
      });
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      const from = customer.heard.length;
      await customer.until(() => customer.heard.length >= from + 100);
      await control.command('record.stop', { session, recording });

      const { file, ...event } = await finished;
      expect(event).toMatchObject({ session, recording });
      if (file.result !== 'stored') throw new Error(file.reason);
      // The app shares the folder: nothing is to be fetched, and nobody's word deletes it.
      expect(control.files).toBeUndefined();
      expect(await control.command('record.owed', {})).toEqual({ files: [], next: null });
      await control.command('record.fetched', { recording });
      const bytes = await readFile(join(backend.recordingsDir, path));
      expect(file).toMatchObject({ path, bytes: bytes.length, sha256: sha256(bytes) });
      const wav = readWav(bytes);
      expect(wav).toMatchObject({ format: 'PCMA', sampleRate: 8000 });
      expect(Math.abs(wav.duration * 1000 - file.durationMs)).toBeLessThan(2);
      expect(wav.duration).toBeGreaterThan(2);
      const [left, right] = wav.channels.map((channel) => channel.subarray(4000, 16_000));
      expect(toneShare(left as Int16Array, CUSTOMER_TONE)).toBeGreaterThan(0.95);
      expect(toneShare(right as Int16Array, AGENT_TONE)).toBeGreaterThan(0.95);
      expectOneStream(customer);
      expectOneStream(telemarketer);
    });

    /** What a stranger puts into a call for as long as the test lasts. */
    const INJECTED_TONE = 440;
    const injector = async (answer: string): Promise<TonePhone> => {
      const opened = await TonePhone.open({ tone: INJECTED_TONE, address: '127.0.0.3' });
      phones.push(opened);
      opened.talkTo(answer);
      return opened;
    };

    test('sound from a third address reaches neither the far side nor the recording', async () => {
      const session = randomUUID();
      const customer = await phone(CUSTOMER_TONE);
      const { answer } = await control.command('endpoint.answer', {
        ...{ session, endpoint: 'customer', offer: customer.sdp() },
      });
      // First in time: the customer says nothing yet.
      await injector(answer);
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      const order = { session, recording: randomUUID(), path: `${randomUUID()}.wav` };
      const finished = nextEvent(control, 'record.finished');
      await control.command('record.start', { ...order, left: 'customer', right: 'agent' });
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      expect(telemarketer.heard).toEqual([]);
      customer.talkTo(answer);
      await telemarketer.hears(CUSTOMER_TONE);
      await telemarketer.until(() => telemarketer.heard.length > 60);
      const heard = telemarketer.lastSamples(telemarketer.heard.length);
      expect(toneShare(heard, CUSTOMER_TONE)).toBeGreaterThan(0.95);
      expect(toneShare(heard, INJECTED_TONE)).toBeLessThan(0.01);
      await control.command('record.stop', { session, recording: order.recording });
      expect((await finished).file.result).toBe('stored');
      const wav = readWav(await readFile(join(backend.recordingsDir, order.path)));
      for (const channel of wav.channels) {
        expect(toneShare(channel, INJECTED_TONE)).toBeLessThan(0.01);
      }
    });

    test('behind a NAT only a sender in the trunk’s networks is learned, however early others send', async () => {
      const session = randomUUID();
      const customer = await phone(CUSTOMER_TONE);
      const { answer } = await control.command('endpoint.answer', {
        ...{ session, endpoint: 'customer', from: ['127.0.0.0/31'] },
        offer: customer.sdp().replaceAll('127.0.0.1', '127.0.0.9'),
      });
      await injector(answer);
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      // A leg that hears music for more than 3 s: by then a stranger would have been learned.
      const other = await caller(session, 'other');
      await control.command('endpoint.music', { session, endpoint: 'other' });
      await other.until(() => other.heard.length > 170);
      customer.talkTo(answer);
      await telemarketer.hears(CUSTOMER_TONE);
      await customer.hears(AGENT_TONE);
      const heard = telemarketer.lastSamples(telemarketer.heard.length);
      expect(toneShare(heard, INJECTED_TONE)).toBeLessThan(0.01);
    });

    test('a leg that ends tells how it was received, to its app only', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await connect(`app-${randomUUID()}`);
      const others: EventLine[] = [];
      other.on('event', (line: EventLine) => others.push(line));
      await control.command('endpoint.music', { session, endpoint: 'customer' });
      await customer.until(() => customer.heard.length > 25);
      const told = nextEvent(control, 'endpoint.quality');
      await control.command('endpoint.close', { session, endpoint: 'customer' });
      const { endpoint, final, quality } = await told;
      expect([endpoint, final, quality.lost]).toEqual(['customer', true, 0]);
      expect(quality.expected).toBeGreaterThan(20);
      expect(quality.mos).toBeGreaterThan(4);
      // Its own answer comes after all that it was told before.
      await other.command('session.list', {});
      expect(others).toEqual([]);
    });

    test('A-law and µ-law are bridged by transcoding', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'PCMU');
      const telemarketer = await agent(session, 'agent', 'PCMA');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      expect(customer.heard.at(-1)?.payloadType).toBe(0);
      expect(telemarketer.heard.at(-1)?.payloadType).toBe(8);
    });

    test('G.722 and A-law are bridged by transcoding', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'PCMA');
      const telemarketer = await agent(session, 'agent', 'G722');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      expect(customer.heard.at(-1)?.payloadType).toBe(8);
      expect(telemarketer.heard.at(-1)?.payloadType).toBe(9);
      // Both tones have an amplitude of 8000.
      for (const far of [customer, telemarketer]) {
        expect(Math.abs(20 * Math.log10(loudness(far.lastSamples()) / 5657))).toBeLessThan(0.5);
        expectOneStream(far);
      }
    });

    /**
     * Records both of them for a second, ended by `end`, and answers the file with how much of each one's
     * tone is in its channel: in 300 ms near the end, because in its first 300 ms of sound a side may be
     * aligned, which shifts a tone.
     */
    const recordedTones = async (
      { session, phones: sides }: { session: string; phones: [TonePhone, TonePhone] },
      end: (recording: string) => Promise<unknown>,
    ) => {
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const finished = nextEvent(control, 'record.finished');
      const order = { session, recording, path, left: 'customer', right: 'agent' };
      await control.command('record.start', order);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      // What one has heard of the other the recorder had before.
      for (const side of sides) await side.until(() => side.heard.length > 50);
      await end(recording);
      expect((await finished).file).toMatchObject({ result: 'stored', reconciles: true });
      const wav = readWav(await readFile(join(backend.recordingsDir, path)));
      const { channels, sampleRate } = wav;
      const shares = sides.map(({ tone }, i) => {
        const said = channels[i]?.subarray(-0.45 * sampleRate, -0.15 * sampleRate);
        return toneShare(said as Int16Array, tone, sampleRate);
      });
      return { wav, shares };
    };

    test.each([AGENT_TONE, 5000])(
      'with a side in G.722 the recording is of 16 kHz and keeps both tones, %i Hz on that side',
      async (tone) => {
        const session = randomUUID();
        const customer = await caller(session, 'customer', 'PCMA');
        const telemarketer = await agent(session, 'agent', 'G722');
        telemarketer.tone = tone;
        const { wav, shares } = await recordedTones(
          { session, phones: [customer, telemarketer] },
          (recording) => control.command('record.stop', { session, recording }),
        );
        expect(wav).toMatchObject({ format: 'linear', sampleRate: WIDE_RATE });
        for (const share of shares) expect(share).toBeGreaterThan(0.9);
      },
    );

    test('between two G.722 legs packets pass undecoded, what is above 4 kHz with them', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'G722');
      const telemarketer = await agent(session, 'agent', 'G722', 'customer');
      customer.tone = 5000;
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      const share = (): number =>
        toneShare(telemarketer.wideSamples(telemarketer.heard.length - 10), 5000, WIDE_RATE);
      await telemarketer.until(() => telemarketer.heard.length >= 20 && share() > 0.9);
      const sent = new Set(customer.sentPayloads());
      const heard = telemarketer.heard.slice(-10).map(({ payload }) => payload.toString('hex'));
      expect(heard.every((payload) => sent.has(payload))).toBe(true);
    });

    test('who suppresses his silence is no dead line to who knows no comfort noise', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await telemarketer.hears(CUSTOMER_TONE);
      customer.fallSilent(-40);
      // -40 dBov is a loudness of 328.
      await telemarketer.until(() => Math.abs(loudness(telemarketer.lastSamples()) - 328) < 40);
      expectOneStream(telemarketer);
    });

    const packetTimes: [number, Voice, number][] = [
      [10, 'PCMA', 80],
      [40, 'PCMU', 320],
      [60, 'G722', 480],
    ];
    test.each(packetTimes)(
      'who wants %i ms of %s is sent sounds in such packets',
      async (...of) => {
        const [ptime, voice, size] = of;
        const session = randomUUID();
        const customer = await phone(CUSTOMER_TONE, voice);
        const order = { session, endpoint: 'customer' };
        const offer = customer.sdp([voice], [`a=ptime:${ptime}`]);
        customer.talkTo((await control.command('endpoint.answer', { ...order, offer })).answer);
        await control.command('endpoint.music', order);
        await customer.until(() => customer.heard.length > 20);
        const { heard } = customer;
        expect(heard.map(({ payload }) => payload.length)).toEqual(heard.map(() => size));
        expect(loudness(customer.lastSamples())).toBeGreaterThan(100);
        heard.slice(1).forEach(({ timestamp }, i) => {
          expect((timestamp - (heard[i]?.timestamp ?? 0)) | 0).toBe(size);
        });
      },
    );

    test('what is said in a pause is in no file, and heard all the same', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const order = { session, recording };
      const finished = nextEvent(control, 'record.finished');
      await control.command('record.start', { ...order, path, left: 'customer', right: 'agent' });
      await other.hears(CUSTOMER_TONE);
      // The recorder may align a side within its first 300 ms, which shifts a tone.
      other.forget();
      await other.until(() => other.heard.length > 25);
      await control.command('record.pause', order);
      const { sessions } = await control.command('session.list', {});
      expect(sessions.flatMap(({ recordings }) => recordings)).toMatchObject([{ paused: true }]);
      customer.tone = 1700;
      await other.hears(1700);
      customer.tone = CUSTOMER_TONE;
      other.forget();
      await other.hears(CUSTOMER_TONE);
      await control.command('record.resume', order);
      other.forget();
      await other.until(() => other.heard.length > 40);
      await control.command('record.stop', order);
      const { file } = await finished;
      if (file.result !== 'stored') throw new Error(file.reason);
      expect(file.reconciles).toBe(true);
      const manifest = JSON.parse(
        await readFile(join(backend.recordingsDir, `${path}.json`), 'utf8'),
      ) as Manifest;
      const [pause, ...more] = manifest.gaps.filter(({ cause }) => cause === 'paused');
      if (pause === undefined) throw new Error('no pause in the manifest');
      expect(more).toEqual([]);
      expect(file.gapsMs).toMatchObject({ paused: Math.round(pause.samples / 8) });
      const wav = readWav(await readFile(join(backend.recordingsDir, path)));
      const [start, end] = [pause.from, pause.from + pause.samples];
      for (const [channel, tone] of [
        [wav.channels[0], CUSTOMER_TONE],
        [wav.channels[1], AGENT_TONE],
      ] as const) {
        if (channel === undefined) throw new Error('not stereo');
        expect(loudness(channel.subarray(start, end))).toBeLessThan(20);
        expect(pureStretches(channel.subarray(start - 800, start), tone)).toBeGreaterThanOrEqual(4);
        expect(pureStretches(channel.subarray(end, end + 800), tone)).toBeGreaterThanOrEqual(4);
      }
    });

    test('on hold music is heard, and nothing that is said is recorded unless it is asked for', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await agent(session, 'agent');
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const finished = nextEvent(control, 'record.finished');
      const sides = { left: 'customer', right: 'agent' };
      await control.command('record.start', { session, recording, path, ...sides });
      const talk = async (): Promise<void> => {
        await control.command('bridge', { session, a: 'customer', b: 'agent' });
        await customer.hears(AGENT_TONE);
        await other.hears(CUSTOMER_TONE);
      };
      /** Nothing of the agent but music, while the customer says what he never says in the talk. */
      const holds = async (tone: number, record?: boolean): Promise<void> => {
        const asked = record === undefined ? {} : { record };
        await control.command('endpoint.hold', { session, endpoint: 'customer', ...asked });
        customer.tone = tone;
        customer.forget();
        await customer.until(() => customer.heard.length > 40);
        expect(loudness(customer.lastSamples(40))).toBeGreaterThan(100);
        expect(toneShare(customer.lastSamples(30), AGENT_TONE)).toBeLessThan(0.5);
        customer.tone = CUSTOMER_TONE;
        customer.forget();
        await customer.until(() => customer.heard.length > 10);
      };
      await talk();
      await holds(1700, true);
      await talk();
      await holds(2300);
      await talk();
      await control.command('record.stop', { session, recording });
      const { file } = await finished;
      if (file.result !== 'stored') throw new Error(file.reason);
      const at = join(backend.recordingsDir, path);
      const { gaps } = JSON.parse(await readFile(`${at}.json`, 'utf8')) as Manifest;
      const [held, ...more] = gaps.filter(({ cause }) => cause === 'hold');
      expect([held?.side, more]).toEqual(['left', []]);
      const [left, right] = readWav(await readFile(at)).channels as [Int16Array, Int16Array];
      expect(pureStretches(left, 1700)).toBeGreaterThan(30);
      expect(pureStretches(left, 2300)).toBe(0);
      const [from, to] = [held?.from ?? 0, (held?.from ?? 0) + (held?.samples ?? 0)];
      expect(to - from).toBeGreaterThan(6000);
      expect(loudness(left.subarray(from, to))).toBeLessThan(20);
      expect(toneShare(right.subarray(from, to), AGENT_TONE)).toBeGreaterThan(0.8);
    });

    test('one side alone is recorded beside a recording of both', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      const [both, alone] = [randomUUID(), randomUUID()];
      await control.command('record.start', {
        ...{ session, recording: both, path: `${both}.wav`, left: 'customer', right: 'agent' },
      });
      await control.command('record.start', {
        ...{ session, recording: alone, path: `${alone}.wav`, left: 'agent' },
      });
      await customer.hears(AGENT_TONE);
      for (const recording of [alone, both]) {
        const finished = nextEvent(control, 'record.finished');
        await control.command('record.stop', { session, recording });
        expect(await finished).toMatchObject({
          ...{ recording, file: { result: 'stored', reconciles: true } },
        });
      }
      const heard = async (recording: string): Promise<[number, number][]> => {
        const file = await readFile(join(backend.recordingsDir, `${recording}.wav`));
        const channels = readWav(file).channels.map((channel) => channel.subarray(400, -400));
        return channels.map((channel) => [
          Math.round(toneShare(channel, CUSTOMER_TONE)),
          Math.round(toneShare(channel, AGENT_TONE)),
        ]);
      };
      expect(await heard(alone)).toEqual([[0, 1]]);
      expect(await heard(both)).toEqual([
        [1, 0],
        [0, 1],
      ]);
    });

    test('a µ-law side is recorded right', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'PCMU');
      const telemarketer = await agent(session, 'agent');
      const { shares } = await recordedTones({ session, phones: [customer, telemarketer] }, () =>
        // Closing a leg finishes its recording: nobody else is there to do so when the app is away.
        control.command('endpoint.close', { session, endpoint: 'customer' }),
      );
      for (const share of shares) expect(share).toBeGreaterThan(0.9);
    });

    test('a prompt is played to its end, then music, in one stream', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const ended = nextEvent(control, 'play.ended');
      const startedAt = performance.now();
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'greet', then: 'music', language: 'en' },
        prompts: ['recording-notice', 'store-call'],
      });
      expect(await ended).toMatchObject({
        play: 'greet',
        endpoint: 'customer',
        reason: 'finished',
      });
      const took = performance.now() - startedAt;
      const prompts = await promptFrames('recording-notice', 'store-call');
      expect(Math.abs(took - prompts * 20)).toBeLessThan(200);
      expect(customer.heard.length).toBeGreaterThanOrEqual(prompts - 5);

      const before = customer.heard.length;
      await customer.until(() => customer.heard.length > before + 50);
      expect(loudness(customer.lastSamples(40))).toBeGreaterThan(100);
      expectOneStream(customer);
    });

    test('a sentence is heard word by word, in order and without gaps', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const ended = nextEvent(control, 'play.ended');
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'wait', then: 'silence', language: 'zh-CN' },
        prompts: ['wait-time', { minutesRange: [2, 4] }, { digits: '10' }],
      });
      expect(await ended).toMatchObject({ play: 'wait', reason: 'finished' });
      const words = ['wait-time', 'number-2-measure', 'to', 'number-4', 'minutes', 'digit-1'];
      const places = [...words, 'number-0'].map((prompt) =>
        whereHeard(customer.heard, { language: 'zh-CN', prompt }),
      );
      for (const [at, { likeness, frame }] of places.entries()) {
        expect(likeness).toBeGreaterThan(0.95);
        const before = places[at - 1];
        if (before !== undefined) expect(frame).toBe(before.frame + before.frames);
      }
    });

    test('a language without prompts is spoken to in another', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const ended = nextEvent(control, 'play.ended');
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'p', then: 'silence', prompts: ['goodbye'] },
        ...{ language: 'de', otherwise: 'zh-CN' },
      });
      await ended;
      const { likeness } = whereHeard(customer.heard, { language: 'zh-CN', prompt: 'goodbye' });
      expect(likeness).toBeGreaterThan(0.95);
    });

    test('prompts are replaced while calls go on; a play that goes on keeps its own', async () => {
      const session = randomUUID();
      const [first, second] = [await caller(session, 'a'), await caller(session, 'b')];
      const own = join(backend.ownPromptsDir, 'en');
      const greet = (endpoint: string) =>
        control.command('endpoint.play', {
          ...{ session, endpoint, play: endpoint, then: 'silence', language: 'en' },
          prompts: ['transfer'],
        });
      const ended = nextEvent(control, 'play.ended');
      await greet('a');
      await mkdir(own, { recursive: true });
      const prompts = join(__dirname, '../../media/prompts/en');
      await copyFile(join(prompts, 'goodbye.wav'), join(own, 'transfer.wav'));
      await copyFile(__filename, join(own, 'hold.wav'));
      const { own: heard, unusable } = await control.command('prompts.reload', {});
      expect([heard, unusable]).toEqual([
        1,
        [{ file: join(own, 'hold.wav'), reason: expect.stringContaining('not a WAV') as string }],
      ]);
      await ended;
      const next = nextEvent(control, 'play.ended');
      await greet('b');
      await next;
      const alike = ({ heard: packets }: TonePhone, prompt: string) =>
        whereHeard(packets, { language: 'en', prompt }).likeness;
      expect(alike(first, 'transfer')).toBeGreaterThan(0.95);
      expect(alike(second, 'goodbye')).toBeGreaterThan(0.95);
      await rm(backend.ownPromptsDir, { recursive: true });
      expect(await control.command('prompts.reload', {})).toMatchObject({ own: 0, unusable: [] });
    });

    test('two waiting callers hear the music at the same place', async () => {
      const session = randomUUID();
      const [first, second] = [await caller(session, 'a'), await caller(session, 'b')];
      await control.command('endpoint.music', { session, endpoint: 'a' });
      await control.command('endpoint.music', { session, endpoint: 'b' });
      await second.until(() => second.heard.length > 20);
      const payload = second.heard.at(-5)?.payload.toString('hex');
      expect(first.heard.map((packet) => packet.payload.toString('hex'))).toContain(payload);
    });

    test('a bridge cuts a play, and says so', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      const ended = nextEvent(control, 'play.ended');
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'busy', then: 'silence', language: 'zh-CN' },
        prompts: ['all-busy', 'all-busy'],
      });
      await customer.until(() => customer.heard.length > 10);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      expect(await ended).toMatchObject({ play: 'busy', reason: 'cut' });
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
    });

    test('a prompt is mixed into what one side of a talk hears, and into nothing else', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      telemarketer.hush();
      const ended = nextEvent(control, 'play.ended');
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'notice', language: 'en', mixed: true },
        ...{ prompts: ['recording-notice'], then: 'silence' },
      });
      expect(await ended).toMatchObject({ play: 'notice', reason: 'finished' });
      const notice = { language: 'en', prompt: 'recording-notice' };
      expect(whereHeard(customer.heard, notice).likeness).toBeGreaterThan(0.9);
      expect(whereHeard(telemarketer.heard, notice).likeness).toBeLessThan(0.1);
      const { sessions } = await control.command('session.list', {});
      expect(sessions[0]?.endpoints[0]).toEqual({ endpoint: 'customer', bridgedTo: 'agent' });
      await telemarketer.hears(CUSTOMER_TONE);
      expectOneStream(customer);
      expectOneStream(telemarketer);
    });

    test('a supervisor listens, whispers and barges, and leaves the talk as it was', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent');
      const supervisor = await phone(SUPERVISOR_TONE);
      const order = { session, endpoint: 'supervisor' };
      const offer = supervisor.sdp();
      supervisor.talkTo((await control.command('endpoint.answer', { ...order, offer })).answer);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      const supervisorAt = (far: TonePhone) => toneShare(far.lastSamples(), SUPERVISOR_TONE);

      await control.command('monitor.join', { ...order, on: 'agent', mode: 'whisper' });
      await telemarketer.until(() => supervisorAt(telemarketer) > 0.3);
      await customer.hears(AGENT_TONE);
      const { sessions } = await control.command('session.list', {});
      expect(sessions[0]?.endpoints[2]).toEqual({
        ...{ endpoint: 'supervisor', bridgedTo: null },
        monitoring: { on: 'agent', mode: 'whisper' },
      });
      await control.command('monitor.change', { ...order, mode: 'barge' });
      await customer.until(() => supervisorAt(customer) > 0.3);
      await control.command('monitor.change', { ...order, mode: 'listen' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      await control.command('monitor.leave', order);
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
      expectOneStream(telemarketer);
    });

    test('a conference is left by its third party', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      const third = await phone(SUPERVISOR_TONE);
      const order = { session, endpoint: 'third' };
      const { answer } = await control.command('endpoint.answer', { ...order, offer: third.sdp() });
      third.talkTo(answer);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await control.command('conference.join', { ...order, on: 'customer' });
      await customer.until(() => toneShare(customer.lastSamples(), SUPERVISOR_TONE) > 0.3);
      await control.command('conference.leave', order);
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
    });

    test('an unbridged leg hears silence in the same stream', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await control.command('unbridge', { session, a: 'customer', b: 'agent' });
      await customer.until(
        () => customer.heard.length > 20 && loudness(customer.lastSamples()) < 20,
      );
      expectOneStream(customer);
    });

    test('a leg on hold is sent nothing and the stream has no gap after it', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      const reoffer = async (direction: string) => {
        const offer = customer.sdp(['PCMA'], [`a=${direction}`]);
        return control.command('endpoint.answer', { session, endpoint: 'customer', offer });
      };
      const listed = async () => {
        const { sessions } = await control.command('session.list', {});
        return sessions.find((one) => one.session === session)?.endpoints[0];
      };
      const view = { endpoint: 'customer', bridgedTo: 'agent' };
      expect((await reoffer('sendonly')).answer).toContain('a=recvonly');
      expect(await listed()).toEqual({ ...view, holds: true });
      const held = customer.heard.length;
      const { answer } = await reoffer('sendrecv');
      expect(answer).toContain('a=sendrecv');
      expect(customer.heard.length - held).toBeLessThan(5);
      expect(await listed()).toEqual(view);
      await customer.until(() => customer.heard.length > held + 20);
      expectOneStream(customer);
    });

    test('the offer to the agent lists the caller’s codec first', async () => {
      const session = randomUUID();
      await caller(session, 'customer', 'PCMU');
      const order = { session, endpoint: 'agent', like: 'customer' };
      const { offer } = await control.command('endpoint.offer', order);
      expect(offer).toMatch(/^m=audio \d+ RTP\/AVP 0 8 9 13 101$/m);
    });

    test('an app that comes back finds its sessions with notes, and the events it missed', async () => {
      const app = `app-${randomUUID()}`;
      const before = await connect(app);
      const session = randomUUID();
      const customer = await phone(CUSTOMER_TONE);
      const { answer } = await before.command('endpoint.answer', {
        ...{ session, endpoint: 'customer', offer: customer.sdp() },
      });
      customer.talkTo(answer);
      await before.command('session.note', { session, note: '{"role":"caller"}' });
      await before.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'short', then: 'music', language: 'en' },
        prompts: ['store-call'],
      });
      await customer.until(() => customer.heard.length > 5);
      before.close();
      const atLeast = (await promptFrames('store-call')) + 10;
      await customer.until(() => customer.heard.length > atLeast);

      const after = connecting(app);
      const missed = await nextEvent(after, 'play.ended');
      expect(missed).toMatchObject({ session, play: 'short', reason: 'finished' });
      after.ack(missed.seq);
      const { sessions } = await after.command('session.list', {});
      expect(sessions).toEqual([
        {
          ...{ session, note: '{"role":"caller"}', recordings: [] },
          endpoints: [{ endpoint: 'customer', bridgedTo: null }],
        },
      ]);

      after.close();
      const third = await connect(app);
      const ended = nextEvent(third, 'play.ended');
      await third.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'none', then: 'silence', language: 'en' },
        prompts: [],
      });
      expect(await ended).toMatchObject({ play: 'none', seq: missed.seq + 1 });
    });

    test('a recording that cannot be written is reported and the talk goes on', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      const recorded = { session, left: 'customer', right: 'agent' };
      const path = `${randomUUID()}.wav`;
      const first = nextEvent(control, 'record.finished');
      await control.command('record.start', { ...recorded, recording: randomUUID(), path });
      const { sessions } = await control.command('session.list', {});
      const [running] = sessions.flatMap(({ recordings }) => recordings);
      await control.command('record.stop', { session, recording: running?.recording ?? '' });
      expect((await first).file.result).toBe('stored');

      const second = nextEvent(control, 'record.finished');
      await control.command('record.start', { ...recorded, recording: randomUUID(), path });
      expect((await second).file).toMatchObject({
        result: 'failed',
        reason: expect.stringContaining('EEXIST') as string,
      });
      customer.forget();
      await customer.hears(AGENT_TONE);
    });

    const refusals: [string, Parameters<ControlClient['command']>, string][] = [
      [
        'an unknown session',
        ['endpoint.music', { session: 'none', endpoint: 'a' }],
        'unknown-session',
      ],
      [
        'an unknown endpoint',
        ['endpoint.music', { session: 's', endpoint: 'b' }],
        'unknown-endpoint',
      ],
      [
        'an unknown prompt',
        [
          'endpoint.play',
          {
            session: 's',
            endpoint: 'a',
            play: 'p',
            prompts: ['x'],
            language: 'en',
            then: 'silence',
          },
        ],
        'unknown-prompt',
      ],
      [
        'a sentence that cannot be said',
        [
          'endpoint.play',
          {
            ...{ session: 's', endpoint: 'a', play: 'p', language: 'en', then: 'silence' },
            prompts: [{ number: -1 }],
          },
        ],
        'bad-request',
      ],
      [
        'a prompt for a talk that there is not',
        [
          'endpoint.play',
          {
            ...{ session: 's', endpoint: 'a', play: 'p', language: 'en', then: 'silence' },
            ...{ prompts: ['hold'], mixed: true },
          },
        ],
        'bad-request',
      ],
      [
        'a path that leads out of the folder',
        [
          'record.start',
          { session: 's', recording: 'r', path: '../../etc/x.wav', left: 'a', right: 'a' },
        ],
        'bad-request',
      ],
      [
        'an unknown recording',
        ['record.stop', { session: 's', recording: 'r' }],
        'unknown-recording',
      ],
      [
        'a pause of an unknown recording',
        ['record.pause', { session: 's', recording: 'r' }],
        'unknown-recording',
      ],
      [
        'an offer without a codec of ours',
        [
          'endpoint.answer',
          {
            ...{ session: 's', endpoint: 'c' },
            offer:
              'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n',
          },
        ],
        'no-codec',
      ],
      [
        'monitoring somebody who talks with nobody',
        ['monitor.join', { session: 's', endpoint: 'a', on: 'a', mode: 'listen' }],
        'bad-request',
      ],
      ['no SDP', ['endpoint.answer', { session: 's', endpoint: 'c', offer: 'hello' }], 'bad-sdp'],
      [
        'a note over 1 KB',
        ['session.note', { session: 's', note: 'x'.repeat(1025) }],
        'bad-request',
      ],
      ['a wrong param', ['endpoint.music', { session: 's' } as never], 'bad-request'],
      ['an unknown command', ['nonsense' as never, {} as never], 'unknown-command'],
    ];
    test.each(refusals)('%s is refused', async (_what, [command, params], code) => {
      const offer = (await phone(CUSTOMER_TONE)).sdp();
      await control.command('endpoint.answer', { session: 's', endpoint: 'a', offer });
      await expect(control.command(command, params)).rejects.toMatchObject({ code });
      await control.command('session.close', { session: 's' });
    });

    async function promptFrames(...keys: string[]): Promise<number> {
      let frames = 0;
      for (const key of keys) {
        const file = await readFile(join(__dirname, `../../media/prompts/en/${key}.wav`));
        frames += Math.ceil(readWav(file).duration / 0.02);
      }
      return frames;
    }
  });
}

/** The next event of that kind. The test's own time limit is the deadline. */
export function nextEvent<E extends ControlEvent['event']>(
  client: ControlClient,
  event: E,
): Promise<EventOf<E>> {
  return new Promise((resolve) => {
    const look = (line: EventLine): void => {
      if (line.event !== event) return;
      client.off('event', look);
      resolve(line as EventOf<E>);
    };
    client.on('event', look);
  });
}

/** One SSRC, sequence numbers without a gap, timestamps that never step back. */
export function expectOneStream({ heard }: TonePhone): void {
  expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1);
  for (let i = 1; i < heard.length; i++) {
    const [before, packet] = [heard[i - 1], heard[i]];
    if (before === undefined || packet === undefined) continue;
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    expect((packet.timestamp - before.timestamp) | 0).toBeGreaterThanOrEqual(160);
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Stretches of 20 ms that hold nothing but the tone. Where the recorder aligns a side to a phone that
 * caught up with its clock, the tone's phase shifts, and spoils the one stretch that it happens in.
 */
function pureStretches(samples: Int16Array, tone: number): number {
  let pure = 0;
  for (let at = 0; at < samples.length; at += 160) {
    if (toneShare(samples.subarray(at, at + 160), tone) > 0.9) pure++;
  }
  return pure;
}
