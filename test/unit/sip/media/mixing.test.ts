import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { startMediaEngine } from '../../../../sip/media/engine';
import type { MediaEngine, MediaEvent } from '../../../../sip/media/engine-port';
import type { MediaSession } from '../../../../sip/media/session';
import type { MonitorMode } from '../../../../sip/media/talk';
import { CARRIED } from '../../../../sip/sdp/codecs';
import { loudness, readWav, toneShare, type Voice } from '../../../support/tone';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const MEDIA = join(__dirname, '../../../../media');
const [CUSTOMER, AGENT, SUPERVISOR] = [600, 1000, 1400] as const;
const TONES = { customer: CUSTOMER, agent: AGENT, supervisor: SUPERVISOR };
type Name = keyof typeof TONES;

let recordingsDir: string;
let engine: MediaEngine;
let session: MediaSession;
let events: MediaEvent[];
let phones: Record<Name, TonePhone>;

beforeAll(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'openline-mixing-'));
});
beforeEach(async () => {
  engine = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    can: CARRIED,
    workers: 1,
    maxStreams: 10,
    recordingsDir,
    promptsDir: join(MEDIA, 'prompts'),
    musicFile: join(MEDIA, 'music/default.wav'),
    log: pino({ level: 'silent' }),
  });
  events = [];
  engine.onEvent((event) => events.push(event));
  session = engine.open('app', 's');
});
afterEach(async () => {
  for (const phone of Object.values(phones)) phone.close();
  await engine.close();
});
afterAll(() => rm(recordingsDir, { recursive: true }));

/** Customer and agent talk, and the supervisor has a leg. */
async function talking(law: Voice = 'PCMA'): Promise<void> {
  const opened = await Promise.all(
    Object.entries(TONES).map(async ([name, tone]) => {
      const phone = await TonePhone.open({ tone, law: name === 'customer' ? law : 'PCMA' });
      phone.talkTo(await session.answer(name, phone.sdp()));
      return [name, phone] as const;
    }),
  );
  phones = Object.fromEntries(opened) as Record<Name, TonePhone>;
  await session.bridge('customer', 'agent');
  await phones.customer.hears(AGENT);
  await phones.agent.hears(CUSTOMER);
}

/** The tones that somebody hears in the last 200 ms, each with a good part of the sound's energy. */
function tonesAt(name: Name): Name[] {
  const samples = phones[name].lastSamples();
  return (Object.keys(TONES) as Name[]).filter((who) => toneShare(samples, TONES[who]) > 0.25);
}

/** Resolves when everybody hears just these. */
async function heard(expected: Record<Name, Name[]>): Promise<void> {
  for (const name of Object.keys(TONES) as Name[]) {
    const wanted = expected[name];
    await phones[name].until(
      () => {
        const samples = phones[name].lastSamples();
        const shares = wanted.map((who) => toneShare(samples, TONES[who]));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const silent = wanted.length === 0 && samples.length > 0 && loudness(samples) < 20;
        return silent || (total > 0.93 && tonesAt(name).join() === wanted.join());
      },
      5000,
      () => `${name} hears ${tonesAt(name).join()} instead of ${wanted.join()}`,
    );
  }
}

const AUDIENCES: Record<MonitorMode | 'nobody', Record<Name, Name[]>> = {
  nobody: { customer: ['agent'], agent: ['customer'], supervisor: [] },
  listen: { customer: ['agent'], agent: ['customer'], supervisor: ['customer', 'agent'] },
  whisper: {
    customer: ['agent'],
    agent: ['customer', 'supervisor'],
    supervisor: ['customer', 'agent'],
  },
  barge: {
    customer: ['agent', 'supervisor'],
    agent: ['customer', 'supervisor'],
    supervisor: ['customer', 'agent'],
  },
};

/** True while packets are passed on as they are: payloads are those of the phone that sent them. */
function isPacketDriven(name: Name, by: Name): boolean {
  const sent = new Set(phones[by].sentPayloads());
  return phones[name].heard.slice(-10).every(({ payload }) => sent.has(payload.toString('hex')));
}

