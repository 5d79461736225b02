import { composeResponse } from '../message/compose';
import { paramOf, parseNameAddr, splitList } from '../message/header-values';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { hopOf } from '../dialog/routing';
import { makeBranch } from '../transaction/transaction-layer';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { Flow, Protocol } from '../transport/flow';
import {
  composeProxiedRequest,
  composeProxiedResponse,
  hopsLeft,
  pathLines,
  recordRouteLines,
} from './compose-proxied';
import type { Context } from './context';
import { makeTag } from './make-tag';
import { flowToUri } from './next-hop';
import { ProxyBranch } from './proxy-branch';
import { ProxySearch, type SearchAction, type SearchPlan } from './proxy-search';

/** How an app wants a request proxied. */
export interface ProxyWish extends SearchPlan {
  /** We stay in the path of the dialog: Record-Route, or Path for a REGISTER. */
  recordRoute: boolean;
  /** 0 when a target may take its time with the first response. */
  provisionalTimeoutMs: number;
  /** Further headers for the request. */
  headers: SipMessage | undefined;
  /** Proves a Record-Route of ours for this dialog. */
  stamp: string;
}

/** Who asked, and wants to know. */
export interface ProxyUser {
  /** A final response of a branch, as it came. */
  onFinal(response: SipMessage, flow: Flow): void;
  /** The caller has its answer. */
  onDone(): void;
  /** No transaction and no timer is left. */
  onOver(): void;
}

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp'];

interface Leg {
  /** What stands for the missing response: 408 after silence, 500 when there was no way. */
  failure: 408 | 500;
  branch: ProxyBranch | undefined;
  /** The last response; undefined when the target could not be reached or never answered. */
  response: SipMessage | undefined;
}

/**
 * One request that an app gave away to be proxied (RFC 3261 §16): carries out what the search
 * decides, from the first target to the answer for the caller.
 */
export class ProxiedRequest {
  private readonly search: ProxySearch;
  private readonly legs: Leg[] = [];
  private callerGone = false;

  constructor(
    private readonly context: Context,
    private readonly transaction: ServerTransaction,
    private readonly wish: ProxyWish,
    private readonly user: ProxyUser,
  ) {
    this.search = new ProxySearch(wish);
    transaction.user = this;
    transaction.mayComeBack = true;
  }

  begin(): void {
    this.perform(this.search.begin());
  }

  /** The caller's CANCEL: answered at once; the INVITE's own answer follows from the branches. */
  cancelled(cancel: ServerTransaction): void {
    cancel.respond(200, composeResponse(cancel.request, { status: 200, toTag: makeTag() }));
    this.perform(this.search.cancel());
  }

  /** The edge stops: targets ring no longer, the caller may try elsewhere. */
  stop(): void {
    for (const { branch } of this.legs) branch?.cancel();
    if (!this.transaction.answered) this.answerBySelf(503);
  }

  close(): void {
    for (const { branch } of this.legs) branch?.settle();
  }

  /** ServerUser */
  onFinal(status: number, text: string): void {
    const { recordRoute } = this.wish;
    this.context.cdrs?.callerAnswered(this.transaction.request, status, text, recordRoute);
  }

  /** ServerUser: the caller cannot be reached, or never acknowledged a failure. */
  onFailure(): void {
    this.perform(this.search.cancel());
  }

  /** ServerUser: the caller's transaction is over. */
  onEnd(): void {
    this.callerGone = true;
    this.checkOver();
  }

  private perform(actions: SearchAction[]): void {
    for (const action of actions) {
      if (action.do === 'send') this.send(action);
      else if (action.do === 'cancel') this.legs[action.branch]?.branch?.cancel();
      else if (action.do === 'forward') this.forward(action.branch);
      else if (action.do === 'answer') this.answer(action.branch);
      else if (action.do === 'answer-by-ourselves') this.answerBySelf(action.status);
      else this.user.onDone();
    }
  }

  private send({ branch: at, target, redirected }: SearchAction & { do: 'send' }): void {
    const leg: Leg = { failure: 500, branch: undefined, response: undefined };
    this.legs[at] = leg;
    flowToUri(this.context.network, target, 'udp', (hop) => {
      const request = 'flow' in hop ? this.compose(target, redirected, hop.flow) : undefined;
      if (!('flow' in hop) || request === undefined) {
        return this.perform(this.search.response(at, leg.failure));
      }
      leg.branch = new ProxyBranch(this.context, request, hop.flow, {
        onResponse: (response, flow) => this.onResponse(at, leg, response, flow),
        onTimeout: () => this.next(this.search.timedOut(at)),
        onFailure: (why) => this.failed(at, leg, why),
      });
      this.context.cdrs?.invited('us', request);
      leg.branch.start(this.wish.provisionalTimeoutMs);
    });
  }

