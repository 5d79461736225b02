/**
 * Telephones that behave as telephones do, so that a test of many calls at a time says only who picks up and who
 * hangs up: they ring, acknowledge, say again what was not answered (RFC 3261 §17), and end as they are told. A
 * handset is called, a caller calls. Neither has a voice.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import type { Phone } from '../sip/support/phone';
import { waitFor } from './wait';

const AGAIN_MS = 500;
const RING_DEADLINE_MS = 20_000;

export interface Place {
  /** Where the product listens; another port after its edge was restarted. */
  port: () => number;
  /** What they offer and answer. */
  sdp: string;
  /** Their own address, which they tell as it is. */
  host: string;
}

interface Line {
  readonly invite: SipMessage;
  state: 'rings' | 'answered' | 'over';
  /** How it refused what it did not take. */
  refusal: number;
  ack: SipMessage | null;
  leaves: boolean;
}

/** One that is called; of what comes to its socket it takes the INVITEs that are for it. */
export class Handset {
  /** Picks up whatever rings. */
  picksUp = false;
  private readonly lines = new Map<string, Line>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly phone: Phone,
    private readonly place: Place,
    private readonly isForUs: (invite: SipMessage) => boolean = () => true,
  ) {
    phone.got.each((message) => this.hear(message));
    this.timer = setInterval(() => this.again(), AGAIN_MS);
  }

  /** Its INVITE, once it rings. */
  async rings(): Promise<SipMessage> {
    const line = await waitFor('a phone to ring', () => this.newest('rings'), RING_DEADLINE_MS);
    return line.invite;
  }

  /** What rings is picked up, and that is acknowledged. */
  async answers(): Promise<void> {
    const line = await waitFor('a phone to ring', () => this.newest('rings'), RING_DEADLINE_MS);
    this.answer(line);
    await waitFor('the ACK for a phone', () => line.ack);
  }

  /** What rings is picked up whenever it rings. */
  picksUpFromNowOn(): void {
    this.picksUp = true;
    for (const line of this.lines.values()) if (line.state === 'rings') this.answer(line);
  }

  /** Hangs up, refuses what rings, at once and until it is heard. */
  leaves(): void {
    for (const line of this.lines.values()) this.leave(line);
  }

  /** Sends its caller on by its own key; to whom it talks on another line, which is named in `replaces` (RFC 3891). */
  async refers(to: string, replaces?: string): Promise<void> {
    const ack = this.newest('answered')?.ack;
    if (!ack) throw new Error('there is nobody to send on');
    const query = replaces === undefined ? '' : `?Replaces=${encodeURIComponent(replaces)}`;
    const headers = [`Refer-To: <sip:${to}@openline${query}>`];
    const from = this.phone.got.length;
    this.phone.askBack(this.place.port(), ack, { method: 'REFER', cseq: 1, headers });
    await this.phone.response(202, 'REFER', from);
  }

  /** What it has not been told the end of. */
  get open(): string[] {
    return [...this.lines.values()].map(({ state }) => state).filter((state) => state !== 'over');
  }

  reset(): void {
    this.lines.clear();
    this.picksUp = false;
  }

  /** Its socket is whose it is. */
  close(): void {
    clearInterval(this.timer);
  }

  private newest(state: Line['state']): Line | undefined {
    return [...this.lines.values()].reverse().find((line) => line.state === state);
  }

  private hear(message: SipMessage): void {
    const line = this.lines.get(message.callId);
    if (line) this.hearOn(line, message);
    else if (message.method === 'INVITE' && message.toTag === undefined && this.isForUs(message))
      this.ring(message);
  }

  private ring(invite: SipMessage): void {
    const line: Line = { invite, state: 'rings', refusal: 486, ack: null, leaves: false };
    this.lines.set(invite.callId, line);
    if (this.picksUp) this.answer(line);
    else this.phone.answer(invite, 180);
  }

  private hearOn(line: Line, message: SipMessage): void {
    const { phone, place } = this;
    switch (message.method) {
      case 'INVITE':
        if (message.toTag !== undefined) phone.answer(message, 200, { body: place.sdp });
        else if (line.state === 'over' && !line.ack) phone.answer(message, line.refusal);
        return;
      case 'ACK':
        line.ack ??= line.state === 'answered' ? message : null;
        return;
      case 'CANCEL':
        phone.answer(message, 200);
        if (line.state !== 'rings') return;
        line.refusal = 487;
        return this.refuse(line);
      case 'BYE':
        line.state = 'over';
        return phone.answer(message, 200);
      case '':
        if (message.cseqMethod === 'BYE' && message.status >= 200) line.state = 'over';
        return;
      default:
        return phone.answer(message, 200);
    }
  }

  private answer(line: Line): void {
    const { phone, place } = this;
    line.state = 'answered';
    const headers = [`Contact: <sip:phone@${place.host}:${phone.port}>`];
    phone.answer(line.invite, 200, { body: place.sdp, headers });
  }

  private refuse(line: Line): void {
    line.state = 'over';
    this.phone.answer(line.invite, line.refusal);
  }

  private leave(line: Line): void {
    if (line.state === 'rings') return this.refuse(line);
    line.leaves = line.state === 'answered';
    if (line.leaves && line.ack)
      this.phone.askBack(this.place.port(), line.ack, { method: 'BYE', cseq: 2 });
  }

  private again(): void {
    for (const line of this.lines.values()) {
      if (line.state !== 'answered') continue;
      if (!line.ack) this.answer(line);
      else if (line.leaves) this.leave(line);
    }
  }
}