/** Of each stretch of 200 ms. A moment's shift of the tone spoils its own stretch only. */
function shares(samples: Int16Array, tone: number): number[] {
  return Array.from({ length: Math.floor(samples.length / 1600) }, (_, i) =>
    toneShare(samples.subarray(i * 1600, (i + 1) * 1600), tone),
  );
}

/** Of all stretches but one: the recorder may align a side once, at its beginning. */
function leastShare(samples: Int16Array, tone: number): number {
  return shares(samples, tone).sort((a, b) => a - b)[1] ?? 0;
}

/**
 * One SSRC, sequence numbers without a gap, timestamps that never step back and show no pause over 60 ms:
 * at a change of source they are the engine's clock, whatever this process was busy with.
 */
function expectOneStream(name: Name): void {
  const packets = phones[name].heard;
  expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  packets.slice(1).forEach((packet, i) => {
    const before = packets[i];
    if (before === undefined) return;
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    const step = (packet.timestamp - before.timestamp) | 0;
    expect(step).toBeGreaterThanOrEqual(160);
    expect(step - 160).toBeLessThanOrEqual(60 * 8);
  });
}

const modes: MonitorMode[] = ['listen', 'whisper', 'barge'];
test.each(modes)('%s: who hears whom, and the bridge as before when he leaves', async (mode) => {
  await talking();
  await session.monitor('supervisor', { on: 'agent', mode });
  await heard(AUDIENCES[mode]);
  expect(session.view().endpoints).toEqual([
    { endpoint: 'customer', bridgedTo: 'agent' },
    { endpoint: 'agent', bridgedTo: 'customer' },
    { endpoint: 'supervisor', bridgedTo: null, monitoring: { on: 'agent', mode } },
  ]);
  await session.stopMonitoring('supervisor');
  await heard(AUDIENCES.nobody);
  await phones.customer.until(() => isPacketDriven('customer', 'agent'));
  await phones.agent.until(() => isPacketDriven('agent', 'customer'));
  for (const name of ['customer', 'agent'] as const) expectOneStream(name);
});

test('the mode is changed live, in one stream for each, and the recording has just the two', async () => {
  await talking('PCMU');
  const order = { recording: 'r', path: 'monitored.wav', left: 'customer', right: 'agent' };
  await session.record(order);
  await session.monitor('supervisor', { on: 'agent', mode: 'listen' });
  await heard(AUDIENCES.listen);
  for (const mode of ['whisper', 'barge', 'listen', 'barge', 'whisper'] as const) {
    await session.changeMonitor('supervisor', mode);
    await heard(AUDIENCES[mode]);
  }
  await session.stopMonitoring('supervisor');
  await heard(AUDIENCES.nobody);
  for (const name of ['customer', 'agent'] as const) expectOneStream(name);
  await session.stopRecording('r');
  await waitFor('the recording', () => events[0]);
  const { channels } = readWav(await readFile(join(recordingsDir, 'monitored.wav')));
  const [left, right] = channels.map((channel) => channel.subarray(800, channel.length - 4800));
  for (const [channel, tone] of [
    [left, CUSTOMER],
    [right, AGENT],
  ] as const) {
    expect(leastShare(channel as Int16Array, tone)).toBeGreaterThan(0.9);
    expect(Math.max(...shares(channel as Int16Array, SUPERVISOR))).toBeLessThan(0.0001);
  }
});

