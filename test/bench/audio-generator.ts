import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { AudioMeasured, FromGenerator, Talk, ToGenerator } from './audio-load';
import { elapsed } from './elapsed';
import { Histogram } from './histogram';
import { SteadyStream } from './steady-stream';

/**
 * Process of audio-load.ts. Legs are spread over the 20 ms of a packet, so that the server does not see
 * bursts that no carrier makes, and over sockets, so that no socket's buffer overflows here.
 */
const HOST = '127.0.0.1';
const SLOT_MS = 2;
const SLOTS = 20 / SLOT_MS;
/** A generator that was kept waiting for longer leaves packets out: a burst would measure itself. */
const MOST_SLOTS_BEHIND = 30;
const LEGS_PER_SOCKET = 10;
/** Pairs of legs that talk past the server, for what loopback and this process take. */
const DIRECT_PAIRS = 10;
const HEADER_BYTES = 12;
const SAMPLES = 160;
const PCMA = 8;
/** In the payload: this mark, the leg, the packet's number, the time it was sent. */
const MARK = 0x6f6c6e65;
const LEG_AT = HEADER_BYTES + 4;
const NUMBER_AT = LEG_AT + 4;
const SENT_AT = NUMBER_AT + 4;
/** Packets that are this long on their way are lost. */
const DRAIN_MS = 400;
const TOO_LATE_MS = 40;

interface Leg {
  socket: Socket;
  packet: Buffer;
  number: number;
  port: number;
  hears: Talk['hears'];
  /** The numbers of its packets that count. */
  from: number;
  until: number;
  /** How many of these the other leg got. */
  arrived: number;
  isDirect: boolean;
  steady: SteadyStream;
}

const legs: Leg[] = [];
const slots: Leg[][] = Array.from({ length: SLOTS }, () => []);
/** By the server's port. */
const listeners = new Map<number, Leg>();
const transit = new Histogram();
const direct = new Histogram();
const late = new Histogram();
let startedAt = 0;
let measuring = false;

function bind(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, done) => done(null, host, 4),
    recvBufferSize: 1024 * 1024,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, HOST, () => {
      socket.on('message', receive);
      resolve(socket);
    });
  });
}

async function open(count: number): Promise<Leg[]> {
  const opened: Leg[] = [];
  let socket: Socket | undefined;
  for (let n = 0; n < count; n += 1) {
    if (socket === undefined || n % LEGS_PER_SOCKET === 0) socket = await bind();
    opened.push(newLeg(legs.length, socket));
    legs.push(opened[n] as Leg);
  }
  return opened;
}

function newLeg(index: number, socket: Socket): Leg {
  const packet = Buffer.alloc(HEADER_BYTES + SAMPLES);
  packet[0] = 0x80;
  packet[1] = PCMA;
  packet.writeUInt32BE(index + 1, 8);
  // A loud hum with overtones: any bytes are A-law, and silence would be cheap to somebody.
  for (let n = 0; n < SAMPLES; n += 1) packet[HEADER_BYTES + n] = 0xd5 ^ ((n * 7) % 64);
  packet.writeUInt32BE(MARK, HEADER_BYTES);
  packet.writeUInt32BE(index, LEG_AT);
  const steady = new SteadyStream();
  const none = { from: Number.POSITIVE_INFINITY, until: 0, arrived: 0 };
  return { socket, packet, number: 0, port: 0, hears: 'server', ...none, isDirect: false, steady };
}

function talk({ leg: index, port, hears }: Talk): void {
  const leg = legs[index];
  if (leg === undefined) throw new Error(`no leg ${index}`);
  Object.assign(leg, { port, hears });
  listeners.set(port, leg);
  slots[index % SLOTS]?.push(leg);
}

function speak(leg: Leg): void {
  const { packet, number } = leg;
  leg.number += 1;
  packet.writeUInt16BE(number & 0xffff, 2);
  packet.writeUInt32BE((number * SAMPLES) >>> 0, 4);
  packet.writeUInt32BE(number, NUMBER_AT);
  packet.writeDoubleBE(performance.now(), SENT_AT);
  leg.socket.send(packet, leg.port, HOST);
}

