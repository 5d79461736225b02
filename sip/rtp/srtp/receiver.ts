/**
 * What the far side sends, unprotected (RFC 3711 §3.3): only packets that its key made, and each of them
 * once. Every source has its own round of sequence numbers and its own window.
 */
import { payloadStart, sequenceOf, ssrcOf } from '../packet';
import { transformOf, type MasterKey } from './master-key';
import { indexOf, ReplayWindow, rolloverOf } from './replay-window';
import { ENCRYPTED, RTCP_HEADER, type Transform } from './transform';

/** What was not let through. */
export interface Refused {
  /** Not made with the key, or nothing that it could have made. */
  forged: number;
  /** Came before, or so late that this is not known. */
  repeated: number;
}

/** Sources of one far side, all of them authentic; nobody changes his that often under one key. */
const MAX_SOURCES = 256;

export class SrtpReceiver {
  private readonly transform: Transform;
  private readonly rtpSources = new Map<number, ReplayWindow>();
  private readonly rtcpSources = new Map<number, ReplayWindow>();
  /** Of sources under the key before: the highest index. */
  private readonly earlier = new Map<number, number>();

  /** `before`: the one whose key this one's takes the place of; `refused` is counted on. */
  constructor(
    master: MasterKey,
    private readonly refused: Refused,
    before: SrtpReceiver | null = null,
  ) {
    this.transform = transformOf(master);
    if (before === null) return;
    for (const [ssrc, highest] of before.earlier) this.earlier.set(ssrc, highest);
    for (const [ssrc, { highest }] of before.rtpSources) this.earlier.set(ssrc, highest);
  }

  /** The plain packet in the same memory; null when it is dropped, whose bytes are as they came. */
  rtp(packet: Buffer): Buffer | null {
    const start = payloadStart(packet);
    if (start < 0) return this.forged();
    const ssrc = ssrcOf(packet);
    const window = this.rtpSources.get(ssrc);
    if (window === undefined) return this.first(packet, start, ssrc);
    const index = indexOf(window.highest, sequenceOf(packet));
    if (!window.isNew(index)) return this.repeated();
    const end = this.transform.openRtp(packet, start, rolloverOf(index));
    if (end < 0) return this.forged();
    window.add(index);
    return packet.subarray(0, end);
  }

  /** Like RTP, a compound packet. One that is not encrypted is refused: that was not agreed on. */
  rtcp(packet: Buffer): Buffer | null {
    const at = this.transform.rtcpIndexAt(packet.length);
    if (at < RTCP_HEADER) return this.forged();
    const word = packet.readUInt32BE(at);
    const ssrc = packet.readInt32BE(4);
    const index = word & ~ENCRYPTED;
    const known = this.rtcpSources.get(ssrc);
    if (known?.isNew(index) === false) return this.repeated();
    if (word < ENCRYPTED || (known === undefined && this.rtcpSources.size >= MAX_SOURCES)) {
      return this.forged();
    }
    const end = this.transform.openRtcp(packet);
    if (end < 0) return this.forged();
    add(this.rtcpSources, ssrc, index);
    return packet.subarray(0, end);
  }

  /**
   * The first packet that is heard of a source. Its round is 0, or with a new key the one that it was in
   * (RFC 3711 §3.3.1). We may have missed its first wrap, and some begin again with a new key: the other
   * guess is tried as well.
   */
  private first(packet: Buffer, start: number, ssrc: number): Buffer | null {
    if (this.rtpSources.size >= MAX_SOURCES) return this.forged();
    const sequence = sequenceOf(packet);
    const earlier = this.earlier.get(ssrc);
    const expected = earlier === undefined ? sequence : indexOf(earlier, sequence);
    const round = rolloverOf(expected);
    for (const rollover of [round, round === 0 ? 1 : 0]) {
      const end = this.transform.openRtp(packet, start, rollover);
      if (end < 0) continue;
      add(this.rtpSources, ssrc, sequence + rollover * 0x1_0000);
      return packet.subarray(0, end);
    }
    return this.forged();
  }

  private forged(): null {
    this.refused.forged += 1;
    return null;
  }

  private repeated(): null {
    this.refused.repeated += 1;
    return null;
  }
}

function add(sources: Map<number, ReplayWindow>, ssrc: number, index: number): void {
  const window = sources.get(ssrc) ?? new ReplayWindow();
  window.add(index);
  sources.set(ssrc, window);
}
