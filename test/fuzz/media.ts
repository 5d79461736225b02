import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket as TcpSocket } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import { seeded, type Random } from '../simulation/random';
import { SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';
import { mutate } from './mutate';
import { CONTROL_SEEDS, RTCP_SEEDS, RTP_SEEDS, SDP } from './seeds';

/**
 * Mutants of RTP, RTCP, SDP and control lines against a running media edge, through its sockets, while two
 * phones talk and are recorded: strangers send to the ports of their talk, and a far side of its own, which
 * is believed, to a talk that is mixed and recorded as well.
 */
export interface MediaFuzz {
  /** Of each kind. */
  count: number;
  seed: number;
  onRest?: (memory: NodeJS.MemoryUsage) => void;
}

export interface MediaFuzzResult {
  /** Of each kind. */
  inputs: number;
  /** SDP mutants that were answered, all others were refused. */
  answered: number;
  /** Sessions that a fallen worker took along. */
  lost: number;
  /** Least share of the own tone in 200 ms of what each phone heard, and in each channel of the file. */
  purestAtLeast: number;
  /** Most of the strangers' tone in any of these. */
  injectedAtMost: number;
  /** Sessions of the mutants' own app that were left. */
  left: number;
}

const CALLER = 1000;
const AGENT = 600;
/** What strangers say, if anybody listens. */
const INJECTED = 440;
/** Of the family that the edge has. */
const SDP_4 = SDP.replace('c=IN IP6 ::1\r\n', '');
const HANDFUL = 50;
/** Three seconds, however quickly the mutants are through. */
const LEAST_HEARD = 150;
const REST_EVERY = 10;

export async function fuzzMedia({ count, seed, onRest }: MediaFuzz): Promise<MediaFuzzResult> {
  const random = seeded(seed);
  const run = await MediaFuzzRun.start(random);
  try {
    for (let inputs = 0, handful = 1; inputs < count; inputs += HANDFUL, handful++) {
      await run.feed(HANDFUL);
      if (handful % REST_EVERY > 0) continue;
      globalThis.gc?.();
      onRest?.(process.memoryUsage());
    }
    return { inputs: count, ...(await run.judge()) };
  } finally {
    await run.close();
  }
}

class MediaFuzzRun {
  private answered = 0;
  private lost = 0;
  private serial = 0;
  private stored = false;
  private line: TcpSocket | null = null;
  private readonly phones: TonePhone[] = [];
  private readonly ports: number[] = [];
  /** Where what the believed far side says is taken. */
  private fuzzedPort = 0;

  private constructor(
    private readonly random: Random,
    private readonly edge: MediaEdge,
    private readonly talk: ControlClient,
    private readonly fuzzer: ControlClient,
    private readonly stranger: Socket,
    private readonly believed: Socket,
  ) {}

  static async start(random: Random): Promise<MediaFuzzRun> {
    const edge = await startMediaEdge({ maxStreams: 1000 });
    const client = async (app: string): Promise<ControlClient> => {
      const { port } = edge.server.address;
      const log = pino({ level: 'silent' });
      const made = connectControl({ host: '127.0.0.1', port, secret: SECRET, app, log });
      await once(made, 'connected');
      return made;
    };
    const [stranger, believed] = [createSocket('udp4'), createSocket('udp4')];
    stranger.bind(0, '127.0.0.3');
    believed.bind(0, '127.0.0.1');
    await Promise.all([once(stranger, 'listening'), once(believed, 'listening')]);
    const [talk, fuzzer] = [await client('talk'), await client('fuzzer')];
    const run = new MediaFuzzRun(random, edge, talk, fuzzer, stranger, believed);
    await run.begin();
    return run;
  }

  private async begin(): Promise<void> {
    this.talk.on('event', (line: EventLine) => {
      if (line.event === 'session.lost') this.lost += 1;
      if (line.event === 'record.finished') this.stored = line.file.result === 'stored';
    });
    this.fuzzer.on('event', (line: EventLine) => {
      if (line.event === 'session.lost') this.lost += 1;
      this.fuzzer.ack(line.seq);
    });
    for (const [endpoint, tone] of [
      ['caller', CALLER],
      ['agent', AGENT],
    ] as const) {
      const phone = await TonePhone.open({ tone });
      this.phones.push(phone);
      const answer = await answerTo(this.talk, { session: 'talk', endpoint, offer: phone.sdp() });
      phone.talkTo(answer);
      this.ports.push(portOf(answer));
    }
    await connectLegs(this.talk, 'talk', ['caller', 'agent']);
    const { port } = this.believed.address();
    const offer = SDP_4.replace('m=audio 4000', `m=audio ${port}`);
    const fuzzed = await answerTo(this.fuzzer, { session: 'mixed', endpoint: 'caller', offer });
    this.fuzzedPort = portOf(fuzzed);
    for (const endpoint of ['agent', 'supervisor']) {
      await answerTo(this.fuzzer, { session: 'mixed', endpoint, offer });
    }
    await connectLegs(this.fuzzer, 'mixed', ['caller', 'agent']);
    const joins = { session: 'mixed', endpoint: 'supervisor', on: 'agent', mode: 'barge' } as const;
    await this.fuzzer.command('monitor.join', joins);
  }

  /** So many of each kind; resolves when the edge has answered what can be answered. */
  async feed(count: number): Promise<void> {
    const offers: Promise<void>[] = [];
    for (let i = 0; i < count; i++) {
      this.sendRtp();
      this.sendRtcp();
      offers.push(this.offer(i));
      this.sendLine();
    }
    await Promise.all(offers);
    for (let i = 0; i < count; i++) {
      await this.fuzzer.command('session.close', { session: `sdp ${i}` }).catch(() => undefined);
    }
  }

  private sendRtp(): void {
    const packet = this.mutant(RTP_SEEDS);
    this.stranger.send(packet, this.random.pick(this.ports) ?? 0, '127.0.0.1');
    this.believed.send(packet, this.fuzzedPort, '127.0.0.1');
  }

  /** Reports may come from any port of the far side's host, and to either port. */
  private sendRtcp(): void {
    const packet = this.mutant(RTCP_SEEDS);
    const port = this.random.pick(this.ports) ?? 0;
    this.stranger.send(packet, port, '127.0.0.1');
    this.believed.send(packet, port + 1, '127.0.0.1');
    this.believed.send(packet, this.fuzzedPort + this.random.below(2), '127.0.0.1');
  }

  private async offer(n: number): Promise<void> {
    const offer = mutate(SDP_4, SDP, this.random);
    const session = this.random.chance(0.2) ? 'again' : `sdp ${n}`;
    await answerTo(this.fuzzer, { session, endpoint: 'a', offer }).then(
      () => (this.answered += 1),
      () => undefined,
    );
  }

  private sendLine(): void {
    let { line } = this;
    if (line === null || !line.writable) {
      line = connect(this.edge.server.address.port, '127.0.0.1');
      line.on('error', () => undefined);
      line.resume();
      const hello = { secret: SECRET, app: 'lines' };
      if (this.random.chance(0.9)) {
        line.write(`${JSON.stringify({ id: 1, command: 'hello', params: hello })}\n`);
      }
      this.line = line;
    }
    this.serial += 1;
    line.write(this.mutant(CONTROL_SEEDS));
  }

  private mutant(seeds: readonly string[]): Buffer {
    const seedOf = () => this.random.pick(seeds) as string;
    return Buffer.from(mutate(seedOf(), seedOf(), this.random), 'latin1');
  }

  async judge(): Promise<Omit<MediaFuzzResult, 'inputs'>> {
    const [caller, agent] = this.phones as [TonePhone, TonePhone];
    for (const phone of [caller, agent]) {
      const enough = Math.max(LEAST_HEARD, phone.heard.length + 25);
      await phone.until(() => phone.heard.length > enough);
    }
    const path = 'talk.wav';
    await this.talk.command('record.stop', { session: 'talk', recording: 'talk' });
    await waitFor('the recording', () => this.stored);
    const wav = readWav(readFileSync(join(this.edge.recordingsDir, path)));
    const [left, right] = wav.channels as [Int16Array, Int16Array];
    const heard: [Int16Array, number][] = [
      [left.subarray(4000, -800), CALLER],
      [right.subarray(4000, -800), AGENT],
      [caller.samples(50), AGENT],
      [agent.samples(50), CALLER],
    ];
    const parts = heard.flatMap(([samples, hz]) => shares(samples, hz));
    const injected = heard.map(([samples]) => toneShare(samples, INJECTED));
    await this.fuzzer.command('session.close', { session: 'again' }).catch(() => undefined);
    await this.fuzzer.command('session.close', { session: 'mixed' });
    const { sessions } = await this.fuzzer.command('session.list', {});
    return {
      ...{ answered: this.answered, lost: this.lost, left: sessions.length },
      // One part in two hundred may have a shift in it, of a machine that was late.
      purestAtLeast: parts.sort((a, b) => a - b)[Math.ceil(parts.length / 200)] ?? 0,
      injectedAtMost: Math.max(...injected),
    };
  }

  async close(): Promise<void> {
    for (const phone of this.phones) phone.close();
    this.line?.destroy();
    this.talk.close();
    this.fuzzer.close();
    this.stranger.close();
    this.believed.close();
    await this.edge.close();
  }
}

async function answerTo(
  control: ControlClient,
  params: { session: string; endpoint: string; offer: string },
): Promise<string> {
  return (await control.command('endpoint.answer', params)).answer;
}

/** Bridged and recorded. */
async function connectLegs(
  control: ControlClient,
  session: string,
  [a, b]: readonly [string, string],
): Promise<void> {
  const order = { session, recording: session, path: `${session}.wav` };
  await control.command('record.start', { ...order, left: a, right: b });
  await control.command('bridge', { session, a, b });
}

const portOf = (sdp: string): number => Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);

/** Of each 200 ms. */
function shares(samples: Int16Array, hz: number): number[] {
  return Array.from({ length: Math.floor(samples.length / 1600) }, (_, i) =>
    toneShare(samples.subarray(i * 1600, (i + 1) * 1600), hz),
  );
}
