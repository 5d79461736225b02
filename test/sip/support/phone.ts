import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { connect, type Socket as TcpSocket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { parseMessage, type SipMessage } from '../../../sip/message/sip-message';
import { StreamFramer } from '../../../sip/transport/stream-framing';
import { Seen } from '../../support/wait';

let serial = 0;

/** The same for each copy of a request (RFC 3261 §17.2.3). */
const nameOf = ({ method, via, callId, cseq }: SipMessage): string =>
  [method, via?.branch, callId, cseq].join(' ');

/** Files share a process, and a server that is not theirs alone: no two of their calls have the same names. */
const file = randomBytes(4).toString('hex');

/** What a request of a phone says; the rest is made up. */
export interface Ask {
  method: string;
  to?: string;
  toTag?: string;
  callId?: string;
  cseq?: number;
  branch?: string;
  uri?: string;
  contact?: string;
  /** Host and port that its Via names instead of its own. */
  sentBy?: string;
  headers?: string[];
  /** Of the body; SDP unless told. */
  type?: string;
  body?: string;
}

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 4000 RTP/AVP 8',
  'a=sendrecv',
  '',
].join('\r\n');

/**
 * A SIP phone that does what the test says and nothing else: it sends texts and keeps what it gets.
 * No retransmission, no automatic answers.
 */
export class Phone {
  readonly got = new Seen<SipMessage>();
  readonly tag = `phone-${file}-${++serial}`;
  readonly callId = `call-${file}-${serial}`;

  private constructor(
    readonly protocol: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS',
    readonly port: number,
    private readonly write: (text: string, port: number) => void,
    readonly close: () => void,
    /** Where it is and where the engine is, as it stands in a URI. */
    private readonly loopback = '127.0.0.1',
  ) {}

