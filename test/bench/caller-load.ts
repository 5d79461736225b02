import { createSocket, type Socket } from 'node:dgram';
import {
  audioAddress,
  audioSdp,
  compose,
  header,
  readSip,
  repeated,
  uriOf,
  type SipText,
} from './sip-text';

/**
 * Callers of the hotline behind one port: each dials, talks for a while, hangs up, and tells how it
 * went. Requests are sent again as RFC 3261 §17.1 says.
 *
 *     calling -> (ringing) -> talking -> leaving -> over
 *                   '-> giving up (CANCEL) -> over
 */
const T1_MS = 500;
const TIMER_B_MS = 64 * T1_MS;

export interface CallOutcome {
  /** The caller's number, by which the agent's INVITE is found. */
  number: string;
  /** Moment (performance.now) of the INVITE. */
  calledAt: number;
  /** `failed`: no final answer, or BYE without one. */
  result: 'talked' | 'refused' | 'failed';
  /** Final answer to the INVITE, 0 for none. */
  status: number;
}

export interface CallRequest {
  number: string;
  /** Audio address named in the offer. */
  mediaPort: number;
  /** Offers a stream that stands still: he is a caller, and hears and says nothing. */
  isSilent?: boolean;
  /** Milliseconds from the answer to our BYE, or a promise that says when. */
  talk: number | Promise<void>;
  /** Told where the product wants the audio, once it answered. */
  onAnswer?: (audio: { host: string; port: number }) => void;
}

interface Call extends CallRequest {
  callId: string;
  tag: string;
  branch: number;
  calledAt: number;
  status: number;
  /** He heard a provisional answer. */
  isTried: boolean;
  /** He has hung up before anybody answered. */
  hasLeft: boolean;
  to: string;
  target: string;
  resend: NodeJS.Timeout | undefined;
  limit: NodeJS.Timeout | undefined;
  finish: (outcome: CallOutcome) => void;
}

