/** What every media backend must do: what is in the file, what is not, and what says so. Part of the suite of `media.ts`. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../../sip/media/recording-manifest';
import { WIDE_RATE, loudness, readWav, toneShare } from '../../support/tone';
import type { TonePhone } from '../../support/tone-phone';
import { AGENT_TONE, CUSTOMER_TONE, nextEvent, useMedia, type MediaBackend } from './stage';

export function describeRecordings(name: string, start: () => Promise<MediaBackend>): void {
  describe(`recordings: ${name}`, () => {
    const stage = useMedia(start);
    const { caller, agent } = stage;

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
      const finished = nextEvent(stage.control, 'record.finished');
      const order = { session, recording, path, left: 'customer', right: 'agent' };
      await stage.control.command('record.start', order);
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      // What one has heard of the other the recorder had before.
      for (const side of sides) await side.until(() => side.heard.length > 50);
      await end(recording);
      expect((await finished).file).toMatchObject({ result: 'stored', reconciles: true });
      const wav = readWav(await readFile(join(stage.backend.recordingsDir, path)));
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
          (recording) => stage.control.command('record.stop', { session, recording }),
        );
        expect(wav).toMatchObject({ format: 'linear', sampleRate: WIDE_RATE });
        for (const share of shares) expect(share).toBeGreaterThan(0.9);
      },
    );

    test('one that is to end with silence does, when that has lasted; of one leg on both sides', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const finished = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', {
        ...{ session, recording, path, left: 'customer', right: 'customer', quietMs: 600 },
      });
      await stage.control.command('endpoint.music', { session, endpoint: 'customer' });
      // Longer than the silence that is to end it.
      await customer.until(() => customer.heard.length > 70);
      customer.fallSilent(0);
      const { file } = await finished;
      const wav = readWav(await readFile(join(stage.backend.recordingsDir, path)));
      expect(file).toMatchObject({ result: 'stored', reconciles: true });
      for (const side of wav.channels) {
        expect(toneShare(side.subarray(4000, 8000), CUSTOMER_TONE)).toBeGreaterThan(0.9);
        expect(loudness(side.subarray(-3200))).toBeLessThan(20);
        expect(side.length).toBeGreaterThan(8 * 1900);
        expect(side.length).toBeLessThan(8 * 4000);
      }
    });

    test('what is said in a pause is in no file, and heard all the same', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const order = { session, recording };
      const finished = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', {
        ...order,
        path,
        left: 'customer',
        right: 'agent',
      });
      await other.hears(CUSTOMER_TONE);
      // The recorder may align a side within its first 300 ms, which shifts a tone.
      other.forget();
      await other.until(() => other.heard.length > 25);
      await stage.control.command('record.pause', order);
      const { sessions } = await stage.control.command('session.list', {});
      expect(sessions.flatMap(({ recordings }) => recordings)).toMatchObject([{ paused: true }]);
      customer.tone = 1700;
      await other.hears(1700);
      customer.tone = CUSTOMER_TONE;
      other.forget();
      await other.hears(CUSTOMER_TONE);
      await stage.control.command('record.resume', order);
      other.forget();
      await other.until(() => other.heard.length > 40);
      await stage.control.command('record.stop', order);
      const { file } = await finished;
      if (file.result !== 'stored') throw new Error(file.reason);
      expect(file.reconciles).toBe(true);
      const manifest = JSON.parse(
        await readFile(join(stage.backend.recordingsDir, `${path}.json`), 'utf8'),
      ) as Manifest;
      const [pause, ...more] = manifest.gaps.filter(({ cause }) => cause === 'paused');
      if (pause === undefined) throw new Error('no pause in the manifest');
      expect(more).toEqual([]);
      expect(file.gapsMs).toMatchObject({ paused: Math.round(pause.samples / 8) });
      const wav = readWav(await readFile(join(stage.backend.recordingsDir, path)));
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
      const finished = nextEvent(stage.control, 'record.finished');
      const sides = { left: 'customer', right: 'agent' };
      await stage.control.command('record.start', { session, recording, path, ...sides });
      const talk = async (): Promise<void> => {
        await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
        await customer.hears(AGENT_TONE);
        await other.hears(CUSTOMER_TONE);
      };
      /** Nothing of the agent but music, while the customer says what he never says in the talk. */
      const holds = async (tone: number, record?: boolean): Promise<void> => {
        const asked = record === undefined ? {} : { record };
        await stage.control.command('endpoint.hold', { session, endpoint: 'customer', ...asked });
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
      await stage.control.command('record.stop', { session, recording });
      const { file } = await finished;
      if (file.result !== 'stored') throw new Error(file.reason);
      const at = join(stage.backend.recordingsDir, path);
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

    test('who is muted is heard by nobody and in no recording, also after hold, until he is unmuted', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      const other = await agent(session, 'agent');
      const [recording, path] = [randomUUID(), `${randomUUID()}.wav`];
      const finished = nextEvent(stage.control, 'record.finished');
      const sides = { left: 'customer', right: 'agent' };
      await stage.control.command('record.start', { session, recording, path, ...sides });
      const joins = () => stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      const mutes = (muted: boolean) =>
        stage.control.command('endpoint.mute', { session, endpoint: 'agent', muted });
      const isQuiet = async (): Promise<void> => {
        customer.forget();
        // Packets go on: a carrier must not take it for a dead line.
        await customer.until(() => customer.heard.length > 40);
        expect(loudness(customer.lastSamples(30))).toBeLessThan(20);
        await other.hears(CUSTOMER_TONE);
      };
      await joins();
      await customer.hears(AGENT_TONE);
      await mutes(true);
      await isQuiet();
      await stage.control.command('endpoint.hold', { session, endpoint: 'agent' });
      await joins();
      await isQuiet();
      await mutes(false);
      await customer.hears(AGENT_TONE);
      await stage.control.command('record.stop', { session, recording });
      const { file } = await finished;
      if (file.result !== 'stored') throw new Error(file.reason);
      const at = join(stage.backend.recordingsDir, path);
      const { gaps } = JSON.parse(await readFile(`${at}.json`, 'utf8')) as Manifest;
      const [held, ...more] = gaps.filter(({ cause }) => cause === 'hold');
      expect([held?.side, more]).toEqual(['right', []]);
      const [left, right] = readWav(await readFile(at)).channels as [Int16Array, Int16Array];
      const [from, to] = [held?.from ?? 0, (held?.from ?? 0) + (held?.samples ?? 0)];
      expect(to - from).toBeGreaterThan(12_000);
      expect(loudness(right.subarray(from, to))).toBeLessThan(20);
      expect(toneShare(left.subarray(from, to), CUSTOMER_TONE)).toBeGreaterThan(0.8);
      expect(toneShare(right.subarray(to + 800), AGENT_TONE)).toBeGreaterThan(0.8);
    });

    test('one side alone is recorded beside a recording of both', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      const [both, alone] = [randomUUID(), randomUUID()];
      await stage.control.command('record.start', {
        ...{ session, recording: both, path: `${both}.wav`, left: 'customer', right: 'agent' },
      });
      await stage.control.command('record.start', {
        ...{ session, recording: alone, path: `${alone}.wav`, left: 'agent' },
      });
      await customer.hears(AGENT_TONE);
      for (const recording of [alone, both]) {
        const finished = nextEvent(stage.control, 'record.finished');
        await stage.control.command('record.stop', { session, recording });
        expect(await finished).toMatchObject({
          ...{ recording, file: { result: 'stored', reconciles: true } },
        });
      }
      const heard = async (recording: string): Promise<[number, number][]> => {
        const file = await readFile(join(stage.backend.recordingsDir, `${recording}.wav`));
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
        stage.control.command('endpoint.close', { session, endpoint: 'customer' }),
      );
      for (const share of shares) expect(share).toBeGreaterThan(0.9);
    });

    test('a recording that cannot be written is reported and the talk goes on', async () => {
      const session = randomUUID();
      const customer = await caller(session, 'customer');
      await agent(session, 'agent');
      await stage.control.command('bridge', { session, a: 'customer', b: 'agent' });
      const recorded = { session, left: 'customer', right: 'agent' };
      const path = `${randomUUID()}.wav`;
      const first = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', { ...recorded, recording: randomUUID(), path });
      const { sessions } = await stage.control.command('session.list', {});
      const [running] = sessions.flatMap(({ recordings }) => recordings);
      await stage.control.command('record.stop', { session, recording: running?.recording ?? '' });
      expect((await first).file.result).toBe('stored');

      const second = nextEvent(stage.control, 'record.finished');
      await stage.control.command('record.start', { ...recorded, recording: randomUUID(), path });
      expect((await second).file).toMatchObject({
        result: 'failed',
        reason: expect.stringContaining('EEXIST') as string,
      });
      customer.forget();
      await customer.hears(AGENT_TONE);
    });
  });
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
