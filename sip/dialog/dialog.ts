import { withTag } from '../message/header-values';
import { hostInUri } from '../message/uri';
import type { SipMessage } from '../message/sip-message';
import type { Flow, Target } from '../transport/flow';
import { contactUri, natTarget, routeRequest, routeSetFrom } from './routing';

/**
 * A dialog as RFC 3261 §12 keeps it: tags, CSeqs, remote target, route set; and how a request
 * inside it is written. Knows nothing of apps, and neither sends nor waits.
 *
 *     early --(200)--> confirmed --(BYE, failure)--> ended
 */
export type DialogState = 'early' | 'confirmed' | 'ended';

/** All that a dialog is made of; plain values, which can be written down. */
export interface DialogFacts {
  role: 'uas' | 'uac';
  callId: string;
  localTag: string;
  remoteTag: string;
  /** From and To values of our requests, tags included. */
  localParty: string;
  remoteParty: string;
  localCseq: number;
  remoteCseq: number;
  routeSet: string[];
  target: string | undefined;
  /** Request-URI of the INVITE, when it was ours. */
  inviteUri: string | undefined;
  /** Our Contact value. */
  contact: string;
  source: Target;
}

export class Dialog {
  state: DialogState = 'early';
  readonly role: 'uas' | 'uac';
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly localParty: string;
  readonly remoteParty: string;
  /** Our Contact value: repeated in re-INVITEs, REFERs and refreshes. */
  contact: string;
  routeSet: string[];
  /** The peer's Contact URI; undefined when it never gave one: nothing can be sent then. */
  target: string | undefined;
  private readonly inviteUri: string | undefined;
  /** CSeq of our last request. */
  localCseq: number;
  /** CSeq of the peer's last request; -1 before the first. */
  remoteCseq: number;
  /** Where requests go instead of the target (NAT repair). */
  repaired: Target | undefined;
  /** Where the peer was last seen. */
  source: Target;

  constructor(facts: DialogFacts) {
    ({
      role: this.role,
      callId: this.callId,
      localTag: this.localTag,
      remoteTag: this.remoteTag,
      localParty: this.localParty,
      remoteParty: this.remoteParty,
      localCseq: this.localCseq,
      remoteCseq: this.remoteCseq,
      routeSet: this.routeSet,
      target: this.target,
      inviteUri: this.inviteUri,
      contact: this.contact,
      source: this.source,
    } = facts);
    this.repair();
  }

  facts(): DialogFacts {
    const { role, callId, localTag, remoteTag, localParty, remoteParty } = this;
    const { localCseq, remoteCseq, routeSet, target, inviteUri, contact, source } = this;
    return {
      ...{ role, callId, localTag, remoteTag, localParty, remoteParty },
      ...{ localCseq, remoteCseq, routeSet, target, inviteUri, contact, source },
    };
  }

  /** `<Call-ID>;from-tag=<tag of who sent the first request>`: the form drachtio-srf builds too. */
  get id(): string {
    return dialogIdOf(this.callId, this.role === 'uac' ? this.localTag : this.remoteTag);
  }

  /**
   * Where requests are addressed: the remote target; in an early dialog whose provisional had no
   * Contact, the URI that the INVITE went to. Undefined when the peer cannot be reached.
   */
  get requestUri(): string | undefined {
    return this.target ?? (this.state === 'early' ? this.inviteUri : undefined);
  }

  get key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag);
  }

  /** RFC 3261 §12.2.2: false when this request is older than one already seen. */
  accepts(cseq: number): boolean {
    if (cseq < this.remoteCseq) return false;
    this.remoteCseq = cseq;
    return true;
  }

  /** Target refresh (§12.2): the Contact of a re-INVITE or UPDATE, or of the 2xx to one. */
  refresh(message: SipMessage, source: Target): void {
    const target = contactUri(message.get('contact'));
    if (target === undefined) return;
    this.target = target;
    this.source = source;
    this.repair();
  }

  /** On the 200 of a UAC the route set is computed anew (§13.2.2.4). */
  confirmByResponse(response: SipMessage, source: Target): void {
    this.state = 'confirmed';
    this.routeSet = routeSetFrom(response.all('record-route')).reverse();
    this.target = contactUri(response.get('contact')) ?? this.target;
    this.source = source;
    this.repair();
  }

  private repair(): void {
    this.repaired =
      this.target === undefined
        ? undefined
        : natTarget(this.role, this.target, this.routeSet, this.source);
  }
}