export class CallerLoad {
  retransmissions = 0;
  private readonly calls = new Map<string, Call>();
  private made = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly server: { host: string; port: number },
    private readonly local: { host: string; port: number },
  ) {
    socket.on('message', (bytes) => {
      const message = readSip(bytes);
      if (message !== null) this.take(message);
    });
  }

  static async start(host: string, server: { host: string; port: number }): Promise<CallerLoad> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, resolve);
    });
    return new CallerLoad(socket, server, { host, port: socket.address().port });
  }

  close(): void {
    for (const call of this.calls.values()) this.disarm(call);
    this.socket.close();
  }

  /** One call to number 400 from its INVITE to the answer to its BYE; never rejects. */
  call(request: CallRequest): Promise<CallOutcome> {
    this.made += 1;
    const id = `${this.made}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    return new Promise((finish) => {
      const call: Call = {
        ...request,
        callId: `${id}@${this.local.host}`,
        tag: `c${id}`,
        branch: 0,
        calledAt: performance.now(),
        status: 0,
        isTried: false,
        hasLeft: false,
        to: `<sip:400@${this.server.host}:${this.server.port}>`,
        target: `sip:400@${this.server.host}:${this.server.port}`,
        resend: undefined,
        limit: undefined,
        finish,
      };
      this.calls.set(call.callId, call);
      call.limit = setTimeout(() => this.giveUp(call), TIMER_B_MS);
      const direction = request.isSilent === true ? 'inactive' : 'sendrecv';
      const offer = audioSdp(this.local.host, request.mediaPort, direction);
      this.sendUntilAnswered(call, this.request(call, 'INVITE', 1, offer), T1_MS);
    });
  }

  private take(message: SipText): void {
    const call = this.calls.get(message.callId);
    if (message.method === 'BYE') this.answerBye(message, call);
    // Who is heard nothing of is asked whether he is still there.
    if (message.method === 'OPTIONS' && call !== undefined) this.agree(message);
    if (call === undefined || message.status === null) return;
    if (message.cseqMethod === 'INVITE') this.inviteAnswered(call, message, message.status);
    else if (message.cseqMethod === 'CANCEL') this.disarmResend(call);
    else if (message.cseqMethod === 'BYE') this.over(call, call.hasLeft ? 'failed' : 'talked');
  }

  private inviteAnswered(call: Call, message: SipText, status: number): void {
    this.disarmResend(call);
    call.isTried = true;
    if (status < 200) return;
    if (call.hasLeft) return this.answeredTooLate(call, message, status);
    const first = call.status === 0;
    call.status = status;
    call.to = header(message.text, 'To', 't');
    // RFC 3261 §17.1.1.3: the ACK to a refusal is of the INVITE's own transaction, to its own URI.
    if (status < 300) call.target = uriOf(header(message.text, 'Contact', 'm')) || call.target;
    this.send(this.request(call, 'ACK', 1, '', status < 300 ? undefined : 1));
    if (!first) return;
    clearTimeout(call.limit);
    if (status >= 300) return this.over(call, 'refused');
    const audio = audioAddress(message.text);
    if (audio !== null) call.onAnswer?.(audio);
    this.hangUpLater(call);
  }

  private hangUpLater(call: Call): void {
    if (typeof call.talk === 'number') {
      call.limit = setTimeout(() => this.hangUp(call), call.talk);
    } else {
      void call.talk.then(() => this.hangUp(call));
    }
  }

  private hangUp(call: Call): void {
    if (!this.calls.has(call.callId)) return;
    call.limit = setTimeout(() => this.over(call, 'failed'), TIMER_B_MS);
    this.sendUntilAnswered(call, this.request(call, 'BYE', 2), T1_MS);
  }

  /** He has waited long enough for an answer; what was heard of can be taken back (RFC 3261 §9.1). */
  private giveUp(call: Call): void {
    if (!call.isTried) return this.over(call, 'failed');
    call.hasLeft = true;
    call.limit = setTimeout(() => this.over(call, 'failed'), TIMER_B_MS);
    this.sendUntilAnswered(call, this.request(call, 'CANCEL', 1, '', 1), T1_MS);
  }

  /** 487, or a 200 that crossed the CANCEL: that is hung up. He was not answered in time either way. */
  private answeredTooLate(call: Call, message: SipText, status: number): void {
    call.to = header(message.text, 'To', 't');
    if (status < 300) call.target = uriOf(header(message.text, 'Contact', 'm')) || call.target;
    this.send(this.request(call, 'ACK', 1, '', status < 300 ? undefined : 1));
    if (status < 300) this.hangUp(call);
    else this.over(call, 'failed');
  }

  /** The product hung up first: that ends the talk too, but no bench asks for it. */
  private answerBye(message: SipText, call: Call | undefined): void {
    this.agree(message);
    if (call !== undefined) this.over(call, 'failed');
  }

  private agree(message: SipText): void {
    this.send(compose('SIP/2.0 200 OK', repeated(message.text, 'load')));
  }

  private over(call: Call, result: CallOutcome['result']): void {
    this.disarm(call);
    this.calls.delete(call.callId);
    const { number, calledAt, status } = call;
    call.finish({ number, calledAt, result, status });
  }

  private request(call: Call, method: string, cseq: number, body = '', branch?: number): Buffer {
    const number = branch ?? (call.branch += 1);
    const headers = [
      `Via: SIP/2.0/UDP ${this.local.host}:${this.local.port};branch=z9hG4bK${call.tag}b${number}`,
      `From: <sip:${call.number}@${this.local.host}:${this.local.port}>;tag=${call.tag}`,
      `To: ${call.to}`,
      `Call-ID: ${call.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:caller@${this.local.host}:${this.local.port}>`,
      'Max-Forwards: 70',
    ];
    return compose(`${method} ${call.target} SIP/2.0`, headers.join('\r\n'), body);
  }

  private sendUntilAnswered(call: Call, bytes: Buffer, waitMs: number): void {
    this.send(bytes);
    call.resend = setTimeout(() => {
      this.retransmissions += 1;
      this.sendUntilAnswered(call, bytes, 2 * waitMs);
    }, waitMs);
  }

  private send(bytes: Buffer): void {
    this.socket.send(bytes, this.server.port, this.server.host);
  }

  private disarmResend(call: Call): void {
    clearTimeout(call.resend);
    call.resend = undefined;
  }

  private disarm(call: Call): void {
    this.disarmResend(call);
    clearTimeout(call.limit);
  }
}
