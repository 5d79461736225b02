/**
 * One WebSocket of a page that is passed on to the edge's SIP listener: what comes on either side goes out on the
 * other, as it is. Neither side may send faster than the other takes.
 *
 *     opening --edge answers--> open --either side ends--> closed, the other side with the same code
 *        `--- edge does not answer: 1013 --> closed
 *
 * Closed by us with 1008 (session over), 1001 (we go away), 1013 (no edge), or cut when a heartbeat goes unanswered.
 */
import { WebSocket, type RawData } from 'ws';

/** RFC 6455 §7.4.1, and 1012-1013 of the IANA registry. */
export const CLOSE = { goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const;

/** Bytes that may wait for a side before the other one is not read any more. */
const HIGH_WATER_BYTES = 65_536;
/** The edge is on this machine, or near. */
const CONNECT_MS = 4000;

/** Codes that an endpoint may send (RFC 6455 §7.4.2); all others only say how a connection ended. */
const isSendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
  (code >= 3000 && code <= 4999);

export interface PassageOptions {
  /** The page's, open. */
  page: WebSocket;
  /** `ws://host:port` of the edge. */
  url: string;
  /** Header of the handshake by its Sec-WebSocket-Key. */
  headers: (key: string) => Record<string, string>;
  maxBytes: number;
  onEnd: () => void;
}

export class Passage {
  readonly #page: WebSocket;
  readonly #edge: WebSocket;
  #heard = true;
  #isOver = false;

  constructor({ page, url, headers, maxBytes, onEnd }: PassageOptions) {
    this.#page = page;
    // What the page says before the edge listens stays where it is.
    page.pause();
    this.#edge = new WebSocket(url, 'sip', {
      ...{ maxPayload: maxBytes, perMessageDeflate: false, handshakeTimeout: CONNECT_MS },
      finishRequest: (request) => {
        const key = String(request.getHeader('sec-websocket-key'));
        for (const [name, value] of Object.entries(headers(key))) request.setHeader(name, value);
        request.end();
      },
    });
    this.#edge.once('open', () => page.resume());
    carry(page, this.#edge);
    carry(this.#edge, page);
    page.on('pong', () => (this.#heard = true));
    page.on('close', (code, reason) => this.#ended(this.#edge, code, String(reason)));
    page.on('close', onEnd);
    this.#edge.on('close', (code, reason) => this.#ended(page, code, String(reason)));
    // Both close by themselves after an error, and say by which code.
    for (const side of [page, this.#edge]) side.on('error', () => undefined);
  }

  /** Asks whether the page still lives; one that did not answer the last time is cut off. */
  beat(): void {
    if (!this.#heard) return this.#page.terminate();
    this.#heard = false;
    if (this.#page.readyState === WebSocket.OPEN) this.#page.ping();
  }

  /** Ends both sides. */
  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#page.resume();
    this.#page.close(code, reason);
    this.#leave(this.#edge, code, reason);
  }

  terminate(): void {
    this.#page.terminate();
    this.#edge.terminate();
  }

  /** One side is gone: the other one hears why. */
  #ended(other: WebSocket, code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Without a word: of a page that vanished the edge hears as much, and a page may come again.
    if (isSendable(code)) this.#leave(other, code, reason);
    else if (code === 1005) this.#leave(other, 1000, '');
    else if (other === this.#edge) other.terminate();
    else this.#leave(other, CLOSE.tryAgainLater, 'SIP_UNAVAILABLE');
  }

  #leave(side: WebSocket, code: number, reason: string): void {
    side.resume();
    if (side.readyState === WebSocket.CONNECTING) side.terminate();
    else side.close(code, reason);
  }
}

/** What comes from one side goes to the other; while that does not take it, nothing more is read. */
function carry(from: WebSocket, to: WebSocket): void {
  from.on('message', (data: RawData, binary: boolean) => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data as Buffer, { binary }, () => {
      if (from.isPaused && to.bufferedAmount < HIGH_WATER_BYTES) from.resume();
    });
    if (to.bufferedAmount >= HIGH_WATER_BYTES) from.pause();
  });
}
