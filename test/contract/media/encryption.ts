/**
 * What every media backend must do with encrypted legs (SRTP by SDES), told through the control protocol.
 * Run beside the suite of media.ts, on a backend of the same kind.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlClient } from '../../../sip/control/client';
import { Sdes } from '../../support/sdes';
import { readWav, toneShare } from '../../support/tone';
import { TonePhone } from '../../support/tone-phone';
import { nextEvent, type MediaBackend } from './stage';

const CUSTOMER_TONE = 1000;
const AGENT_TONE = 600;
const INJECTED_TONE = 440;

/** Declares the suite. `start` is called once. */
export function describeEncryptedMedia(name: string, start: () => Promise<MediaBackend>): void {
  describe(`encrypted media: ${name}`, () => {
    let backend: MediaBackend;
    let control: ControlClient;
    let session: string;
    const phones: TonePhone[] = [];

    beforeAll(async () => {
      backend = await start();
      control = backend.connect('app');
      await once(control, 'connected');
    });
    beforeEach(() => (session = randomUUID()));
    afterEach(() => {
      for (const phone of phones.splice(0)) phone.close();
    });
    afterAll(async () => {
      control.close();
      await backend.close();
    });

    const phone = async (tone: number, sdes?: Sdes): Promise<TonePhone> => {
      const opened = await TonePhone.open({ tone, ...(sdes && { sdes }) });
      phones.push(opened);
      return opened;
    };
    const answerTo = async (endpoint: string, offer: string): Promise<string> =>
      (await control.command('endpoint.answer', { session, endpoint, offer })).answer;
    /** A leg whose far side offered. */
    const caller = async (sdes?: Sdes): Promise<TonePhone> => {
      const opened = await phone(CUSTOMER_TONE, sdes);
      opened.talkTo(await answerTo('customer', opened.sdp()));
      return opened;
    };
    /** A leg whose far side answered our offer. */
    const agent = async (sdes?: Sdes): Promise<TonePhone> => {
      const opened = await phone(AGENT_TONE, sdes);
      const order = { session, endpoint: 'agent' };
      const { offer } = await control.command('endpoint.offer', { ...order, secure: !!sdes });
      const answer = opened.sdp(['PCMA'], sdes && [sdes.line(offer)]);
      await control.command('endpoint.accept', { ...order, answer });
      opened.talkTo(offer);
      return opened;
    };
    const bridge = () => control.command('bridge', { session, a: 'customer', b: 'agent' });

    test.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM'] as const)(
      '%s on one leg and none on the other: both are heard, and recorded',
      async (suite) => {
        const customer = await caller(new Sdes(suite));
        const telemarketer = await agent();
        const order = { session, recording: randomUUID(), path: `${randomUUID()}.wav` };
        const finished = nextEvent(control, 'record.finished');
        await control.command('record.start', { ...order, left: 'customer', right: 'agent' });
        await bridge();
        await customer.hears(AGENT_TONE);
        await telemarketer.hears(CUSTOMER_TONE);
        telemarketer.forget();
        await telemarketer.until(() => telemarketer.heard.length > 65);
        await control.command('record.stop', { session, recording: order.recording });
        expect((await finished).file.result).toBe('stored');
        const [left, right] = await channels(order.path);
        // The recorder may align a side within its first 300 ms, which shifts a tone.
        expect(toneShare(left.subarray(4000, 9600), CUSTOMER_TONE)).toBeGreaterThan(0.95);
        expect(toneShare(right.subarray(4000, 9600), AGENT_TONE)).toBeGreaterThan(0.95);
        expect(customer.sdes?.refused).toEqual({ forged: 0, repeated: 0 });
      },
    );

    test('plain sound from the right address is neither heard nor recorded', async () => {
      const customer = await caller(new Sdes());
      const telemarketer = await agent();
      const order = { session, recording: randomUUID(), path: `${randomUUID()}.wav` };
      const finished = nextEvent(control, 'record.finished');
      await control.command('record.start', { ...order, left: 'customer', right: 'agent' });
      await bridge();
      await telemarketer.hears(CUSTOMER_TONE);
      const { sdes } = customer;
      customer.tone = INJECTED_TONE;
      for (let i = 0; i < 50; i++) {
        customer.sdes = undefined;
        customer.sendFrame();
        customer.sdes = sdes;
      }
      customer.tone = CUSTOMER_TONE;
      telemarketer.forget();
      await telemarketer.hears(CUSTOMER_TONE);
      await control.command('record.stop', { session, recording: order.recording });
      const { file } = await finished;
      expect(file).toMatchObject({ result: 'stored', reconciles: true });
      const [left] = await channels(order.path);
      expect(toneShare(left, INJECTED_TONE)).toBeLessThan(0.01);
      const manifest = JSON.parse(
        await readFile(join(backend.recordingsDir, `${order.path}.json`), 'utf8'),
      ) as { left: { foreign: number } };
      expect(manifest.left.foreign).toBe(50);
    });

    test('our offer demands encryption, on the port of RTCP as well; legs of two suites are bridged', async () => {
      const { offer } = await control.command('endpoint.offer', {
        ...{ session, endpoint: 'other', secure: true },
      });
      expect(offer).toMatch(/^m=audio \d+ RTP\/SAVP 8 /m);
      expect(offer).toMatch(/^a=rtcp-mux$/m);
      const customer = await caller(new Sdes('AEAD_AES_128_GCM'));
      const telemarketer = await agent(new Sdes('AES_CM_128_HMAC_SHA1_32'));
      await bridge();
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
    });

    test('an answer without encryption is refused, and an offer without it can follow', async () => {
      const plain = await phone(AGENT_TONE);
      const order = { session, endpoint: 'agent' };
      await control.command('endpoint.offer', { ...order, secure: true });
      await expect(
        control.command('endpoint.accept', { ...order, answer: plain.sdp() }),
      ).rejects.toMatchObject({ code: 'no-codec' });
      const { offer } = await control.command('endpoint.offer', { ...order, secure: false });
      expect(offer).not.toMatch(/SAVP|crypto/);
      await control.command('endpoint.accept', { ...order, answer: plain.sdp() });
      plain.talkTo(offer);
      await control.command('endpoint.music', order);
      await plain.until(() => plain.heard.length > 10);
    });

    test('with another key in a re-offer the old one opens nothing; the same key goes on', async () => {
      const customer = await caller(new Sdes());
      const telemarketer = await agent();
      await bridge();
      await telemarketer.hears(CUSTOMER_TONE);
      const held = await answerTo('customer', `${customer.sdp()}a=sendonly\r\n`);
      expect(held).toContain('a=recvonly');
      await answerTo('customer', customer.sdp());
      telemarketer.forget();
      await telemarketer.hears(CUSTOMER_TONE);
      await customer.hears(AGENT_TONE);

      const next = new Sdes();
      const answer = await answerTo('customer', customer.sdp(['PCMA'], [next.line()]));
      const before = telemarketer.heard.length;
      const heard = customer.heard.length;
      await customer.until(() => customer.heard.length > heard + 25);
      expect(telemarketer.heard.length).toBe(before);
      next.learn(answer);
      customer.sdes = next;
      telemarketer.forget();
      await telemarketer.hears(CUSTOMER_TONE);
      await customer.hears(AGENT_TONE);
    });

    const channels = async (path: string): Promise<[Int16Array, Int16Array]> => {
      const [left, right] = readWav(await readFile(join(backend.recordingsDir, path))).channels;
      if (left === undefined || right === undefined) throw new Error('not stereo');
      return [left, right];
    };
  });
}
