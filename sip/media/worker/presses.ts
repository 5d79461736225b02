/**
 * The keys that one leg's far side hears pressed by us, one after the other: those that were ordered, and
 * those of a partner whose telephone events it does not take. Decides what each 20 ms of them are: a
 * packet of an event (RFC 4733) or sound, and when the usual source goes on.
 *
 *     idle -> key: event, ... event, end, end, end | tone, ... tone -> pause: silence -> key | idle
 */
import { KeyTone } from '../../rtp/dtmf/key-tone';
import type { KeyListener } from '../../rtp/dtmf/keys';
import { TelephoneEventReader } from '../../rtp/dtmf/telephone-event-reader';
import { TelephoneEventWriter } from '../../rtp/dtmf/telephone-event-writer';
import type { OutgoingStream } from '../../rtp/outgoing-stream';
import { HEADER_LENGTH, sequenceOf, ssrcOf, timestampOf, writeHeader } from '../../rtp/packet';
import { FRAME_SAMPLES } from './clip';

/** How long an ordered key is down, and the least: Q.24 takes 40 ms, IVRs on lossy lines less surely. */
const PRESS_MS = 100;
const SHORTEST = 640;
/** Between ordered keys there are 100 ms; after those that a partner presses 40 ms (Q.24), as he may go on. */
const PAUSE = 800;
const SHORT_PAUSE = 320;
const EVENT_LENGTH = 4;
/** Senders whose presses are told apart. */
const MOST_PARTNERS = 8;
/** Presses of partners that may wait: one who presses faster than tones are made drowns nobody. */
const MOST_WAITING = 32;

/**
 * What the next 20 ms are. `begin`: a packet of an event, the first of its key; `over`: nothing, from here
 * on the usual source is heard.
 */
export type PressStep = 'begin' | 'event' | 'sound' | 'over';

interface Press {
  key: string;
  /** Ticks that it is down; of one that a partner holds, infinite. */
  length: number;
  pause: number;
}

export class Presses {
  /** Of sound: the 20 ms. */
  readonly samples = new Int16Array(FRAME_SAMPLES);
  /** True when the step is of another kind than the one before, or another key. */
  isNewSource = false;
  private queue: Press[] = [];
  private lastStep: PressStep = 'over';
  private readonly event = Buffer.alloc(HEADER_LENGTH + EVENT_LENGTH);
  private writer: TelephoneEventWriter | null = null;
  private readonly tone = new KeyTone(8000);
  /** Ticks since the key that is first in the queue began; 0 before. */
  private elapsed = 0;
  private readonly partners = new Map<number, Partner>();

  /** True from the first key until `over`: nothing else is to be sent. */
  get isActive(): boolean {
    return this.queue.length > 0;
  }

  /** Keys one after the other, behind those that are still to come. Throws for what is no key. */
  press(keys: string): void {
    const length = PRESS_MS * 8;
    this.queue.push(...[...keys].map((key) => ({ key, length, pause: PAUSE })));
  }

  /** A key that a partner has told beside his stream, in its turn. */
  tell(key: string, ms: number): void {
    this.wait({ key, length: Math.max(ms * 8, SHORTEST), pause: PAUSE });
  }

  /** A packet of telephone events of another leg: its key is down here as long as there, in its turn. */
  relay(packet: Buffer, start: number, end: number, now: number): void {
    const { reader } = this.partnerOf(ssrcOf(packet));
    reader.read(packet, start, end, timestampOf(packet), sequenceOf(packet), now);
  }

  /** The next 20 ms, while `isActive`. `takesEvents`: the far side agreed on telephone events. */
  next(takesEvents: boolean, now: number): PressStep {
    for (const { reader } of this.partners.values()) reader.expire(now);
    const step = this.advance(takesEvents);
    this.isNewSource = step === 'begin' || (step !== 'event' && step !== this.lastStep);
    this.lastStep = step;
    return step;
  }

  /** Of an event: its packet, to be sent before the next step. */
  packet(outgoing: OutgoingStream, payloadType: number): Buffer {
    const { event, writer } = this;
    if (writer === null) throw new Error('no event is being sent');
    const duration = event.readUInt16BE(HEADER_LENGTH + 2);
    writeHeader(event, 0, outgoing.event(payloadType, writer.marker, writer.begin, duration));
    return event;
  }

  private advance(takesEvents: boolean): PressStep {
    const press = this.queue[0];
    if (press === undefined) return 'over';
    const isFirst = this.elapsed === 0;
    if (isFirst) this.begin(press, takesEvents);
    const step = this.stepOf(press, isFirst);
    this.elapsed += FRAME_SAMPLES;
    if (step !== null) return step;
    this.queue.shift();
    this.elapsed = 0;
    return this.advance(takesEvents);
  }

  /** Nothing of it is sent any more. */
  stop(): void {
    this.queue = [];
    this.elapsed = 0;
  }

  /** Of a partner's; what he presses beyond that is left out. */
  private wait(press: Press): void {
    if (this.queue.length < MOST_WAITING) this.queue.push(press);
  }

  private partnerOf(ssrc: number): Partner {
    const known = this.partners.get(ssrc);
    if (known !== undefined) return known;
    if (this.partners.size === MOST_PARTNERS) this.forgetPartners();
    const partner = new Partner(
      (press) => this.wait(press),
      (press) => (press === this.queue[0] ? this.elapsed : 0),
    );
    this.partners.set(ssrc, partner);
    return partner;
  }

  /** One may come under ever new names: what he holds is let go. */
  private forgetPartners(): void {
    for (const partner of this.partners.values()) partner.keyUp('', 0);
    this.partners.clear();
  }

  private begin({ key, length }: Press, takesEvents: boolean): void {
    this.writer = takesEvents ? new TelephoneEventWriter(key, length) : null;
    if (!takesEvents) this.tone.press(key, length);
  }

  /** Null when the key and the pause after it are over. */
  private stepOf(press: Press, isFirst: boolean): PressStep | null {
    const { writer, tone, elapsed } = this;
    // One that a partner held was begun without an end.
    if (elapsed >= press.length) {
      writer?.release(press.length);
      tone.release();
    }
    if (writer?.write(this.event, HEADER_LENGTH, elapsed) === true) {
      return isFirst ? 'begin' : 'event';
    }
    if (elapsed >= press.length + press.pause) return null;
    if (writer === null) tone.fill(this.samples, 0, FRAME_SAMPLES);
    else this.samples.fill(0);
    return 'sound';
  }
}

/** One partner whose events are tones here. */
class Partner implements KeyListener {
  readonly reader = new TelephoneEventReader(this);
  private held: Press | null = null;

  constructor(
    private readonly hold: (press: Press) => void,
    private readonly elapsedOf: (press: Press) => number,
  ) {}

  keyDown(key: string): void {
    this.held = { key, length: Number.POSITIVE_INFINITY, pause: SHORT_PAUSE };
    this.hold(this.held);
  }

  /** What was heard of it already is not taken back. */
  keyUp(_key: string, durationMs: number): void {
    const { held } = this;
    if (held !== null) held.length = Math.max(durationMs * 8, SHORTEST, this.elapsedOf(held));
    this.held = null;
  }
}
