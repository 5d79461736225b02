/** What every media backend must do: two parties who hear each other, and nobody else; what of it is recorded. Part of the suite of `media.ts`. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loudness, readWav, toneShare } from '../../support/tone';
import { TonePhone } from '../../support/tone-phone';
import {
  AGENT_TONE,
  CUSTOMER_TONE,
  expectOneStream,
  nextEvent,
  useMedia,
  type MediaBackend,
} from './stage';

export function describeTalks(name: string, start: () => Promise<MediaBackend>): void {
  describe(`talks: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent, phone } = stage;

    test('two legs hear each other and the recording has each in its channel', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      const recording = randomUUID();
      const path = `2024/05/${recording}.wav`;
      const finished = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', {
        ...{ session, recording, path },
        ...{ left: 'customer', right: 'agent' },
      });
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      const from = customer.heard.length;
      await customer.until(() => customer.heard.length >= from + 100);
      await stage.control.command('record.stop', { session, recording });

      const { file, ...event } = await finished;
      expect(event).toMatchObject({ session, recording });
      if (file.result !== 'stored') throw new Error(file.reason);
      // The app shares the folder: nothing is to be fetched, and nobody's word deletes it.
      expect(stage.control.files).toBeUndefined();
      expect(await stage.control.command('record.owed', {})).toEqual({ files: [], next: null });
      await stage.control.command('record.fetched', { recording });
      const bytes = await readFile(join(stage.backend.recordingsDir, path));
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
      stage.keep(opened);
      opened.talkTo(answer);
      return opened;
    };

    test('sound from a third address reaches neither the far side nor the recording', async () => {
      const session = randomUUID();
      const customer = await phone(CUSTOMER_TONE);
      const { answer } = await stage.control.command('endpoint.answer', {
        ...{ session, endpoint: 'customer', offer: customer.sdp() },
      });
      // First in time: the customer says nothing yet.
      await injector(answer);
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      const order = { session, recording: randomUUID(), path: `${randomUUID()}.wav` };
      const finished = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', { ...order, left: 'customer', right: 'agent' });
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      expect(telemarketer.heard).toEqual([]);
      customer.talkTo(answer);
      await telemarketer.hears(CUSTOMER_TONE);
      await telemarketer.until(() => telemarketer.heard.length > 60);
      const heard = telemarketer.lastSamples(telemarketer.heard.length);
      expect(toneShare(heard, CUSTOMER_TONE)).toBeGreaterThan(0.95);
      expect(toneShare(heard, INJECTED_TONE)).toBeLessThan(0.01);
      await stage.control.command('record.stop', { session, recording: order.recording });
      expect((await finished).file.result).toBe('stored');
      const wav = readWav(await readFile(join(stage.backend.recordingsDir, order.path)));
      for (const channel of wav.channels) {
        expect(toneShare(channel, INJECTED_TONE)).toBeLessThan(0.01);
      }
    });

    test('behind a NAT only a sender in the trunk’s networks is learned, however early others send', async () => {
      const session = randomUUID();
      const customer = await phone(CUSTOMER_TONE);
      const { answer } = await stage.control.command('endpoint.answer', {
        ...{ session, endpoint: 'customer', from: ['127.0.0.0/31'] },
        offer: customer.sdp().replaceAll('127.0.0.1', '127.0.0.9'),
      });
      await injector(answer);
      const telemarketer = await agent(session, 'agent', 'PCMA', 'customer');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      // A leg that hears music for more than 3 s: by then a stranger would have been learned.
      const other = await caller(session, 'other');
      await stage.control.command('endpoint.music', { session, endpoint: 'other' });
      await other.until(() => other.heard.length > 170);
      customer.talkTo(answer);
      await telemarketer.hears(CUSTOMER_TONE);
      await customer.hears(AGENT_TONE);
      const heard = telemarketer.lastSamples(telemarketer.heard.length);
      expect(toneShare(heard, INJECTED_TONE)).toBeLessThan(0.01);
    });

    test('an unbridged leg hears silence in the same stream', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await stage.control.command('unbridge', { session, a: 'customer', b: 'agent' });
      await customer.until(
        () => customer.heard.length > 20 && loudness(customer.lastSamples()) < 20,
      );
      expectOneStream(customer);
    });

    test('a leg on hold is sent nothing and the stream has no gap after it', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      const reoffer = async (direction: string) => {
        const offer = customer.sdp(['PCMA'], [`a=${direction}`]);
        return stage.control.command('endpoint.answer', { session, endpoint: 'customer', offer });
      };
      const listed = async () => {
        const { sessions } = await stage.control.command('session.list', {});
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
  });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
