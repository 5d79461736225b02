import {
  markerOf,
  payloadTypeOf,
  sequenceOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from '../../../../../sip/rtp/packet';
import { ticks } from '../../../../../sip/media/worker/clock';
import { Sender } from '../../../../../sip/media/worker/sender';

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
