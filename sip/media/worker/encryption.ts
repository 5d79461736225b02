/**
 * The protection of one endpoint's packets, RTP and RTCP, as offer and answer agreed on it: SRTP (RFC 3711),
 * or none. The same key again keeps its counters; another one ends the one before.
 */
import { isRtcp } from '../../rtp/rtcp';
import { isSameKey, type MasterKey } from '../../rtp/srtp/master-key';
import { SrtpReceiver, type Refused } from '../../rtp/srtp/receiver';
import { SrtpSender } from '../../rtp/srtp/sender';
import type { AgreedCrypto } from '../../sdp/negotiate';

export class Encryption {
  /** Over the life of the endpoint. */
  readonly refused: Refused = { forged: 0, repeated: 0 };
  private agreed = false;
  private sender: { master: MasterKey; srtp: SrtpSender } | null = null;
  private receiver: { master: MasterKey; srtp: SrtpReceiver } | null = null;

  agree(crypto: AgreedCrypto | undefined): void {
    const { sender, receiver, refused } = this;
    this.agreed = crypto !== undefined;
    // Both are kept: under the same key, should it come back, no number may be used again.
    if (crypto === undefined) return;
    const { suite, sendKey, receiveKey, receiveMkiBytes } = crypto;
    const ours: MasterKey = { suite, key: sendKey, mkiBytes: 0 };
    const theirs: MasterKey = { suite, key: receiveKey, mkiBytes: receiveMkiBytes };
    if (sender === null || !isSameKey(sender.master, ours)) {
      this.sender = { master: ours, srtp: new SrtpSender(ours, sender?.srtp) };
    }
    if (receiver === null || !isSameKey(receiver.master, theirs)) {
      const srtp = new SrtpReceiver(theirs, refused, receiver?.srtp);
      this.receiver = { master: theirs, srtp };
    }
  }

  /** A packet of ours as it goes out, in memory that is used again; null when it must not. */
  seal(packet: Buffer): Buffer | null {
    return this.agreed && this.sender !== null ? this.sender.srtp.rtp(packet) : packet;
  }

  sealReport(datagram: Buffer): Buffer | null {
    return this.agreed && this.sender !== null ? this.sender.srtp.rtcp(datagram) : datagram;
  }

  /** What came, RTP or RTCP, in the clear; null for what the far side's key did not make, and for copies. */
  readonly open = (packet: Buffer): Buffer | null => {
    const { agreed, receiver } = this;
    if (!agreed || receiver === null) return packet;
    return isRtcp(packet) ? receiver.srtp.rtcp(packet) : receiver.srtp.rtp(packet);
  };
}