  /** `host` is one of 127.0.0.0/8, so that sources differ where a test needs it, or `::1`. */
  static async udp(host = '127.0.0.1'): Promise<Phone> {
    const v6 = host === '::1';
    const socket: Socket = createSocket(v6 ? 'udp6' : 'udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const to = v6 ? host : '127.0.0.1';
    const send = (text: string, port: number) => socket.send(text, port, to);
    const { port } = socket.address();
    const phone = new Phone('UDP', port, send, () => socket.close(), v6 ? '[::1]' : undefined);
    socket.on('message', (data) => phone.take(data.toString('latin1')));
    return phone;
  }

  static async tcp(port: number, host = '127.0.0.1'): Promise<Phone> {
    const socket: TcpSocket = connect(port, host);
    await once(socket, 'connect');
    return Phone.onStream(socket, 'TCP', host === '::1' ? '[::1]' : undefined);
  }

  /** Trusts exactly the authority `ca` (PEM). */
  static async tls(port: number, ca: string): Promise<Phone> {
    const socket = connectSecurely({ port, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    return Phone.onStream(socket, 'TLS');
  }

  /** As a browser: no address of its own in Via and Contact (RFC 7118 §5.1). */
  static async webSocket(url: string, ca?: string, more: ClientOptions = {}): Promise<Phone> {
    const client = new WebSocket(url, 'sip', { perMessageDeflate: false, ca, ...more });
    let port = 0;
    client.once('upgrade', ({ socket }) => (port = socket.localPort ?? 0));
    await once(client, 'open');
    const phone = new Phone(
      url.startsWith('wss') ? 'WSS' : 'WS',
      port,
      (text) => client.send(text),
      () => client.terminate(),
    );
    client.on('message', (data) => phone.take((data as Buffer).toString('latin1')));
    return phone;
  }

  private static onStream(socket: TcpSocket, protocol: 'TCP' | 'TLS', loopback?: string): Phone {
    const own = socket.localPort ?? 0;
    const phone = new Phone(
      protocol,
      own,
      (text) => void socket.write(text),
      () => socket.destroy(),
      loopback,
    );
    const framer = new StreamFramer();
    socket.on('data', (data) => {
      for (const item of framer.push(data.toString('latin1'))) {
        if (typeof item === 'object' && 'message' in item) phone.take(item.message);
      }
    });
    return phone;
  }

  get contact(): string {
    const { protocol } = this;
    if (protocol === 'WS' || protocol === 'WSS') return `<sip:phone@${this.place};transport=ws>`;
    const transport = protocol === 'UDP' ? '' : `;transport=${protocol.toLowerCase()}`;
    return `<sip:phone@${this.place}${transport}>`;
  }

  private get place(): string {
    const browser = this.protocol === 'WS' || this.protocol === 'WSS';
    return browser ? `${this.tag}.invalid` : `${this.loopback}:${this.port}`;
  }

  /** Sends a request to the engine and returns its text, to be sent again as it is. */
  ask(port: number, ask: Ask): string {
    const { method, toTag, cseq = 1, body = '', headers = [] } = ask;
    const branch = ask.branch ?? `z9hG4bK${this.tag}-${++serial}`;
    const uri = ask.uri ?? `sip:400@${this.loopback}:${port}`;
    const text = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${this.protocol} ${ask.sentBy ?? this.place};rport;branch=${branch}`,
      `From: <sip:13800001111@127.0.0.1>;tag=${this.tag}`,
      `To: ${ask.to ?? '<sip:400@127.0.0.1>'}${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${ask.callId ?? this.callId}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
      `Contact: ${ask.contact ?? this.contact}`,
      ...headers,
      ...(body === '' ? [] : [`Content-Type: ${ask.type ?? 'application/sdp'}`]),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    this.write(text, port);
    return text;
  }

  /** Hangs up on a call that was made to this phone: `ack` says who is who. */
  bye(port: number, ack: SipMessage): void {
    this.askBack(port, ack, { method: 'BYE', cseq: 1 });
  }

  /** A request in a call that was made to this phone: `ack` says who is who. */
  askBack(
    port: number,
    ack: SipMessage,
    {
      method,
      cseq,
      body = '',
      headers = [],
    }: { method: string; cseq: number; body?: string; headers?: string[] },
  ): void {
    const text = [
      `${method} sip:us@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/${this.protocol} ${this.place};rport;branch=z9hG4bK${this.tag}-${++serial}`,
      `From: ${ack.get('to')}`,
      `To: ${ack.get('from')}`,
      `Call-ID: ${ack.callId}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
      ...headers,
      ...(body === '' ? [] : [`Contact: ${this.contact}`, 'Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    this.write(text, port);
  }

  again(text: string, port: number): void {
    this.write(text, port);
  }

  /** Answers a request that came in, with its own Contact unless `headers` have another. */
  answer(
    request: SipMessage,
    status: number,
    {
      body = '',
      headers = [],
      tag = this.tag,
    }: { body?: string; headers?: string[]; tag?: string } = {},
  ): void {
    const to = request.get('to') ?? '';
    const text = [
      `SIP/2.0 ${status} X`,
      ...request.all('via').map((via) => `Via: ${via}`),
      `From: ${request.get('from')}`,
      `To: ${request.toTag === undefined && status > 100 ? `${to};tag=${tag}` : to}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.get('cseq')}`,
      ...(headers.some((line) => line.startsWith('Contact:')) ? [] : [`Contact: ${this.contact}`]),
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    this.write(text, request.via?.port ?? 5060);
  }

  /** The next response with that status (and CSeq method), counted from the `from`th message. */
  response(status: number, method?: string, from = 0): Promise<SipMessage> {
    return this.got.next(
      `${status} ${method ?? ''}`,
      (m) => m.status === status && (method === undefined || m.cseqMethod === method),
      { from },
    );
  }

  /**
   * A request that came at `from` or later. None that came before as well: our answer was late, and the engine has sent it
   * again. An ACK is, whenever our 200 was.
   */
  request(method: string, from = 0): Promise<SipMessage> {
    const before = new Set(this.got.all.slice(0, from).map(nameOf));
    const isNew = (m: SipMessage) => method === 'ACK' || !before.has(nameOf(m));
    return this.got.next(method, (m) => m.method === method && isNew(m), { from });
  }

  /** How many requests of a method came, each once however often it was sent. */
  requests(method: string): number {
    return new Set(this.got.all.filter((m) => m.method === method).map(nameOf)).size;
  }

  count(matches: (message: SipMessage) => boolean): number {
    return this.got.all.filter(matches).length;
  }

  private take(text: string): void {
    const message = parseMessage(text);
    if (message !== undefined) this.got.add(message);
  }
}
