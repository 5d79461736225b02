/**
 * Which keys one leg's far side presses, each told once, in whatever way it comes:
 *
 *     RFC 4733 packets -------------------------------------------.
 *     sound, if the far side agreed on no events and keys are      > down: `onKey`, up: `onPress`
 *     wanted of it (the app asked, or a key may end its play) ----'
 *     SIP INFO, told by the app ----------------------------------'
 *
 * And whether its partners are to hear of them. That is decided for each press when it begins: what is
 * left of one that was a command reaches nobody, though the command was carried out meanwhile.
 */
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from '../../rtp/g711';
import { DtmfDetector } from '../../rtp/dtmf/detector';
import type { KeyListener } from '../../rtp/dtmf/keys';
import { PressTwins, type Way } from '../../rtp/dtmf/press-twins';
import { TelephoneEventReader } from '../../rtp/dtmf/telephone-event-reader';
import {
  SEQUENCE_MASK,
  markerOf,
  sequenceOf,
  ssrcOf,
  timestampDistance,
  timestampOf,
} from '../../rtp/packet';
import { G722Source } from '../../rtp/g722-stream';
import type { Codec, G711 } from '../../sdp/codecs';
import { ticksSince } from './clock';

/** Hears of each press once. */
export interface PressListener {
  /** A key went down. */
  onKey(key: string): void;
  /** It is up again, after so many milliseconds. */
  onPress(key: string, durationMs: number): void;
}

/**
 * A burst of presses that is told, and ticks until one more is: 20 a second, which no dialler exceeds. A
 * sender that begins a press with every packet floods nobody.
 */
const BURST = 20;
const NEXT_PRESS = 400;
/** Sound that is missing for longer ends a tone: 60 ms, as much as two lost packets. */
const MOST_MISSING = 480;
/** What is later than this is no late packet but a sender that counts anew: 1 s. */
const MOST_LATE = 8000;
/** A tone whose sender fell silent is over: 200 ms. */
const PATIENCE = 1600;
/** Longest packet, in samples (RFC 3551 §4.2: 200 ms). */
const LONGEST = 1600;

export class Keys {
  /** Whether partners hear of what is pressed from now on. */
  relays = true;
  /** Keys are wanted of it: by the app, and by a play that a key ends. */
  wantedByApp = false;
  wantedByPlay = false;
  private readonly reader = new TelephoneEventReader(this.heardBy('event'));
  private readonly twins = new PressTwins();
  private detector: DtmfDetector | null = null;
  private hasEvents = false;
  /** The presses that are down, by their way, and whether the listener was told of each. */
  private readonly down = new Map<Way, boolean>();
  private eventPasses = false;
  /** The last event packet, in the numbers of the sender with whom its press began. */
  private readonly last = {
    ...{ ssrc: 0, timestamp: 0, sequence: 0, code: -1 },
    ...{ timestampShift: 0, sequenceShift: 0 },
  };
  private tonePasses = true;
  private hasPartner = false;
  private now = 0;
  private readonly burst = { left: BURST, at: 0 };
  private ssrc = 0;
  private expected = 0;
  private heardAt = 0;
  private readonly samples = new Int16Array(LONGEST);
  private g722: G722Source | null = null;

  constructor(private readonly listener: PressListener) {}

  /** Whether the far side agreed on telephone events. */
  agree(hasEvents: boolean): void {
    this.hasEvents = hasEvents;
  }

  /** True while time must be told by `tick`. */
  get isDown(): boolean {
    return this.down.size > 0;
  }

  /** True while sound has to be given to `sound`. */
  get listens(): boolean {
    return this.detector !== null || this.isWanted;
  }

  /** True while the far side's sound is a key that nobody is to hear. */
  get isCut(): boolean {
    return !this.tonePasses;
  }

  /** A packet of telephone events; true when it is to be passed on. `hasPartner`: there is somebody. */
  event(packet: Buffer, start: number, end: number, hasPartner: boolean, now: number): boolean {
    this.now = now;
    this.hasPartner = hasPartner;
    this.reader.expire(now);
    const { last } = this;
    if (ssrcOf(packet) !== last.ssrc) this.changeSender(packet, start);
    last.timestamp = (timestampOf(packet) + last.timestampShift) | 0;
    last.sequence = (sequenceOf(packet) + last.sequenceShift) & SEQUENCE_MASK;
    last.code = packet[start] as number;
    this.reader.read(packet, start, end, last.timestamp, last.sequence, now);
    return this.eventPasses;
  }

