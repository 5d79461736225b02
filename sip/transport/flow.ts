/**
 * A flow is where a message came from and where its answer goes: a remote UDP address seen through
 * one of our sockets, or one TCP connection. Everything above transport speaks only to flows;
 * TLS and WebSocket become further kinds without a change above.
 */

export type Protocol = 'udp' | 'tcp';

export interface Flow {
  readonly protocol: Protocol;
  /** Retransmission is the transport's work, not ours (RFC 3261 §17.1.1.2). */
  readonly reliable: boolean;
  /** The far end. */
  readonly address: string;
  readonly port: number;
  /** What Via and Contact say about our end: the listener's port, a concrete address. */
  readonly localHost: string;
  readonly localPort: number;
  /** Names the source for limits and blocks: address and port on UDP, the connection on TCP. */
  readonly id: string;
  /** `failed` is called at most once, later, when the message certainly did not leave. */
  send(text: string, failed: (error: Error) => void): void;
}

/** Where a request is to go. */
export interface Target {
  protocol: Protocol;
  address: string;
  port: number;
}

/** What transport hands up: a whole message as byte text. Keep-alives never get this far. */
export type Receive = (text: string, flow: Flow) => void;

/** True when this source may be served at all; asked before anything is parsed. */
export type Admit = (address: string) => boolean;

/** One listening socket. */
export interface Listener {
  readonly protocol: Protocol;
  /** As bound; may be a wildcard. */
  readonly host: string;
  readonly port: number;
  /** A flow to the target through this listener; connects later where the protocol needs it. */
  flowTo(target: Target): Flow;
  close(): Promise<void>;
}
