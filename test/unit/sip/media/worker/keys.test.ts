import { Keys } from '../../../../../sip/media/worker/keys';
import { encodeAlaw } from '../../../../../sip/rtp/g711';
import { G722Output } from '../../../../../sip/rtp/g722-stream';
import { KEYS } from '../../../../../sip/rtp/dtmf/keys';
import { KeyTone } from '../../../../../sip/rtp/dtmf/key-tone';
import { TelephoneEventWriter } from '../../../../../sip/rtp/dtmf/telephone-event-writer';
import { markerOf, writeHeader } from '../../../../../sip/rtp/packet';

const TICK = 160;

/** A far side that presses keys, and what is told of it: `5+` for down, `5-160` for up after 160 ms. */
class Presser {
  readonly lines: string[] = [];
  readonly passed: Buffer[] = [];
  readonly keys = new Keys({
    onKey: (key) => this.lines.push(`${key}+`),
    onPress: (key, durationMs) => this.lines.push(`${key}-${durationMs}`),
  });
  hasPartner = true;
  ssrc = 7;
  timestamp = 4000;
  private now = 9000;
  private sequence = 50;

  private readonly g722 = new G722Output();

  constructor(
    hasEvents: boolean,
    private readonly codec: 'PCMA' | 'G722' = 'PCMA',
  ) {
    this.keys.agree(hasEvents);
  }

  /** The packets of a press by events, 20 ms apart, and a pause of 100 ms. */
  event(
    key: string,
    ms: number,
    change: (packets: Buffer[], at: number) => Buffer | null = at,
  ): void {
    const writer = new TelephoneEventWriter(key, ms * 8);
    const packets: Buffer[] = [];
    const packet = Buffer.alloc(16);
    for (let elapsed = 0; writer.write(packet, 12, elapsed); elapsed += TICK) {
      const timestamp = (this.timestamp + writer.begin) | 0;
      this.head(packet, { payloadType: 96, marker: writer.marker, timestamp });
      packets.push(Buffer.from(packet));
    }
    packets.forEach((_, i) => {
      const heard = change(packets, i);
      this.pass();
      if (heard === null) return;
      if (this.keys.event(heard, 12, 16, this.hasPartner, this.now)) this.passed.push(heard);
    });
    this.timestamp = (this.timestamp + ms * 8 + 800) | 0;
    for (let i = 0; i < 5; i++) this.pass();
  }

  /** Sound with the tone of a key for that long, then 100 ms without. */
  tone(key: string, ms: number, isLost: (frame: number) => boolean = () => false): void {
    const tone = new KeyTone(8000);
    tone.press(key, ms * 8);
    const samples = new Int16Array(TICK);
    const packet = Buffer.alloc(12 + TICK);
    for (let frame = 0; frame < ms / 20 + 5; frame++) {
      tone.fill(samples, 0, TICK);
      if (this.codec === 'G722') this.g722.encode(samples, TICK, packet, 12);
      else samples.forEach((sample, i) => (packet[12 + i] = encodeAlaw(sample)));
      this.head(packet, { payloadType: 8, marker: false, timestamp: this.timestamp });
      this.timestamp = (this.timestamp + TICK) | 0;
      this.pass();
      if (isLost(frame) || !this.keys.listens) continue;
      this.keys.sound(packet, 12, packet.length, this.codec, this.now);
    }
  }

  /** A SIP INFO; true when it is news. */
  told(key: string, durationMs: number): boolean {
    return this.keys.told(key, durationMs, this.now);
  }

  /** Time goes on in which nothing comes. */
  wait(ms: number): void {
    for (let at = 0; at < ms; at += 20) this.pass();
  }

  private head(
    packet: Buffer,
    header: { payloadType: number; marker: boolean; timestamp: number },
  ) {
    this.sequence = (this.sequence + 1) & 0xffff;
    writeHeader(packet, 0, { ...header, sequence: this.sequence, ssrc: this.ssrc });
  }

  private pass(): void {
    this.now += TICK;
    if (this.keys.isDown) this.keys.tick(this.now);
  }
}

const at = (packets: Buffer[], i: number): Buffer => packets[i] as Buffer;

