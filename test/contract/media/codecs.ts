/** What every media backend must do: legs of different codecs and packet times. Part of the suite of `media.ts`. */
import { randomUUID } from 'node:crypto';
import { WIDE_RATE, loudness, toneShare, type Voice } from '../../support/tone';
import { AGENT_TONE, CUSTOMER_TONE, expectOneStream, useMedia, type MediaBackend } from './stage';

export function describeCodecs(name: string, start: () => Promise<MediaBackend>): void {
  describe(`codecs: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent, phone } = stage;

    test('A-law and µ-law are bridged by transcoding', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'PCMU');
      const telemarketer = await agent(session, 'agent', 'PCMA');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      expect(customer.heard.at(-1)?.payloadType).toBe(0);
      expect(telemarketer.heard.at(-1)?.payloadType).toBe(8);
    });

    test('G.722 and A-law are bridged by transcoding', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'PCMA');
      const telemarketer = await agent(session, 'agent', 'G722');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
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

    test('between two G.722 legs packets pass undecoded, what is above 4 kHz with them', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer', 'G722');
      const telemarketer = await agent(session, 'agent', 'G722', 'customer');
      customer.tone = 5000;
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
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
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
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
        customer.talkTo(
          (await stage.control.command('endpoint.answer', { ...order, offer })).answer,
        );
        await stage.control.command('endpoint.music', order);
        await customer.until(() => customer.heard.length > 20);
        const { heard } = customer;
        expect(heard.map(({ payload }) => payload.length)).toEqual(heard.map(() => size));
        expect(loudness(customer.lastSamples())).toBeGreaterThan(100);
        heard.slice(1).forEach(({ timestamp }, i) => {
          expect((timestamp - (heard[i]?.timestamp ?? 0)) | 0).toBe(size);
        });
      },
    );

    test('the offer to the agent lists the caller’s codec first', async () => {
      const session = randomUUID();
      await caller(session, 'customer', 'PCMU');
      const order = { session, endpoint: 'agent', like: 'customer' };
      const { offer } = await stage.control.command('endpoint.offer', order);
      expect(offer).toMatch(/^m=audio \d+ RTP\/AVP 0 8 9 13 101$/m);
    });
  });
}