  private compose(target: string, redirected: boolean, flow: Flow): SipMessage | undefined {
    const { request, flow: came } = this.transaction;
    const { recordRoute, stamp, headers } = this.wish;
    const record = request.method === 'REGISTER' ? pathLines(flow, stamp) : '';
    const text = composeProxiedRequest(request, {
      // A Request-URI that names somebody else is kept; the target is then only the next hop.
      requestUri: redirected || namesUs(this.context, request.uri) ? target : request.uri,
      flow,
      branch: makeBranch(),
      maxForwards: hopsLeft(request) - 1,
      record: !recordRoute ? '' : record || recordRouteLines(came, flow, stamp),
      ...(headers === undefined ? {} : { app: headers }),
    });
    return parseMessage(text, true);
  }

  private onResponse(at: number, leg: Leg, response: SipMessage, flow: Flow): void {
    const { status } = response;
    const repeated = status >= 200 && (leg.response?.status ?? 0) >= 200;
    leg.response = response;
    if (status >= 200 && !repeated) {
      this.context.cdrs?.targetAnswered(this.transaction.request, response);
      this.user.onFinal(response, flow);
    }
    this.next(this.search.response(at, status, contactsOf(response)));
  }

  private failed(at: number, leg: Leg, why: 'timeout' | 'transport'): void {
    // A target that rang before it fell silent has not answered either.
    leg.response = undefined;
    leg.failure = why === 'timeout' ? 408 : 500;
    if (leg.branch) this.context.cdrs?.targetFailed(leg.branch.request, leg.failure);
    this.next(this.search.response(at, leg.failure));
  }

  private next(actions: SearchAction[]): void {
    this.perform(actions);
    this.checkOver();
  }

  private forward(at: number): void {
    const response = this.legs[at]?.response;
    if (response === undefined) return;
    this.transaction.respond(response.status, composeProxiedResponse(response, response.status));
  }

  private answer(at: number): void {
    const { response, failure = 500 } = this.legs[at] ?? {};
    if (response === undefined) return this.answerBySelf(failure);
    // §16.7 step 6: a 503 speaks for the next hop; passed on it would speak for us.
    const status = response.status === 503 ? 500 : response.status;
    const challenges = status === 401 || status === 407 ? this.challengesBeside(at) : '';
    this.transaction.respond(status, composeProxiedResponse(response, status, challenges));
  }

  private answerBySelf(status: number): void {
    const { request } = this.transaction;
    // RFC 4320 §4.2: a 408 for anything but an INVITE comes too late to help anybody.
    if (status === 408 && request.method !== 'INVITE') return this.transaction.abandon();
    this.transaction.respond(status, composeResponse(request, { status, toTag: makeTag() }));
  }

  /** §16.7 step 7: the caller gets the challenges of every target that gave one. */
  private challengesBeside(at: number): string {
    let lines = '';
    this.legs.forEach(({ response }, other) => {
      if (other === at || response === undefined) return;
      if (response.status !== 401 && response.status !== 407) return;
      for (const v of response.all('www-authenticate')) lines += `WWW-Authenticate: ${v}\r\n`;
      for (const v of response.all('proxy-authenticate')) lines += `Proxy-Authenticate: ${v}\r\n`;
    });
    return lines;
  }

  private checkOver(): void {
    if (this.callerGone && !this.legs.some(({ branch }) => branch?.waits)) this.user.onOver();
  }
}

/** The URI's host and port are a listener of ours. */
export function namesUs({ network }: Context, uri: string): boolean {
  const hop = hopOf(uri);
  if (hop === undefined) return false;
  const { host, port = /^sips:/i.test(uri) ? 5061 : 5060 } = hop;
  const address = host === 'localhost' ? '127.0.0.1' : host;
  const protocols = hop.protocol === undefined ? PROTOCOLS : [hop.protocol];
  return protocols.some((protocol) => network.isOwn({ protocol, address, port }));
}

/** The URIs of a 3xx by their `q`, best first (RFC 3261 §20.10). */
function contactsOf(response: SipMessage): string[] {
  if (response.status < 300 || response.status >= 400) return [];
  return response
    .all('contact')
    .flatMap((line) => splitList(line))
    .map((value) => parseNameAddr(value))
    .map(({ uri, params }) => ({ uri, q: Number(paramOf(params, 'q') ?? '1') }))
    .sort((a, b) => b.q - a.q)
    .map(({ uri }) => uri);
}
