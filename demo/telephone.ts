/**
 * Telephones behind one UDP port, as far as a demonstration needs them (RFC 3261): they call and are called,
 * say again what was not answered, and end as they are told. Each call has a voice of its own.
 *
 *     calling | ringing --> talking --> over
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseMessage, type SipMessage } from '../sip/message/sip-message';
import { Voice } from './voice';

const T1_MS = 500;
const T2_MS = 4000;
const TIMER_B_MS = 64 * T1_MS;

type Headers = readonly string[];

export interface Address {
  host: string;
  port: number;
}

/** One call of one telephone. */
export class Line {
  state: 'calling' | 'ringing' | 'talking' | 'over' = 'calling';
  /** Final answer that we got or gave; 0 before it. */
  status = 0;
  /** We gave up before there was any. */
  hasCancelled = false;
  /** Resolves with true once they talk, with false when it came to nothing. */
  readonly answered: Promise<boolean>;
  readonly ended: Promise<void>;
  private settleAnswer: (talks: boolean) => void = () => undefined;
  private settleEnd: () => void = () => undefined;
  private resend: NodeJS.Timeout | null = null;

  constructor(
    private readonly telephones: Telephones,
    readonly voice: Voice,
    /** Of the far side, as its From or our request says. */
    readonly number: string,
    /** The user that was called. */
    readonly called: string,
    readonly dialog: Dialog,
  ) {
    this.answered = new Promise((settle) => (this.settleAnswer = settle));
    this.ended = new Promise((settle) => (this.settleEnd = settle));
  }

  /** Picks up what rings. */
  pickUp(): void {
    if (this.state !== 'ringing' || this.dialog.invite === null) return;
    this.voice.talkTo(this.dialog.invite.body);
    this.talk();
    const answer = this.telephones.response(this.dialog.invite, 200, this.dialog, this.voice.sdp);
    this.repeat(answer, T1_MS);
  }

  /** CANCEL, refusal or BYE, whichever it takes. */
  hangUp(): void {
    const { dialog, telephones } = this;
    if (this.state === 'ringing' && dialog.invite !== null) {
      telephones.send(telephones.response(dialog.invite, 486, dialog), dialog.remote);
      this.over();
    } else if (this.state === 'calling') {
      this.hasCancelled = true;
      telephones.send(
        telephones.request(dialog, 'CANCEL', dialog.cseq, dialog.branch),
        dialog.remote,
      );
    } else if (this.state === 'talking') {
      this.repeat(telephones.request(dialog, 'BYE', dialog.cseq + 1), T1_MS);
      this.over(false);
    }
  }

  /** Sends it until somebody answers, each time after twice the time (§17.1.1.2). */
  repeat(text: string, waitMs: number, waited = 0): void {
    if (this.resend !== null) clearTimeout(this.resend);
    if (waited > TIMER_B_MS || this.telephones.isClosed) return this.over();
    this.telephones.send(text, this.dialog.remote);
    const next = () => this.repeat(text, Math.min(2 * waitMs, T2_MS), waited + waitMs);
    this.resend = setTimeout(next, waitMs);
  }

  quiet(): void {
    if (this.resend !== null) clearTimeout(this.resend);
    this.resend = null;
  }

  talk(): void {
    this.state = 'talking';
    this.status = 200;
    this.settleAnswer(true);
  }

  over(silent = true): void {
    if (silent) this.quiet();
    if (this.state === 'over') return;
    this.state = 'over';
    this.voice.close();
    this.settleAnswer(false);
    this.settleEnd();
  }
}

/** Who is who in a call, and what it takes to send a request in it. */
export interface Dialog {
  callId: string;
  local: string;
  remoteParty: string;
  target: string;
  remote: Address;
  cseq: number;
  branch: string;
  /** The request that called us; null of a call of ours. */
  invite: SipMessage | null;
}

export class Telephones {
  /** Nothing is said any more. */
  isClosed = false;
  private readonly lines = new Map<string, Line>();
  private readonly waiting = new Set<string>();

  private constructor(
    private readonly socket: Socket,
    readonly address: Address,
    private readonly onRing: (line: Line) => void,
  ) {
    socket.on('message', (bytes, { address: host, port }) => {
      const message = parseMessage(bytes.toString('latin1'));
      if (message !== undefined) void this.hear(message, { host, port });
    });
  }