/** One who calls, from the trunk; or a phone of ours by a line of its own. */
export class HandsetCaller {
  private state: 'idle' | 'calls' | 'rings' | 'answered' | 'over' = 'idle';
  private toTag = '';
  private said: { text: string; branch: string; callId: string; uri: string } | null = null;
  private goodbye = '';
  private calls = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly phone: Phone,
    private readonly place: Place,
    readonly number: string,
  ) {
    phone.got.each((message) => this.hear(message));
    this.timer = setInterval(() => this.again(), AGAIN_MS);
  }

  /** Dials; one call at a time. */
  dials(hotline: string): void {
    const { phone, place, number } = this;
    this.calls += 1;
    this.state = 'calls';
    this.goodbye = '';
    const uri = `sip:${hotline}@127.0.0.1:${place.port()}`;
    const branch = `z9hG4bK${phone.tag}n${this.calls}`;
    const callId = `${phone.callId}-${this.calls}`;
    const headers = [`P-Asserted-Identity: <sip:${number}@carrier>`];
    const text = phone.ask(place.port(), {
      ...{ method: 'INVITE', uri, branch, callId, headers, body: place.sdp },
    });
    this.said = { text, branch, callId, uri };
  }

  async isRinging(): Promise<void> {
    await waitFor('ringing', () => this.state === 'rings', RING_DEADLINE_MS);
  }

  async isAnswered(): Promise<void> {
    await waitFor('our 200', () => this.state === 'answered', RING_DEADLINE_MS);
  }

  /** Hangs up, or gives up, at once and until it is heard. */
  leaves(): void {
    const { phone, place, said, toTag } = this;
    if (!said || this.state === 'over' || this.goodbye !== '') return;
    const { callId, branch, uri } = said;
    this.goodbye =
      this.state === 'answered'
        ? phone.ask(place.port(), { method: 'BYE', callId, toTag, cseq: 2 })
        : phone.ask(place.port(), { method: 'CANCEL', uri, callId, branch });
  }

  get open(): string[] {
    return this.state === 'over' || this.state === 'idle' ? [] : [this.state];
  }

  /** Its dialog, as Replaces names it. */
  get dialog(): string {
    return `${this.said?.callId};to-tag=${this.toTag};from-tag=${this.phone.tag}`;
  }

  reset(): void {
    this.state = 'idle';
  }

  /** Its socket is whose it is. */
  close(): void {
    clearInterval(this.timer);
  }

  private hear(message: SipMessage): void {
    const { phone, place, said } = this;
    if (said?.callId !== message.callId) return;
    if (!message.isRequest) return this.hearAnswer(message);
    if (message.method === 'ACK') return;
    phone.answer(message, 200, message.method === 'INVITE' ? { body: place.sdp } : {});
    if (message.method === 'BYE') this.state = 'over';
  }

  private hearAnswer({ status, cseqMethod, toTag = '' }: SipMessage): void {
    const { phone, place, said } = this;
    if (!said) return;
    const { callId, branch, uri } = said;
    // There is nothing to cancel: of an edge that fell nobody is told (RFC 3261 §9.2).
    if (cseqMethod === 'CANCEL' && status === 481) this.state = 'over';
    if (cseqMethod === 'BYE' && status >= 200) this.state = 'over';
    if (cseqMethod !== 'INVITE') return;
    if (status < 200) this.state = status === 180 && this.state === 'calls' ? 'rings' : this.state;
    else if (status < 300) {
      this.toTag = toTag;
      if (this.state !== 'over') this.state = 'answered';
      phone.ask(place.port(), { method: 'ACK', callId, toTag });
    } else {
      this.state = 'over';
      phone.ask(place.port(), { method: 'ACK', uri, callId, branch, toTag });
    }
  }

  private again(): void {
    const { phone, place, said } = this;
    if (this.state === 'over' || this.state === 'idle') return;
    if (this.goodbye !== '') phone.again(this.goodbye, place.port());
    else if (this.state === 'calls' && said) phone.again(said.text, place.port());
  }
}
