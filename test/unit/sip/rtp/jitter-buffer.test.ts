import { JitterBuffer } from '../../../../sip/rtp/jitter-buffer';
import { ALAW_TO_LINEAR } from '../../../../sip/rtp/g711';
import { linearLevel } from '../../../../sip/rtp/level';
import { decode, loudness, tonePayload, toneShare } from '../../../support/tone';

const TONE = 600;
const MS = 8;

interface Network {
  seed?: number;
  /** Packet time in ms. */
  ptime?: number;
  /** Share of packets that never come. */
  loss?: number;
  /** Each packet is late by up to this many ms. */
  jitterMs?: number | ((sentMs: number) => number);
  /** Every n-th packet comes twice. */
  copyEvery?: number;
  /** The sender's clock is faster by parts per million. */
  skewPpm?: number;
  seconds?: number;
  /** First timestamp and SSRC by the time of sending. */
  sender?: (sentMs: number) => { ssrc: number; shift: number };
}

/** mulberry32: the same chances for the same seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Plays a tone through such a network, a frame every 20 ms of our clock; what was heard. */
function play(network: Network) {
  const { seed = 1, ptime = 20, loss = 0, jitterMs = 0, copyEvery = 0, skewPpm = 0 } = network;
  const { seconds = 10, sender = () => ({ ssrc: 1, shift: 0 }) } = network;
  const chance = chances(seed);
  const samples = ptime * MS;
  const arrivals: { at: number; ssrc: number; timestamp: number; payload: Buffer }[] = [];
  for (let sent = 0; sent * ptime < seconds * 1000; sent++) {
    const sentMs = ((sent + 1) * ptime) / (1 + skewPpm / 1e6);
    const lateMs = (typeof jitterMs === 'number' ? jitterMs : jitterMs(sentMs)) * chance();
    const { ssrc, shift } = sender(sentMs);
    const timestamp = (2 ** 31 - 20_000 + sent * samples + shift) | 0;
    const payload = tonePayload('PCMA', TONE, sent * samples, samples);
    const packet = { at: (sentMs + lateMs) * MS, ssrc, timestamp, payload };
    if (chance() < loss) continue;
    arrivals.push(packet);
    if (copyEvery > 0 && sent % copyEvery === 0) arrivals.push({ ...packet, at: packet.at + 80 });
  }
  arrivals.sort((a, b) => a.at - b.at);
  const buffer = new JitterBuffer();
  const heard: Int16Array[] = [];
  const targets: number[] = [];
  let next = 0;
  for (let tick = 3 * MS; tick < seconds * 1000 * MS; tick += 160) {
    for (; next < arrivals.length; next++) {
      const arrival = arrivals[next];
      if (arrival === undefined || arrival.at > tick) break;
      const range = [0, arrival.payload.length] as const;
      buffer.put(arrival, arrival.payload, range, ALAW_TO_LINEAR, Math.round(arrival.at));
    }
    const out = new Int16Array(160);
    buffer.pull(out, tick);
    heard.push(out);
    targets.push(buffer.target);
  }
  return { buffer, heard, targets, between: (from: number, to: number) => join(heard, from, to) };
}

/** What was heard from second to second. */
function join(frames: Int16Array[], from: number, to: number): Int16Array {
  return Int16Array.from(frames.slice(from * 50, to * 50).flatMap((frame) => [...frame]));
}

/** The largest step from one sample to the next: a click is larger than any of the tone. */
function largestStep(samples: Int16Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i++) {
    largest = Math.max(largest, Math.abs((samples[i] as number) - (samples[i - 1] as number)));
  }
  return largest;
}
/** 8000 x 2 pi x 600 / 8000, and the steps of A-law at that level. */
const TONE_STEP = 3770 + 600;

const packetTimes = [10, 20, 30, 40, 60];
test.each(packetTimes)('packet time %i ms: every sample once, in order', (ptime) => {
  const { buffer, between } = play({ ptime });
  const sound = between(1, 10);
  expect(buffer.concealed * 10).toBeLessThanOrEqual(2 * ptime + 40);
  expect(toneShare(sound, TONE)).toBeGreaterThan(0.999);
  expect(largestStep(sound)).toBeLessThan(TONE_STEP);
  expect(buffer.target).toBeLessThanOrEqual(15 * MS);
});

test('reordering and copies are not heard', () => {
  const { buffer, between } = play({ jitterMs: 45, copyEvery: 3, seed: 7 });
  expect(buffer.copies).toBeGreaterThan(100);
  expect(toneShare(between(2, 10), TONE)).toBeGreaterThan(0.99);
});

const seeds = [1, 2, 3];
test.each(seeds)('jitter of 60 ms is waited for (seed %i)', (seed) => {
  const { buffer, between } = play({ jitterMs: 60, seed, seconds: 20 });
  expect(buffer.target).toBeGreaterThanOrEqual(55 * MS);
  expect(buffer.target).toBeLessThanOrEqual(75 * MS);
  expect(buffer.concealed).toBeLessThan(60);
  expect(toneShare(between(3, 20), TONE)).toBeGreaterThan(0.97);
});

