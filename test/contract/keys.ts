/**
 * What every media backend must do with the keys of a telephone: hear them, pass them on or not, and
 * press them. Part of the suite of `media.ts`.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import { loudness, toneShare } from '../support/tone';
import { TonePhone, type HeardPacket } from '../support/tone-phone';
import { expectOneStream, type MediaBackend } from './media';

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
