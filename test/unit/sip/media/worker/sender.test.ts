import {
  markerOf,
  payloadTypeOf,
  sequenceOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from '../../../../../sip/rtp/packet';
import { packetTimeFor } from '../../../../../sip/sdp/packet-time';
import { Clip } from '../../../../../sip/media/worker/clip';
import { ticks } from '../../../../../sip/media/worker/clock';
import type { AgreedFormats } from '../../../../../sip/media/worker/receiver';
import { Sender } from '../../../../../sip/media/worker/sender';
import { Music, Playlist, SILENCE, type Sound } from '../../../../../sip/media/worker/sounds';
import { writeComfortNoise } from '../../../../../sip/rtp/comfort-noise';
import { alawLevel } from '../../../../../sip/rtp/level';
import { decodeWide, loudness, tonePayload, toneShare, type Voice } from '../../../../support/tone';
import { sine } from '../../rtp/sound';

const EVENT = 101;
const KEY_5 = 5;
/** 20 ms. */
const TICK = 160;
const SOUND = new Int16Array(160);

function sending(telephoneEvent: number | null = EVENT) {
  const sent: Buffer[] = [];
  const sender = new Sender((packet) => sent.push(Buffer.from(packet)));
  sender.agree({
    ...{ codec: 'PCMA', payloadType: 8 },
    ...{ telephoneEvent, direction: 'sendrecv' },
  });
  const from = ticks();
  let sequence = 100;
  const frame = (at: number) => {
    const now = from + at * TICK;
    if (!sender.sendPress(now)) sender.sendSamples(SOUND, now);
  };
  const press = (at: number, timestamp: number, ended = false, ssrc = 7) => {
    const packet = Buffer.alloc(16);
    sequence += 1;
    writeHeader(packet, 0, { marker: false, payloadType: 96, sequence, timestamp, ssrc });
    packet.set([KEY_5, ended ? 0x8a : 0x0a, 0, 160], 12);
    sender.interject(packet, 12, 16, from + at * TICK);
  };
  return { sent, frame, press };
}

test('a key press among mixed frames is one press, and time never steps back', () => {
  const { sent, frame, press } = sending();
  for (let at = 0; at < 20; at++) {
    if (at >= 5 && at < 9) press(at, 5000, at >= 7);
    frame(at);
  }
  const events = sent.filter((packet) => payloadTypeOf(packet) === EVENT);
  expect(events.map((packet) => packet.readUInt8(13) >> 7)).toEqual([0, 0, 1, 1]);
  expect(new Set(events.map(timestampOf)).size).toBe(1);
  expect(events.map(markerOf)).toEqual([true, false, false, false]);
  sent.slice(1).forEach((packet, i) => {
    const before = sent[i] as Buffer;
    expect((sequenceOf(packet) - sequenceOf(before)) & 0xffff).toBe(1);
    expect(timestampDistance(timestampOf(before), timestampOf(packet))).toBeGreaterThanOrEqual(0);
  });
  expect(sent.map(payloadTypeOf).slice(5, 10)).toEqual([EVENT, EVENT, EVENT, EVENT, 8]);
});

/** A phone that goes on sending sound while a key is down (RFC 4733 §2.5.1.2 leaves it free). */
describe('a bridged phone whose events come between its sound', () => {
  const bridged = () => {
    const sent: Buffer[] = [];
    const sender = new Sender((packet) => sent.push(Buffer.from(packet)));
    sender.agree({
      ...{ codec: 'PCMA', payloadType: 8 },
      ...{ telephoneEvent: EVENT, direction: 'sendrecv' },
    });
    const from = ticks();
    let sequence = 65_530;
    const numbers = (timestamp: number) => {
      sequence = (sequence + 1) & 0xffff;
      return { marker: false, sequence, timestamp, ssrc: 7 };
    };
    const speak = (at: number) => {
      const packet = Buffer.alloc(12 + TICK);
      writeHeader(packet, 0, { ...numbers(at * TICK), payloadType: 8 });
      sender.audio(packet, 12, packet.length, 'PCMA', from + at * TICK);
    };
    const press = (at: number, begin: number, ended = false) => {
      const packet = Buffer.alloc(16);
      writeHeader(packet, 0, { ...numbers(begin * TICK), payloadType: 96 });
      packet.set([KEY_5, ended ? 0x8a : 0x0a, 0, 160], 12);
      sender.other(packet, 12, 16, true, from + at * TICK);
    };
    return { sent, speak, press };
  };
  const expectOneStream = (sent: Buffer[]) =>
    sent.slice(1).forEach((packet, i) => {
      const before = sent[i] as Buffer;
      expect((sequenceOf(packet) - sequenceOf(before)) & 0xffff).toBe(1);
      const step = timestampDistance(timestampOf(before), timestampOf(packet));
      expect(step).toBeGreaterThanOrEqual(0);
      expect(step).toBeLessThanOrEqual(12 * TICK);
    });

  test('is one press, without the sound, which goes on behind its third end', () => {
    const { sent, speak, press } = bridged();
    for (let at = 0; at < 20; at++) {
      speak(at);
      if (at >= 5 && at < 15) press(at, 5, at >= 12);
    }
    const types = [...Array(6).fill(8), ...Array(10).fill(EVENT), ...Array(5).fill(8)];
    expect(sent.map(payloadTypeOf)).toEqual(types);
    const events = sent.filter((packet) => payloadTypeOf(packet) === EVENT);
    expect(new Set(events.map(timestampOf)).size).toBe(1);
    expectOneStream(sent);
  });

  test('goes on 30 ms after an end, and what is left of the press is none', () => {
    const { sent, speak, press } = bridged();
    for (let at = 0; at < 10; at++) {
      speak(at);
      if (at === 3 || at === 4 || at === 8) press(at, 3, at >= 4);
    }
    expect(sent.map(payloadTypeOf)).toEqual([8, 8, 8, 8, EVENT, EVENT, 8, 8, 8, 8]);
    expectOneStream(sent);
  });
});

test('copies of the end that come after frames went on make no second press', () => {
  const { sent, frame, press } = sending();
  frame(0);
  press(1, 5000, true);
  for (const at of [3, 4]) frame(at);
  press(5, 5000, true);
  expect(sent.map(payloadTypeOf)).toEqual([8, EVENT, 8, 8]);
});

test('a press whose end is lost holds the sound for 100 ms, not for ever', () => {
  const { sent, frame, press } = sending();
  press(0, 5000);
  for (let at = 1; at <= 8; at++) frame(at);
  expect(sent.map(payloadTypeOf)).toEqual([EVENT, 8, 8, 8, 8]);
});

test('a press whose end was lost does not come back when the clock has gone round', () => {
  const { sent, frame, press } = sending();
  press(0, 5000);
  frame(8);
  // 100 hours, in frames.
  frame(100 * 3600 * 50);
  expect(sent.map(payloadTypeOf)).toEqual([EVENT, 8, 8]);
});

test('two who press at once do not make one broken press', () => {
  const { sent, press } = sending();
  press(0, 5000);
  press(0.5, 9000, false, 8);
  press(1, 5000, true);
  expect(sent).toHaveLength(2);
  press(4, 9000, false, 8);
  expect(sent).toHaveLength(3);
});

test('who did not agree to key presses goes on hearing sound', () => {
  const { sent, frame, press } = sending(null);
  press(0, 5000);
  frame(1);
  expect(sent.map(payloadTypeOf)).toEqual([8]);
});

const NOISE = 13;

/** One who hears another: packets of that one's `say` and `hush`, and each tick. */
function listening(agreed: Partial<AgreedFormats>) {
  const sent: Buffer[] = [];
  const sender = new Sender((packet) => sent.push(Buffer.from(packet)));
  sender.agree({
    ...{ codec: 'PCMA', payloadType: 8, telephoneEvent: EVENT, direction: 'sendrecv' },
    ...agreed,
  });
  const from = ticks();
  let sequence = 500;
  const packetOf = (at: number, payload: Buffer): Buffer => {
    const packet = Buffer.concat([Buffer.alloc(12), payload]);
    const numbers = { sequence: sequence++, timestamp: at * TICK, ssrc: 9 };
    writeHeader(packet, 0, { marker: false, payloadType: 8, ...numbers });
    return packet;
  };
  const say = (at: number, voice: Voice = 'PCMA', packet?: Buffer): void => {
    const said = packet ?? packetOf(at, tonePayload(voice, 600, at * TICK));
    sender.audio(said, 12, said.length, voice, from + at * TICK);
  };
  const hush = (at: number, level: number): void => {
    const payload = Buffer.alloc(1);
    writeComfortNoise(level, payload, 0);
    sender.noise(packetOf(at, payload), 12, 13, from + at * TICK);
  };
  const tick = (at: number): void => sender.fillSilence(from + at * TICK);
  const play = (sound: Sound, at: number): boolean => sender.sendSound(sound, from + at * TICK);
  const bytes = (first: number, to?: number) =>
    Buffer.concat(sent.slice(first, to).map((packet) => packet.subarray(12)));
  return { sender, sent, packetOf, say, hush, tick, play, bytes };
}

/** One behind the other, and time never steps back. */
function expectOneStream(sent: Buffer[]): void {
  sent.slice(1).forEach((packet, i) => {
    const before = sent[i] as Buffer;
    expect((sequenceOf(packet) - sequenceOf(before)) & 0xffff).toBe(1);
    expect(timestampDistance(timestampOf(before), timestampOf(packet))).toBeGreaterThanOrEqual(0);
  });
}

test('silence is told as it is to who agreed to comfort noise, and a talkspurt follows', () => {
  const { sender, sent, say, hush, tick, bytes } = listening({ comfortNoise: NOISE });
  for (let at = 0; at < 5; at++) say(at);
  hush(5, -50);
  for (let at = 6; at < 30; at++) tick(at);
  expect(sender.fillsSilence).toBe(false);
  for (let at = 30; at < 33; at++) say(at);
  expect(sent.map(payloadTypeOf)).toEqual([8, 8, 8, 8, 8, NOISE, 8, 8, 8]);
  expect([...bytes(5, 6)]).toEqual([50]);
  expect(sent.map(markerOf)).toEqual([true, ...Array<boolean>(5).fill(false), true, false, false]);
  expect(timestampDistance(timestampOf(sent[4] as Buffer), timestampOf(sent[6] as Buffer))).toBe(
    26 * TICK,
  );
  expectOneStream(sent);
});

test('who did not is sent noise of the level told until the talkspurt, in one stream', () => {
  const { sender, sent, say, hush, tick, packetOf, bytes } = listening({ comfortNoise: null });
  for (let at = 0; at < 5; at++) say(at);
  const overtaken = packetOf(4.5, tonePayload('PCMA', 600, 0));
  hush(5, -50);
  for (let at = 6; at < 30; at++) tick(at);
  say(29.5, 'PCMA', overtaken);
  expect(sender.fillsSilence).toBe(true);
  say(30);
  expect(sender.fillsSilence).toBe(false);
  tick(31);
  expect(sent.map(payloadTypeOf)).toEqual(Array(30).fill(8));
  const noise = bytes(5, 29);
  expect(Math.abs(alawLevel(noise, 0, noise.length) + 50)).toBeLessThan(1);
  expect(sent.flatMap((packet, at) => (markerOf(packet) ? [at] : []))).toEqual([0, 5, 29]);
  expectOneStream(sent);
});

test('who counts anew after a silence is heard', () => {
  const { sender, sent, say, hush, tick, packetOf } = listening({ comfortNoise: null });
  for (let at = 0; at < 5; at++) say(at);
  hush(5, -50);
  tick(6);
  const anew = packetOf(7, tonePayload('PCMA', 600, 0));
  anew.writeUInt32BE((anew.readUInt32BE(4) - 900_000) >>> 0, 4);
  say(7, 'PCMA', anew);
  expect(sender.fillsSilence).toBe(false);
  expect(sent).toHaveLength(7);
  expectOneStream(sent);
});

test('a key press in a silence that is filled is one press', () => {
  const { sender, sent, hush, tick, packetOf } = listening({ comfortNoise: null });
  hush(0, -50);
  for (let at = 1; at < 10; at++) {
    if (at >= 4 && at < 7) {
      const packet = packetOf(4, Buffer.from([KEY_5, at === 6 ? 0x8a : 0x0a, 0, 160]));
      sender.other(packet, 12, 16, true, ticks() + at * TICK);
    }
    tick(at);
  }
  const types = sent.map(payloadTypeOf);
  expect(types.filter((type) => type === EVENT)).toHaveLength(3);
  expect(types.slice(3, 6)).toEqual([EVENT, EVENT, EVENT]);
  expectOneStream(sent);
});

const WIDE = { codec: 'G722', payloadType: 9 } as const;
/** Four seconds of a tone. */
const clipOf = (tone: number, rate: 8000 | 16_000): Clip =>
  new Clip({ rate, samples: sine(tone, 8000, rate, 4 * rate) });

test.each([
  [5000, 16_000],
  [600, 16_000],
  [600, 8000],
] as const)('a prompt of %i Hz at %i Hz is heard as it is by G.722', (tone, rate) => {
  const { play, bytes } = listening(WIDE);
  const prompt = new Playlist([clipOf(tone, rate)]);
  let frames = 0;
  while (play(prompt, frames)) frames += 1;
  expect(frames).toBe(200);
  const heard = decodeWide(bytes(0)).subarray(16_000, 48_000);
  expect(toneShare(heard, tone, 16_000)).toBeGreaterThan(0.98);
  expect(Math.abs(20 * Math.log10(loudness(heard) / 5657))).toBeLessThan(0.3);
});

test('G.722 listeners of the music come in where it is, and then all get the same frames', () => {
  const music = new Music(new Clip({ rate: 16_000, samples: sine(600, 500, 16_000, 64_000) }));
  const [first, second] = [listening(WIDE), listening(WIDE)];
  for (let at = 0; at < 30; at++) second.say(at, 'G722');
  second.sender.changeSource();
  for (let at = 0; at < 100; at++) {
    music.advance();
    first.play(music, at);
    if (at >= 50) second.play(music, at);
  }
  expect(first.bytes(70)).toEqual(second.bytes(50));
  // A decoder that has just heard somebody loud would make the music as loud as him.
  const [of, after] = [decodeWide(first.bytes(0)), decodeWide(second.bytes(0)).subarray(30 * 320)];
  for (const heard of [of.subarray(1600), after.subarray(160)]) {
    expect(Math.max(...heard)).toBeLessThan(600);
    expect(toneShare(heard, 600, 16_000)).toBeGreaterThan(0.99);
  }
});

test('what follows music, or packets of another leg, begins without a click', () => {
  const clips = {
    loud: clipOf(600, 16_000),
    none: new Clip({ rate: 16_000, samples: new Int16Array(320) }),
  };
  const afterMusic = listening(WIDE);
  const music = new Music(clips.loud);
  for (let at = 0; at < 60; at++) {
    music.advance();
    afterMusic.play(music, at);
  }
  const afterLeg = listening(WIDE);
  for (let at = 0; at < 60; at++) afterLeg.say(at, 'G722');
  for (const { sender, play, bytes } of [afterMusic, afterLeg]) {
    sender.changeSource();
    for (let at = 60; at < 70; at++) play(SILENCE, at);
    // The last of the tone dies away within 10 ms; a decoder left to itself goes on at a quarter of it.
    const heard = decodeWide(bytes(0)).subarray(60 * 320 + 160);
    expect(Math.max(...heard.map(Math.abs))).toBeLessThan(60);
  }
});

test.each([
  [10, 80],
  [30, 160],
  [40, 320],
  [60, 480],
])('who wants %i ms gets sounds and mixed frames in packets of %i bytes', (ptimeMs, size) => {
  for (const codec of ['PCMA', 'G722'] as const) {
    const packetMs = packetTimeFor(ptimeMs);
    const { sender, sent, play, bytes } = listening({ codec, packetMs });
    for (let at = 0; at < 6; at++) play(new Playlist([clipOf(600, 8000)]), at);
    for (let at = 6; at < 12; at++) sender.sendSamples(SOUND, ticks());
    expect(sent.map((packet) => packet.length - 12)).toEqual(Array(1920 / size).fill(size));
    expect(bytes(0)).toHaveLength(1920);
    expectOneStream(sent);
  }
});