test('what customer and agent hear is not interrupted by joining and leaving', async () => {
  await talking();
  for (const name of ['customer', 'agent'] as const) phones[name].forget();
  for (let i = 0; i < 3; i++) {
    await session.monitor('supervisor', { on: 'agent', mode: 'listen' });
    await heard(AUDIENCES.listen);
    await session.stopMonitoring('supervisor');
    await heard(AUDIENCES.nobody);
  }
  for (const [name, other] of [
    ['customer', AGENT],
    ['agent', CUSTOMER],
  ] as const) {
    const frames = phones[name].heard.length;
    const levels = Array.from({ length: frames }, (_, i) =>
      loudness(phones[name].samples(i, i + 1)),
    );
    expect(Math.min(...levels)).toBeGreaterThan(1000);
    // Three joins and three leaves, each of which may shift the tone within one stretch.
    const pure = shares(phones[name].samples(0, frames), other).filter((share) => share > 0.9);
    expect(pure.length).toBeGreaterThanOrEqual(Math.floor(frames / 10) - 6);
    expectOneStream(name);
  }
});

test('a conference is three who all hear each other; two talk on when one leaves', async () => {
  await talking();
  await session.confer('supervisor', 'agent');
  await heard({
    customer: ['agent', 'supervisor'],
    agent: ['customer', 'supervisor'],
    supervisor: ['customer', 'agent'],
  });
  expect(session.view().endpoints.map(({ bridgedTo }) => bridgedTo)).toEqual([
    ...['agent', 'customer', 'customer'],
  ]);
  await session.closeEndpoint('agent');
  await phones.customer.hears(SUPERVISOR);
  await phones.supervisor.hears(CUSTOMER);
  await phones.customer.until(() => isPacketDriven('customer', 'supervisor'));
  expect(engine.isBridged('s', 'customer')).toBe(true);
  expectOneStream('customer');
  expectOneStream('supervisor');
});

test('a customer with G.722 is in the mix, and in no gap before or after it', async () => {
  await talking('G722');
  for (let i = 0; i < 2; i++) {
    await session.monitor('supervisor', { on: 'agent', mode: 'barge' });
    await heard(AUDIENCES.barge);
    await session.stopMonitoring('supervisor');
    await heard(AUDIENCES.nobody);
  }
  expect(phones.customer.heard.at(-1)?.payloadType).toBe(9);
  for (const name of ['customer', 'agent'] as const) expectOneStream(name);
});

test('monitoring ends with the talk', async () => {
  await talking();
  await session.monitor('supervisor', { on: 'agent', mode: 'barge' });
  await heard(AUDIENCES.barge);
  await session.closeEndpoint('agent');
  await phones.customer.until(() => loudness(phones.customer.lastSamples()) < 20);
  await phones.supervisor.until(() => loudness(phones.supervisor.lastSamples()) < 20);
  expect(session.view().endpoints).toEqual([
    { endpoint: 'customer', bridgedTo: null },
    { endpoint: 'supervisor', bridgedTo: null },
  ]);
});

test('a party neither monitors nor is cut off by the end of a monitoring that it is not in', async () => {
  await talking();
  const refused = expect.objectContaining({ code: 'bad-request' }) as unknown;
  await expect(session.monitor('customer', { on: 'agent', mode: 'listen' })).rejects.toEqual(
    refused,
  );
  await expect(session.monitor('agent', { on: 'supervisor', mode: 'listen' })).rejects.toEqual(
    refused,
  );
  await expect(session.changeMonitor('supervisor', 'barge')).rejects.toEqual(refused);
  await expect(session.confer('agent', 'supervisor')).rejects.toEqual(refused);
  await session.stopMonitoring('agent');
  await session.leaveConference('supervisor');
  expect(engine.isBridged('s', 'agent')).toBe(true);
  phones.agent.forget();
  await phones.agent.hears(CUSTOMER);
});

test('a party who came and one who left in the same moment: the two who are left hear each other alone', async () => {
  await talking();
  await session.music('supervisor');
  await Promise.all([session.confer('supervisor', 'agent'), session.closeEndpoint('agent')]);
  await phones.customer.hears(SUPERVISOR);
  await phones.supervisor.hears(CUSTOMER);
  await phones.supervisor.until(() => isPacketDriven('supervisor', 'customer'));
  expectOneStream('supervisor');
});
