import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { startMediaEngine } from '../../../../sip/media/engine';
import type { MediaEngine, MediaEvent } from '../../../../sip/media/engine-port';
import type { MediaSession } from '../../../../sip/media/session';
import { CARRIED } from '../../../../sip/sdp/codecs';
import { readWav, toneShare, type Voice } from '../../../support/tone';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const MEDIA = join(__dirname, '../../../../media');
const [CUSTOMER, AGENT, PROMPT] = [600, 1000, 2000] as const;
const RATE = 16_000;

let folder: string;
let engine: MediaEngine;
let session: MediaSession;
let events: MediaEvent[];
let customer: TonePhone;
let agent: TonePhone;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-mixed-prompt-'));
  await mkdir(join(folder, 'own/en'), { recursive: true });
  await writeFile(join(folder, 'own/en/tone.wav'), toneFile(1.2));
  engine = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    can: CARRIED,
    workers: 1,
    maxStreams: 10,
    recordingsDir: folder,
    promptsDir: join(MEDIA, 'prompts'),
    ownPromptsDir: join(folder, 'own'),
    musicFile: join(MEDIA, 'music/default.wav'),
    log: pino({ level: 'silent' }),
  });
  engine.onEvent((event) => events.push(event));
});
beforeEach(() => {
  events = [];
  session = engine.open('app', randomUUID());
});
afterEach(async () => {
  for (const phone of [customer, agent]) phone.close();
  await session.close();
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** A WAV of 16 kHz with the prompt's tone. */
function toneFile(seconds: number): Buffer {
  const data = Buffer.alloc(2 * RATE * seconds);
  for (let i = 0; 2 * i < data.length; i++) {
    data.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * PROMPT * i) / RATE)), 2 * i);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  [1, 1].forEach((value, i) => header.writeUInt16LE(value, 20 + 2 * i));
  [RATE, 2 * RATE].forEach((value, i) => header.writeUInt32LE(value, 24 + 4 * i));
  [2, 16].forEach((value, i) => header.writeUInt16LE(value, 32 + 2 * i));
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

async function talking(law: Voice = 'PCMA'): Promise<void> {
  customer = await TonePhone.open({ tone: CUSTOMER, law });
  agent = await TonePhone.open({ tone: AGENT });
  customer.talkTo(await session.answer('customer', customer.sdp()));
  agent.talkTo(await session.answer('agent', agent.sdp()));
  await session.bridge('customer', 'agent');
  await bridged();
}

async function bridged(): Promise<void> {
  await customer.hears(AGENT);
  await agent.hears(CUSTOMER);
}

const play = (id: string, mixed = true): Promise<void> =>
  session.play('customer', {
    ...{ play: id, prompts: ['tone'], language: 'en', then: 'music', interrupt: '1', mixed },
  });

/** The customer hears the agent and the prompt, each as loud as the other. */
const bothAtCustomer = (): Promise<void> =>
  customer.until(() => {
    const samples = customer.lastSamples();
    const shares = [AGENT, PROMPT].map((tone) => toneShare(samples, tone));
    return shares.every((share) => share > 0.4);
  });

const ends = (): string[] =>
  events.flatMap((event) => (event.kind === 'play-ended' ? [`${event.play} ${event.reason}`] : []));
const ended = (count = 1): Promise<unknown> =>
  waitFor('the end of the play', () => ends()[count - 1]);

/** Of the prompt, in the stretch of 200 ms that has most of it. */
function mostPrompt(samples: Int16Array): number {
  const shares = Array.from({ length: Math.floor(samples.length / 1600) }, (_, i) =>
    toneShare(samples.subarray(i * 1600, (i + 1) * 1600), PROMPT),
  );
  return Math.max(...shares);
}

/** True while packets are passed on as they are. */
function isPacketDriven(listener: TonePhone, speaker: TonePhone): boolean {
  const sent = new Set(speaker.sentPayloads());
  return listener.heard.slice(-10).every(({ payload }) => sent.has(payload.toString('hex')));
}

/** One SSRC, sequence numbers without a gap, timestamps that show no pause over 60 ms. */
function expectOneStream({ heard }: TonePhone): void {
  expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1);
  heard.slice(1).forEach((packet, i) => {
    const before = heard[i] as typeof packet;
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    const step = (packet.timestamp - before.timestamp) | 0;
    expect(step).toBeGreaterThanOrEqual(160);
    expect(step - 160).toBeLessThanOrEqual(60 * 8);
  });
}

test.each<Voice>(['PCMA', 'G722'])(
  'a customer with %s hears agent and prompt, the agent and the recording nothing of it',
  async (law) => {
    await talking(law);
    const path = `${law}.wav`;
    await session.record({ recording: 'r', path, left: 'customer', right: 'agent' });
    await play('p');
    await bothAtCustomer();
    expect(session.view().endpoints).toEqual([
      { endpoint: 'customer', bridgedTo: 'agent' },
      { endpoint: 'agent', bridgedTo: 'customer' },
    ]);
    await ended();
    expect(ends()).toEqual(['p finished']);
    await bridged();
    if (law === 'PCMA') {
      await customer.until(() => isPacketDriven(customer, agent));
      await agent.until(() => isPacketDriven(agent, customer));
    }
    for (const phone of [customer, agent]) expectOneStream(phone);
    expect(mostPrompt(agent.samples(0))).toBeLessThan(0.001);
    await session.stopRecording('r');
    await waitFor('the recording', () => events.find(({ kind }) => kind === 'recorded'));
    const { channels } = readWav(await readFile(join(folder, path)));
    expect(channels).toHaveLength(2);
    for (const channel of channels) expect(mostPrompt(channel)).toBeLessThan(0.001);
  },
);

test.each<[string, () => Promise<void>, string[]]>([
  ['its key', () => session.pressed('customer', { key: '1', durationMs: 100 }), ['p key']],
  ['another mixed play', () => play('q'), ['p cut', 'q finished']],
])('%s ends it, and the talk is a packet bridge again', async (_what, work, expected) => {
  await talking();
  await play('p');
  await bothAtCustomer();
  await work();
  await ended(expected.length);
  expect(ends()).toEqual(expected);
  await bridged();
  await customer.until(() => isPacketDriven(customer, agent));
  expectOneStream(customer);
});

test.each<[string, () => Promise<void>]>([
  ['an ordinary play', () => play('q', false)],
  ['the end of the bridge', () => session.unbridge('customer', 'agent')],
  ['a partner who goes', () => session.closeEndpoint('agent')],
])('%s cuts it, and the talk is over', async (_what, work) => {
  await talking();
  await play('p');
  await bothAtCustomer();
  await work();
  await ended();
  expect(ends()).toEqual(['p cut']);
  expect(session.view().endpoints[0]).toEqual({ endpoint: 'customer', bridgedTo: null });
});

test('it goes on when a third party comes and goes', async () => {
  await talking();
  await session.answer('expert', agent.sdp());
  await play('p');
  await session.confer('expert', 'agent');
  await session.leaveConference('expert');
  await bothAtCustomer();
  await ended();
  expect(ends()).toEqual(['p finished']);
  await customer.until(() => isPacketDriven(customer, agent));
});

test('who talks with nobody has nothing to mix it into, and hears on what he heard', async () => {
  await talking();
  await session.unbridge('customer', 'agent');
  await play('q', false);
  await expect(play('p')).rejects.toMatchObject({ code: 'bad-request' });
  await ended();
  expect(ends()).toEqual(['q finished']);
});