test('the wait grows to 120 ms at most, and shrinks when the network is calm again', () => {
  const jitterMs = (sentMs: number) => (sentMs < 5000 ? 5 : sentMs < 10_000 ? 300 : 5);
  const { targets, heard, between } = play({ jitterMs, seconds: 40, seed: 5 });
  expect(targets[240]).toBeLessThanOrEqual(15 * MS);
  expect(Math.max(...targets)).toBe(120 * MS);
  expect(targets.at(-1)).toBeLessThanOrEqual(20 * MS);
  expect(heard).toHaveLength(2000);
  expect(toneShare(between(20, 40), TONE)).toBeGreaterThan(0.95);
});

test.each([200, -200])('a clock that is off by %i ppm is followed for ten minutes', (skewPpm) => {
  const { buffer, between } = play({ skewPpm, seconds: 600 });
  expect(buffer.concealed).toBeLessThan(20);
  expect(buffer.target).toBeLessThanOrEqual(15 * MS);
  expect(largestStep(between(2, 600))).toBeLessThan(TONE_STEP);
});

test('a lost packet is made up and not heard as a hole; the level stays', () => {
  const { buffer, between, heard } = play({ loss: 0.02, seed: 3, seconds: 60 });
  expect(buffer.concealed).toBeGreaterThan(60);
  expect(buffer.concealed).toBeLessThan(240);
  expect(toneShare(between(1, 60), TONE)).toBeGreaterThan(0.95);
  const quietest = Math.min(...heard.slice(10).map(loudness));
  expect(quietest).toBeGreaterThan(1500);
});

test('40 ms packets with loss, jitter and skew at once', () => {
  const { between, buffer } = play({
    ...{ ptime: 40, loss: 0.02, jitterMs: 60, skewPpm: 200, seed: 11, seconds: 60 },
  });
  expect(toneShare(between(3, 60), TONE)).toBeGreaterThan(0.9);
  expect(buffer.target).toBeLessThanOrEqual(80 * MS);
});

test('another SSRC, and a jump of the timestamps, begin anew', () => {
  const sender = (sentMs: number) =>
    sentMs < 3000
      ? { ssrc: 1, shift: 0 }
      : sentMs < 6000
        ? { ssrc: 2, shift: -2000 }
        : { ssrc: 2, shift: -500_000 };
  const { between, buffer } = play({ sender });
  for (const second of [1, 2, 4, 5, 7, 8]) {
    expect(toneShare(between(second, second + 1), TONE)).toBeGreaterThan(0.99);
  }
  expect(buffer.concealed).toBeLessThan(30);
});

test('who stops sending falls silent within 80 ms, and comes back', () => {
  const { heard } = play({ loss: 0, seconds: 3, sender: () => ({ ssrc: 1, shift: 0 }) });
  expect(loudness(heard[100] as Int16Array)).toBeGreaterThan(4000);
  const buffer = new JitterBuffer();
  const out = new Int16Array(160);
  const levels: number[] = [];
  for (let tick = 0; tick < 150; tick++) {
    if (tick < 50 || tick >= 100) {
      const payload = tonePayload('PCMA', TONE, tick * 160);
      const packet = { ssrc: 1, timestamp: tick * 160 };
      buffer.put(packet, payload, [0, 160], ALAW_TO_LINEAR, (tick + 1) * 160);
    }
    buffer.pull(out, (tick + 1) * 160 + 40);
    levels.push(Math.round(loudness(out)));
  }
  expect(levels[48]).toBeGreaterThan(4000);
  expect(levels.slice(56, 99).every((level) => level === 0)).toBe(true);
  expect(levels[104]).toBeGreaterThan(4000);
});

/** 20 ms frames of one who speaks in the first and third second, as levels (dBov), and the sound itself. */
function withSilence(hushAt: number | null, { cn = -50, lost = 0 } = {}) {
  const buffer = new JitterBuffer();
  const sound: number[] = [];
  const levels: number[] = [];
  for (let tick = 0; tick < 150; tick++) {
    const at = (tick + 1) * 160;
    const packet = { ssrc: 1, timestamp: tick * 160 };
    const speaks = tick < 50 - lost || tick >= 100;
    const payload = tonePayload('PCMA', TONE, tick * 160);
    if (speaks) buffer.put(packet, payload, [0, 160], ALAW_TO_LINEAR, at);
    if (tick === hushAt) buffer.hush(packet, Uint8Array.of(-cn), 0, 1);
    const out = new Int16Array(160);
    buffer.pull(out, at + 40);
    sound.push(...out);
    levels.push(linearLevel(out, 0, 160));
  }
  return { buffer, levels, sound: Int16Array.from(sound) };
}

