import { parseNameAddr, paramOf, splitList } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';
import { hostInUri, parseUri } from '../message/uri';
import { targetOf } from '../dialog/dialog';
import { grantedS } from '../dialog/subscription';
import type { Flow, Target } from '../transport/flow';
import type { Network } from '../transport/network';

/** RFC 3261 §10.3: what holds where neither side says how long. */
const DEFAULT_EXPIRES_S = 3600;
/** More than this many phones are forgotten oldest first, so that nobody can fill the memory. */
const MOST_CONTACTS = 100_000;

interface Registered {
  target: Target;
  /** Milliseconds on the clock of `now`. */
  until: number;
}

/**
 * By which connection a Contact was registered (RFC 5626 §5.3, RFC 7118): a phone behind a NAT or in a
 * browser cannot be reached otherwise. What an app accepts with 200 is remembered until it expires; the
 * app then calls the Contact, and the request takes the connection, as long as that lives.
 */
export class RegisteredFlows {
  private readonly contacts = new Map<string, Registered>();

  /** An app accepted this REGISTER, which came by a connection. */
  learn(request: SipMessage, response: SipMessage, flow: Flow, now: number): void {
    const granted = response.all('contact').flatMap((line) => splitList(line));
    for (const asked of request.all('contact').flatMap((line) => splitList(line))) {
      const { uri, params } = parseNameAddr(asked);
      const key = keyOf(uri);
      if (key === undefined) continue;
      const own = granted.map(parseNameAddr).find((one) => keyOf(one.uri) === key)?.params ?? '';
      const seconds = secondsOf(own, response) ?? secondsOf(params, request) ?? DEFAULT_EXPIRES_S;
      if (seconds === 0) this.contacts.delete(key);
      else this.keep(key, flow, now + 1000 * seconds);
    }
  }

  /**
   * An app accepted this SUBSCRIBE, which came by a connection. What a REGISTER said goes first: a
   * subscription neither shortens a registration nor takes a phone's calls to another connection.
   */
  learnSubscriber(
    { request, response, flow }: { request: SipMessage; response: SipMessage; flow: Flow },
    network: Network,
    now: number,
  ): void {
    const { uri } = parseNameAddr(request.get('contact') ?? '');
    const key = keyOf(uri);
    const used = this.flowTo(uri, network, now);
    if (key === undefined || (used !== undefined && used.id !== flow.id)) return;
    const until = now + 1000 * grantedS(request, response);
    if (until > (this.contacts.get(key)?.until ?? now)) this.keep(key, flow, until);
  }

  /** The live connection of that Contact; undefined when there is none (any more). */
  flowTo(uri: string, network: Network, now: number): Flow | undefined {
    const key = keyOf(uri);
    const known = key === undefined ? undefined : this.contacts.get(key);
    if (key === undefined || known === undefined) return undefined;
    const flow = known.until > now ? network.acceptedFrom(known.target) : undefined;
    if (flow === undefined) this.contacts.delete(key);
    return flow;
  }

  /** The newest stands last. */
  private keep(key: string, flow: Flow, until: number): void {
    this.contacts.delete(key);
    this.contacts.set(key, { target: targetOf(flow), until });
    if (this.contacts.size <= MOST_CONTACTS) return;
    const oldest = this.contacts.keys().next().value;
    if (oldest !== undefined) this.contacts.delete(oldest);
  }
}

function secondsOf(params: string, message: SipMessage): number | undefined {
  const value = paramOf(params, 'expires') ?? message.get('expires');
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** User, host and port; parameters such as `ob` or `transport` do not name another phone. */
function keyOf(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed && `${parsed.user}@${hostInUri(parsed.host)}:${parsed.port ?? ''}`;
}
