/** What every media backend must do: what an app is told of its calls, also when it comes back, and what it is refused. Part of the suite of `media.ts`. */
import { randomUUID } from 'node:crypto';
import type { ControlClient } from '../../../sip/control/client';
import type { EventLine } from '../../../sip/control/protocol';
import {
  AGENT_TONE,
  CUSTOMER_TONE,
  expectOneStream,
  nextEvent,
  promptFrames,
  SUPERVISOR_TONE,
  useMedia,
  type MediaBackend,
} from './stage';
import { toneShare } from '../../support/tone';

export function describeSessions(name: string, start: () => Promise<MediaBackend>): void {
  describe(`sessions: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent, phone, connect, connecting } = stage;

    test('a leg that ends tells how it was received, to its app only', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await connect(`app-${randomUUID()}`);
      const others: EventLine[] = [];
      other.on('event', (line: EventLine) => others.push(line));
      await stage.control.command('endpoint.music', { session, endpoint: 'customer' });
      await customer.until(() => customer.heard.length > 25);
      const told = nextEvent(stage.control, 'endpoint.quality');
      await stage.control.command('endpoint.close', { session, endpoint: 'customer' });
      const { endpoint, final, quality } = await told;
      expect([endpoint, final, quality.lost]).toEqual(['customer', true, 0]);
      expect(quality.expected).toBeGreaterThan(20);
      expect(quality.mos).toBeGreaterThan(4);
      // Its own answer comes after all that it was told before.
      await other.command('session.list', {});
      expect(others).toEqual([]);
    });

    test('a leg that wants no packets: what is played to it is cut, and what was ordered counts when it goes on', async () => {
      const session = randomUUID();
      const ids = { session, endpoint: 'customer' };
      const customer = await phone(CUSTOMER_TONE);
      const still = customer.sdp(['PCMA'], ['a=inactive']);
      const { answer } = await stage.control.command('endpoint.answer', { ...ids, offer: still });
      expect(answer).toContain('a=inactive');
      const ended = nextEvent(stage.control, 'play.ended');
      const play = { play: 'greeting', language: 'en', then: 'music' } as const;
      await stage.control.command('endpoint.play', {
        ...{ ...ids, ...play, prompts: ['greeting'] },
      });
      expect(await ended).toMatchObject({ session, play: 'greeting', reason: 'cut' });
      await expect(
        stage.control.command('endpoint.play', { ...ids, ...play, prompts: ['no-such-prompt'] }),
      ).rejects.toMatchObject({ code: 'unknown-prompt' });
      const pressed = nextEvent(stage.control, 'endpoint.key');
      await stage.control.command('endpoint.pressed', { ...ids, key: '1', durationMs: 100 });
      expect(await pressed).toMatchObject({ session, endpoint: 'customer', key: '1' });
      await stage.control.command('endpoint.mute', { ...ids, muted: true });
      // Somebody talks with it: what it was told stays, and music is over.
      const colleague = await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      const on = await stage.control.command('endpoint.answer', { ...ids, offer: customer.sdp() });
      customer.talkTo(on.answer);
      await customer.hears(AGENT_TONE);
      await colleague.until(() => colleague.heard.length > 25);
      expect(toneShare(colleague.lastSamples(), CUSTOMER_TONE)).toBeLessThan(0.1);
      await stage.control.command('endpoint.mute', { ...ids, muted: false });
      await colleague.hears(CUSTOMER_TONE);
      const { sessions } = await stage.control.command('session.list', {});
      expect(sessions[0]?.endpoints).toEqual([
        { endpoint: 'customer', bridgedTo: 'agent' },
        { endpoint: 'agent', bridgedTo: 'customer' },
      ]);
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

    /** Two talks of one agent, whose far sides are to be joined. */
    const twoTalks = async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const customer = await caller(one, 'customer');
      await agent(one, 'first line');
      const asked = await phone(SUPERVISOR_TONE);
      const place = { session: two, endpoint: 'asked', near: one };
      const { offer } = await stage.control.command('endpoint.offer', place);
      asked.talkTo(offer);
      const answer = { session: two, endpoint: 'asked', answer: asked.sdp() };
      await stage.control.command('endpoint.accept', answer);
      await agent(two, 'second line');
      await stage.control.command('bridge', { session: two, a: 'asked', b: 'second line' });
      return { one, two, customer, asked };
    };

    test('an endpoint moves into another session: one stream, other partner, and its file is its own', async () => {
      const { one, two, customer, asked } = await twoTalks();
      await asked.hears(AGENT_TONE);
      const recording = randomUUID();
      const files = { session: two, recording, path: `${recording}.wav` };
      await stage.control.command('record.start', {
        ...files,
        left: 'asked',
        right: 'second line',
      });
      const finished = nextEvent(stage.control, 'record.finished');
      const { control } = stage;
      // As an app orders them: one behind the other, none waits for an answer.
      await Promise.all([
        control.command('record.stop', { session: two, recording }),
        control.command('endpoint.move', { session: two, endpoint: 'asked', to: one }),
        control.command('bridge', { session: one, a: 'customer', b: 'asked' }),
      ]);
      await customer.hears(SUPERVISOR_TONE);
      await asked.hears(CUSTOMER_TONE);
      expectOneStream(asked);
      expect(await finished).toMatchObject({ session: two, file: { result: 'stored' } });
      // Its former session takes nothing of it along, and what is told of it is told of the new one.
      await control.command('session.close', { session: two });
      await customer.hears(SUPERVISOR_TONE);
      const { sessions } = await control.command('session.list', {});
      expect(sessions.map(({ session }) => session)).toEqual([one]);
      const told = nextEvent(control, 'endpoint.quality');
      await control.command('endpoint.close', { session: one, endpoint: 'asked' });
      expect(await told).toMatchObject({ session: one, endpoint: 'asked', final: true });
    });

    test('an endpoint that is not there, or would come a second time, does not move', async () => {
      const { one, two, customer, asked } = await twoTalks();
      const moves = (params: { session: string; endpoint: string; to: string }) =>
        stage.control.command('endpoint.move', params).catch(({ code }: { code: string }) => code);
      expect(await moves({ session: two, endpoint: 'nobody', to: one })).toBe('unknown-endpoint');
      expect(await moves({ session: two, endpoint: 'asked', to: 'none' })).toBe('unknown-session');
      await caller(one, 'asked');
      expect(await moves({ session: two, endpoint: 'asked', to: one })).toBe('bad-request');
      await asked.hears(AGENT_TONE);
      expect(customer.heard).toEqual([]);
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
      await stage.control.command('endpoint.answer', { session: 's', endpoint: 'a', offer });
      await expect(stage.control.command(command, params)).rejects.toMatchObject({ code });
      await stage.control.command('session.close', { session: 's' });
    });
  });
}
