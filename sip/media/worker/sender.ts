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
import { HEADER_LENGTH, writeHeader } from '../../rtp/packet';
import type { G711 } from '../../sdp/codecs';
import { FRAME_SAMPLES } from './clip';
import { ticks } from './clock';
import { Presses } from './presses';
import type { G711Audio, PacketSink } from './receiver';
import { RelayedPress } from './relayed-press';
import type { Sound } from './sounds';

/** Bytes of a telephone event (RFC 4733 §2.3). */
const EVENT_LENGTH = 4;

/** Sends at once; the bytes may be reused afterwards. */
type Send = (packet: Buffer) => void;

export class Sender implements PacketSink {
  private codec: G711 = 'PCMA';
  private payloadType = 8;
  private telephoneEvent = -1;
  private maySend = false;
  /** The key press that is being passed on, or was last; among frames of ours it is another source. */
  private readonly relayed = new RelayedPress();
  private isInterjected = false;
  /** Keys of ours: while there are any, whatever else would be sent is left out. */
  readonly presses = new Presses();
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
    if (presses.isNewSource) this.changeSource();
    if (step === 'begin') outgoing.beginEvent(now);
    if (step === 'over') return false;
    if (!this.maySend) return true;
    if (step === 'sound') this.sendFrame(presses.samples, now);
    else if (telephoneEvent >= 0) this.send(presses.packet(outgoing, telephoneEvent));
    return true;
  }

  /** Passes a packet of a key press on between mixed frames, which pause meanwhile. */
  interject(packet: Buffer, start: number, end: number, now: number): void {
    if (!this.maySend || end - start < EVENT_LENGTH) return;
    if (this.telephoneEvent < 0) this.presses.relay(packet, start, end, now);
    if (this.telephoneEvent < 0 || this.presses.isActive) return;
    const isFirst = !this.relayed.isOn(now);
    if (!this.relayed.takes(packet, start, now)) return;
    if (isFirst) this.outgoing.changeSource();
    this.isInterjected = true;
    const header = this.outgoing.relay(packet, this.telephoneEvent, 0, now);
    if (header === null) return;
    writeHeader(packet, start - HEADER_LENGTH, header);
    this.sendPart(packet, start, end);
  }

  /** Passes a packet of another leg on. */
  audio(packet: Buffer, start: number, end: number, codec: G711, now: number): void {
    if (!this.maySend || this.presses.isActive) return;
    if (this.relayed.isOn(now)) return this.outgoing.omit(packet);
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
    const passes = isEvent && this.telephoneEvent >= 0 && end - start >= EVENT_LENGTH;
    if (!passes || !this.relayed.takes(packet, start, now)) return this.outgoing.omit(packet);
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

  /** The header stands right before the payload: what the sender had in between is overwritten. */
  private sendPart(packet: Buffer, start: number, end: number): void {
    const whole = start === HEADER_LENGTH && end === packet.length;
    this.send(whole ? packet : packet.subarray(start - HEADER_LENGTH, end));
  }
}
