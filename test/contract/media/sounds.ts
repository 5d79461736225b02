/** What every media backend must do: prompts, sentences and music. Part of the suite of `media.ts`. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { whereHeard } from '../../support/prompt-heard';
import { loudness } from '../../support/tone';
import type { TonePhone } from '../../support/tone-phone';
import {
  AGENT_TONE,
  expectOneStream,
  nextEvent,
  promptFrames,
  useMedia,
  type MediaBackend,
} from './stage';

export function describeSounds(name: string, start: () => Promise<MediaBackend>): void {
  describe(`sounds: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent } = stage;

    test('a prompt is played to its end, then music, in one stream', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const ended = nextEvent(stage.control, 'play.ended');
      const startedAt = performance.now();
      await stage.control.command('endpoint.play', {
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
      const ended = nextEvent(stage.control, 'play.ended');
      await stage.control.command('endpoint.play', {
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
      const ended = nextEvent(stage.control, 'play.ended');
      await stage.control.command('endpoint.play', {
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
      const own = join(stage.backend.ownPromptsDir, 'en');
      const greet = (endpoint: string) =>
        stage.control.command('endpoint.play', {
          ...{ session, endpoint, play: endpoint, then: 'silence', language: 'en' },
          prompts: ['transfer'],
        });
      const ended = nextEvent(stage.control, 'play.ended');
      await greet('a');
      await mkdir(own, { recursive: true });
      const prompts = join(__dirname, '../../../media/prompts/en');
      await copyFile(join(prompts, 'goodbye.wav'), join(own, 'transfer.wav'));
      await copyFile(__filename, join(own, 'hold.wav'));
      const { own: heard, unusable } = await stage.control.command('prompts.reload', {});
      expect([heard, unusable]).toEqual([
        1,
        [{ file: join(own, 'hold.wav'), reason: expect.stringContaining('not a WAV') as string }],
      ]);
      await ended;
      const next = nextEvent(stage.control, 'play.ended');
      await greet('b');
      await next;
      const alike = ({ heard: packets }: TonePhone, prompt: string) =>
        whereHeard(packets, { language: 'en', prompt }).likeness;
      expect(alike(first, 'transfer')).toBeGreaterThan(0.95);
      expect(alike(second, 'goodbye')).toBeGreaterThan(0.95);
      await rm(stage.backend.ownPromptsDir, { recursive: true });
      expect(await stage.control.command('prompts.reload', {})).toMatchObject({
        own: 0,
        unusable: [],
      });
    });

    test('two waiting callers hear the music at the same place', async () => {
      const session = randomUUID();
      const [first, second] = [await caller(session, 'a'), await caller(session, 'b')];
      await stage.control.command('endpoint.music', { session, endpoint: 'a' });
      await stage.control.command('endpoint.music', { session, endpoint: 'b' });
      await second.until(() => second.heard.length > 20);
      const payload = second.heard.at(-5)?.payload.toString('hex');
      expect(first.heard.map((packet) => packet.payload.toString('hex'))).toContain(payload);
    });

    test('a bridge cuts a play, and says so', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      const ended = nextEvent(stage.control, 'play.ended');
      await stage.control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'busy', then: 'silence', language: 'zh-CN' },
        prompts: ['all-busy', 'all-busy'],
      });
      await customer.until(() => customer.heard.length > 10);
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      expect(await ended).toMatchObject({ play: 'busy', reason: 'cut' });
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
    });
  });
}
