import { ALAW_TO_LINEAR } from '../../../../../sip/rtp/g711';
import { DtmfDetector } from '../../../../../sip/rtp/dtmf/detector';
import { KEYS } from '../../../../../sip/rtp/dtmf/keys';
import { TelephoneEventReader } from '../../../../../sip/rtp/dtmf/telephone-event-reader';
import { TelephoneEventWriter } from '../../../../../sip/rtp/dtmf/telephone-event-writer';
import {
  markerOf,
  payloadTypeOf,
  sequenceOf,
  ssrcOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from '../../../../../sip/rtp/packet';
import { ticks } from '../../../../../sip/media/worker/clock';
import { Sender } from '../../../../../sip/media/worker/sender';
import { KeyLog } from '../../rtp/dtmf/key-log';

const EVENT = 101;
const TICK = 160;
const SOUND = new Int16Array(TICK);

/** One far side, frame by frame: presses of ours first, then the mix, as the exchange does it. */
function sending(telephoneEvent: number | null) {
  const sent: Buffer[] = [];
  const sender = new Sender((packet) => sent.push(Buffer.from(packet)));
  const agree = (direction: 'sendrecv' | 'recvonly') =>
    sender.agree({ ...{ codec: 'PCMA', payloadType: 8 }, telephoneEvent, direction });
  agree('sendrecv');
  let now = ticks();
  const frames = (count: number, then: () => void = () => undefined, isMixed = true) => {
    for (let i = 0; i < count; i++) {
      then();
      sender.sendPress(now);
      if (isMixed) sender.sendSamples(SOUND, now);
      now += TICK;
    }
  };
  return { sender, sent, agree, frames, clock: () => now };
}

/** What a far side with telephone events, and one with ears only, understands of it. */
function heard(sent: Buffer[]): { events: string[]; tones: string[] } {
  const [events, tones] = [new KeyLog(), new KeyLog()];
  const reader = new TelephoneEventReader(events);
  const detector = new DtmfDetector(tones);
  for (const packet of sent) {
    if (payloadTypeOf(packet) === EVENT) {
      const [timestamp, sequence] = [timestampOf(packet), sequenceOf(packet)];
      reader.read(packet, 12, packet.length, timestamp, sequence, 0);
    } else
      detector.detect(
        Int16Array.from(packet.subarray(12), (byte) => ALAW_TO_LINEAR[byte] as number),
      );
  }
  return { events: events.lines, tones: tones.lines };
}

/** One SSRC, no gap in the sequence, time never back: events carry their begin, sound comes after their end. */
function expectOneStream(sent: Buffer[]): void {
  expect(new Set(sent.map(ssrcOf)).size).toBe(1);
  sent.slice(1).forEach((packet, i) => {
    const before = sent[i] as Buffer;
    expect((sequenceOf(packet) - sequenceOf(before)) & 0xffff).toBe(1);
    const step = timestampDistance(timestampOf(before), timestampOf(packet));
    const isSamePress = payloadTypeOf(packet) === EVENT && !markerOf(packet);
    const length = payloadTypeOf(before) === EVENT ? before.readUInt16BE(14) : TICK;
    if (isSamePress) expect(step).toBe(0);
    else expect(step).toBeGreaterThanOrEqual(length);
  });
}

test.each([EVENT, null])('all keys, in order, in one stream (payload type %s)', (type) => {
  const { sender, sent, frames } = sending(type);
  frames(3);
  sender.presses.press(KEYS);
  frames(16 * 10 + 3);
  const { events, tones } = heard(sent);
  const told = type === null ? tones : events;
  expect(told.map((line) => line.split('-')[0])).toEqual(
    [...KEYS].flatMap((key) => [`${key}+`, key]),
  );
  expect(type === null ? events : tones).toEqual([]);
  for (const line of told.filter((one) => one.includes('-'))) {
    expect(Math.abs(Number(line.split('-')[1]) - 100)).toBeLessThanOrEqual(type === null ? 20 : 0);
  }
  expectOneStream(sent);
  expect(sent.slice(-3).map(payloadTypeOf)).toEqual([8, 8, 8]);
});

test('a press by events: first marked, every 20 ms, three ends, then silence until the next', () => {
  const { sender, sent, frames } = sending(EVENT);
  sender.presses.press('5');
  frames(1);
  sender.presses.press('6');
  frames(20);
  const hex = (packet: Buffer) =>
    payloadTypeOf(packet) === EVENT ? packet.toString('hex', 12) : 'sound';
  const press = (key: string) => [
    ...[`0${key}0a0001`, `0${key}0a00a0`, `0${key}0a0140`, `0${key}0a01e0`, `0${key}0a0280`],
    ...[`0${key}8a0320`, `0${key}8a0320`, `0${key}8a0320`],
    ...['sound', 'sound'],
  ];
  expect(sent.map(hex)).toEqual([...press('5'), ...press('6'), 'sound']);
  const marked = sent.flatMap((packet, i) => (markerOf(packet) ? [i] : []));
  expect(marked).toEqual([0, 8, 10, 18, 20]);
});

test('a press longer than one segment of an event (8 s) is one press', () => {
  const { sender, sent, frames } = sending(EVENT);
  sender.presses.tell('#', 10_000);
  frames(520);
  expect(heard(sent).events).toEqual(['#+', '#-10000']);
  expect(
    new Set(sent.filter((packet) => payloadTypeOf(packet) === EVENT).map(timestampOf)).size,
  ).toBe(2);
  sent.slice(1).forEach((packet, i) => {
    expect(
      timestampDistance(timestampOf(sent[i] as Buffer), timestampOf(packet)),
    ).toBeGreaterThanOrEqual(0);
  });
});

test('packets of a partner are left out meanwhile, and go on where they are then', () => {
  const { sender, sent, frames, clock } = sending(EVENT);
  let sequence = 65_530;
  const speak = () => {
    const packet = Buffer.alloc(12 + TICK);
    sequence += 1;
    const numbers = { sequence: sequence & 0xffff, timestamp: sequence * TICK, ssrc: 9 };
    writeHeader(packet, 0, { marker: false, payloadType: 8, ...numbers });
    sender.audio(packet, 12, packet.length, 'PCMA', clock());
  };
  frames(3, speak, false);
  sender.presses.press('5');
  // The key and its pause take ten frames; the packet of the eleventh came before they were over.
  frames(11 + 3, speak, false);
  expectOneStream(sent);
  expect(heard(sent).events).toEqual(['5+', '5-100']);
  expect(sent).toHaveLength(3 + 10 + 3);
});

describe('telephone events of a partner for a far side that takes none', () => {
  /** Packets of a press, one a frame; without them it is still pressed. */
  const partner = (key: string, ms: number, ssrc = 9) => {
    const writer = new TelephoneEventWriter(key, ms * 8);
    const packet = Buffer.alloc(16);
    let [elapsed, sequence] = [0, ssrc * 100];
    return (): Buffer | null => {
      if (!writer.write(packet, 12, elapsed)) return null;
      const numbers = { sequence: ++sequence, timestamp: 5000 * ssrc + writer.begin, ssrc };
      writeHeader(packet, 0, { marker: writer.marker, payloadType: 96, ...numbers });
      elapsed += TICK;
      return packet;
    };
  };

  test.each([
    [100, 100],
    [700, 700],
    [9500, 9500],
    // Shorter than anybody would hear: told by one lost packet after the other, but for its end.
    [20, 80],
  ])('of %i ms are a tone of %i ms', (ms, length) => {
    for (const way of ['other', 'interject'] as const) {
      const { sender, sent, frames, clock } = sending(null);
      const next = partner('7', ms);
      frames(ms / 20 + 20, () => {
        const packet = next();
        if (packet === null) return;
        if (way === 'other') sender.other(packet, 12, 16, true, clock());
        else sender.interject(packet, 12, 16, clock());
      });
      const [down, up, ...more] = heard(sent).tones;
      expect([down, more]).toEqual(['7+', []]);
      expect(Math.abs(Number(up?.split('-')[1]) - length)).toBeLessThanOrEqual(30);
      expectOneStream(sent);
    }
  });

  test('of one key twice, 60 ms apart, are two tones', () => {
    const { sender, sent, frames, clock } = sending(null);
    const [first, second] = [partner('7', 100), partner('7', 100, 8)];
    const gap = 8;
    frames(gap, () => relay(first()));
    frames(30, () => relay(second()));
    function relay(packet: Buffer | null): void {
      if (packet !== null) sender.other(packet, 12, 16, true, clock());
    }
    expect(heard(sent).tones.map((line) => line.slice(0, 2))).toEqual(['7+', '7-', '7+', '7-']);
  });

  test('whose end never comes are over after 200 ms', () => {
    const { sender, sent, frames, clock } = sending(null);
    const next = partner('7', 10_000);
    let left = 5;
    frames(30, () => {
      if (left-- > 0) sender.other(next() as Buffer, 12, 16, true, clock());
    });
    expect(heard(sent).tones.map((line) => line.slice(0, 2))).toEqual(['7+', '7-']);
    expect(sender.presses.isActive).toBe(false);
  });

  test('that come faster than tones are made wait in a line of 32 and no longer', () => {
    const { sender, frames, clock } = sending(null);
    let sequence = 0;
    frames(400, () => {
      sequence += 1;
      const packet = Buffer.alloc(16);
      const numbers = { sequence, timestamp: 4000 * sequence, ssrc: 7 };
      writeHeader(packet, 0, { marker: true, payloadType: 96, ...numbers });
      packet.set([sequence % 10, 0x8a, 0, 160], 12);
      sender.other(packet, 12, 16, true, clock());
    });
    for (let told = 0; told < 40; told++) sender.presses.tell('1', 10_000);
    // 32 of 80 ms and a pause of 40 ms each, in frames of 20 ms.
    frames(32 * 6 + 1);
    expect(sender.presses.isActive).toBe(false);
  });

  test('of two at once are one tone after the other', () => {
    const { sender, sent, frames, clock } = sending(null);
    const [first, second] = [partner('1', 200), partner('2', 200, 8)];
    frames(30, () => {
      for (const packet of [first(), second()]) {
        if (packet !== null) sender.interject(packet, 12, 16, clock());
      }
    });
    expect(heard(sent).tones.map((line) => line.slice(0, 2))).toEqual(['1+', '1-', '2+', '2-']);
  });
});

test('on hold keys pass unheard, and the stream goes on whole', () => {
  const { sender, sent, agree, frames } = sending(EVENT);
  frames(3);
  agree('recvonly');
  sender.presses.press('5');
  frames(20);
  agree('sendrecv');
  frames(3);
  expect(sent.map(payloadTypeOf)).toEqual(Array(6).fill(8));
  expectOneStream(sent);
});
