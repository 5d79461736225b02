import { createSocket, type Socket } from 'node:dgram';
import { compose, audioSdp, header, readSip, repeated, type SipText } from './sip-text';

/**
 * Every telemarketer's phone behind one port: rings, answers at once, stays until BYE, and notes when
 * each INVITE came. Answers are kept and sent again (RFC 3261 §13.3.1.4), since a lost datagram under
 * load is the load's doing, not the product's fault.
 */
const T1_MS = 500;

export interface AgentInvite {
  /** The caller's. */
  number: string;
  /** User of the phone's own address. */
  phone: string;
  /** Moment (performance.now) at which the INVITE arrived. */
  at: number;
}

export class AgentLoad {
  /** Caller's number -> moment (performance.now) at which the first INVITE for it arrived. */
  readonly invitedAt = new Map<string, number>();
  /** Every INVITE but repetitions, in the order in which they came. */
  readonly invites: AgentInvite[] = [];
  answered = 0;
  ended = 0;
  /** They answer with a stream that stands still: whoever talks with them hears and says nothing. */
  isSilent = false;
  private readonly unacknowledged = new Map<string, NodeJS.Timeout>();
  private readonly answers = new Map<string, Buffer>();

  private constructor(
    private readonly socket: Socket,
    readonly host: string,
    readonly port: number,
    private readonly mediaPort: number,
  ) {
    socket.on('message', (bytes, remote) => {
      const message = readSip(bytes);
      if (message !== null) this.take(message, remote.port, remote.address);
    });
  }

  /** Binds a free port; every answer names `mediaPort` of the same host. */
  static async start(host: string, mediaPort: number): Promise<AgentLoad> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, resolve);
    });
    return new AgentLoad(socket, host, socket.address().port, mediaPort);
  }

  close(): void {
    for (const timer of this.unacknowledged.values()) clearTimeout(timer);
    this.socket.close();
  }

  private take(message: SipText, port: number, address: string): void {
    const send = (bytes: Buffer): void => this.socket.send(bytes, port, address);
    if (message.method === 'INVITE') this.invited(message, send);
    else if (message.method === 'ACK') this.acknowledged(message.callId);
    else if (message.method === 'BYE' || message.method === 'OPTIONS') {
      if (message.method === 'BYE') this.over(message.callId);
      send(compose('SIP/2.0 200 OK', repeated(message.text, 'load')));
    } else if (message.method === 'CANCEL') {
      send(compose('SIP/2.0 200 OK', repeated(message.text, 'load')));
    }
  }

  private invited(message: SipText, send: (bytes: Buffer) => void): void {
    const known = this.answers.get(message.callId);
    if (known !== undefined) return send(known);
    const number = /138\d{8}/.exec(header(message.text, 'From', 'f'))?.[0] ?? '';
    const at = performance.now();
    if (!this.invitedAt.has(number)) this.invitedAt.set(number, at);
    this.invites.push({ number, phone: /^INVITE sip:([^@]+)@/.exec(message.text)?.[1] ?? '', at });
    const contact = `Contact: <sip:agent@${this.host}:${this.port}>`;
    const headers = `${repeated(message.text, `a${message.callId.slice(0, 12)}`)}\r\n${contact}`;
    send(compose('SIP/2.0 180 Ringing', headers));
    const direction = this.isSilent ? 'inactive' : 'sendrecv';
    const answer = compose(
      'SIP/2.0 200 OK',
      headers,
      audioSdp(this.host, this.mediaPort, direction),
    );
    this.answers.set(message.callId, answer);
    this.answered += 1;
    this.sendUntilAcknowledged(message.callId, () => send(answer), T1_MS);
    send(answer);
  }

  private sendUntilAcknowledged(callId: string, send: () => void, waitMs: number): void {
    if (waitMs > 16_000) return;
    const again = setTimeout(() => {
      send();
      this.sendUntilAcknowledged(callId, send, 2 * waitMs);
    }, waitMs);
    this.unacknowledged.set(callId, again);
  }

  private acknowledged(callId: string): void {
    clearTimeout(this.unacknowledged.get(callId));
    this.unacknowledged.delete(callId);
  }

  private over(callId: string): void {
    this.acknowledged(callId);
    if (this.answers.delete(callId)) this.ended += 1;
  }
}
