/**
 * What one leg's far side hears: one RTP stream for the leg's whole life, whose source may be packets of
 * another leg or frames of ours. Decides nothing about which of them it is.
 *
 * The packet path makes no objects and no closures.
 */
import { randomInt } from 'node:crypto';
import { ALAW_TO_ULAW, ULAW_TO_ALAW, translate } from '../../rtp/g711';
import { G722Output } from '../../rtp/g722-stream';
import { OutgoingStream } from '../../rtp/outgoing-stream';
import { encode } from '../../rtp/mixer';
import { HEADER_LENGTH, writeHeader } from '../../rtp/packet';
import { Transcoder } from '../../rtp/transcoder';
import type { Codec } from '../../sdp/codecs';
import { FRAME_SAMPLES, WIDE_SAMPLES } from './clip';
import { ticks } from './clock';
import { FramePackets, type Send } from './frame-packets';
import { Presses } from './presses';
import type { AgreedFormats, PacketSink } from './receiver';
import { RelayedPress } from './relayed-press';
import { SilenceFiller } from './silence-filler';
import type { Sound } from './sounds';

/** Bytes of a telephone event (RFC 4733 §2.3). */
const EVENT_LENGTH = 4;
/** Frames of a sound that the far side hears through its own encoder before it gets those of all: 200 ms. */
const OWN_FRAMES = 10;

