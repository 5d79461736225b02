/**
 * What one side sends, protected (RFC 3711 §3.3): counts the rounds of its sequence numbers and its
 * reports. No index is used twice, since two packets under one key stream tell each other's content (§9.1).
 */
import { payloadStart, sequenceOf, ssrcOf } from '../packet';
import { transformOf, type MasterKey } from './master-key';
import { indexOf, ReplayWindow, rolloverOf } from './replay-window';
import { MAX_ADDED, RTCP_HEADER, type Transform } from './transform';

/** Sound of 60 ms and its header; more is made room for. */
const USUAL_BYTES = 1024;
const LAST_RTCP_INDEX = 0x7fff_ffff;

export class SrtpSender {
  private readonly transform: Transform;
  private readonly sources = new Map<number, ReplayWindow>();
  private rtcpIndex = 0;
  private memory = Buffer.alloc(USUAL_BYTES);
  /** Of the last packet: nearly all are of one length. */
  private view = this.memory;

  /** `before`: the one whose key this one's takes the place of. Its counters go on (RFC 3711 §3.3.1). */
  constructor(master: MasterKey, before: SrtpSender | null = null) {
    this.transform = transformOf(master);
    if (before === null) return;
    this.rtcpIndex = before.rtcpIndex;
    for (const [ssrc, window] of before.sources) this.sources.set(ssrc, window);
  }

  /**
   * The packet, protected, in memory that the next one is written over. Null for what is no RTP, and for one
   * that must not be sent: another bore its number, or it comes so late that this is not known.
   */
  rtp(packet: Buffer): Buffer | null {
    const start = payloadStart(packet);
    if (start < 0) return null;
    const window = this.windowOf(ssrcOf(packet));
    const sequence = sequenceOf(packet);
    const index = window.highest < 0 ? sequence : indexOf(window.highest, sequence);
    if (!window.isNew(index)) return null;
    window.add(index);
    this.take(packet);
    return this.given(this.transform.sealRtp(this.memory, start, packet.length, rolloverOf(index)));
  }

  /** Like RTP, a compound packet. */
  rtcp(packet: Buffer): Buffer | null {
    if (packet.length < RTCP_HEADER || this.rtcpIndex > LAST_RTCP_INDEX) return null;
    this.take(packet);
    const end = this.transform.sealRtcp(this.memory, packet.length, this.rtcpIndex);
    this.rtcpIndex += 1;
    return this.given(end);
  }

  private windowOf(ssrc: number): ReplayWindow {
    const known = this.sources.get(ssrc);
    if (known !== undefined) return known;
    const window = new ReplayWindow();
    this.sources.set(ssrc, window);
    return window;
  }

  private take(packet: Buffer): void {
    if (packet.length + MAX_ADDED > this.memory.length) {
      this.memory = Buffer.alloc(packet.length + MAX_ADDED);
      this.view = this.memory;
    }
    packet.copy(this.memory);
  }

  private given(length: number): Buffer {
    if (this.view.length !== length) this.view = this.memory.subarray(0, length);
    return this.view;
  }
}
