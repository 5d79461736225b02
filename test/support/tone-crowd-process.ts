import { createSocket, type Socket } from 'node:dgram';
import { isRtcp } from '../../sip/rtp/rtcp';
import { seeded } from '../simulation/random';
import type { CrowdReport, CrowdTalk, FromCrowd, ToCrowd } from './tone-crowd';
import { decode, tonePayload, toneShare } from './tone';

/**
 * Process of tone-crowd.ts. Legs are spread over the 20 ms of a packet, so that nobody sees bursts that no
 * carrier makes. As little as possible is done for a packet: machine and product share the cores.
 */
const HOST = '127.0.0.1';
const SLOT_MS = 2;
const SLOTS = 20 / SLOT_MS;
const HEADER_BYTES = 12;
const SAMPLES = 160;
const PCMA = 8;
/** Whole hertz begin anew every second. */
const FRAMES_A_SECOND = 50;
const JUDGED_FRAMES = 10;
/** None of the first second is left out but what is late: a recorder may still align its side then. */
const WHOLE_FRAMES = 50;
/**
 * A crowd that loses packets leaves out what it could not say within so long after its time, 200 ms: a stall of this
 * process is then a loss that it knows of, not one that a recorder makes of what comes too late.
 */
const LATE_SLOTS = 100;
const SILENCE = 0xd5;
/** A timestamp so far behind has wrapped, or belongs to another source. */
const FAR = 1000;
/** Packets are on their way for no longer. */
const DRAIN_MS = 300;
/** A-law bytes of a tone are far apart; those of silence and comfort noise are next to 0xd5 and 0x55. */
const LOUD = 40;

interface Leg {
  socket: Socket;
  port: number;
  packet: Buffer;
  second: Buffer;
  frames: number;
  dropped: number[];
  hears: number;
  /** The last packets' sound, as a ring, and the number of the last by its timestamp. */
  ear: Buffer;
  earAt: number;
  heard: number;
  loudAt: number;
  longestGapMs: number;
}

const legs: Leg[] = [];
const slots: Leg[][] = Array.from({ length: SLOTS }, () => []);
let random = seeded(1);
let loss = 0;
let speaking = true;
let stallMs = 0;
/** Who waits for that many frames. */
let awaited: { frames: number; done: () => void } | null = null;

function bind(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, done) => done(null, host, 4),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, HOST, () => resolve(socket));
  });
}

async function open(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const socket = await bind();
    const packet = Buffer.alloc(HEADER_BYTES + SAMPLES);
    packet.writeUInt16BE(0x8000 | PCMA, 0);
    packet.writeUInt32BE(n + 1, 8);
    const leg: Leg = {
      ...{ socket, port: 0, packet, second: Buffer.alloc(0), frames: 0, dropped: [], hears: 0 },
      ...{ ear: Buffer.alloc(JUDGED_FRAMES * SAMPLES, SILENCE), earAt: 0 },
      ...{ heard: 0, loudAt: performance.now(), longestGapMs: 0 },
    };
    legs.push(leg);
    socket.on('message', (heard) => hear(leg, heard));
  }
}

function talk({ leg: n, port, hz, hears }: CrowdTalk): void {
  const leg = legs[n];
  if (leg === undefined) throw new Error(`no leg ${n}`);
  Object.assign(leg, {
    port,
    hears,
    second: tonePayload('PCMA', hz, 0, FRAMES_A_SECOND * SAMPLES),
  });
  slots[n % SLOTS]?.push(leg);
}

function speak(leg: Leg, mayDrop: boolean, isLate = false): void {
  const { packet, frames } = leg;
  leg.frames += 1;
  if (mayDrop && isDropped(frames, isLate)) {
    leg.dropped.push(frames);
    return;
  }
  packet.writeUInt16BE(frames & 0xffff, 2);
  packet.writeUInt32BE((frames * SAMPLES) >>> 0, 4);
  const from = (frames % FRAMES_A_SECOND) * SAMPLES;
  leg.second.copy(packet, HEADER_BYTES, from, from + SAMPLES);
  leg.socket.send(packet, leg.port, HOST);
}

/** Each leg leaves out one at least, by which its place in a recording is known. */
function isDropped(frame: number, isLate: boolean): boolean {
  if (loss === 0 || frame === 0) return false;
  if (isLate || frame === WHOLE_FRAMES) return true;
  return frame > WHOLE_FRAMES && random.chance(loss);
}

