/**
 * The port beside an endpoint's RTP for as long as reports come there: given back while they are muxed with RTP
 * (RFC 5761), so that such an endpoint has one socket, and asked for again when they no longer are.
 */
import type { Address } from './packet-source';
import { RtcpSocket, type RtcpListener } from './rtcp-socket';

export class RtcpPort {
  private socket: RtcpSocket | null = null;
  private far: Address | null = null;
  private given = false;
  private closed = false;
  private strangersBefore = 0;

  private constructor(
    private readonly at: Address,
    private readonly listener: RtcpListener,
  ) {}

  /** Where the port cannot be had there are no reports, unless these are muxed. */
  static async open(at: Address, listener: RtcpListener): Promise<RtcpPort> {
    const port = new RtcpPort(at, listener);
    await port.bind();
    return port;
  }

  /** Datagrams dropped because they came from elsewhere. */
  get strangers(): number {
    return this.strangersBefore + (this.socket?.strangers ?? 0);
  }

  /** Signalling says where the far side takes reports; null: with RTP. */
  target(far: Address | null): void {
    this.far = far;
    if (far === null) return this.giveBack();
    if (!this.given) return this.socket?.target(far);
    this.given = false;
    void this.bind();
  }

  send(datagram: Buffer): void {
    this.socket?.send(datagram);
  }

  close(): void {
    this.closed = true;
    this.socket?.close();
  }

  private giveBack(): void {
    this.given = true;
    this.strangersBefore = this.strangers;
    this.socket?.close();
    this.socket = null;
  }

  private async bind(): Promise<void> {
    const socket = await RtcpSocket.open(this.at, this.listener);
    if (socket === null) return;
    if (this.closed || this.given || this.socket !== null) return socket.close();
    this.socket = socket;
    if (this.far !== null) socket.target(this.far);
  }
}