describe('keys by telephone events', () => {
  test.each([...KEYS])('%s: at once and at its end, whatever is lost in between', (key) => {
    const far = new Presser(true);
    far.event(key, 160);
    far.event(key, 700, (packets, i) => (i === 0 || i % 3 === 1 ? null : at(packets, i)));
    expect(far.lines).toEqual([`${key}+`, `${key}-160`, `${key}+`, `${key}-700`]);
  });

  test('a press whose ends are all lost ends by itself', () => {
    const far = new Presser(true);
    far.event('5', 100, (packets, i) => (i > 3 ? null : at(packets, i)));
    expect(far.lines).toEqual(['5+']);
    far.wait(100);
    expect(far.lines).toEqual(['5+', '5-60']);
    expect(far.keys.isDown).toBe(false);
  });

  test('a sender that changes within a press goes on with it', () => {
    const far = new Presser(true);
    far.event('5', 200, (packets, i) => {
      const packet = at(packets, i);
      if (i < 4) return packet;
      packet.writeUInt32BE(99, 8);
      packet.writeUInt32BE(packet.readUInt32BE(4) + 1_000_000, 4);
      packet.writeUInt16BE((packet.readUInt16BE(2) + 30_000) & 0xffff, 2);
      return packet;
    });
    expect(far.lines).toEqual(['5+', '5-200']);
    expect(far.passed).toHaveLength(4);
    far.ssrc = 99;
    far.event('5', 100);
    expect(far.lines).toEqual(['5+', '5-200', '5+', '5-100']);
    expect(far.passed).toHaveLength(4 + 8);
  });

  test('another sender that begins a press ends the one that is down', () => {
    const far = new Presser(true);
    far.event('5', 100, (packets, i) => (i > 3 ? null : at(packets, i)));
    far.ssrc = 99;
    far.timestamp += 1_000_000;
    far.event('5', 100);
    expect(far.lines).toEqual(['5+', '5-60', '5+', '5-100']);
  });

  test('whether a press is passed on is decided when it begins', () => {
    const far = new Presser(true);
    const turning = (relays: boolean) => (packets: Buffer[], i: number) => {
      if (i === 3) far.keys.relays = relays;
      return at(packets, i);
    };
    far.event('1', 100, turning(false));
    expect(far.passed).toHaveLength(8);
    far.event('2', 100, turning(true));
    expect(far.passed).toHaveLength(8);
    far.hasPartner = false;
    far.event('3', 100, (packets, i) => {
      if (i === 3) far.hasPartner = true;
      return at(packets, i);
    });
    expect(far.passed).toHaveLength(8);
    far.event('4', 100);
    expect(far.passed.filter(markerOf)).toHaveLength(2);
  });

  test('a sender that begins a press with every packet is told 20 a second', () => {
    const far = new Presser(true);
    const writer = new TelephoneEventWriter('5', 80);
    const packet = Buffer.alloc(16);
    writer.write(packet, 12, 80);
    for (let i = 0; i < 1000; i++) {
      const numbers = { sequence: i, timestamp: i * 4000, ssrc: 7 };
      writeHeader(packet, 0, { marker: true, payloadType: 96, ...numbers });
      // Each millisecond one.
      far.keys.event(packet, 12, 16, true, 90_000 + i * 8);
    }
    const downs = far.lines.filter((line) => line === '5+');
    expect(downs.length).toBeGreaterThanOrEqual(35);
    expect(downs.length).toBeLessThanOrEqual(41);
    expect(far.lines.length).toBe(2 * downs.length);
  });

  test('its tones in the sound are not looked for', () => {
    const far = new Presser(true);
    far.keys.wantedByApp = true;
    far.event('5', 100);
    far.tone('5', 200);
    expect(far.lines).toEqual(['5+', '5-100']);
  });
});

describe('keys in the sound', () => {
  test.each([...KEYS])('%s is heard in G.722 as well', (key) => {
    const far = new Presser(false, 'G722');
    far.keys.wantedByApp = true;
    far.tone(key, 100);
    expect(far.lines.map((line) => line.slice(0, 2))).toEqual([`${key}+`, `${key}-`]);
  });

  test('are found while the app or a play wants them', () => {
    const far = new Presser(false);
    far.tone('1', 100);
    far.keys.wantedByPlay = true;
    far.tone('2', 100);
    far.keys.wantedByPlay = false;
    far.tone('3', 100);
    far.keys.wantedByApp = true;
    far.tone('4', 100);
    expect(far.lines.filter((line) => line.endsWith('+'))).toEqual(['2+', '4+']);
  });

  test('a tone is over when its sender falls silent', () => {
    const far = new Presser(false);
    far.keys.wantedByApp = true;
    far.tone('1', 400, (frame) => frame > 5);
    far.wait(220);
    expect(far.keys.isDown).toBe(false);
    expect(far.lines.map((line) => line.slice(0, 2))).toEqual(['1+', '1-']);
  });

  test('a key that ends a play, and is down still when the next begins, is one press', () => {
    const far = new Presser(false);
    far.keys.wantedByPlay = true;
    far.tone('2', 400, (frame) => {
      far.keys.wantedByPlay = frame < 5 || frame > 9;
      return false;
    });
    far.keys.wantedByPlay = false;
    far.tone('3', 400);
    expect(far.lines.map((line) => line.slice(0, 2))).toEqual(['2+', '2-']);
    expect(Number(far.lines[1]?.slice(2))).toBeGreaterThan(350);
    expect(far.keys.listens).toBe(false);
  });

  test.each([...KEYS])('%s: one lost packet does not make two presses', (key) => {
    for (const lost of [2, 3, 4]) {
      const far = new Presser(false);
      far.keys.wantedByApp = true;
      far.tone(key, 200, (frame) => frame === lost);
      expect(far.lines.map((line) => line.slice(0, 2))).toEqual([`${key}+`, `${key}-`]);
    }
  });

  test('of a command are to be cut until the key is up', () => {
    const far = new Presser(false);
    far.keys.wantedByApp = true;
    far.keys.relays = false;
    const cut: boolean[] = [];
    far.tone('8', 200, () => {
      cut.push(far.keys.isCut);
      return false;
    });
    // Frames before which it was known: the press is found within 40 ms, and its end as soon.
    expect(cut.indexOf(true)).toBeLessThanOrEqual(2);
    expect(cut.slice(2, 10)).toEqual(Array(8).fill(true));
    expect(far.keys.isCut).toBe(false);
  });
});

test('a press told by INFO as well is one press', () => {
  const far = new Presser(true);
  far.event('5', 100);
  expect(far.told('5', 160)).toBe(false);
  expect(far.told('5', 160)).toBe(true);
  expect(far.lines).toEqual(['5+', '5-100', '5+', '5-160']);
});