/** Timers drift and skip; the clock says how many slots are due. */
function startSpeaking(): void {
  let slot = Math.floor(performance.now() / SLOT_MS);
  setInterval(() => {
    const now = Math.floor(performance.now() / SLOT_MS);
    stallMs = Math.max(stallMs, (now - slot - 1) * SLOT_MS);
    for (; slot < now; slot += 1) {
      const isLate = now - slot > LATE_SLOTS;
      if (speaking) for (const leg of slots[slot % SLOTS] ?? []) speak(leg, true, isLate);
    }
    if (awaited === null || leastSpoken() < awaited.frames) return;
    awaited.done();
    awaited = null;
  }, SLOT_MS);
}

function leastSpoken(): number {
  let least = Number.POSITIVE_INFINITY;
  for (const leg of legs) if (leg.port !== 0) least = Math.min(least, leg.frames);
  return Number.isFinite(least) ? least : 0;
}

function hear(leg: Leg, packet: Buffer): void {
  if (isRtcp(packet) || packet.length !== HEADER_BYTES + SAMPLES) return;
  keep(leg, packet);
  if (!isLoud(packet)) return;
  const now = performance.now();
  leg.longestGapMs = Math.max(leg.longestGapMs, now - leg.loudAt);
  leg.loudAt = now;
  leg.heard += 1;
}

/** By its timestamp, so that a lost packet does not shift the tone. */
function keep(leg: Leg, packet: Buffer): void {
  const frame = Math.floor(packet.readUInt32BE(4) / SAMPLES);
  const steps = frame - leg.earAt;
  if (steps < 1 - JUDGED_FRAMES && steps > -FAR) return;
  const missing = Math.abs(steps) > JUDGED_FRAMES ? JUDGED_FRAMES : steps;
  for (let back = 1; back < missing; back++) {
    // The first frames after timestamps have wrapped have none before them.
    const at = ((frame - back + JUDGED_FRAMES) % JUDGED_FRAMES) * SAMPLES;
    leg.ear.fill(SILENCE, at, at + SAMPLES);
  }
  packet.copy(leg.ear, (frame % JUDGED_FRAMES) * SAMPLES, HEADER_BYTES);
  if (steps > 0 || steps < -FAR) leg.earAt = frame;
}

/** More than a quarter of the bytes are far from silence: of some tones each second sample is nought. */
function isLoud(packet: Buffer): boolean {
  let loud = 0;
  for (let i = HEADER_BYTES; i < packet.length; i++) {
    // Without the sign, and with the inverted even bits set right: the exponent and mantissa.
    if ((((packet[i] as number) ^ 0x55) & 0x7f) >= LOUD) loud += 1;
  }
  return loud > SAMPLES / 4;
}

function reportOf(leg: Leg): CrowdReport {
  const { frames, dropped, heard, longestGapMs, loudAt, ear, earAt, hears } = leg;
  const at = ((earAt + 1) % JUDGED_FRAMES) * SAMPLES;
  const inOrder = Buffer.concat([ear.subarray(at), ear.subarray(0, at)]);
  return {
    ...{ frames, dropped, heard },
    longestGapMs: Math.max(longestGapMs, performance.now() - loudAt),
    share: toneShare(decode('PCMA', inOrder), hears),
  };
}

function listen(): void {
  stallMs = 0;
  for (const leg of legs)
    Object.assign(leg, { heard: 0, longestGapMs: 0, loudAt: performance.now() });
}

function hush(): Promise<void> {
  speaking = false;
  for (const leg of legs) if (leg.port !== 0) speak(leg, false);
  return new Promise((resolve) => {
    const drained = setTimeout(() => {
      clearTimeout(drained);
      resolve();
    }, DRAIN_MS);
  });
}

async function answer(message: ToCrowd): Promise<FromCrowd> {
  switch (message.type) {
    case 'open': {
      ({ loss } = message);
      random = seeded(message.seed);
      await open(message.legs);
      startSpeaking();
      const opened = legs.map(({ socket }, leg) => ({ leg, port: socket.address().port }));
      return { type: 'opened', legs: opened };
    }
    case 'talk':
      message.talks.forEach(talk);
      return { type: 'done' };
    case 'spoken':
      await new Promise<void>((done) => (awaited = { frames: message.frames, done }));
      return { type: 'done' };
    case 'listen':
      listen();
      return { type: 'done' };
    case 'report':
      return { type: 'reports', legs: legs.map(reportOf), stallMs };
    case 'hush':
      await hush();
      return { type: 'done' };
  }
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToCrowd) => {
  void answer(message).then((reply) => process.send?.(reply));
});
