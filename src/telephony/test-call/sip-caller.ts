/**
 * The signalling of a test call: a caller of its own on a UDP port of loopback, because what comes over the edge's
 * own connection to us it sends to no listener of itself. As much SIP as one call needs (RFC 3261 §17.1, §13.2).
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const HOST = '127.0.0.1';
/** RFC 3261 §17.1.1.1: retransmissions begin after this, and double. */
const T1_MS = 500;
const T2_MS = 4000;
const BYE_MS = 2000;
const CANCEL_MS = 2000;

export interface Answer {
  status: number;
  body: string;
}

/** Of a message, as far as a caller needs it. */
interface Read {
  start: string;
  method: string;
  headers: Map<string, string>;
  body: string;
}

export class SipCaller {
  private readonly callId = `${randomBytes(8).toString('hex')}@${HOST}`;
  private readonly tag = randomBytes(4).toString('hex');
  private readonly branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
  private uri = '';
  private to = '';
  private target = '';
  private ended = false;
  private waiting: ((message: Read) => void) | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly at: { host: string; port: number },
  ) {
    socket.on('message', (data) => this.take(read(data.toString('latin1'))));
    socket.on('error', () => undefined);
  }

  /** `place` is host and port of the listener. */
  static async open(place: string): Promise<SipCaller> {
    const { hostname, port } = new URL(`sip://${place}`.replace(/^sip:/, 'http:'));
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return new SipCaller(socket, { host: hostname, port: Number(port || 5060) });
  }

  /** Our side, or theirs, has ended the call. */
  get isOver(): boolean {
    return this.ended;
  }

  /** The final answer, acknowledged; null when none came in time: it is taken back, which takes a moment. */
  async invite(
    user: string,
    { headers, body, patienceMs }: { headers: string[]; body: string; patienceMs: number },
  ): Promise<Answer | null> {
    const escaped = user.replaceAll('#', '%23');
    this.uri = this.target = `sip:${escaped}@${this.at.host}:${this.at.port}`;
    this.to = `<${this.uri}>`;
    const { branch } = this;
    const more = [...headers, 'Content-Type: application/sdp'];
    const request = this.request('INVITE', { cseq: 1, branch, headers: more, body });
    const answer = await this.ask(request, '1 INVITE', patienceMs);
    if (answer === null) return this.takeBack();
    return { status: this.answered(answer), body: answer.body };
  }

  /** What is answered to it is acknowledged all the same, and a 200 that has crossed it is hung up (§9.1, §15). */
  private async takeBack(): Promise<null> {
    const request = this.request('CANCEL', { cseq: 1, branch: this.branch });
    const answer = await this.ask(request, '1 INVITE', CANCEL_MS);
    if (answer && this.answered(answer) < 300) await this.bye();
    return null;
  }

  /** Acknowledges the final answer; its status. */
  private answered(answer: Read): number {
    const status = statusOf(answer);
    this.to = answer.headers.get('to') ?? this.to;
    this.target = /<([^>]+)>/.exec(answer.headers.get('contact') ?? '')?.[1] ?? this.target;
    // Of a refusal it belongs to the INVITE's transaction (§17.1.1.3), of a 200 to none (§13.2.2.4).
    this.acknowledge(status < 300 ? undefined : this.branch);
    if (status >= 300) this.ended = true;
    return status;
  }

  /** Waits for the answer to our BYE, but not for long. */
  async bye(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.ask(this.request('BYE', { cseq: 2 }), '2 BYE', BYE_MS);
  }

  close(): void {
    this.socket.close();
  }

  private acknowledge(branch?: string): void {
    const ack = this.request('ACK', { cseq: 1, ...(branch === undefined ? {} : { branch }) });
    this.send(ack);
  }

  /** Sends until a response to it comes; the final one, or null. */
  private ask(request: string, cseq: string, patienceMs: number): Promise<Read | null> {
    return new Promise((resolve) => {
      let again: NodeJS.Timeout | undefined;
      const end = (answer: Read | null): void => {
        clearTimeout(again);
        clearTimeout(late);
        this.waiting = null;
        resolve(answer);
      };
      const late = setTimeout(() => end(null), patienceMs);
      const repeat = (ms: number): void => {
        this.send(request);
        again = setTimeout(() => repeat(Math.min(2 * ms, T2_MS)), ms);
      };
      this.waiting = (message) => {
        if (message.headers.get('cseq') !== cseq) return;
        clearTimeout(again);
        if (statusOf(message) >= 200) end(message);
      };
      repeat(T1_MS);
    });
  }

  private take(message: Read): void {
    if (message.headers.get('call-id') !== this.callId) return;
    if (message.method === '') return this.response(message);
    if (message.method !== 'BYE') return;
    this.ended = true;
    const kept = ['via', 'from', 'to', 'call-id', 'cseq'].map(
      (name) => `${name}: ${message.headers.get(name) ?? ''}`,
    );
    this.send(['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n'));
  }

  private response(message: Read): void {
    if (this.waiting) return this.waiting(message);
    // Our ACK was lost, and the 200 has come again.
    const is200 = statusOf(message) < 300 && message.headers.get('cseq') === '1 INVITE';
    if (is200) this.acknowledge();
  }

  private request(
    method: string,
    about: { cseq: number; branch?: string; headers?: string[]; body?: string },
  ): string {
    const { cseq, branch = `z9hG4bK${randomBytes(8).toString('hex')}`, headers = [] } = about;
    const { body = '' } = about;
    const { port } = this.socket.address();
    return [
      `${method} ${method === 'CANCEL' ? this.uri : this.target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${HOST}:${port};branch=${branch};rport`,
      `From: <sip:openline-test@${HOST}>;tag=${this.tag}`,
      `To: ${this.to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:openline-test@${HOST}:${port}>`,
      'Max-Forwards: 70',
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  private send(text: string): void {
    this.socket.send(text, this.at.port, this.at.host, () => undefined);
  }
}

const statusOf = ({ start }: Read): number => Number(start.split(' ')[1]);

/** Header names in lower case, the first of each; what has come is our own edge's. */
function read(text: string): Read {
  const [head = '', body = ''] = text.split(/\r\n\r\n([^]*)/);
  const [start = '', ...lines] = head.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+?)\s*:\s*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (!headers.has(key)) headers.set(key, value);
  }
  return {
    start,
    method: start.startsWith('SIP/2.0') ? '' : (start.split(' ')[0] ?? ''),
    headers,
    body,
  };
}
