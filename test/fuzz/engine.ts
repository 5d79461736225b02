import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { frame, FrameReader } from '../../sip/gateway/frames';
import { seeded, type Random } from '../simulation/random';
import { SDP as PHONE_SDP } from '../sip/support/phone';
import { SECRET, startEngine, type Engine } from '../sip/support/engine';
import { waitFor, within } from '../support/wait';
import { mutate } from './mutate';
import { CALL_SEEDS, FRAME_SEEDS, SIP_SEEDS } from './seeds';

/**
 * Mutants against a whole running engine, through its sockets: SIP by UDP and TCP, drachtio frames by
 * connections that know the secret and by some that do not. After every handful an honest OPTIONS must be
 * answered by the app behind the engine.
 */
export interface EngineFuzz {
  count: number;
  seed: number;
  /** Called now and then, after a collection where that can be asked for. */
  onRest?: (memory: NodeJS.MemoryUsage) => void;
}

export interface EngineFuzzResult {
  inputs: number;
  /** Honest requests in between, each of which was answered. */
  answered: number;
  /** Requests that came through to the app, honest ones not counted. */
  delivered: number;
  /** What the engine still held when everything had timed out: all noughts. */
  left: ReturnType<Engine['load']>;
  counters: Engine['counters'];
}

const HANDFUL = 100;
const REST_EVERY = 20;
/** Branches and Call-IDs under which a message comes. */
const NAMES = 2000;
/** Nobody is looked up: a mutant may name anybody. */
const NO_DNS = {
  naptr: () => Promise.resolve([]),
  srv: () => Promise.resolve([]),
  addresses: () => Promise.resolve([]),
};
const BOUNDLESS = { perSecond: 1e9, burst: 1e9 };
/** A registration would draw the honest requests to connections that answer nothing. */
const ROUTE = /\|route\|/;

export async function fuzzEngine(options: EngineFuzz): Promise<EngineFuzzResult> {
  const random = seeded(options.seed);
  const engine = await startEngine({ sourceRate: BOUNDLESS, dns: NO_DNS });
  const delivered = { requests: 0 };
  const app = await answeringApp(engine, random, delivered);
  const udp = createSocket('udp4').bind(0, '127.0.0.2');
  await once(udp, 'listening');
  const doors = new Doors(engine, udp);
  const probe = await Probe.open(engine.udpPort);
  delivered.requests = 0;
  let inputs = 0;
  for (let handful = 1; inputs < options.count; handful++) {
    for (let i = 0; i < HANDFUL; i++, inputs++) doors.feed(random);
    await probe.ask();
    if (handful % REST_EVERY > 0) continue;
    globalThis.gc?.();
    options.onRest?.(process.memoryUsage());
  }
  doors.close();
  app.destroy();
  const isEmpty = () => !Object.values(engine.load()).some(Boolean);
  // 64·T1 of this engine is 1.3 s; a request whose app has gone is remembered for 64 s.
  await waitFor('the engine to be empty', isEmpty, 90_000).catch(() => undefined);
  const { answered } = probe;
  const left = engine.load();
  const result = { inputs, answered, delivered: delivered.requests - answered, left };
  const counters = { ...engine.counters };
  probe.close();
  await engine.close();
  return { ...result, counters };
}

/** The ways in. A connection that the engine closed, as it should, is opened anew. */
class Doors {
  private readonly open = new Map<string, TcpSocket>();

  constructor(
    private readonly engine: Engine,
    private readonly udp: Socket,
  ) {}

  feed(random: Random): void {
    const { engine } = this;
    const chosen = random.below(10);
    if (chosen < 5) {
      this.udp.send(sipMutant(random).slice(0, 60_000), engine.udpPort, '127.0.0.1');
    } else if (chosen < 7) {
      this.through('sip', engine.tcpPort, sipMutant(random));
    } else {
      const stranger = random.chance(0.1);
      const before = stranger ? '' : frame(`a|authenticate|${SECRET}|`);
      this.through(
        stranger ? 'stranger' : 'app',
        engine.drachtio.port,
        frameMutant(random),
        before,
      );
    }
  }

  close(): void {
    for (const socket of this.open.values()) socket.destroy();
    this.udp.close();
  }

  private through(door: string, port: number, mutant: Buffer, before = ''): void {
    let socket = this.open.get(door);
    if (socket === undefined || !socket.writable) {
      socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      // Read and thrown away: a peer that never reads is another matter.
      socket.resume();
      socket.write(before, 'latin1');
      this.open.set(door, socket);
    }
    socket.write(mutant);
  }
}

function sipMutant(random: Random): Buffer {
  const seeds = random.chance(0.5) ? SIP_SEEDS : CALL_SEEDS;
  const seed = () => renamed(random.pick(seeds) as string, random.below(NAMES));
  return Buffer.from(onLoopback(mutate(seed(), seed(), random)), 'latin1');
}

