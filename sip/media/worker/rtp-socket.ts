/**
 * One UDP port for one endpoint, and from whom it takes packets:
 *
 *     deaf --target--> signalled --packet from the signalled address------------> locked
 *                        ^     `--packet from elsewhere, 3 s after the signal---> locked (learned)
 *                        `--------------- another address is signalled ---------------'
 *
 * Once locked, only that address is heard (nobody else can inject sound, "RTPBleed") and it is where
 * we send to (symmetric RTP, RFC 4961).
 *
 * The socket is never connected: that saves no measurable time here, and undoing it for a new address
 * makes Linux forget a port that the system had chosen.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6, SocketAddress } from 'node:net';
import { payloadStart } from '../../rtp/packet';

export interface Address {
  address: string;
  port: number;
}

/** How long only the signalled address is believed. */
const SIGNALLED_WINS_MS = 3000;

export class RtpSocket {
  /** Packets dropped because they came from elsewhere. */
  strangers = 0;
  private signalled: Address | null = null;
  private signalledAt = 0;
  private locked: Address | null = null;
  /** Where packets go: the locked address, else the signalled one. */
  private destination: Address | null = null;
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly onPacket: (packet: Buffer) => void,
  ) {
    socket.on('message', this.receive);
    // Whatever the network says of a phone that is gone: signalling tells when the leg is over.
    socket.on('error', () => undefined);
  }

  /**
   * Binds; `port` 0 is any free one. Peers are of the family of the address. Rejects with the system's
   * error (`EADDRINUSE`).
   */
  static open(bind: Address, onPacket: (packet: Buffer) => void): Promise<RtpSocket> {
    const socket = isIPv6(bind.address)
      ? createSocket({ type: 'udp6', ipv6Only: true, lookup: numericOnly(6) })
      : createSocket({ type: 'udp4', lookup: numericOnly(4) });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: bind.address, port: bind.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve(new RtpSocket(socket, onPacket));
      });
    });
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Signalling says where the far side is. The same address again changes nothing. */
  target({ address, port }: Address): void {
    const remote = { address: asReceived(address), port };
    if (isSame(this.signalled, remote.address, remote.port)) return;
    this.signalled = remote;
    this.signalledAt = performance.now();
    this.locked = null;
    this.destination = remote;
  }

  /**
   * Sends at once. The bytes may be reused afterwards: only when the kernel's buffer is full are they
   * read later, and such a packet is of no use any more.
   */
  send(packet: Buffer): void {
    const { destination } = this;
    if (this.closed || destination === null) return;
    this.socket.send(packet, destination.port, destination.address);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }

  private readonly receive = (packet: Buffer, from: RemoteInfo): void => {
    if (this.closed) return;
    if (isSame(this.locked, from.address, from.port) || this.admits(packet, from)) {
      this.onPacket(packet);
    } else this.strangers += 1;
  };

  private admits(packet: Buffer, from: RemoteInfo): boolean {
    if (this.locked !== null || this.signalled === null || payloadStart(packet) < 0) return false;
    const expected = isSame(this.signalled, from.address, from.port);
    if (!expected && performance.now() - this.signalledAt < SIGNALLED_WINS_MS) return false;
    this.locked = { address: from.address, port: from.port };
    this.destination = this.locked;
    return true;
  }
}

function isSame(known: Address | null, address: string, port: number): boolean {
  return known !== null && known.port === port && known.address === address;
}

/** SDP gave us an IP literal: answering at once saves a turn of the event loop for every packet. */
function numericOnly(family: 4 | 6) {
  return (
    host: string,
    _options: unknown,
    done: (error: null, address: string, family: number) => void,
  ): void => done(null, host, family);
}

/** An IPv6 address can be written in many ways; the system says it in one. */
function asReceived(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}
