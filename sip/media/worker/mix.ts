/**
 * A conversation that is decoded: one jitter buffer for each who speaks, and every 20 ms one frame for
 * each who hears. Begins and ends within running talks:
 *
 *     warming (packets still pass directly, the buffers learn) --60 ms--> mixing --end--> rest sent at once
 *
 * It is mixed at 8 kHz, whatever its members speak: G.722 is decoded into that, and wide again when only two
 * are left. At the beginning the delay of the buffers is filled with made-up sound, at the end what they hold is
 * sent ahead: nothing is lost, nothing heard twice.
 */
import { randomInt } from 'node:crypto';
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from '../../rtp/g711';
import { G722Source } from '../../rtp/g722-stream';
import { FRAME, JitterBuffer } from '../../rtp/jitter-buffer';
import { mix } from '../../rtp/mixer';
import { ssrcOf, timestampOf } from '../../rtp/packet';
import type { Codec } from '../../sdp/codecs';
import type { Talk } from '../talk';
import type { PacketSink } from './receiver';
import type { Sender } from './sender';

/** Ticks before the first mixed frame; what concealment is made from is 60 ms long. */
const WARMING_TICKS = 3;
/** Frames sent ahead at the end; a common jitter buffer takes three. */
const MOST_AHEAD = 3;

/** An endpoint, as far as a mix needs it. */
export interface MixMember {
  readonly sender: Sender;
  speakTo(sink: PacketSink | null): void;
  /** From now on it hears what comes through `sender`. */
  engage(): void;
  /** Writes the next 20 ms of a prompt that it alone hears; false when there is none (any more). */
  nextPrompt(out: Int16Array): boolean;
}

export class Mix {
  private readonly inputs = new Map<MixMember, MixInput>();
  private warming = WARMING_TICKS;
  private readonly heard: Int16Array[] = [];
  private readonly sum = new Int16Array(FRAME);
  private readonly prompt = new Int16Array(FRAME);

  /** Begins beside a direct bridge of the first two parties. */
  constructor(private readonly talk: Talk<MixMember>) {
    const [a, b] = talk.parties as [MixMember, MixMember];
    for (const [member, other] of [
      [a, b],
      [b, a],
    ] as const) {
      member.speakTo(this.inputOf(member, other.sender));
    }
  }

  /** A new member of the talk; while the mix is warming he hears what he heard before. */
  add(member: MixMember): void {
    member.speakTo(this.inputOf(member, null));
    if (this.warming === 0) member.engage();
  }

  remove(member: MixMember): void {
    this.inputs.delete(member);
  }

  /** Sends each member the next 20 ms; `resumed` after frames were given up. */
  tick(now: number, resumed: boolean): void {
    if (this.warming > 0) {
      this.warming -= 1;
      if (this.warming > 0) return;
      this.takeOver();
    }
    for (const input of this.inputs.values()) input.buffer.pull(input.frame, now);
    for (const member of this.inputs.keys()) {
      if (resumed) member.sender.changeSource();
      this.sendTo(member, now);
    }
  }

  /** Sends what is still held; the two parties that are left are bridged directly next. */
  end(now: number): void {
    if (this.warming > 0) return;
    for (const [speaker, { buffer, frame }] of this.inputs) {
      const frames = buffer.remaining(MOST_AHEAD);
      if (frames > 0) buffer.beginDrain(frames);
      for (let i = 0; i < frames; i++) {
        buffer.drain(frame);
        for (const listener of this.inputs.keys()) {
          if (this.talk.hears(listener, speaker)) listener.sender.sendSamples(frame, now);
        }
      }
    }
    for (const member of this.inputs.keys()) member.sender.changeSource();
  }

  private takeOver(): void {
    for (const [member, input] of this.inputs) {
      if (input.direct !== null) input.buffer.skipHeard();
      input.direct = null;
      member.engage();
    }
  }

  private sendTo(listener: MixMember, now: number): void {
    const { heard } = this;
    heard.length = 0;
    for (const [speaker, { frame }] of this.inputs) {
      if (this.talk.hears(listener, speaker)) heard.push(frame);
    }
    if (listener.nextPrompt(this.prompt)) heard.push(this.prompt);
    mix(this.sum, heard);
    listener.sender.sendSamples(this.sum, now);
  }

  private inputOf(member: MixMember, direct: PacketSink | null): MixInput {
    const input = new MixInput(direct, (packet, start, end, now) => {
      for (const listener of this.inputs.keys()) {
        if (!this.talk.hears(listener, member)) continue;
        listener.sender.interject(Buffer.from(packet), start, end, now);
      }
    });
    this.inputs.set(member, input);
    return input;
  }
}

type KeyPress = (packet: Buffer, start: number, end: number, now: number) => void;

/** What one member says. */
class MixInput implements PacketSink {
  readonly buffer = new JitterBuffer(randomInt(2 ** 31));
  /** His 20 ms of this tick. */
  readonly frame = new Int16Array(FRAME);
  private readonly header = { ssrc: 0, timestamp: 0 };
  private readonly range: [number, number] = [0, 0];
  private g722: G722Source | null = null;

  /** `direct`: where his packets go besides until the mix takes over. */
  constructor(
    public direct: PacketSink | null,
    private readonly onKeyPress: KeyPress,
  ) {}

  audio(packet: Buffer, start: number, end: number, codec: Codec, now: number): void {
    const { header, range, buffer } = this;
    this.read(packet);
    if (codec === 'G722') {
      this.g722 ??= new G722Source();
      range[0] = 0;
      range[1] = this.g722.decode(packet, start, end);
      buffer.put(header, this.g722.samples, range, null, now);
    } else {
      range[0] = start;
      range[1] = end;
      const toLinear = codec === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
      buffer.put(header, packet, range, toLinear, now);
    }
    this.direct?.audio(packet, start, end, codec, now);
  }

  noise(packet: Buffer, start: number, end: number, now: number): void {
    this.read(packet);
    this.buffer.hush(this.header, packet, start, end);
    this.direct?.noise(packet, start, end, now);
  }

  other(packet: Buffer, start: number, end: number, isEvent: boolean, now: number): void {
    if (this.direct !== null) this.direct.other(packet, start, end, isEvent, now);
    else if (isEvent) this.onKeyPress(packet, start, end, now);
  }

  private read(packet: Buffer): void {
    this.header.ssrc = ssrcOf(packet);
    this.header.timestamp = timestampOf(packet);
  }
}
