/**
 * One endpoint's connection with its far side: RTP on one port, RTCP beside it or with it, both encrypted
 * where that was agreed, reports both ways, and every five seconds how good it was. What the packets carry is
 * the endpoint's concern.
 */
import { randomBytes } from 'node:crypto';
import { payloadStart } from '../../rtp/packet';
import { LinkReports, type LinkQuality } from '../../rtp/link-reports';
import { reportInterval } from '../../rtp/rtcp';
import type { AgreedCrypto } from '../../sdp/negotiate';
import { ticks } from './clock';
import { Encryption } from './encryption';
import type { Networks } from './networks';
import type { Address } from './packet-source';
import { RtcpPort } from './rtcp-port';
import { RtpSocket, type OnPacket } from './rtp-socket';

/** `final`: over the life of the link, told once when it closes. */
export type OnQuality = (quality: LinkQuality, final: boolean) => void;

/** What signalling says of the far side's ports; without `rtcp` it is one above. */
export interface FarPorts {
  remote: Address;
  rtcp?: Address & { mux: boolean };
}

const QUALITY_EVERY_MS = 5000;
const LAST_PORT = 65_535;

export class Link {
  private readonly reports = new LinkReports(randomBytes(12).toString('base64'));
  private readonly encryption = new Encryption();
  private rtp!: RtpSocket;
  private rtcp!: RtcpPort;
  private muxed = false;
  private closed = false;
  private readonly qualityTimer: NodeJS.Timeout;
  private reportTimer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly onPacket: OnPacket,
    private readonly onQuality: OnQuality,
  ) {
    this.qualityTimer = setInterval(() => this.tellQuality(), QUALITY_EVERY_MS);
    this.qualityTimer.unref();
  }

  /** Binds RTP, port 0 for any, and RTCP above it; rejects when RTP has no port. */
  static async open(bind: Address, onPacket: OnPacket, onQuality: OnQuality): Promise<Link> {
    const link = new Link(onPacket, onQuality);
    try {
      link.rtp = await RtpSocket.open(bind, {
        open: link.encryption.open,
        packet: link.receive,
        report: link.hear,
      });
    } catch (error) {
      clearInterval(link.qualityTimer);
      throw error;
    }
    const beside = { address: bind.address, port: Math.min(link.rtp.port + 1, LAST_PORT) };
    link.rtcp = await RtcpPort.open(beside, {
      admits: (host) => link.rtp.isHost(host),
      open: link.encryption.open,
      receive: link.hear,
    });
    link.reportLater(true);
    return link;
  }

  get port(): number {
    return this.rtp.port;
  }

  /** Packets dropped because they are not the far side's: by their address, or by its key. */
  get strangers(): number {
    return this.rtp.strangers + this.rtcp.strangers + this.forged;
  }

  /** Those of them that came from its address, or one that could be its, and were not made with its key. */
  get forged(): number {
    return this.encryption.refused.forged;
  }

  /** From now on packets both ways are as agreed; undefined is in the clear. */
  agree(crypto: AgreedCrypto | undefined): void {
    this.encryption.agree(crypto);
  }

  /** Signalling says where the far side takes what. */
  target({ remote, rtcp }: FarPorts): void {
    this.rtp.target(remote);
    this.muxed = rtcp?.mux ?? false;
    // Above the last port there is none, and such a far side gets no reports.
    const above = Math.min(remote.port + 1, LAST_PORT);
    const beside = rtcp ?? { address: remote.address, port: above };
    this.rtcp.target(this.muxed ? null : beside);
  }

  /** From where a sender may be learned that signalling did not name; null is anywhere. */
  limit(networks: Networks | null): void {
    this.rtp.limit(networks);
  }

  /** Sends RTP with a plain header; the bytes may be reused. `now` in ticks. */
  send(packet: Buffer, now: number): void {
    const sealed = this.encryption.seal(packet);
    if (sealed === null) return;
    this.reports.sent(packet, now);
    this.rtp.send(sealed);
  }

  /** Says goodbye, tells the last quality, closes the ports. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.qualityTimer);
    if (this.reportTimer !== null) clearTimeout(this.reportTimer);
    this.sendReport(this.reports.goodbye(Date.now(), ticks()));
    const quality = this.reports.lifetimeQuality();
    if (quality !== null) this.onQuality(quality, true);
    this.rtp.close();
    this.rtcp.close();
  }

  private readonly receive = (packet: Buffer, now: number): void => {
    if (payloadStart(packet) >= 0) this.reports.received(packet, now);
    this.onPacket(packet, now);
  };

  private readonly hear = (datagram: Buffer): void => {
    this.reports.hear(datagram, Date.now());
  };

  private tellQuality(): void {
    const quality = this.reports.quality();
    if (quality !== null) this.onQuality(quality, false);
  }

  private reportLater(first: boolean): void {
    const wait = reportInterval(Math.random(), first);
    this.reportTimer = setTimeout(() => {
      this.sendReport(this.reports.report(Date.now(), ticks()));
      this.reportLater(false);
    }, wait);
    this.reportTimer.unref();
  }

  private sendReport(report: Buffer | null): void {
    const datagram = report && this.encryption.sealReport(report);
    if (datagram === null) return;
    if (this.muxed) this.rtp.send(datagram);
    else this.rtcp.send(datagram);
  }
}
