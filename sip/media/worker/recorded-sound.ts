/**
 * Makes of one far side's packets what the file holds, where these are not its bytes already: 16 kHz of
 * G.711 or G.722, and A-law of G.722 that was agreed only after the file had begun. One stream each; what
 * is returned is used before the next call.
 */
import { ALAW_TO_LINEAR, encodeAlaw, ULAW_TO_LINEAR } from '../../rtp/g711';
import { G722Decoder } from '../../rtp/g722';
import { linearLevel } from '../../rtp/level';
import { Downsampler, Upsampler } from '../../rtp/resample';
import type { Codec, G711 } from '../../sdp/codecs';

/** Grows with the packets; 60 ms are the longest that is agreed. */
const INITIAL_TICKS = 480;

export class RecordedSound {
  private up = new Upsampler();
  private down = new Downsampler();
  private g722 = new G722Decoder();
  private narrow = new Int16Array(INITIAL_TICKS);
  private wide = new Int16Array(2 * INITIAL_TICKS);
  private alaw = Buffer.alloc(INITIAL_TICKS);

  /** Another stream begins: nothing of the one before is in its sound. */
  restart(): void {
    this.up = new Upsampler();
    this.down = new Downsampler();
    this.g722 = new G722Decoder();
  }

  /** Two samples of 16 kHz for each byte of the payload `packet[start..end)`. */
  wideband(packet: Buffer, start: number, end: number, codec: Codec): Int16Array {
    this.reserve(end - start);
    const { narrow, wide } = this;
    if (codec === 'G722') this.g722.decode(packet, start, end, wide);
    else this.up.process(linear(packet, start, end, codec, narrow), wide, end - start);
    return wide;
  }

  /** The same of a G.711 packet that was overtaken: neither its sound nor that of the stream is in the other. */
  alone(packet: Buffer, start: number, end: number, codec: G711): Int16Array {
    this.reserve(end - start);
    const { narrow, wide } = this;
    new Upsampler().process(linear(packet, start, end, codec, narrow), wide, end - start);
    return wide;
  }

  /** A byte of A-law for each of the G.722 payload `packet[start..end)`. */
  alawOfG722(packet: Buffer, start: number, end: number): Buffer {
    this.reserve(end - start);
    const { narrow, wide, alaw } = this;
    const samples = this.g722.decode(packet, start, end, wide);
    this.down.process(wide, narrow, samples);
    for (let i = 0; i < end - start; i++) alaw[i] = encodeAlaw(narrow[i] as number);
    return alaw;
  }

  /** Of the G.722 packet before, which was so long; dBov. */
  level(ticks: number): number {
    return linearLevel(this.wide, 0, 2 * ticks);
  }

  private reserve(ticks: number): void {
    if (ticks <= this.narrow.length) return;
    this.narrow = new Int16Array(ticks);
    this.wide = new Int16Array(2 * ticks);
    this.alaw = Buffer.alloc(ticks);
  }
}

function linear(
  packet: Buffer,
  start: number,
  end: number,
  codec: G711,
  target: Int16Array,
): Int16Array {
  const table = codec === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
  for (let i = start; i < end; i++) target[i - start] = table[packet[i] as number] as number;
  return target;
}