/** Timers drift and skip; the clock says how many slots are due. */
function startSpeaking(): void {
  let slot = Math.floor(performance.now() / SLOT_MS);
  setInterval(() => {
    const now = Math.floor(performance.now() / SLOT_MS);
    slot = Math.max(slot, now - MOST_SLOTS_BEHIND);
    for (; slot < now; slot += 1) for (const leg of slots[slot % SLOTS] ?? []) speak(leg);
  }, SLOT_MS);
}

function receive(packet: Buffer, { port }: RemoteInfo): void {
  const now = performance.now();
  const leg = listeners.get(port);
  if (leg?.hears === 'server') {
    const lateMs = leg.steady.arrive(packet.readUInt32BE(4), now);
    if (measuring) late.add(lateMs);
  } else if (packet.length > SENT_AT + 8 && packet.readUInt32BE(HEADER_BYTES) === MARK) {
    arrived(packet, now);
  }
}

function arrived(packet: Buffer, now: number): void {
  const sender = legs[packet.readUInt32BE(LEG_AT)];
  if (sender === undefined) return;
  const number = packet.readUInt32BE(NUMBER_AT);
  if (number < sender.from || number >= sender.until) return;
  sender.arrived += 1;
  (sender.isDirect ? direct : transit).add(now - packet.readDoubleBE(SENT_AT));
}

function start(): void {
  for (const histogram of [transit, direct, late]) histogram.clear();
  for (const leg of legs) {
    Object.assign(leg, { from: leg.number, until: Number.POSITIVE_INFINITY, arrived: 0 });
    leg.steady.restart();
  }
  startedAt = performance.now();
  measuring = true;
}

async function stop(): Promise<AudioMeasured> {
  const now = performance.now();
  const windowMs = now - startedAt;
  measuring = false;
  const through = legs.filter(({ isDirect, port }) => !isDirect && port !== 0);
  for (const leg of legs) leg.until = leg.number;
  // The server's own frames count until now, those of legs until they have arrived.
  let [sent, expected, received] = [0, 0, 0];
  for (const leg of through.filter(({ hears }) => hears === 'server')) {
    expected += leg.steady.expected(now, windowMs);
    received += leg.steady.received;
  }
  await elapsed(DRAIN_MS);
  for (const leg of through) {
    sent += leg.until - leg.from;
    const heard = typeof leg.hears === 'number' ? legs[leg.hears] : undefined;
    expected += heard === undefined ? 0 : heard.until - heard.from;
    received += heard?.arrived ?? 0;
  }
  const quantiles = (of: Histogram) => ({ p50: of.quantile(0.5), p99: of.quantile(0.99) });
  return {
    ...{ windowMs, sent, expected, received },
    transitMs: quantiles(transit),
    directMs: quantiles(direct),
    directLossRatio: directLoss(),
    lateMs: quantiles(late),
    lateShare: late.shareAbove(TOO_LATE_MS),
  };
}

function directLoss(): number {
  const past = legs.filter(({ isDirect }) => isDirect);
  const sum = (of: (leg: Leg) => number) => past.reduce((total, leg) => total + of(leg), 0);
  return 1 - sum(({ arrived }) => arrived) / sum(({ from, until }) => until - from);
}

const toOpenLeg = (leg: Leg) => ({ leg: legs.indexOf(leg), port: portOf(leg) });
const portOf = ({ socket }: Leg): number => socket.address().port;

async function answer(message: ToGenerator): Promise<FromGenerator> {
  switch (message.type) {
    case 'open':
      return { type: 'opened', legs: (await open(message.legs)).map(toOpenLeg) };
    case 'talk':
      message.talks.forEach(talk);
      return { type: 'done' };
    case 'start':
      start();
      return { type: 'done' };
    case 'stop':
      return { type: 'measured', ...(await stop()) };
  }
}

/** Past the server: each sends to the other's socket. */
async function openDirect(): Promise<void> {
  const opened = await open(2 * DIRECT_PAIRS);
  opened.forEach((leg, n) => {
    leg.isDirect = true;
    leg.port = portOf(opened[n ^ 1] as Leg);
    slots[n % SLOTS]?.push(leg);
  });
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToGenerator) => {
  void ready.then(() => answer(message)).then((reply) => process.send?.(reply));
});
const ready = openDirect().then(startSpeaking);
