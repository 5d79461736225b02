/**
 * One UDP port for one endpoint. Whose packets are taken, and where ours go to, is decided in
 * packet-source.ts.
 *
 * The socket is never connected: that saves no measurable time here, and undoing it for a new address
 * makes Linux forget a port that the system had chosen.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6, SocketAddress } from 'node:net';
import { isRtcp } from '../../rtp/rtcp';
import { ticksAt } from './clock';
import type { Networks } from './networks';
import { PacketSource, type Address, type OpenPacket } from './packet-source';

/** `now`: when it was read, in ticks; the clock is asked once for each packet. */
export type OnPacket = (packet: Buffer, now: number) => void;

/** What becomes of the packets that come. */
export interface RtpListener {
  /** Decides whether the far side made it, and takes its protection off. */
  open?: OpenPacket;
  packet: OnPacket;
  /** RTCP that came to the port of RTP (RFC 5761). */
  report?: OnPacket;
}

export class RtpSocket {
  private readonly source: PacketSource;
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: RtpListener,
  ) {
    this.source = new PacketSource(listener.open);
    socket.on('message', this.receive);
    // Whatever the network says of a phone that is gone: signalling tells when the leg is over.
    socket.on('error', () => undefined);
  }

  /**
   * Binds; `port` 0 is any free one. Peers are of the family of the address. Rejects with the system's
   * error (`EADDRINUSE`).
   */
  static open(bind: Address, listener: RtpListener): Promise<RtpSocket> {
    const socket = isIPv6(bind.address)
      ? createSocket({ type: 'udp6', ipv6Only: true, lookup: numericIPv6 })
      : createSocket({ type: 'udp4', lookup: numericIPv4 });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: bind.address, port: bind.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve(new RtpSocket(socket, listener));
      });
    });
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Packets dropped because they came from elsewhere. */
  get strangers(): number {
    return this.source.strangers;
  }

  /** Signalling says where the far side is. The same address again changes nothing. */
  target({ address, port }: Address): void {
    this.source.target({ address: asReceived(address), port }, wholeMs(performance.now()));
  }

  /** From where senders may be learned that signalling did not name; null is anywhere. */
  limit(networks: Networks | null): void {
    this.source.limit(networks);
  }

  /** True for the host whose packets are taken. */
  isHost(address: string): boolean {
    return this.source.isHost(address);
  }

  /**
   * Sends at once. The bytes may be reused afterwards: only when the kernel's buffer is full are they
   * read later, and such a packet is of no use any more.
   */
  send(packet: Buffer): void {
    const { destination } = this.source;
    if (this.closed || destination === null) return;
    this.socket.send(packet, destination.port, destination.address);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }

  private readonly receive = (sent: Buffer, from: RemoteInfo): void => {
    if (this.closed) return;
    const at = performance.now();
    const packet = this.source.take(sent, from.address, from.port, wholeMs(at));
    if (packet === null) return;
    if (isRtcp(packet)) this.listener.report?.(packet, ticksAt(at));
    else this.listener.packet(packet, ticksAt(at));
  };
}

/** V8 keeps a whole number in its place, and boxes a fraction. Enough for three weeks of silence. */
function wholeMs(ms: number): number {
  return ms | 0;
}

type Found = (error: null, address: string, family: number) => void;

/**
 * SDP gave us an IP literal: answering at once saves a turn of the event loop for every packet. One function
 * for all sockets, so that V8 inlines it where packets are sent.
 */
function numericIPv4(host: string, _options: unknown, done: Found): void {
  done(null, host, 4);
}

function numericIPv6(host: string, _options: unknown, done: Found): void {
  done(null, host, 6);
}

/** An IPv6 address can be written in many ways; the system says it in one. */
function asReceived(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}