export class Sender implements PacketSink {
  private codec: Codec = 'PCMA';
  private payloadType = 8;
  private telephoneEvent = -1;
  private comfortNoise = -1;
  /** Its far side listens. */
  maySend = false;
  /** The key press that is being passed on, or was last; among frames of ours it is another source. */
  private readonly relayed = new RelayedPress();
  private isInterjected = false;
  /** Keys of ours: while there are any, whatever else would be sent is left out. */
  readonly presses = new Presses();
  private readonly outgoing = new OutgoingStream(
    { ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 15), timestamp: randomInt(2 ** 32) },
    ticks(),
  );
  private readonly frames: FramePackets;
  private readonly silence = new SilenceFiller();
  /** Comfort noise was passed on: the next sound begins a talkspurt (RFC 3551 §4.1). */
  private wasSilent = false;
  /** Its far side's G.722, from when that was first agreed. */
  private g722: G722Output | null = null;
  private transcoder: Transcoder | null = null;
  private readonly samples = new Int16Array(WIDE_SAMPLES);
  private ownFrames = 0;

  constructor(private readonly send: Send) {
    this.frames = new FramePackets(this.outgoing, send);
  }

  agree(audio: AgreedFormats): void {
    const maySend = audio.direction === 'sendrecv' || audio.direction === 'sendonly';
    if (!maySend) this.frames.discard();
    this.frames.agree(audio.payloadType, audio.packetMs ?? 20);
    // What is withheld during hold must not look like loss afterwards.
    if (maySend && !this.maySend) this.outgoing.changeSource();
    if (audio.codec !== this.codec) this.transcoder = null;
    if (audio.codec === 'G722') this.g722 ??= new G722Output();
    this.codec = audio.codec;
    this.payloadType = audio.payloadType;
    this.telephoneEvent = audio.telephoneEvent ?? -1;
    this.comfortNoise = audio.comfortNoise ?? -1;
    this.maySend = maySend;
  }

  /** From the next packet on the far side hears somebody or something else. */
  changeSource(): void {
    this.silence.end();
    this.beginOther();
  }

  /** Sends the next frame of a sound; false when there is none left. */
  sendSound(sound: Sound, now: number): boolean {
    const { codec, frames } = this;
    const filled =
      codec === 'G722' ? this.fillG722(sound) : sound.fill(codec, frames.bytes, frames.at);
    if (filled && this.maySend) frames.take(now);
    return filled;
  }

  /** Sends 20 ms of 8 kHz sound; left out while a key press is passed on. */
  sendSamples(samples: Int16Array, now: number): void {
    if (!this.maySend || this.presses.isActive || this.relayed.isOn(now)) return;
    if (this.isInterjected) {
      this.isInterjected = false;
      this.outgoing.changeSource();
    }
    this.sendFrame(samples, now);
  }

  /** Sends the next 20 ms of the keys that are pressed for it; false when there are none (any more). */
  sendPress(now: number): boolean {
    const { presses, outgoing, telephoneEvent } = this;
    if (!presses.isActive) return false;
    const step = presses.next(telephoneEvent >= 0, now);
    if (presses.isNewSource) this.beginOther();
    if (step === 'begin') outgoing.beginEvent(now);
    if (step === 'over') return false;
    if (!this.maySend) return true;
    if (step === 'sound') this.sendFrame(presses.samples, now);
    else if (telephoneEvent >= 0) this.send(presses.packet(outgoing, telephoneEvent), now);
    return true;
  }

  /** True while the source is silent and the far side would hear a dead line. */
  get fillsSilence(): boolean {
    return this.silence.isFilling;
  }

  /** Sends 20 ms of the noise that stands for the silence of the source, while there is one. */
  fillSilence(now: number): void {
    if (!this.silence.isFilling) return;
    this.silence.fill(this.samples);
    this.sendSamples(this.samples, now);
  }

  /** Passes a packet of a key press on between frames of ours, which pause meanwhile. */
  interject(packet: Buffer, start: number, end: number, now: number): void {
    if (!this.maySend || end - start < EVENT_LENGTH) return;
    if (this.telephoneEvent < 0) this.presses.relay(packet, start, end, now);
    if (this.telephoneEvent < 0 || this.presses.isActive) return;
    const isFirst = !this.relayed.isOn(now);
    if (!this.relayed.takes(packet, start, now)) return;
    if (isFirst) {
      this.frames.flush();
      this.outgoing.changeSource();
    }
    this.isInterjected = true;
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end, now);
  }

  /** Passes a packet of another leg on. */
  audio(packet: Buffer, start: number, end: number, codec: Codec, now: number): void {
    if (!this.maySend || this.presses.isActive) return;
    if (this.relayed.isOn(now)) return this.outgoing.omit(packet);
    if (this.silence.isFilling && !this.endSilence(packet)) return;
    const header = this.outgoing.relay(packet, this.payloadType, end - start, now);
    if (header === null) return;
    if (codec !== this.codec) {
      if (!this.convert(packet, start, end, codec)) return;
    } else if (codec === 'G722') this.g722?.pass(packet, start, end);
    if (this.wasSilent) {
      header.marker = true;
      this.wasSilent = false;
    }
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end, now);
  }

  /** The source is silent: told to a far side that agreed to comfort noise, else it is made for it. */
  noise(packet: Buffer, start: number, end: number, now: number): void {
    if (!this.maySend) return;
    if (this.comfortNoise < 0) {
      if (!this.silence.isFilling) this.breakOff();
      this.silence.begin(packet, start, end);
      return;
    }
    if (this.presses.isActive) return;
    if (this.relayed.isOn(now)) return this.outgoing.omit(packet);
    const header = this.outgoing.relay(packet, this.comfortNoise, 0, now);
    if (header === null) return;
    this.wasSilent = true;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end, now);
  }

  /**
   * Key presses pass when both sides agreed on them (RFC 4733), and are made tones when only theirs did;
   * anything else is left out.
   */
  other(packet: Buffer, start: number, end: number, isEvent: boolean, now: number): void {
    if (!this.maySend) return;
    if (isEvent && this.telephoneEvent < 0) this.presses.relay(packet, start, end, now);
    if (this.presses.isActive) return;
    const passes = isEvent && this.telephoneEvent >= 0 && end - start >= EVENT_LENGTH;
    if (passes && this.silence.isFilling) return this.interject(packet, start, end, now);
    if (!passes || !this.relayed.takes(packet, start, now)) return this.outgoing.omit(packet);
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end, now);
  }

  private sendFrame(samples: Int16Array, now: number): void {
    const { codec, frames } = this;
    if (codec === 'G722') this.g722?.encode(samples, FRAME_SAMPLES, frames.bytes, frames.at);
    else encode(samples, FRAME_SAMPLES, codec, frames.bytes, frames.at);
    frames.take(now);
  }

  private fillG722(sound: Sound): boolean {
    const { g722, samples, frames } = this;
    if (g722 === null) return false;
    if (this.ownFrames >= OWN_FRAMES && sound.shared !== undefined) {
      sound.shared(frames.bytes, frames.at);
      g722.pass(frames.bytes, frames.at, frames.at + FRAME_SAMPLES);
      return true;
    }
    this.ownFrames += 1;
    const count = sound.samples(samples);
    if (count === WIDE_SAMPLES) g722.encodeWide(samples, count, frames.bytes, frames.at);
    else if (count > 0) g722.encode(samples, count, frames.bytes, frames.at);
    return count > 0;
  }

  /** Into our far side's codec, byte for byte in place; false when the packet is of no use to it. */
  private convert(packet: Buffer, start: number, end: number, codec: Codec): boolean {
    if (codec === 'G722' || this.codec === 'G722') {
      this.transcoder ??= new Transcoder(this.codec, this.g722);
      return this.transcoder.process(packet, start, end, codec);
    }
    translate(packet, start, end, codec === 'PCMA' ? ALAW_TO_ULAW : ULAW_TO_ALAW);
    return true;
  }

  /** The source speaks again; false for a packet of before its silence. */
  private endSilence(packet: Buffer): boolean {
    if (this.silence.isAfter(packet)) return false;
    this.breakOff();
    return true;
  }

  /** Something else is heard, but the source, and its silence, are what they were. */
  private beginOther(): void {
    this.frames.flush();
    this.outgoing.changeSource();
    this.g722?.changeSource();
    this.ownFrames = 0;
  }

  /** The stream goes on with another sound, perhaps of the same source. */
  private breakOff(): void {
    this.frames.flush();
    this.outgoing.changeSource();
    this.silence.end();
  }

  /** The header stands right before the payload: what the sender had in between is overwritten. */
  private sendPart(packet: Buffer, start: number, end: number, now: number): void {
    const whole = start === HEADER_LENGTH && end === packet.length;
    this.send(whole ? packet : packet.subarray(start - HEADER_LENGTH, end), now);
  }
}
