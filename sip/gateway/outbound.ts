import { randomUUID } from 'node:crypto';
import { composeResponse } from '../message/compose';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { dialogIdOf, targetOf, uacDialog } from '../dialog/dialog';
import { makeBranch } from '../transaction/transaction-layer';
import type { Flow, Target } from '../transport/flow';
import type { App } from './app';
import type { AppConnection } from './app-connection';
import { lacksContentType } from './app-headers';
import type { SipCommand } from './app-message';
import type { Cancels } from './cancels';
import { formsDialog } from './compose-answer';
import { composeNewRequest } from './compose-request';
import type { Context } from './context';
import { echoRequest, NOWHERE, placeOfSent, reply, traffic, type Place } from './edge-message';
import { HeldDialog, sdpIn } from './held-dialog';
import { makeTag } from './make-tag';
import { firstReachable, flowToUri, forLength } from './next-hop';
import { OutgoingRequest } from './outgoing-request';
import type { SessionRefresh } from './session-refresh';
import { expectNotify, subscribed, subscribeFailed } from './subscription/first-notify';
import type { Successes } from './successes';

/** Requests of apps outside dialogs, and what comes back. */
export class Outbound {
  constructor(
    private readonly context: Context,
    private readonly parts: {
      cancels: Cancels;
      successes: Successes;
      sessionRefresh: SessionRefresh;
    },
  ) {}

  /** Sends the request; the app is replied to before any response can reach it. */
  take(app: App, connection: AppConnection, command: SipCommand): void {
    const nok = (text: string) => connection.send(reply(command.id, `NOK|${text}`));
    const message = parseMessage(command.sip, true);
    if (message === undefined || !message.isRequest || !isRoutable(message.uri)) {
      return nok(`invalid request-uri: ${command.sip.split('\r\n', 1)[0] ?? ''}`);
    }
    if (lacksContentType(message)) return nok('missing content-type');
    const { registered, network, now } = this.context;
    const own =
      command.routeUrl === '' ? registered.flowTo(message.uri, network, now()) : undefined;
    if (own !== undefined) {
      return this.send(app, connection, command, { message, flow: own, rest: [] });
    }
    const url = command.routeUrl === '' ? message.uri : asUri(command.routeUrl);
    flowToUri(network, url, 'udp', (found) => {
      const hop = forLength(network, url, found, command.sip.length);
      if ('flow' in hop) return this.send(app, connection, command, { message, ...hop });
      if (hop.refused === 'myself') return nok('can not send request to myself');
      if (hop.refused === 'no-transport') return nok('requested protocol/transport not available');
      nok('Error creating sip transaction for uac request');
    });
  }

  private send(
    app: App,
    connection: AppConnection,
    command: SipCommand,
    { message, flow, rest }: { message: SipMessage; flow: Flow; rest: Target[] },
  ): void {
    const text = composeNewRequest(message, flow, {
      branch: makeBranch(),
      fromTag: makeTag(),
      callId: randomUUID(),
      cseq: 1 + Math.floor(Math.random() * 1_000_000),
    });
    const request = parseMessage(text, true);
    if (request === undefined) {
      return connection.send(reply(command.id, 'NOK|Error creating leg'));
    }
    const dialogId = formsDialog(request.method)
      ? dialogIdOf(request.callId, request.fromTag ?? '')
      : '';
    const id = randomUUID();
    const outgoing = new OutgoingRequest(id, app, connection, request, flow, dialogId);
    outgoing.elsewhere = { message, rest };
    this.context.outgoing.set(id, outgoing);
    app.outgoing.add(outgoing);
    expectNotify(this.context, request);
    const place = placeOfSent(flow);
    connection.send(echoRequest(command.id, { text, place, transactionId: id }));
    this.context.cdrs?.invited('us', request);
    this.begin(outgoing);
  }

  private begin(outgoing: OutgoingRequest): void {
    outgoing.transaction = this.context.layer.request(outgoing.request, outgoing.flow, {
      onResponse: (response, from) => this.onResponse(outgoing, response, from),
      onFailure: (why) => this.onFailure(outgoing, why),
    });
  }

  /**
   * RFC 3263 §4.3: after a 503, a timeout or a failed connection the same request goes to the next
   * target, in a transaction of its own. Not once it was cancelled, or a phone has rung. The app
   * hears only of the last one.
   */
  private goesElsewhere(outgoing: OutgoingRequest): boolean {
    const { message, rest } = outgoing.elsewhere;
    if (rest.length === 0 || outgoing.cancel !== undefined || outgoing.forks.size > 0) return false;
    const hop = firstReachable(this.context.network, rest);
    if (!('flow' in hop)) return false;
    const { callId, cseq, fromTag = '' } = outgoing.request;
    const ids = { branch: makeBranch(), callId, cseq, fromTag };
    const request = parseMessage(composeNewRequest(message, hop.flow, ids), true);
    if (request === undefined) return false;
    outgoing.request = request;
    outgoing.flow = hop.flow;
    outgoing.elsewhere = { message, rest: hop.rest };
    outgoing.provisionalSeen = false;
    this.begin(outgoing);
    return true;
  }

