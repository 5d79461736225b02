/**
 * Decides from whom an endpoint takes packets, and where its own go:
 *
 *     deaf --target--> signalled --packet from the signalled address------------> locked <-.
 *                        ^     `--packet from elsewhere, 3 s after the signal---> locked   | after 15 s
 *                        `--------------- another address is signalled -------------'  `---' of silence
 *
 * Once locked, only that address is heard (nobody else can inject sound, "RTPBleed") and it is where
 * we send to (symmetric RTP, RFC 4961). A far side that was silent for 15 s is found again at another
 * address when it goes on there with its SSRC, as behind a NAT that gave its port away, or when it is the
 * signalled one: who sprays ports at random knows neither. Fifteen seconds are longer than any pause of one
 * that sends without silence suppression, and shorter than the patience of who hears nothing.
 *
 * Where networks are listed, only senders in them are learned. Where packets are encrypted, only one that
 * the far side's key made locks anything. `now` is a monotonic clock in milliseconds.
 */
import { isRtcp } from '../../rtp/rtcp';
import { payloadStart, ssrcOf } from '../../rtp/packet';
import type { Networks } from './networks';

export interface Address {
  address: string;
  port: number;
}

/** A packet in the clear; null for one that the far side did not make. */
export type OpenPacket = (packet: Buffer) => Buffer | null;

/** How long only the signalled address is believed. */
const SIGNALLED_WINS_MS = 3000;
/** Silence of the locked address after which its stream may go on elsewhere. */
const LONG_SILENCE_MS = 15_000;

export class PacketSource {
  /** Packets dropped because they came from elsewhere. */
  strangers = 0;
  private signalled: Address | null = null;
  private signalledAt = 0;
  private locked: Address | null = null;
  private heardAt = 0;
  /** Of the locked stream's last packet. */
  private ssrc = 0;
  private networks: Networks | null = null;

  constructor(private readonly open: OpenPacket = (packet) => packet) {}

  /** Where packets go: the locked address, else the signalled one. */
  get destination(): Address | null {
    return this.locked ?? this.signalled;
  }

  /** Signalling says where the far side is. The same address again changes nothing. */
  target(remote: Address, now: number): void {
    if (isSame(this.signalled, remote.address, remote.port)) return;
    this.signalled = remote;
    this.signalledAt = now;
    this.locked = null;
  }

  /** From where senders may be learned; null is anywhere. One that is locked outside is let go. */
  limit(networks: Networks | null): void {
    this.networks = networks;
    const { locked, signalled } = this;
    if (locked === null || isSame(signalled, locked.address, locked.port)) return;
    if (!this.isListed(locked.address)) this.locked = null;
  }

  /** A packet of the far side, in the clear; null for any other. Those from elsewhere are counted. */
  take(sent: Buffer, address: string, port: number, now: number): Buffer | null {
    const isLocked = isSame(this.locked, address, port);
    if (!isLocked && !this.isFound(sent, address, port, now)) {
      this.strangers += 1;
      return null;
    }
    const packet = this.open(sent);
    if (packet === null) return null;
    const isReport = isRtcp(packet);
    // Reports with the RTP of the signalled address are its own; they prove no stream.
    if (!isLocked && !isReport) this.locked = { address, port };
    this.heardAt = now;
    if (packet.length >= 12 && !isReport) this.ssrc = ssrcOf(packet);
    return packet;
  }

  /** True for the host whose packets are taken: its RTCP may come from any of its ports. */
  isHost(address: string): boolean {
    return this.destination?.address === address;
  }

  private isFound(packet: Buffer, address: string, port: number, now: number): boolean {
    const isSignalled = isSame(this.signalled, address, port);
    if (this.signalled === null || (!isSignalled && !this.isListed(address))) return false;
    if (isSignalled && this.locked === null && isRtcp(packet)) return true;
    if (payloadStart(packet) < 0) return false;
    const isUnlocked = this.locked === null;
    return isUnlocked ? isSignalled || this.mayLearn(now) : this.isMoved(packet, isSignalled, now);
  }

  private mayLearn(now: number): boolean {
    return since(this.signalledAt, now) >= SIGNALLED_WINS_MS;
  }

  private isMoved(packet: Buffer, isSignalled: boolean, now: number): boolean {
    if (since(this.heardAt, now) < LONG_SILENCE_MS) return false;
    return isSignalled || ssrcOf(packet) === this.ssrc;
  }

  private isListed(address: string): boolean {
    return this.networks === null || this.networks.include(address);
  }
}

/** The clock is a signed 32 bit number that wraps after 25 days. */
function since(earlier: number, now: number): number {
  return (now - earlier) | 0;
}

function isSame(known: Address | null, address: string, port: number): boolean {
  return known !== null && known.port === port && known.address === address;
}