  /** `onRing` has every call that comes, which rings already. */
  static async open(host: string, onRing: (line: Line) => void): Promise<Telephones> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, host);
    await once(socket, 'listening');
    return new Telephones(socket, { host, port: socket.address().port }, onRing);
  }

  close(): void {
    this.isClosed = true;
    for (const line of this.lines.values()) line.over();
    this.socket.close();
  }

  /** Dials from `number`; `anonymous` withholds it (RFC 3323). */
  async call(server: Address, to: string, number: string): Promise<Line> {
    const { host, port } = this.address;
    const tag = randomBytes(6).toString('hex');
    const voice = await Voice.open(host);
    const dialog: Dialog = {
      callId: `${tag}@${host}`,
      local: `<sip:${number}@${number === 'anonymous' ? 'anonymous.invalid' : `${host}:${port}`}>;tag=${tag}`,
      remoteParty: `<sip:${to}@${server.host}:${server.port}>`,
      target: `sip:${to}@${server.host}:${server.port}`,
      remote: server,
      cseq: 1,
      branch: branch(),
      invite: null,
    };
    const line = new Line(this, voice, number, to, dialog);
    this.lines.set(dialog.callId, line);
    void line.ended.then(() => this.forget(dialog.callId));
    line.repeat(this.request(dialog, 'INVITE', 1, dialog.branch, voice.sdp), T1_MS);
    return line;
  }

  send(text: string, { host, port }: Address): void {
    if (this.isClosed) return;
    this.socket.send(Buffer.from(text, 'latin1'), port, host);
  }

  request(dialog: Dialog, method: string, cseq: number, via = branch(), body = ''): string {
    const { host, port } = this.address;
    const headers = [
      `Via: SIP/2.0/UDP ${host}:${port};rport;branch=${via}`,
      ...[`From: ${dialog.local}`, `To: ${dialog.remoteParty}`, `Call-ID: ${dialog.callId}`],
      ...[`CSeq: ${cseq} ${method}`, 'Max-Forwards: 70', this.contact],
    ];
    return compose(`${method} ${dialog.target} SIP/2.0`, headers, body);
  }

  response(to: SipMessage, status: number, dialog?: Dialog, body = ''): string {
    const tag = dialog === undefined || to.toTag !== undefined ? '' : tagOf(dialog.local);
    const headers = [
      ...to.all('via').map((via) => `Via: ${via}`),
      ...to.all('record-route').map((route) => `Record-Route: ${route}`),
      ...[`From: ${to.get('from')}`, `To: ${to.get('to')}${tag}`, `Call-ID: ${to.callId}`],
      ...[`CSeq: ${to.get('cseq')}`, this.contact],
    ];
    return compose(`SIP/2.0 ${status} ${REASONS[status] ?? 'OK'}`, headers, body);
  }

  private get contact(): string {
    return `Contact: <sip:demo@${this.address.host}:${this.address.port}>`;
  }

  private async hear(message: SipMessage, from: Address): Promise<void> {
    const line = this.lines.get(message.callId);
    if (!message.isRequest) return this.answered(line, message);
    if (message.method === 'INVITE' && line === undefined) return this.called(message, from);
    if (message.method === 'ACK') return line?.quiet();
    if (message.method === 'INVITE' && line?.state === 'ringing') return undefined;
    if (message.method === 'INVITE' && line?.state === 'over') return this.tooLate(line, message);
    const body = message.method === 'INVITE' ? line?.voice.sdp : undefined;
    if (body !== undefined) line?.voice.talkTo(message.body);
    this.send(this.response(message, 200, line?.dialog, body), from);
    if (message.method === 'BYE') line?.over();
    if (message.method === 'CANCEL' && line?.state === 'ringing') this.cancelled(line);
  }

  /** Our refusal was lost; or it is a re-INVITE that crossed our BYE (RFC 3261 §12.2.2). */
  private tooLate({ dialog }: Line, invite: SipMessage): void {
    this.send(this.response(invite, invite.toTag === undefined ? 486 : 481, dialog), dialog.remote);
  }

  private cancelled(line: Line): void {
    const { dialog } = line;
    if (dialog.invite !== null) this.send(this.response(dialog.invite, 487, dialog), dialog.remote);
    line.over();
  }

  private async called(invite: SipMessage, remote: Address): Promise<void> {
    if (this.waiting.has(invite.callId)) return;
    this.waiting.add(invite.callId);
    const voice = await Voice.open(this.address.host);
    const tag = `;tag=${randomBytes(6).toString('hex')}`;
    const dialog: Dialog = {
      ...{ callId: invite.callId, remote, invite, cseq: 1, branch: branch() },
      local: `${invite.get('to')}${tag}`,
      remoteParty: invite.get('from') ?? '',
      target: uriOf(invite.get('contact') ?? ''),
    };
    const line = new Line(
      this,
      voice,
      userOf(dialog.remoteParty),
      userOf(`<${invite.uri}>`),
      dialog,
    );
    line.state = 'ringing';
    this.lines.set(dialog.callId, line);
    void line.ended.then(() => this.forget(dialog.callId));
    this.send(this.response(invite, 180, dialog), remote);
    this.onRing(line);
  }

  /** A little later: what is repeated by the far side still finds its call. */
  private forget(callId: string): void {
    setTimeout(() => {
      this.lines.delete(callId);
      this.waiting.delete(callId);
    }, TIMER_B_MS).unref();
  }

  private answered(line: Line | undefined, response: SipMessage): void {
    if (line === undefined) return;
    if (response.cseqMethod !== 'INVITE') return response.status >= 200 ? line.quiet() : undefined;
    line.quiet();
    if (response.status < 200) return;
    const { dialog } = line;
    dialog.remoteParty = response.get('to') ?? dialog.remoteParty;
    const isTaken = response.status < 300;
    if (isTaken) dialog.target = uriOf(response.get('contact') ?? dialog.target);
    // §17.1.1.3: the ACK of a refusal belongs to the INVITE's own transaction.
    const ack = this.request(dialog, 'ACK', 1, isTaken ? branch() : dialog.branch);
    this.send(ack, dialog.remote);
    if (line.state !== 'calling') return;
    line.status = response.status;
    if (!isTaken) return line.over();
    line.voice.talkTo(response.body);
    line.talk();
  }
}

const REASONS: Record<number, string> = {
  180: 'Ringing',
  481: 'Call Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
};

const branch = (): string => `z9hG4bK${randomBytes(8).toString('hex')}`;
const uriOf = (nameAddr: string): string => /<([^>]+)>/.exec(nameAddr)?.[1] ?? nameAddr;
const userOf = (nameAddr: string): string => /sips?:([^@;>]+)@/.exec(nameAddr)?.[1] ?? '';
const tagOf = (party: string): string => /;tag=[^;>]+$/.exec(party)?.[0] ?? '';

function compose(start: string, headers: Headers, body: string): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  return [start, ...headers, ...type, `Content-Length: ${body.length}`, '', body].join('\r\n');
}
