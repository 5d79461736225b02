/**
 * Passes the sound of one source on in the codec of one listener where tables do not do: G.711 <-> G.722, in
 * place, as both make a byte for each tick. Packets that were overtaken, and copies, are left out: the coders
 * have gone on, and the listener conceals what is missing as he does with loss. Pure.
 */
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from './g711';
import { G722Source, MOST_TICKS, type G722Output } from './g722-stream';
import { encode } from './mixer';
import { PacketOrder } from './packet-order';

type Law = 'PCMA' | 'PCMU';

export class Transcoder {
  private readonly source = new G722Source();
  private readonly order = new PacketOrder();
  private readonly samples = new Int16Array(MOST_TICKS);

  /** `output`: the listener's encoder, which is there when his codec is G.722. */
  constructor(
    private readonly to: Law | 'G722',
    private readonly output: G722Output | null,
  ) {}

  /** Replaces `packet[start..end)`; false when the packet is not to be passed on. */
  process(packet: Buffer, start: number, end: number, from: Law | 'G722'): boolean {
    const { to } = this;
    if (from === 'G722') return to !== 'G722' && this.narrow(packet, start, end, to);
    return this.widen(packet, start, end, from);
  }

  private narrow(packet: Buffer, start: number, end: number, to: Law): boolean {
    const count = this.source.decode(packet, start, end);
    if (count > 0) encode(this.source.samples, count, to, packet, start);
    return count > 0;
  }

  private widen(packet: Buffer, start: number, end: number, from: Law): boolean {
    const { samples, output } = this;
    const count = end - start;
    if (output === null || count > MOST_TICKS || this.order.take(packet) === 'late') return false;
    const toLinear = from === 'PCMA' ? ALAW_TO_LINEAR : ULAW_TO_LINEAR;
    for (let i = 0; i < count; i++) {
      samples[i] = toLinear[packet[start + i] as number] as number;
    }
    output.encode(samples, count, packet, start);
    return true;
  }
}
