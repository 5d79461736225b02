/**
 * The UDP port for an endpoint's RTCP, one above its RTP (RFC 3550 §11), where it is not muxed with it.
 * Takes reports from the host whose RTP is taken, any port of it: a NAT maps the two ports as it likes,
 * and then that is where ours go to.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Address, OpenPacket } from './packet-source';

export interface RtcpListener {
  /** Whether reports of that host are taken. */
  admits(address: string): boolean;
  /** Decides whether the far side made it, and takes its protection off. */
  open: OpenPacket;
  receive(datagram: Buffer): void;
}

export class RtcpSocket {
  /** Datagrams dropped because they came from elsewhere. */
  strangers = 0;
  private signalled: Address | null = null;
  private learned: Address | null = null;
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: RtcpListener,
  ) {
    socket.on('message', this.receive);
    socket.on('error', () => undefined);
  }

  /** Null when the port cannot be had: such a leg has talk without reports, unless these are muxed. */
  static open(bind: Address, listener: RtcpListener): Promise<RtcpSocket | null> {
    const ipv6 = isIPv6(bind.address);
    const family = ipv6 ? 6 : 4;
    const socket = createSocket({
      type: ipv6 ? 'udp6' : 'udp4',
      ipv6Only: ipv6,
      // SDP gave us an IP literal.
      lookup: (host, _options, done) => done(null, host, family),
    });
    return new Promise((resolve) => {
      socket.once('error', () => {
        socket.close();
        resolve(null);
      });
      socket.bind({ address: bind.address, port: bind.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve(new RtcpSocket(socket, listener));
      });
    });
  }

  /** Signalling says where the far side takes reports. */
  target(remote: Address): void {
    const { signalled } = this;
    if (signalled?.address === remote.address && signalled.port === remote.port) return;
    this.signalled = remote;
    this.learned = null;
  }

  send(datagram: Buffer): void {
    const to = this.learned ?? this.signalled;
    if (this.closed || to === null) return;
    this.socket.send(datagram, to.port, to.address);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }

  private readonly receive = (sent: Buffer, from: RemoteInfo): void => {
    if (this.closed) return;
    if (!this.listener.admits(from.address)) {
      this.strangers += 1;
      return;
    }
    const datagram = this.listener.open(sent);
    if (datagram === null) return;
    if (this.learned?.port !== from.port || this.learned.address !== from.address) {
      this.learned = { address: from.address, port: from.port };
    }
    this.listener.receive(datagram);
  };
}
