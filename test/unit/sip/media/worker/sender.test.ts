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
