/** What every media backend must do: those who hear more than one other: a prompt into a talk, a supervisor, a third party. Part of the suite of `media.ts`. */
import { randomUUID } from 'node:crypto';
import { whereHeard } from '../../support/prompt-heard';
import { toneShare } from '../../support/tone';
import type { TonePhone } from '../../support/tone-phone';
import {
  AGENT_TONE,
  CUSTOMER_TONE,
  SUPERVISOR_TONE,
  expectOneStream,
  nextEvent,
  useMedia,
  type MediaBackend,
} from './stage';

export function describeMixing(name: string, start: () => Promise<MediaBackend>): void {
  describe(`mixing: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent, phone } = stage;

    test('a prompt is mixed into what one side of a talk hears, and into nothing else', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const telemarketer = await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      telemarketer.hush();
      const ended = nextEvent(stage.control, 'play.ended');
      await stage.control.command('endpoint.play', {
        ...{ session, endpoint: 'customer', play: 'notice', language: 'en', mixed: true },
        ...{ prompts: ['recording-notice'], then: 'silence' },
      });
      expect(await ended).toMatchObject({ play: 'notice', reason: 'finished' });
      const notice = { language: 'en', prompt: 'recording-notice' };
      expect(whereHeard(customer.heard, notice).likeness).toBeGreaterThan(0.9);
      expect(whereHeard(telemarketer.heard, notice).likeness).toBeLessThan(0.1);
      const { sessions } = await stage.control.command('session.list', {});
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
      supervisor.talkTo(
        (await stage.control.command('endpoint.answer', { ...order, offer })).answer,
      );
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await customer.hears(AGENT_TONE);
      const supervisorAt = (far: TonePhone) => toneShare(far.lastSamples(), SUPERVISOR_TONE);

      await stage.control.command('monitor.join', { ...order, on: 'agent', mode: 'whisper' });
      await telemarketer.until(() => supervisorAt(telemarketer) > 0.3);
      await customer.hears(AGENT_TONE);
      const { sessions } = await stage.control.command('session.list', {});
      expect(sessions[0]?.endpoints[2]).toEqual({
        ...{ endpoint: 'supervisor', bridgedTo: null },
        monitoring: { on: 'agent', mode: 'whisper' },
      });
      await stage.control.command('monitor.change', { ...order, mode: 'barge' });
      await customer.until(() => supervisorAt(customer) > 0.3);
      await stage.control.command('monitor.change', { ...order, mode: 'listen' });
      await customer.hears(AGENT_TONE);
      await telemarketer.hears(CUSTOMER_TONE);
      await stage.control.command('monitor.leave', order);
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
      const { answer } = await stage.control.command('endpoint.answer', {
        ...order,
        offer: third.sdp(),
      });
      third.talkTo(answer);
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      await stage.control.command('conference.join', { ...order, on: 'customer' });
      await customer.until(() => toneShare(customer.lastSamples(), SUPERVISOR_TONE) > 0.3);
      await stage.control.command('conference.leave', order);
      await customer.hears(AGENT_TONE);
      expectOneStream(customer);
    });
  });
}
