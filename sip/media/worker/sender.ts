/**
 * What one leg's far side hears: one RTP stream for the leg's whole life, whose source may be packets of
 * another leg or frames of ours. Decides nothing about which of them it is.
 *
 * The packet path makes no objects and no closures.
 */
import { randomInt } from 'node:crypto';
import { ALAW_TO_ULAW, ULAW_TO_ALAW, translate } from '../../rtp/g711';
import { OutgoingStream } from '../../rtp/outgoing-stream';
import { encode } from '../../rtp/mixer';
import { HEADER_LENGTH, ssrcOf, timestampOf, writeHeader } from '../../rtp/packet';
import type { G711 } from '../../sdp/codecs';
import { FRAME_SAMPLES } from './clip';
import { ticks, ticksSince } from './clock';
import { Presses, type PressStep } from './presses';
import type { G711Audio, PacketSink } from './receiver';
import type { Sound } from './sounds';

/** Bytes of a telephone event, and the bit in the second that marks its end (RFC 4733 §2.3). */
const EVENT_LENGTH = 4;
const EVENT_END = 0x80;
/** How long after the last packet of a key press frames go on: 30 ms after its end, else 100 ms. */
const AFTER_END = 240;
const WITHOUT_END = 800;

/** Sends at once; the bytes may be reused afterwards. */
type Send = (packet: Buffer) => void;

export class Sender implements PacketSink {
  private codec: G711 = 'PCMA';
  private payloadType = 8;
  private telephoneEvent = -1;
  private maySend = false;
  /** The key press that is being passed on among frames of ours, or was last. */
  private press = { ssrc: 0, timestamp: 0, ended: false, at: 0 };
  private pressing = false;
  /** Keys of ours: while there are any, whatever else would be sent is left out. */
  readonly presses = new Presses();
  private lastStep: PressStep = 'over';
  private readonly eventPacket = Buffer.alloc(HEADER_LENGTH + EVENT_LENGTH);
  private readonly frame = Buffer.alloc(HEADER_LENGTH + FRAME_SAMPLES);
  private readonly outgoing = new OutgoingStream(
    { ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 15), timestamp: randomInt(2 ** 32) },
    ticks(),
  );

  constructor(private readonly send: Send) {}

  agree(audio: G711Audio): void {
    this.codec = audio.codec;
    this.payloadType = audio.payloadType;
    this.telephoneEvent = audio.telephoneEvent ?? -1;
    const maySend = audio.direction === 'sendrecv' || audio.direction === 'sendonly';
    // What is withheld during hold must not look like loss afterwards.
    if (maySend && !this.maySend) this.outgoing.changeSource();
    this.maySend = maySend;
  }

  /** From the next packet on the far side hears somebody or something else. */
  changeSource(): void {
    this.outgoing.changeSource();
  }

  /** Sends the next frame of a sound; false when there is none left. */
  sendSound(sound: Sound, now: number): boolean {
    if (!sound.fill(this.codec, this.frame, HEADER_LENGTH)) return false;
    if (!this.maySend) return true;
    writeHeader(this.frame, 0, this.outgoing.frame(this.payloadType, FRAME_SAMPLES, now));
    this.send(this.frame);
    return true;
  }

  /** Sends 20 ms of mixed sound; left out while a key press is passed on. */
  sendSamples(samples: Int16Array, now: number): void {
    if (!this.maySend || this.presses.isActive || this.isPressing(now)) return;
    if (this.pressing) {
      this.pressing = false;
      this.outgoing.changeSource();
    }
    this.sendFrame(samples, now);
  }

  /** Sends the next 20 ms of the keys that are pressed for it; false when there are none (any more). */
  sendPress(now: number): boolean {
    const { presses, lastStep } = this;
    if (!presses.isActive) return false;
    const step = presses.next(this.telephoneEvent >= 0, now);
    this.lastStep = step;
    if (step === 'begin') this.outgoing.beginEvent(now);
    else if (step !== lastStep && step !== 'event') this.changeSource();
    if (step === 'over') return false;
    if (!this.maySend) return true;
    if (step === 'sound') this.sendFrame(presses.samples, now);
    else this.sendEvent();
    return true;
  }

  /**
   * Passes a packet of a key press on between mixed frames. These pause meanwhile: all packets of a press
   * carry the timestamp of its beginning (RFC 4733 §2.5.1), and frames in between would step past it.
   * One press at a time; late copies of its end are left out.
   */
  interject(packet: Buffer, start: number, end: number, now: number): void {
    if (!this.maySend || end - start < EVENT_LENGTH) return;
    if (this.telephoneEvent < 0) this.presses.relay(packet, start, end, now);
    if (this.telephoneEvent < 0 || this.presses.isActive) return;
    const { press } = this;
    const [ssrc, timestamp] = [ssrcOf(packet), timestampOf(packet)];
    const isSame = ssrc === press.ssrc && timestamp === press.timestamp;
    if (this.isPressing(now) ? ssrc !== press.ssrc : isSame) return;
    if (!this.isPressing(now)) this.outgoing.changeSource();
    this.pressing = true;
    const ended = ((packet[start + 1] as number) & EVENT_END) !== 0;
    this.press = { ssrc, timestamp, ended: ended || (isSame && press.ended), at: now };
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  /** Passes a packet of another leg on. */
  audio(packet: Buffer, start: number, end: number, codec: G711, now: number): void {
    if (!this.maySend || this.presses.isActive) return;
    const header = this.outgoing.relay(packet, this.payloadType, end - start, now);
    if (header === null) return;
    if (codec !== this.codec) {
      translate(packet, start, end, codec === 'PCMA' ? ALAW_TO_ULAW : ULAW_TO_ALAW);
    }
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  /**
   * Key presses pass when both sides agreed on them (RFC 4733), and are made tones when only theirs did;
   * anything else is left out.
   */
  other(packet: Buffer, start: number, end: number, isEvent: boolean, now: number): void {
    if (!this.maySend) return;
    if (isEvent && this.telephoneEvent < 0) this.presses.relay(packet, start, end, now);
    if (this.presses.isActive) return;
    if (!isEvent || this.telephoneEvent < 0) {
      this.outgoing.omit(packet);
      return;
    }
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  private sendFrame(samples: Int16Array, now: number): void {
    encode(samples, FRAME_SAMPLES, this.codec, this.frame, HEADER_LENGTH);
    writeHeader(this.frame, 0, this.outgoing.frame(this.payloadType, FRAME_SAMPLES, now));
    this.send(this.frame);
  }

  private sendEvent(): void {
    const { telephoneEvent, eventPacket, presses } = this;
    if (telephoneEvent < 0) return;
    presses.payload.copy(eventPacket, HEADER_LENGTH);
    const duration = presses.payload.readUInt16BE(2);
    const { marker, segment } = presses;
    writeHeader(eventPacket, 0, this.outgoing.event(telephoneEvent, marker, segment, duration));
    this.send(eventPacket);
  }

  private isPressing(now: number): boolean {
    if (!this.pressing) return false;
    const silence = ticksSince(this.press.at, now);
    return silence < (this.press.ended ? AFTER_END : WITHOUT_END);
  }

  /** The header stands right before the payload: what the sender had in between is overwritten. */
  private sendPart(packet: Buffer, start: number, end: number): void {
    const whole = start === HEADER_LENGTH && end === packet.length;
    this.send(whole ? packet : packet.subarray(start - HEADER_LENGTH, end));
  }
}
