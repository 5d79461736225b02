import { composeResponse } from '../../message/compose';
import { parseMessage, type SipMessage } from '../../message/sip-message';
import { callRecord } from '../edge-message';
import type { HeldDialog } from '../held-dialog';
import type { IncomingRequest } from '../incoming-request';
import type { Routes } from '../routes';
import { recordOf, type CallEvent, type EndCause } from './record';

/** Proxied calls whose BYE is waited for; beyond that the oldest gets no stop record. */
const MOST_PROXIED = 100_000;

/**
 * Call detail records for apps that asked for them, each to one of them in turn. Exists only where
 * SIP_CDRS is on. Nobody waits for a record and none is kept: where no app is there it is lost, as with
 * drachtio-server. An attempt gets one start or stop, a start one stop.
 */
export class Cdrs {
  /** Calls that have had their start and not yet their stop. */
  private readonly talking = new WeakSet<HeldDialog>();
  /** Their CANCEL was told; the 487 that follows from it is not. */
  private readonly cancelledOnes = new WeakSet<IncomingRequest>();
  /** Call-IDs of proxied calls that talk and whose BYE comes by us. */
  private readonly proxied = new Set<string>();

  constructor(private readonly routes: Routes) {}

  /** An INVITE outside dialogs came in, or left for an app. */
  invited(by: 'them' | 'us', invite: SipMessage): void {
    if (invite.method === 'INVITE') this.tell({ event: 'invited', by }, invite.text);
  }

  /** A request from outside any dialog got its final response, whoever gave it. */
  answered(incoming: IncomingRequest, status: number, text: string): void {
    if (!isFirstInvite(incoming.request) || this.cancelledOnes.has(incoming)) return;
    if (status < 300 && incoming.held !== undefined) this.talking.add(incoming.held);
    this.tell({ event: 'answered', role: 'uas', status }, text);
  }

  cancelled(incoming: IncomingRequest, cancel: SipMessage): void {
    this.cancelledOnes.add(incoming);
    this.tell({ event: 'cancelled' }, cancel.text);
  }

  /** An app's call was answered. */
  connected(held: HeldDialog, response: SipMessage): void {
    this.talking.add(held);
    this.tell({ event: 'answered', role: 'uac', status: response.status }, response.text);
  }

  /** An app's call was not answered; `text` is what the app is told. */
  refused(invite: SipMessage, status: number, text: string): void {
    if (invite.method === 'INVITE') this.tell({ event: 'answered', role: 'uac', status }, text);
  }

  /** A BYE of the far end or of an app; copies and second tries count once. */
  released(held: HeldDialog, by: 'them' | 'us', bye: SipMessage): void {
    this.stop(held, { event: 'released', by }, bye.text);
  }

  /** We hung up. */
  ended(held: HeldDialog, cause: EndCause | undefined, bye: string): void {
    this.stop(held, { event: 'ended', cause }, bye);
  }

  /** The dialog was forgotten without a word to anybody: the record shows the answer it began with. */
  lost(held: HeldDialog): void {
    this.stop(held, { event: 'lost' }, held.responseText);
  }

  /** A target of a proxied INVITE gave its final response. */
  targetAnswered(invite: SipMessage, response: SipMessage): void {
    if (invite.method !== 'INVITE') return;
    const { status } = response;
    this.tell({ event: 'answered', role: 'proxy-uac', status }, response.text);
  }

  /** A target of a proxied INVITE never answered, or could not be reached. */
  targetFailed(invite: SipMessage, status: number): void {
    const response = parseMessage(composeResponse(invite, { status }), true);
    if (response !== undefined) this.targetAnswered(invite, response);
  }

  /** The caller of a proxied INVITE got its final response. `stays`: its BYE will come by us. */
  callerAnswered(invite: SipMessage, status: number, text: string, stays: boolean): void {
    if (invite.method !== 'INVITE') return;
    if (status < 300 && stays) this.remember(invite.callId);
    this.tell({ event: 'answered', role: 'proxy-uas', status }, text);
  }

  /** A request inside a proxied dialog was passed on. */
  passed(request: SipMessage, sent: string): void {
    if (request.method !== 'BYE' || !this.proxied.delete(request.callId)) return;
    this.tell({ event: 'released', by: 'them' }, request.text);
    this.tell({ event: 'released', by: 'us' }, sent);
  }

  private stop(held: HeldDialog, event: CallEvent, text: string): void {
    if (this.talking.delete(held)) this.tell(event, text);
  }

  private remember(callId: string): void {
    this.proxied.add(callId);
    if (this.proxied.size <= MOST_PROXIED) return;
    for (const oldest of this.proxied) return void this.proxied.delete(oldest);
  }

  private tell(event: CallEvent, text: string): void {
    const record = recordOf(event);
    this.routes.pick(`cdr:${record.kind}`)?.send(callRecord(record, text));
  }
}

function isFirstInvite({ method, toTag }: SipMessage): boolean {
  return method === 'INVITE' && toTag === undefined;
}