export function dialogIdOf(callId: string, initiatorTag: string): string {
  return `${callId};from-tag=${initiatorTag}`;
}

/** RFC 3261 §12: Call-ID, local tag and remote tag identify a dialog. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}|${localTag}|${remoteTag}`;
}

/** Our side answered: §12.1.1. `to` is the To of our response; `contact` our Contact value. */
export function uasDialog(
  invite: SipMessage,
  flow: Flow,
  ours: { tag: string; to: string; contact: string; firstCseq: number },
): Dialog {
  return new Dialog({
    role: 'uas',
    callId: invite.callId,
    localTag: ours.tag,
    remoteTag: invite.fromTag ?? '',
    localParty: withTag(ours.to, ours.tag),
    remoteParty: invite.get('from') ?? '',
    localCseq: ours.firstCseq,
    remoteCseq: invite.cseq,
    routeSet: routeSetFrom(invite.all('record-route')),
    target: contactUri(invite.get('contact')),
    inviteUri: undefined,
    contact: ours.contact,
    source: targetOf(flow),
  });
}

/** Our side asked: §12.1.2. */
export function uacDialog(invite: SipMessage, response: SipMessage, flow: Flow): Dialog {
  return new Dialog({
    role: 'uac',
    callId: invite.callId,
    localTag: invite.fromTag ?? '',
    remoteTag: response.toTag ?? '',
    localParty: invite.get('from') ?? '',
    remoteParty: response.get('to') ?? '',
    localCseq: invite.cseq,
    remoteCseq: -1,
    routeSet: routeSetFrom(response.all('record-route')).reverse(),
    target: contactUri(response.get('contact')),
    inviteUri: invite.uri,
    contact: invite.get('contact') ?? '',
    source: targetOf(flow),
  });
}

export function targetOf(flow: Flow): Target {
  return { protocol: flow.protocol, address: flow.address, port: flow.port };
}

/** A request inside the dialog. `headers` are lines ending in CRLF, without those written here. */
export interface DialogRequest {
  method: string;
  cseq: number;
  branch: string;
  flow: Flow;
  /** Overrides the remote target as Request-URI; routing stays the dialog's. */
  requestUri?: string;
  headers: string;
  body: string;
}

/** §12.2.1.1. The dialog must have a target. */
export function composeDialogRequest(dialog: Dialog, request: DialogRequest): string {
  const { method, cseq, branch, flow, headers, body } = request;
  const route = routeRequest(dialog.requestUri ?? '', dialog.routeSet);
  let routes = '';
  for (const value of route.routes) routes += `Route: ${value}\r\n`;
  return (
    `${method} ${request.requestUri ?? route.requestUri} SIP/2.0\r\n${viaLine(flow, branch)}` +
    `${routes}Max-Forwards: 70\r\nFrom: ${dialog.localParty}\r\nTo: ${dialog.remoteParty}\r\n` +
    `Call-ID: ${dialog.callId}\r\nCSeq: ${cseq} ${method}\r\n` +
    `${headers}Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/** Our Via (§18.1.1); `rport` is asked for on UDP (RFC 3581 §3). */
export function viaLine(flow: Flow, branch: string): string {
  const rport = flow.protocol === 'udp' ? ';rport' : '';
  const host = `${hostInUri(flow.localHost)}:${flow.localPort}`;
  return `Via: SIP/2.0/${flow.protocol.toUpperCase()} ${host}${rport};branch=${branch}\r\n`;
}