/** Else nearly all would be copies of the first; some meet a transaction or dialog that is there. */
function renamed(seed: string, name: number): string {
  return seed
    .replace(/branch=z9hG4bK[\w.-]*/gi, (branch) => `${branch}${name}`)
    .replace(/^((?:call-id|i)\s*:\s*)/im, `$1${name}-`);
}

function frameMutant(random: Random): Buffer {
  const seeds = FRAME_SEEDS.filter((text) => !ROUTE.test(text));
  const seed = () => random.pick(seeds) as string;
  const mutant = onLoopback(mutate(seed(), seed(), random));
  // Half of them well framed, so that what lies within is read.
  const text = random.chance(0.5) ? frame(mutant.replace(/^\d*#?/, '')) : mutant;
  return Buffer.from(ROUTE.test(text) ? '' : text, 'latin1');
}

/** No mutant makes the engine call another machine. */
function onLoopback(mutant: string): string {
  return mutant.replace(/\d+\.\d+\.\d+\.\d+/g, (address) =>
    address.startsWith('127.') ? address : '127.0.0.2',
  );
}

/** An app that answers whatever it is given: calls now with 200, now with 486, all else with 200. */
async function answeringApp(
  { drachtio }: Engine,
  random: Random,
  delivered: { requests: number },
): Promise<TcpSocket> {
  const socket = connect(drachtio.port, drachtio.host);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const reader = new FrameReader();
  let serial = 0;
  socket.on('data', (data) => {
    for (const message of reader.push(data.toString('latin1')) ?? []) {
      const [, kind, source, , , , , , transactionId = ''] =
        message.split('\r', 1)[0]?.split('|') ?? [];
      if (kind !== 'sip' || source !== 'network') continue;
      const answer = answerTo(message.slice(message.indexOf('\r\n') + 2), random);
      if (answer === undefined) continue;
      delivered.requests++;
      socket.write(frame(`s${serial++}|sip|${transactionId}||\r\n${answer}`), 'latin1');
    }
  });
  const verbs = ['invite', 'register', 'options', 'message', 'subscribe', 'info'];
  const hello = [`h|authenticate|${SECRET}|`, ...verbs.map((verb) => `r|route|${verb}`)];
  socket.write(hello.map(frame).join(''));
  return socket;
}

function answerTo(sip: string, random: Random): string | undefined {
  const method = /^(\S+) /.exec(sip)?.[1] ?? '';
  if (method === 'ACK' || method === 'CANCEL' || method.startsWith('SIP/')) return undefined;
  const cseq = `CSeq: 1 ${method}\r\n`;
  if (method !== 'INVITE') return `SIP/2.0 200 OK\r\n${cseq}\r\n`;
  if (random.chance(0.5)) return `SIP/2.0 486 Busy Here\r\n${cseq}\r\n`;
  return `SIP/2.0 200 OK\r\n${cseq}Content-Type: application/sdp\r\n\r\n${PHONE_SDP}`;
}

/** The honest one among them. */
class Probe {
  answered = 0;
  private constructor(
    private readonly socket: Socket,
    private readonly enginePort: number,
  ) {}

  static async open(enginePort: number): Promise<Probe> {
    const socket = createSocket('udp4').bind(0, '127.0.0.3');
    await once(socket, 'listening');
    const probe = new Probe(socket, enginePort);
    // A stranger who asks as often as this, and says as little, is not always answered.
    await probe.send('REGISTER', 'probe');
    return probe;
  }

  /** Resolves with the answer; rejects after ten seconds without one. */
  async ask(): Promise<void> {
    await this.send('OPTIONS', `probe-${this.answered}`);
    this.answered++;
  }

  private async send(method: string, id: string): Promise<void> {
    const { port } = this.socket.address();
    const text =
      `${method} sip:400@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.3:${port};branch=z9hG4bK${id}\r\n` +
      `From: <sip:a@127.0.0.3>;tag=1\r\nTo: <sip:400@127.0.0.1>\r\nCall-ID: ${id}\r\n` +
      `CSeq: 1 ${method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`;
    const answered = new Promise<void>((resolve) => {
      const hear = (data: Buffer): void => {
        if (!data.includes(`${id}\r\n`) || !data.includes('SIP/2.0 200')) return;
        this.socket.off('message', hear);
        resolve();
      };
      this.socket.on('message', hear);
    });
    this.socket.send(text, this.enginePort, '127.0.0.1');
    // A mutant flood may cost a datagram of ours, as it may cost anybody's: then it is sent again.
    const again = setInterval(() => this.socket.send(text, this.enginePort, '127.0.0.1'), 500);
    await within(`the answer to ${id}`, answered).finally(() => clearInterval(again));
  }

  close(): void {
    this.socket.close();
  }
}
