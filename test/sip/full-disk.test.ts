/**
 * A disk that fills up while a talk is recorded: the talk goes on, the second folder takes over, and where
 * there is none what is missing is told.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import type { Manifest } from '../../sip/media/recording-manifest';
import { SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';
import { needsTmpfs } from '../support/needs';
import { SmallDisk } from '../support/small-disk';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';

type EventOf<E extends EventLine['event']> = Extract<EventLine, { event: E }>;

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function disk(kilobytesLeft: number): SmallDisk {
  const made = new SmallDisk(1024);
  opened.push(made);
  made.fill(kilobytesLeft);
  return made;
}

/** A talk that is recorded by an edge with two folders, and all that the edge tells. */
async function recordedTalk(dirs: [first: string, second: string]) {
  const edge: MediaEdge = await startMediaEdge({ recordingsDirs: dirs });
  opened.push(edge);
  const log = pino({ level: 'silent' });
  const control: ControlClient = connectControl({
    ...{ ...edge.server.address, secret: SECRET, app: 'app', log },
  });
  opened.push(control);
  const events: EventLine[] = [];
  control.on('event', (line) => events.push(line));
  await once(control, 'connected');
  const [session, recording] = [randomUUID(), randomUUID()];
  const phones = await Promise.all([1000, 600].map((tone) => TonePhone.open({ tone })));
  opened.push(...phones);
  for (const [i, phone] of phones.entries()) {
    const order = { session, endpoint: `${i}`, offer: phone.sdp() };
    phone.talkTo((await control.command('endpoint.answer', order)).answer);
  }
  const [customer, agent] = phones as [TonePhone, TonePhone];
  await control.command('bridge', { session, a: '0', b: '1' });
  const path = `${recording}.wav`;
  await control.command('record.start', { session, recording, path, left: '0', right: '1' });
  const told = <E extends EventLine['event']>(event: E, which: (line: EventOf<E>) => boolean) =>
    waitFor(event, () =>
      events.find((line): line is EventOf<E> => line.event === event && which(line as EventOf<E>)),
    );
  return {
    told,
    /** Both hear each other as if nothing were. */
    async goesOn(): Promise<void> {
      for (const phone of phones) phone.forget();
      await Promise.all([customer.hears(600), agent.hears(1000)]);
    },
    async stop() {
      await control.command('record.stop', { session, recording });
      const { file } = await told('record.finished', (line) => line.recording === recording);
      if (file.result !== 'stored') throw new Error(file.reason);
      const at = join(dirs[file.folder === 2 ? 1 : 0], path);
      const manifest = JSON.parse(readFileSync(`${at}.json`, 'utf8')) as Manifest;
      return { file, manifest, channels: readWav(readFileSync(at)).channels };
    },
  };
}

/** Without the first 300 ms, in which a side may be aligned. */
function expectTones(channels: Int16Array[]): void {
  const shares = [1000, 600].map((tone, i) =>
    toneShare(channels[i]?.subarray(2400) ?? new Int16Array(1), tone),
  );
  for (const share of shares) expect(share).toBeGreaterThan(0.9);
}

needsTmpfs('a disk of 1 MB', () => {
  test('that fills up is left for the second folder, and nobody hears of it', async () => {
    const wide = mkdtempSync(join(tmpdir(), 'openline-wide-'));
    opened.push({ close: () => rmSync(wide, { recursive: true }) });
    const talk = await recordedTalk([disk(40).path, wide]);
    const { state, folder, reason } = await talk.told('record.disk', () => true);
    expect([state, folder, reason]).toEqual(['moved', 2, expect.stringContaining('ENOSPC')]);
    await talk.goesOn();
    const { file, manifest, channels } = await talk.stop();
    expect(file).toMatchObject({ folder: 2, reconciles: true });
    expect(file.gapsMs['disk']).toBeUndefined();
    expect(manifest.left.lost).toBe(0);
    // More than the first could take.
    expect(file.bytes).toBeGreaterThan(41_000);
    expectTones(channels);
  });

  test('without another that takes it: what is missing is told, and the talk goes on', async () => {
    const talk = await recordedTalk([disk(40).path, disk(0).path]);
    await talk.told('record.disk', ({ state }) => state === 'refused');
    await talk.goesOn();
    const { file, manifest, channels } = await talk.stop();
    expect(file).toMatchObject({ bytes: manifest.bytes, reconciles: true });
    expect(file.folder).toBeUndefined();
    expectTones(channels);
    const gap = manifest.gaps.find(({ cause }) => cause === 'disk');
    expect(gap).toMatchObject({ side: 'both', from: manifest.samples });
    expect(gap?.samples).toBeGreaterThan(0);
    expect(file.gapsMs['disk']).toBe(Math.round((gap?.samples ?? 0) / 8));
  });
});