test.each([-40, -60])(
  'who tells that he is silent is heard as noise of %i dBov, not as a dead line',
  (cn) => {
    const { levels, sound, buffer } = withSilence(50, { cn });
    const noise = sound.subarray(54 * 160, 100 * 160);
    expect(Math.abs(linearLevel(noise, 0, noise.length) - cn)).toBeLessThan(1);
    expect(Math.min(...levels.slice(53, 100))).toBeGreaterThan(cn - 3);
    // Nothing was lost, and nothing is made up of what he said before.
    expect(buffer.concealed).toBeLessThan(6);
    expect(toneShare(sound.subarray(103 * 160, 150 * 160), TONE)).toBeGreaterThan(0.99);
  },
);

test('what is lost before the silence is concealed, and what is lost after it again', () => {
  const spoken = (lost: number) =>
    withSilence(50, { lost })
      .levels.slice(0, 100)
      .filter((level) => level > -30).length;
  expect(spoken(1)).toBe(spoken(0));
  const gone = withSilence(50).buffer;
  const out = new Int16Array(160);
  for (let tick = 150; tick < 156; tick++) gone.pull(out, (tick + 1) * 160 + 40);
  expect(linearLevel(out, 0, 160)).toBeLessThan(-90);
});

test('who tells of his silence before he has said anything is heard as that', () => {
  const buffer = new JitterBuffer();
  buffer.hush({ ssrc: 1, timestamp: 0 }, Uint8Array.of(50), 0, 1);
  const out = new Int16Array(160);
  buffer.pull(out, 160);
  expect(Math.abs(linearLevel(out, 0, 160) + 50)).toBeLessThan(2);
  expect(buffer.concealed).toBe(0);
});

test('a packet that is lost is made up as loud as speech is: audible for 20 ms, gone after 60', () => {
  const { levels } = withSilence(null);
  const [spoken, first, second, fifth] = [45, 52, 53, 56].map((tick) => levels[tick] as number);
  expect(Math.abs((first as number) - (spoken as number))).toBeLessThan(6);
  expect(second).toBeGreaterThan((spoken as number) - 12);
  expect(fifth).toBeLessThan(-90);
});

test('a sender whose clock stood still while he was silent is heard again', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(160);
  const levels: number[] = [];
  for (let tick = 0, sent = 0; tick < 200; tick++) {
    if (tick < 50 || tick >= 65) {
      const packet = { ssrc: 1, timestamp: sent * 160 };
      const payload = tonePayload('PCMA', TONE, sent * 160);
      buffer.put(packet, payload, [0, 160], ALAW_TO_LINEAR, (tick + 1) * 160);
      sent += 1;
    }
    buffer.pull(out, (tick + 1) * 160 + 40);
    levels.push(Math.round(loudness(out)));
  }
  expect(levels.slice(80).every((level) => level > 4000)).toBe(true);
});

test('what was heard by another way is not heard again, and the passage has no click', () => {
  const buffer = new JitterBuffer();
  const sound: number[] = [];
  const put = (tick: number): void => {
    const payload = tonePayload('PCMA', TONE, tick * 160);
    const packet = { ssrc: 1, timestamp: tick * 160 };
    buffer.put(packet, payload, [0, 160], ALAW_TO_LINEAR, (tick + 1) * 160);
    if (tick < 5) sound.push(...decode('PCMA', payload));
  };
  for (let tick = 0; tick < 5; tick++) put(tick);
  buffer.skipHeard();
  for (let tick = 5; tick < 60; tick++) {
    const out = new Int16Array(160);
    buffer.pull(out, tick * 160 + 40);
    sound.push(...out);
    put(tick);
  }
  expect(buffer.concealed).toBeGreaterThanOrEqual(2);
  expect(buffer.concealed).toBeLessThanOrEqual(6);
  expect(toneShare(Int16Array.from(sound), TONE)).toBeGreaterThan(0.97);
});

test('the rest can be drained at once, to its last sample', () => {
  const buffer = new JitterBuffer();
  const out = new Int16Array(160);
  for (let tick = 0; tick < 50; tick++) {
    const payload = tonePayload('PCMA', TONE, tick * 160);
    const packet = { ssrc: 1, timestamp: tick * 160 };
    buffer.put(packet, payload, [0, 160], ALAW_TO_LINEAR, (tick + 1) * 160);
    buffer.pull(out, (tick + 1) * 160 + 40);
  }
  const sound = [...out];
  const frames = buffer.remaining(3);
  expect(frames).toBeGreaterThanOrEqual(1);
  buffer.beginDrain(frames);
  for (let i = 0; i < frames; i++) {
    buffer.drain(out);
    sound.push(...out);
  }
  expect([...out]).toEqual([...decode('PCMA', tonePayload('PCMA', TONE, 49 * 160))]);
  expect(largestStep(Int16Array.from(sound))).toBeLessThan(TONE_STEP);
  expect(buffer.remaining(3)).toBe(0);
});
