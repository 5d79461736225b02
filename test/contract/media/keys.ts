/**
 * What every media backend must do with the keys of a telephone: hear them, pass them on or not, and
 * press them. Part of the suite of `media.ts`.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlClient } from '../../../sip/control/client';
import type { CommandName, EventLine } from '../../../sip/control/protocol';
import { DtmfDetector } from '../../../sip/rtp/dtmf/detector';
import { loudness, readWav, toneShare } from '../../support/tone';
import { TonePhone, type HeardPacket } from '../../support/tone-phone';
import { expectOneStream, nextEvent, type MediaBackend } from './stage';

const CUSTOMER_TONE = 1000;
const AGENT_TONE = 600;
/** Payload types of telephone events: different ones on the two sides. */
const [CUSTOMER_EVENTS, AGENT_EVENTS] = [96, 105];
/** The two tones of key 5 (ITU-T Q.23). */
const [LOW_OF_5, HIGH_OF_5] = [770, 1336];

/** Declares the suite. `start` is called once. */
export function describeKeys(name: string, start: () => Promise<MediaBackend>): void {
  describe(`keys: ${name}`, () => {
    let backend: MediaBackend;
    let control: ControlClient;
    let told: EventLine[] = [];
    const waiting: (() => void)[] = [];
    const phones: TonePhone[] = [];

    beforeAll(async () => {
      backend = await start();
    });
    beforeEach(async () => {
      told = [];
      control = backend.connect(`app-${randomUUID()}`);
      control.on('event', (line: EventLine) => {
        told.push(line);
        for (const look of waiting.splice(0)) look();
      });
      await once(control, 'connected');
    });
    afterEach(() => {
      control.close();
      for (const phone of phones.splice(0)) phone.close();
    });
    afterAll(() => backend.close());

    /** The keys that were told of an endpoint, with how long they were down. */
    const keysOf = (endpoint: string): [key: string, durationMs: number][] =>
      told.flatMap((line) =>
        line.event === 'endpoint.key' && line.endpoint === endpoint
          ? [[line.key, line.durationMs] as [string, number]]
          : [],
      );
    const toldKeys = async (endpoint: string, count: number) => {
      while (keysOf(endpoint).length < count) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return keysOf(endpoint);
    };

    const playEnds = (): string[] =>
      told.flatMap((line) => (line.event === 'play.ended' ? [`${line.play} ${line.reason}`] : []));

    const leg = async (session: string, endpoint: string, tone: number, events?: number) => {
      const phone = await TonePhone.open({ tone, ...(events === undefined ? {} : { events }) });
      phones.push(phone);
      const offer = phone.sdp();
      phone.talkTo((await control.command('endpoint.answer', { session, endpoint, offer })).answer);
      return phone;
    };
    /** Two who talk; each has telephone events if a payload type for them is given. */
    const talk = async (customerEvents?: number, agentEvents?: number) => {
      const session = randomUUID();
      const customer = await leg(session, 'customer', CUSTOMER_TONE, customerEvents);
      const agent = await leg(session, 'agent', AGENT_TONE, agentEvents);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await agent.hears(CUSTOMER_TONE);
      return { session, customer, agent };
    };

    test('a press by telephone events is told once, and passed on under the payload type of the far side', async () => {
      const { customer, agent } = await talk(CUSTOMER_EVENTS, AGENT_EVENTS);
      await customer.sendKey('5', 160);
      await customer.sendKey('#', 700);
      expect(await toldKeys('customer', 2)).toEqual([
        ['5', 160],
        ['#', 700],
      ]);
      await agent.hears(CUSTOMER_TONE);
      expect(eventsIn(agent, AGENT_EVENTS)).toEqual(['5', '#']);
      expect(keysOf('customer')).toHaveLength(2);
    });

    test('in the sound of who has no telephone events keys are found when they are asked for', async () => {
      const { session, customer, agent } = await talk();
      await customer.sendKeyTone('5', 160);
      await agent.until(() => pairShare(agent) > 0.9);
      await control.command('endpoint.keys', { session, endpoint: 'customer', relay: true });
      await customer.sendKeyTone('0', 160);
      await customer.sendKeyTone('*', 60);
      const keys = await toldKeys('customer', 2);
      expect(keys.map(([key]) => key)).toEqual(['0', '*']);
      keys.forEach(([, ms], i) => expect(Math.abs(ms - (i === 0 ? 160 : 60))).toBeLessThan(30));
      expectOneStream(agent);
    });

    test.each([
      ['by an event', CUSTOMER_EVENTS],
      ['in its sound', undefined],
    ])('a play ends at the first of its keys, %s', async (_how, events) => {
      const session = randomUUID();
      const customer = await leg(session, 'customer', CUSTOMER_TONE, events);
      await control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'menu', then: 'silence', language: 'en' },
        ...{ prompts: ['menu-sales', 'menu-after-sales', 'menu-complaint'], interrupt: '12' },
      });
      await customer.until(() => customer.heard.length > 10);
      const press = async (key: string) =>
        events === undefined ? customer.sendKeyTone(key) : customer.sendKey(key);
      await press('3');
      await toldKeys('customer', 1);
      expect(playEnds()).toEqual([]);
      await press('2');
      await toldKeys('customer', 2);
      expect(playEnds()).toEqual(['menu key']);
      const heard = customer.heard.length;
      await customer.until(() => customer.heard.length > heard + 20);
      expect(loudness(customer.lastSamples(15))).toBeLessThan(20);
      expectOneStream(customer);
    });

    test('keys that are commands are told, and do not reach the partner', async () => {
      const { session, customer, agent } = await talk(CUSTOMER_EVENTS, AGENT_EVENTS);
      const order = { session, endpoint: 'customer' };
      await control.command('endpoint.keys', { ...order, relay: false });
      agent.forget();
      await customer.sendKey('1');
      await toldKeys('customer', 1);
      // What is left of the press is none of the partner's, though keys go on to him from now on.
      await control.command('endpoint.keys', { ...order, relay: true });
      await agent.hears(CUSTOMER_TONE);
      expect(eventsIn(agent, AGENT_EVENTS)).toEqual([]);
      await customer.sendKey('2');
      await agent.hears(CUSTOMER_TONE);
      expect(eventsIn(agent, AGENT_EVENTS)).toEqual(['2']);
    });

    test('of a tone that is a command the partner hears no more than its first 40 ms', async () => {
      const { session, customer, agent } = await talk();
      await control.command('endpoint.keys', { session, endpoint: 'customer', relay: false });
      agent.forget();
      await customer.sendKeyTone('5', 400);
      await toldKeys('customer', 1);
      await agent.hears(CUSTOMER_TONE);
      const stretches = agent.heard.map(
        (_, i) =>
          toneShare(agent.samples(i, i + 1), LOW_OF_5) +
          toneShare(agent.samples(i, i + 1), HIGH_OF_5),
      );
      expect(stretches.filter((share) => share > 0.5).length).toBeLessThanOrEqual(3);
      expectOneStream(agent);
    });

    test('keys are pressed for the far side by events, in one stream with music, bridge and mix', async () => {
      const { session, customer, agent } = await talk(CUSTOMER_EVENTS, AGENT_EVENTS);
      const order = { session, endpoint: 'customer' };
      const presses = async (keys: string) => {
        const pressed = eventsIn(customer, CUSTOMER_EVENTS).length;
        await control.command('endpoint.press', { ...order, keys });
        await customer.until(
          () => eventsIn(customer, CUSTOMER_EVENTS).length === pressed + keys.length,
        );
      };
      await presses('12');
      await customer.hears(AGENT_TONE);
      await leg(session, 'supervisor', 1400);
      const attending = { session, endpoint: 'supervisor', on: 'agent', mode: 'listen' } as const;
      await control.command('monitor.join', attending);
      await presses('34');
      await customer.hears(AGENT_TONE);
      await control.command('endpoint.music', order);
      await Promise.all([
        presses('5'),
        control.command('endpoint.press', { ...order, keys: '6*' }),
      ]);
      await customer.until(() => customer.heard.at(-1)?.payloadType === 8);
      await customer.until(() => eventsIn(customer, CUSTOMER_EVENTS).length === 7);
      await control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      expect(eventsIn(customer, CUSTOMER_EVENTS)).toEqual([...'123456*']);
      expectOneStreamOfKeys(customer, CUSTOMER_EVENTS);
      // Nobody else hears of them.
      expect(eventsIn(agent, AGENT_EVENTS)).toEqual([]);
      expect(keysOf('customer')).toEqual([]);
    });

    test('keys are pressed as tones for who agreed on no events', async () => {
      const { session, customer } = await talk();
      customer.forget();
      await control.command('endpoint.press', { session, endpoint: 'customer', keys: '1590' });
      await customer.until(() => customer.heard.length > 50);
      expect(tonesIn(customer)).toEqual([...'1590']);
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
    });

    test('who speaks G.722 without events hears their tones', async () => {
      const session = randomUUID();
      const wide = await TonePhone.open({ tone: AGENT_TONE, law: 'G722' });
      phones.push(wide);
      const order = { session, endpoint: 'wide' };
      const offer = wide.sdp();
      wide.talkTo((await control.command('endpoint.answer', { ...order, offer })).answer);
      await control.command('endpoint.music', order);
      await control.command('endpoint.press', { ...order, keys: '7#' });
      await wide.until(() => wide.heard.length > 40);
      expect(tonesIn(wide)).toEqual(['7', '#']);
      expectOneStream(wide);
    });

    test('events of one side are tones for a partner without events, and nothing else meanwhile', async () => {
      const { customer, agent } = await talk(CUSTOMER_EVENTS);
      agent.forget();
      await customer.sendKey('5', 400);
      await agent.hears(CUSTOMER_TONE);
      await customer.sendKey('*');
      await agent.hears(CUSTOMER_TONE);
      expect(tonesIn(agent)).toEqual(['5', '*']);
      const pressed = agent.heard.flatMap((_, i) => {
        const frame = agent.samples(i, i + 1);
        return toneShare(frame, LOW_OF_5) > 0.2 ? [toneShare(frame, CUSTOMER_TONE)] : [];
      });
      expect(pressed.length).toBeGreaterThanOrEqual(18);
      expect(pressed.length).toBeLessThanOrEqual(23);
      expect(Math.max(...pressed)).toBeLessThan(0.02);
      expectOneStream(agent);
    });

    test('a key told by INFO is told, and passed on as an event or a tone, but not if it came already', async () => {
      const { session, customer, agent } = await talk(CUSTOMER_EVENTS);
      const told = (key: string) => ({ session, endpoint: 'customer', key, durationMs: 200 });
      agent.forget();
      await control.command('endpoint.pressed', told('5'));
      await agent.until(() => agent.heard.length > 30);
      await customer.sendKey('8');
      await control.command('endpoint.pressed', told('8'));
      await control.command('endpoint.pressed', { ...told('4'), endpoint: 'agent' });
      await customer.until(() => eventsIn(customer, CUSTOMER_EVENTS).length === 1);
      await agent.hears(CUSTOMER_TONE);
      expect(tonesIn(agent)).toEqual(['5', '8']);
      expect(eventsIn(customer, CUSTOMER_EVENTS)).toEqual(['4']);
      expect(keysOf('customer')).toEqual([
        ['5', 200],
        ['8', 100],
      ]);
      expect(keysOf('agent')).toEqual([['4', 200]]);
      await control.command('endpoint.keys', { session, endpoint: 'customer', relay: false });
      agent.forget();
      await control.command('endpoint.pressed', told('9'));
      await toldKeys('customer', 3);
      await agent.until(() => agent.heard.length > 30);
      expect(tonesIn(agent)).toEqual([]);
    });

    test('a recording keeps what is said as it is, events or not', async () => {
      const { session, customer, agent } = await talk(CUSTOMER_EVENTS, AGENT_EVENTS);
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const order = { session, recording };
      await control.command('record.start', { ...order, path, left: 'customer', right: 'agent' });
      await customer.sendKey('5', 200);
      await control.command('endpoint.press', { session, endpoint: 'agent', keys: '5' });
      await agent.until(() => eventsIn(agent, AGENT_EVENTS).length === 2);
      await agent.hears(CUSTOMER_TONE);
      await control.command('record.stop', order);
      const { file } = await nextEvent(control, 'record.finished');
      if (file.result !== 'stored') throw new Error(file.reason);
      expect(file.reconciles).toBe(true);
      const wav = readWav(await readFile(join(backend.recordingsDir, path)));
      const [left, right] = wav.channels as [Int16Array, Int16Array];
      // The key took 200 ms and its ends 40, in which nothing was said. At its edges, and where a side is
      // aligned to its clock, a stretch is part one and part the other.
      for (const [channel, tone, silence] of [
        [left, CUSTOMER_TONE, 12],
        [right, AGENT_TONE, 0],
      ] as const) {
        const stretches = Array.from({ length: Math.floor(channel.length / 160) }, (_, i) =>
          channel.subarray(i * 160, i * 160 + 160),
        );
        const quiet = stretches.filter((stretch) => loudness(stretch) < 20).length;
        const pure = stretches.filter((stretch) => toneShare(stretch, tone) > 0.9).length;
        expect(Math.abs(quiet - silence)).toBeLessThanOrEqual(3);
        expect(stretches.length - quiet - pure).toBeLessThanOrEqual(4);
        expect(toneShare(channel, LOW_OF_5)).toBeLessThan(0.01);
      }
    });

    const press = (keys: string) =>
      ['endpoint.press', { session: 's', endpoint: 'a', keys }] as const;
    const pressed = (key: string, durationMs: number) =>
      ['endpoint.pressed', { session: 's', endpoint: 'a', key, durationMs }] as const;
    test.each<[string, readonly [CommandName, object], string]>([
      ['no key', press(''), 'bad-request'],
      ['what is no key', press('12E'), 'bad-request'],
      ['too many keys', press('1'.repeat(65)), 'bad-request'],
      ['two keys as one', pressed('12', 100), 'bad-request'],
      ['a press of an hour', pressed('1', 3_600_000), 'bad-request'],
      ['a press of an endpoint that is not there', press('1'), 'unknown-endpoint'],
    ])('%s is refused', async (_what, [command, params], code) => {
      await leg('s', 'b', CUSTOMER_TONE);
      await expect(control.command(command, params as never)).rejects.toMatchObject({ code });
      await control.command('session.close', { session: 's' });
    });
  });
}

