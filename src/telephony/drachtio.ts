/**
 * What this product uses of drachtio-srf, typed. The package's own type file lacks most of it, so
 * the shapes below were written from its sources (5.0.29) and are pinned by test/sip. This is the
 * only file that imports the package; `req`, `res` and `Dialog` never leave src/telephony.
 */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { EndCause } from '../domain/end-cause';
import SrfClass = require('drachtio-srf');
import SipMessageClass = require('drachtio-srf/lib/sip-parser/message');
import RequestClass = require('drachtio-srf/lib/request');
import ResponseClass = require('drachtio-srf/lib/response');

export interface SipMessage {
  get(name: string): string;
  has(name: string): boolean;
  body: string;
  raw: string;
}

export interface SipRequest extends SipMessage, EventEmitter {
  method: string;
  uri: string;
  source_address: string;
  source_port: number;
  protocol: string;
  stackTxnId: string;
  stackDialogId: string;
  socket: Socket;
  agent: SrfAgent;
  cancel(options?: { headers?: Record<string, string> }, done?: (err?: unknown) => void): void;
}

export interface SendOptions {
  headers?: Record<string, string>;
  body?: string;
}

export interface SipResponse extends SipMessage {
  status: number;
  reason: string;
  finalResponseSent: boolean;
  /** Empty when the edge answered in the far side's place. */
  source_address: string;
  stackDialogId: string;
  socket: Socket;
  send(status: number, options?: SendOptions): void;
}

export interface SipDialog extends EventEmitter {
  id: string;
  sip: { callId: string; localTag: string; remoteTag: string };
  local: { uri: string; sdp: string; contact: string };
  remote: { uri: string; sdp: string };
  connected: boolean;
  destroy(options?: { headers?: Record<string, string> }): Promise<unknown>;
  /** Resolves with the first answer, whatever it says; a final one to an INVITE is acknowledged. */
  request(options: { method: string } & SendOptions): Promise<SipResponse>;
  /** `callback`: is told each answer, 180 as well; without one when it could not be sent. */
  request(
    options: { method: string } & SendOptions,
    callback: (error: Error | null, answer?: SipResponse) => void,
  ): void;
}

/** A non-success final answer, or a failure to send at all (then without a status). */
export interface SipFailure extends Error {
  status?: number;
  reason?: string;
  /** That answer. */
  res?: SipResponse;
  /** Why it never left, where we know. */
  endCause?: EndCause;
}

interface SrfAgent {
  _getDefaultSocket(): Socket | undefined;
}

export interface UacOptions {
  localSdp: string;
  headers: Record<string, string>;
  /** Next hop when it is not the Request-URI's host. */
  proxy?: string;
}

export interface UacProgress {
  cbRequest(error: Error | null, request?: SipRequest): void;
  cbProvisional(response: SipResponse): void;
}

type Handler = (req: SipRequest, res: SipResponse) => void;

export interface Srf extends EventEmitter {
  connect(options: { host: string; port: number; secret: string }): void;
  disconnect(): void;
  invite(handler: Handler): void;
  prack(handler: Handler): void;
  register(handler: Handler): void;
  options(handler: Handler): void;
  request(
    uri: string,
    options: { method: string; headers: Record<string, string>; proxy?: string | undefined },
    sent: (error: SipFailure | null, request?: SipRequest) => void,
  ): void;
  createUAS(
    req: SipRequest,
    res: SipResponse,
    options: { localSdp: string; headers?: Record<string, string> },
  ): Promise<SipDialog>;
  createUAC(uri: string, options: UacOptions, progress: UacProgress): Promise<SipDialog>;
  addDialog(dialog: SipDialog): void;
  removeDialog(dialog: SipDialog): void;
  readonly app: { client: SrfAgent };
}

/**
 * One drachtio-srf application whose first tag, the app's name, owns its dialogs on the edge. Tags that are added
 * before it connects count as well.
 */
export function makeSrf(tags: string[]): Srf {
  return new (SrfClass as unknown as new (tags: string[]) => Srf)(tags);
}

/**
 * What is said in answer to one piece of what came over the app's connection goes out in one write: drachtio-srf writes
 * each message by itself, and each write is a turn of both processes. To be called whenever it is connected.
 */
export function gatherAnswers(srf: Srf): void {
  const socket = srf.app.client._getDefaultSocket();
  socket?.prependListener('data', () => {
    if (socket.writableCorked > 0) return;
    socket.cork();
    setImmediate(() => socket.uncork());
  });
}

/** Reads a SIP message that did not come over this app's connection. */
export function readRequest(text: string): SipMessage {
  return new (SipMessageClass as unknown as new (text: string) => SipMessage)(text);
}

/**
 * Header lines of one name. The package joins values by commas, which challenges must not be (RFC 3261
 * §7.3.1); a line break inside the value is what it hands on as it is.
 */
export function severalValues(name: string, values: readonly string[]): Record<string, string> {
  return { [name]: values.join(`\r\n${name}: `) };
}

/** Texts of an established dialog, as control's `dialog.list` gives them. */
export interface DialogTexts {
  dialogId: string;
  role: 'uas' | 'uac';
  invite: string;
  response: string;
  remote: { protocol: string; address: string; port: number };
}

/**
 * Makes a `Dialog` of a former connection (or a former process) anew, so that requests from the far
 * side reach it and `destroy()` works. Throws when a text lacks what a dialog needs.
 */
export function rebuildDialog(srf: Srf, texts: DialogTexts): SipDialog {
  const agent = srf.app.client;
  const socket = agent._getDefaultSocket();
  if (!socket) throw new Error('drachtio connection is not up');
  const meta = (source: 'network' | 'application') => ({
    source,
    address: texts.remote.address,
    port: String(texts.remote.port),
    protocol: texts.remote.protocol,
    time: '',
    transactionId: '',
    dialogId: texts.dialogId,
  });
  const uas = texts.role === 'uas';
  const req = new (RequestClass as unknown as new (msg: SipMessage, meta: object) => SipRequest)(
    readRequest(texts.invite),
    meta(uas ? 'network' : 'application'),
  );
  const sent = readRequest(texts.response);
  const res = new (ResponseClass as unknown as new (agent: object) => Record<string, unknown>)(
    agent,
  );
  Object.assign(res, { msg: sent, meta: meta(uas ? 'application' : 'network'), req, socket });
  req.agent = agent;
  req.socket = socket;
  const DialogClass = (SrfClass as unknown as { Dialog: unknown }).Dialog as new (
    srf: Srf,
    role: string,
    parts: object,
  ) => SipDialog;
  const dialog = new DialogClass(srf, texts.role, { req, res, sent });
  srf.addDialog(dialog);
  return dialog;
}