  private onResponse(outgoing: OutgoingRequest, response: SipMessage, flow: Flow): void {
    const { status } = response;
    const invite = outgoing.request.method === 'INVITE';
    if (status === 503 && this.goesElsewhere(outgoing)) return;
    if (status < 200) {
      outgoing.provisionalSeen = true;
      this.parts.cancels.release(outgoing);
      if (status === 100) return;
      const held = invite ? this.fork(outgoing, response, flow) : undefined;
      if (held?.isNextProvisional(response) === false) return;
    } else if (invite && status < 300) {
      if (!this.answered(outgoing, response, flow)) return;
    }
    if (status >= 200) {
      this.settle(outgoing, status);
      subscribed(this.context, outgoing, response, flow);
    }
    if (status >= 300) this.context.cdrs?.refused(outgoing.request, status, response.text);
    this.tell(outgoing, response.text, flow);
  }

  /** True for the first 2xx, the one that the app is to see. */
  private answered(outgoing: OutgoingRequest, response: SipMessage, flow: Flow): boolean {
    const first = !outgoing.finalSeen;
    const known = outgoing.forks.get(response.toTag ?? '');
    if (!first && known !== undefined) {
      this.parts.successes.repeatAck(known, response);
      return false;
    }
    const held = this.fork(outgoing, response, flow);
    if (!first || held === undefined) {
      // §13.2.2.4: another fork answered as well; the app has its partner already.
      if (held) this.parts.successes.acknowledgeAndEnd(held, response, 'Answered elsewhere');
      return first;
    }
    this.confirm(outgoing, held, response, flow);
    return true;
  }

  private confirm(
    outgoing: OutgoingRequest,
    held: HeldDialog,
    response: SipMessage,
    flow: Flow,
  ): void {
    held.dialog.confirmByResponse(response, targetOf(flow));
    this.context.cdrs?.connected(held, response);
    // Whom we called and who answered is no stranger.
    this.context.sourceLimits.trust(flow.address);
    held.inviteText = outgoing.request.text;
    held.responseText = response.text;
    held.establishedAt = this.context.now();
    held.localSdp = sdpIn(outgoing.request.body);
    held.remoteSdp = sdpIn(response.body);
    held.inviteCseq = outgoing.request.cseq;
    held.byeAfterAck = outgoing.cancel !== undefined;
    // Of several forks the one that answered keeps the id.
    this.context.dialogs.add(held);
    this.context.dialogFile.keep(held);
    this.parts.sessionRefresh.answered(held, response, 'them');
    if (outgoing.connection.open) return;
    this.parts.successes.acknowledgeAndEnd(held, response, 'Application gone');
  }

  /** The dialog of a tagged response, made on the first one with that tag (§12.1.2). */
  private fork(
    outgoing: OutgoingRequest,
    response: SipMessage,
    flow: Flow,
  ): HeldDialog | undefined {
    const tag = response.toTag;
    if (tag === undefined) return undefined;
    const known = outgoing.forks.get(tag);
    if (known !== undefined) {
      // A PRACK by dialog id means the fork that asked for it last.
      if (response.has('rseq')) this.context.dialogs.add(known);
      return known;
    }
    const dialog = uacDialog(outgoing.request, response, flow);
    const held = new HeldDialog(dialog, outgoing.app, targetOf(flow));
    held.inviteCseq = outgoing.request.cseq;
    outgoing.forks.set(tag, held);
    outgoing.app.dialogs.add(held);
    this.context.dialogs.add(held);
    return held;
  }

  private onFailure(outgoing: OutgoingRequest, why: 'timeout' | 'transport'): void {
    if (this.goesElsewhere(outgoing)) return;
    const status = why === 'timeout' ? 408 : 503;
    this.settle(outgoing, status);
    subscribeFailed(this.context, outgoing.request);
    const text = composeResponse(outgoing.request, { status, toTag: makeTag() });
    this.context.cdrs?.refused(outgoing.request, status, text);
    this.tell(outgoing, text, why === 'timeout' ? outgoing.flow : NOWHERE);
  }

  private settle(outgoing: OutgoingRequest, status: number): void {
    outgoing.settle();
    this.context.outgoing.delete(outgoing.id);
    for (const [tag, held] of outgoing.forks) {
      if (status < 300 && held.dialog.state === 'confirmed') continue;
      this.parts.successes.forget(held);
      // Should its phone have answered as well, that 200 is of a dialog that is not there any more.
      outgoing.forks.delete(tag);
    }
  }

  private tell(outgoing: OutgoingRequest, text: string, place: Place): void {
    if (!outgoing.connection.open) return;
    const { id: transactionId, dialogId } = outgoing;
    outgoing.connection.send(traffic(text, place, { transactionId, dialogId }));
  }
}

function isRoutable(uri: string): boolean {
  return /^(sips?|tel):/i.test(uri);
}

/** srf allows `host[:port]` for its `proxy` option. */
function asUri(routeUrl: string): string {
  return /^sips?:/i.test(routeUrl) ? routeUrl : `sip:${routeUrl}`;
}
