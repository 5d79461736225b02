/**
 * Phones in pages: WebSockets that HTTP took at `/sip` from who is signed in, passed on to the edge. Knows whose each
 * one is, which nothing on it can say otherwise: a phone registers by it only as a phone of that person.
 */
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { AgentId } from '../../domain/ids';
import { PASSAGE_HEADER, signPassage, withoutMapping } from '../../../sip/index';
import { CLOSE, Passage } from './passage';

/** A person has a page or two open, and for a while those of a browser that fell. */
const MAX_OF_ONE = 10;
/** Often enough for proxies and NAT bindings, and to see that a session is over. */
const HEARTBEAT_MS = 20_000;
/** The app must be gone within 2 s of SIGTERM. */
const GOOD_BYE_MS = 500;
/** What was on its way when the connection ended is still that person's. */
const REMEMBERED_MS = 60_000;

export interface PassagesOptions {
  /** Proves to the edge that it is the app who says whose a connection is. */
  secret: string;
  /** The largest message, bytes. */
  maxBytes: number;
  now: () => number;
  log: Logger;
  heartbeatMs?: number;
}

/** Who comes. */
export interface Visit {
  personId: AgentId;
  /** Far end of his connection. */
  address: string;
  port: number;
  /** Whether his session goes on. */
  stands: () => boolean;
}

interface Open extends Visit {
  passage: Passage;
}

export class SipPassages {
  #url: string | null = null;
  readonly #open = new Map<WebSocket, Open>();
  /** Person by far end, those that ended lately too. */
  readonly #persons = new Map<string, { personId: AgentId; endedAt: number | null }>();
  readonly #heart: NodeJS.Timeout;

  constructor(private readonly options: PassagesOptions) {
    this.#heart = setInterval(() => this.#beat(), options.heartbeatMs ?? HEARTBEAT_MS);
    this.#heart.unref();
  }

  /** Where the edge listens, as it tells when we connect: `udp/192.0.2.1:5060,ws/127.0.0.1:5066`. */
  listensAt(places: string): void {
    const found = places.split(',').filter((place) => place.startsWith('ws/'));
    const nearest = found.find((place) => /^ws\/(127\.|\[::1\])/.test(place)) ?? found[0];
    this.#url = nearest === undefined ? null : `ws://${nearest.slice('ws/'.length)}`;
  }

  /** Why nobody more of that person is passed on; null when he may come. */
  refusal(personId: AgentId): 'SIP_UNAVAILABLE' | 'TOO_MANY_CONNECTIONS' | null {
    if (this.#url === null) return 'SIP_UNAVAILABLE';
    const many = [...this.#open.values()].filter((one) => one.personId === personId).length;
    return many < MAX_OF_ONE ? null : 'TOO_MANY_CONNECTIONS';
  }

  /** Takes over an open socket of a person who proved who he is. */
  accept(page: WebSocket, visit: Visit): void {
    const url = this.#url;
    const refusal = this.refusal(visit.personId);
    if (url === null || refusal !== null)
      return page.close(CLOSE.tryAgainLater, refusal ?? 'SIP_UNAVAILABLE');
    const { personId } = visit;
    const address = withoutMapping(visit.address);
    const port = this.#freePort(address, visit.port);
    const place = placeOf(address, port);
    const { secret, maxBytes, now, log } = this.options;
    this.#persons.set(place, { personId, endedAt: null });
    const passage = new Passage({
      ...{ page, url, maxBytes },
      headers: (key) => ({
        [PASSAGE_HEADER]: signPassage({ address, port, key, at: now() }, secret),
      }),
      onEnd: () => this.#gone(page, place),
    });
    this.#open.set(page, { ...visit, port, passage });
    log.debug({ personId, address, port }, 'a page’s phone is passed on');
  }

  /** Whose page it is that sends from there; undefined for a far end that is no page passed on by us. */
  personAt(address: string, port: number): AgentId | undefined {
    return this.#persons.get(placeOf(withoutMapping(address), port))?.personId;
  }

  /** Sessions may have ended. */
  review(): void {
    for (const { stands, passage } of this.#open.values())
      if (!stands()) passage.close(CLOSE.policy, 'NOT_AUTHENTICATED');
  }

  /** Open connections. */
  get count(): number {
    return this.#open.size;
  }

  /** Ends all; resolves when every page is gone, at the latest after half a second. */
  async close(): Promise<void> {
    clearInterval(this.#heart);
    const gone = [...this.#open].map(([page, { passage }]) => {
      const closed = new Promise<void>((resolve) => page.once('close', () => resolve()));
      passage.close(CLOSE.goingAway, 'GOING_AWAY');
      return closed;
    });
    const cut = setTimeout(() => {
      for (const { passage } of this.#open.values()) passage.terminate();
    }, GOOD_BYE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  /** Two proxies may pass on pages of one address by the same port: the edge is to know them apart. */
  #freePort(address: string, asked: number): number {
    const taken = new Set(
      [...this.#open.values()].map((one) => placeOf(withoutMapping(one.address), one.port)),
    );
    let port = asked;
    while (taken.has(placeOf(address, port))) port = (port % 65_535) + 1;
    return port;
  }

  #gone(page: WebSocket, place: string): void {
    const personId = this.#open.get(page)?.personId;
    this.#open.delete(page);
    // Another connection may have the place by now.
    const isLast = [...this.#open.values()].every(
      ({ address, port }) => placeOf(withoutMapping(address), port) !== place,
    );
    if (personId !== undefined && isLast)
      this.#persons.set(place, { personId, endedAt: this.options.now() });
  }

  #beat(): void {
    this.review();
    for (const { passage } of this.#open.values()) passage.beat();
    const before = this.options.now() - REMEMBERED_MS;
    for (const [place, { endedAt }] of this.#persons)
      if (endedAt !== null && endedAt < before) this.#persons.delete(place);
  }
}

const placeOf = (address: string, port: number): string => `${address} ${port}`;