/** The presses in what a phone heard, by the packets that are marked as their first. */
function eventsIn({ heard }: TonePhone, type: number): string[] {
  const events = heard.filter(({ payloadType }) => payloadType === type);
  expect(new Set(events.map(keyStart)).size).toBe(events.filter(({ marker }) => marker).length);
  return events
    .filter(({ marker }) => marker)
    .map(({ payload }) => '0123456789*#ABCD'[payload[0] as number] as string);
}

const keyStart = ({ timestamp }: HeardPacket): number => timestamp;

/** How much of the last 100 ms are the two tones of key 5. */
function pairShare(phone: TonePhone): number {
  const samples = phone.lastSamples(5);
  return toneShare(samples, LOW_OF_5) + toneShare(samples, HIGH_OF_5);
}

/** The keys whose tones are in what a phone heard. */
function tonesIn(phone: TonePhone): string[] {
  const keys: string[] = [];
  const detector = new DtmfDetector({ keyDown: (key) => keys.push(key), keyUp: () => undefined });
  detector.detect(phone.samples(0));
  return keys;
}

/** As `expectOneStream`, where events carry the timestamp of their beginning. */
function expectOneStreamOfKeys({ heard }: TonePhone, type: number): void {
  expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1);
  for (let i = 1; i < heard.length; i++) {
    const [before, packet] = [heard[i - 1] as HeardPacket, heard[i] as HeardPacket];
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    const isSamePress = packet.payloadType === type && !packet.marker;
    const length = before.payloadType === type ? before.payload.readUInt16BE(2) : 160;
    const step = (packet.timestamp - before.timestamp) | 0;
    if (isSamePress) expect(step).toBe(0);
    else expect(step).toBeGreaterThanOrEqual(length);
  }
}
