import type { MessageLimits } from '../message/limits';
import { CROWD_LIMITS, type CrowdLimits } from './crowd';

/**
 * A flow is where a message came from and where its answer goes: a remote UDP address seen through
 * one of our sockets, or one TCP, TLS or WebSocket connection. Everything above transport speaks
 * only to flows. The flow of a connection is dead when the connection dies.
 */

/** `ws` and `wss` are RFC 7118; we only accept them, nobody can be connected to that way. */
export type Protocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

export const isWebSocket = (protocol: string): boolean => protocol === 'ws' || protocol === 'wss';

export interface Flow {
  readonly protocol: Protocol;
  /** Retransmission is the transport's work, not ours (RFC 3261 §17.1.1.2). */
  readonly reliable: boolean;
  /** The far end. */
  readonly address: string;
  readonly port: number;
  /** What Via and Contact say about our end: the listener's port, the address the peer is to use. */
  readonly localHost: string;
  readonly localPort: number;
  /** Names the source for limits and blocks: address and port on UDP, else the connection. */
  readonly id: string;
  /** `failed` is called at most once, later, when the message certainly did not leave. */
  send(text: string, failed: (error: Error) => void): void;
  /**
   * `gone` is called once the flow is dead and its peer cannot be heard any other way: a WebSocket closed
   * (RFC 7118 §5). Returns how to call that off. Left out where there is nothing to watch.
   */
  watch?(gone: () => void): () => void;
  /** `ended` is called once the connection is dead, later if it is so already. Left out where there is none. */
  onEnd?(ended: () => void): void;
  /**
   * A request that was sent at `since` (performance.now()) was never answered: a connection on which
   * nothing came since then is dead, whatever the system says, and what follows needs a new one.
   */
  doubt?(since: number): void;
}

/** Where a request is to go. */
export interface Target {
  protocol: Protocol;
  address: string;
  port: number;
  /** The domain that was asked for: a TLS peer must have a certificate for it (RFC 5922 §7.2). */
  name?: string;
}

/** What transport hands up: a whole message as byte text. Keep-alives never get this far. */
export type Receive = (text: string, flow: Flow) => void;

/** True when this source may be served at all; asked before anything is parsed. */
export type Admit = (address: string) => boolean;

/** Whom a TLS listener says we are, and whom we believe when we connect. PEM. */
export interface Certificate {
  cert: string;
  key: string;
  /** Authorities beside those that Node.js knows; empty for none. */
  ca: string;
}

/** What a listener is opened with. */
export interface ListenOptions {
  /** An address of ours or a wildcard. */
  host: string;
  /** 0 for any free one. */
  port: number;
  admit: Admit;
  receive: Receive;
  /** The address of ours that this peer is to use. */
  advertised: (peer: string) => string;
  /** With which the app proves whom it passes on; empty: nobody can. */
  passageSecret?: string | undefined;
  /** TLS and WSS cannot be opened without. */
  certificate: Certificate | undefined;
  /** A connection was not taken, or ended because nothing came of it. */
  dropped?: ((why: Dropped) => void) | undefined;
  /** The usual ones unless a test is in a hurry. */
  limits?: ConnectionLimits | undefined;
  /** Of messages on connections; datagrams are measured where they are parsed. */
  messageLimits?: MessageLimits | undefined;
}

export type Dropped = 'crowd' | 'silent' | 'unread' | 'unreadable' | 'wrongSecret';

export interface ConnectionLimits extends CrowdLimits {
  /** From the connection to its first message, and from a message's first byte to its last. */
  messageWithinMs: number;
  /** Without any traffic, keep-alives included (RFC 5626 §4.4.1 has them every two minutes at most). */
  idleMs: number;
  /** A connection of ours must stand by then, its TLS handshake included; then the request fails over. */
  connectWithinMs: number;
  /** Bytes that may wait for a peer who does not read what he is sent. */
  unreadBytes: number;
}

/** Of sockets: what stands still keeps its way through NATs, and a peer that lost power is found out. */
export const KEEP_ALIVE = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 45_000 };

export const CONNECTION_LIMITS: ConnectionLimits = {
  ...CROWD_LIMITS,
  messageWithinMs: 30_000,
  idleMs: 60 * 60 * 1000,
  connectWithinMs: 4000,
  unreadBytes: 4 * 1024 * 1024,
};

/** One listening socket. */
export interface Listener {
  readonly protocol: Protocol;
  /** As bound; may be a wildcard. */
  readonly host: string;
  readonly port: number;
  /** The live connection with that far end; undefined on UDP, and when there is none. */
  connection(target: Target): Connection | undefined;
  /** A new flow to the target; undefined where only the peer can connect. */
  flowTo(target: Target): Flow | undefined;
  /** Handshakes from now on use this certificate; connections that stand are left alone. */
  certify(certificate: Certificate): void;
  close(): Promise<void>;
}

export interface Connection {
  flow: Flow;
  /** The peer connected to us: only by this connection is it sure to be reached (RFC 5923, 7118). */
  accepted: boolean;
}
