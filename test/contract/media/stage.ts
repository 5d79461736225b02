/**
 * What the subjects of the media suite share: a running edge (real sockets, real files) behind the control
 * protocol, and phones with tones at the far ends of its legs.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlClient } from '../../../sip/control/client';
import type { ControlEvent, EventLine } from '../../../sip/control/protocol';
import { readWav, type Voice } from '../../support/tone';
import { TonePhone } from '../../support/tone-phone';

/** A started backend. */
export interface MediaBackend {
  recordingsDir: string;
  /** Where a store's own prompts are looked for. */
  ownPromptsDir: string;
  /** A new client of that app name, not yet connected. */
  connect(app: string): ControlClient;
  close(): Promise<void>;
}

type EventOf<E extends ControlEvent['event']> = Extract<EventLine, { event: E }>;

export const CUSTOMER_TONE = 1000;
export const AGENT_TONE = 600;
export const SUPERVISOR_TONE = 1400;

export interface MediaStage {
  readonly backend: MediaBackend;
  /** Of an app that only this test knows. */
  readonly control: ControlClient;
  /** A client of that app name; closed after the test, as all of these are. */
  connecting(app: string): ControlClient;
  connect(app: string): Promise<ControlClient>;
  phone(tone: number, law?: Voice): Promise<TonePhone>;
  keep(phone: TonePhone): void;
  /** A leg whose far side offered: the phone talks to the answer. */
  caller(session: string, endpoint: string, law?: Voice): Promise<TonePhone>;
  /** A leg whose far side answered our offer. */
  agent(session: string, endpoint: string, law?: Voice, like?: string): Promise<TonePhone>;
}

/** In a `describe`: `start` is called once, before its first test. */
export function useMedia(start: () => Promise<MediaBackend>): MediaStage {
  let backend: MediaBackend;
  let control: ControlClient;
  const phones: TonePhone[] = [];
  const clients: ControlClient[] = [];

  beforeAll(async () => {
    backend = await start();
  });
  beforeEach(async () => {
    control = await connect(`app-${randomUUID()}`);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    for (const phone of phones.splice(0)) phone.close();
  });
  afterAll(() => backend.close());

  const connecting = (app: string): ControlClient => {
    const client = backend.connect(app);
    clients.push(client);
    return client;
  };
  const connect = async (app: string): Promise<ControlClient> => {
    const client = connecting(app);
    await once(client, 'connected');
    return client;
  };
  const phone = async (tone: number, law: Voice = 'PCMA'): Promise<TonePhone> => {
    const opened = await TonePhone.open({ tone, law });
    phones.push(opened);
    return opened;
  };
  const caller = async (session: string, endpoint: string, law: Voice = 'PCMA') => {
    const opened = await phone(CUSTOMER_TONE, law);
    const order = { session, endpoint, offer: opened.sdp() };
    opened.talkTo((await control.command('endpoint.answer', order)).answer);
    return opened;
  };
  const agent = async (session: string, endpoint: string, law: Voice = 'PCMA', like?: string) => {
    const opened = await phone(AGENT_TONE, law);
    const order = { session, endpoint, ...(like === undefined ? {} : { like }) };
    const { offer } = await control.command('endpoint.offer', order);
    await control.command('endpoint.accept', { session, endpoint, answer: opened.sdp() });
    opened.talkTo(offer);
    return opened;
  };
  return {
    get backend() {
      return backend;
    },
    get control() {
      return control;
    },
    ...{ connecting, connect, phone, caller, agent },
    keep: (opened) => phones.push(opened),
  };
}

/** The next event of that kind. The test's own time limit is the deadline. */
export function nextEvent<E extends ControlEvent['event']>(
  client: ControlClient,
  event: E,
): Promise<EventOf<E>> {
  return new Promise((resolve) => {
    const look = (line: EventLine): void => {
      if (line.event !== event) return;
      client.off('event', look);
      resolve(line as EventOf<E>);
    };
    client.on('event', look);
  });
}

/** One SSRC, sequence numbers without a gap, timestamps that never step back. */
export function expectOneStream({ heard }: TonePhone): void {
  expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1);
  for (let i = 1; i < heard.length; i++) {
    const [before, packet] = [heard[i - 1], heard[i]];
    if (before === undefined || packet === undefined) continue;
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    expect((packet.timestamp - before.timestamp) | 0).toBeGreaterThanOrEqual(160);
  }
}

/** How many frames of 20 ms these English prompts last. */
export async function promptFrames(...keys: string[]): Promise<number> {
  let frames = 0;
  for (const key of keys) {
    const file = await readFile(join(__dirname, `../../../media/prompts/en/${key}.wav`));
    frames += Math.ceil(readWav(file).duration / 0.02);
  }
  return frames;
}