  /** A packet of sound, while `listens`. */
  sound(packet: Buffer, start: number, end: number, codec: Codec, now: number): void {
    this.now = now;
    // A play that its key ended, and the next that begins while the key is down, hear of it once.
    if (!this.isWanted && !this.down.has('tone')) {
      this.detector = null;
      return;
    }
    this.detector ??= this.startDetector(packet);
    const count = Math.min(end - start, LONGEST);
    if (!this.follows(packet, count)) return;
    if (codec === 'G722') {
      this.g722 ??= new G722Source();
      const decoded = this.g722.decode(packet, start, end);
      this.detector.detect(this.g722.samples, decoded);
      return;
    }
    this.detector.detect(this.linear(packet, start, count, codec), count);
  }

  /** A press that its far side told by SIP INFO; true when it is news. */
  told(key: string, durationMs: number, now: number): boolean {
    if (!this.twins.isNew(key, 'info', now)) return false;
    this.listener.onKey(key);
    this.listener.onPress(key, durationMs);
    return true;
  }

  /** With each frame while `isDown`: ends presses of which no more is heard. */
  tick(now: number): void {
    this.now = now;
    this.reader.expire(now);
    if (this.down.has('tone') && ticksSince(this.heardAt, now) >= PATIENCE) this.detector?.end();
  }

  /**
   * Events of another sender count anew. If a press is down, and what comes is the same key and not
   * marked as a beginning, it is the rest of that press; partners are not told it as another one.
   */
  private changeSender(packet: Buffer, start: number): void {
    const { last } = this;
    const goesOn = this.down.has('event') && !markerOf(packet) && packet[start] === last.code;
    last.ssrc = ssrcOf(packet);
    last.timestampShift = goesOn ? last.timestamp - timestampOf(packet) : 0;
    last.sequenceShift = goesOn ? last.sequence + 1 - sequenceOf(packet) : 0;
    if (goesOn) this.eventPasses = false;
  }

  private get isWanted(): boolean {
    return !this.hasEvents && (this.wantedByApp || this.wantedByPlay);
  }

  /** Late packets are left out; the detector starts anew behind a long gap. */
  private follows(packet: Buffer, count: number): boolean {
    const [ssrc, timestamp] = [ssrcOf(packet), timestampOf(packet)];
    const ahead = timestampDistance(this.expected, timestamp);
    const isSame = ssrc === this.ssrc;
    if (isSame && ahead < 0 && ahead > -MOST_LATE) return false;
    if (!isSame || ahead < 0 || ahead > MOST_MISSING) this.detector?.end();
    this.ssrc = ssrc;
    this.expected = (timestamp + count) | 0;
    this.heardAt = this.now;
    return true;
  }

  private linear(packet: Buffer, start: number, count: number, codec: G711): Int16Array {
    const { samples } = this;
    const table = codec === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
    for (let i = 0; i < count; i++) samples[i] = table[packet[start + i] as number] as number;
    return samples;
  }

  private startDetector(packet: Buffer): DtmfDetector {
    this.ssrc = ssrcOf(packet);
    this.expected = timestampOf(packet);
    return new DtmfDetector(this.heardBy('tone'));
  }

  private heardBy(way: 'event' | 'tone'): KeyListener {
    return {
      keyDown: (key) => this.keyDown(way, key),
      keyUp: (key, durationMs) => this.keyUp(way, key, durationMs),
    };
  }

  private keyDown(way: 'event' | 'tone', key: string): void {
    const isNew = this.mayTell() && this.twins.isNew(key, way, this.now);
    this.down.set(way, isNew);
    if (way === 'event') this.eventPasses = isNew && this.relays && this.hasPartner;
    if (!this.relays) this.tonePasses = false;
    if (isNew) this.listener.onKey(key);
  }

  private mayTell(): boolean {
    const { burst } = this;
    const more = Math.floor(ticksSince(burst.at, this.now) / NEXT_PRESS);
    if (more !== 0) {
      burst.left = Math.min(burst.left + Math.abs(more), BURST);
      burst.at = this.now;
    }
    if (burst.left === 0) return false;
    burst.left -= 1;
    return true;
  }

  private keyUp(way: 'event' | 'tone', key: string, durationMs: number): void {
    const wasTold = this.down.get(way) === true;
    this.down.delete(way);
    if (this.down.size === 0) this.tonePasses = true;
    if (wasTold) this.listener.onPress(key, durationMs);
  }
}
