import { randomUUID } from 'node:crypto';
import type { DialogNote } from '../control/ports';
import { composeResponse } from '../message/compose';
import type { RepeatUntilConfirmed } from '../dialog/repeat-until-ack';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { App } from './app';
import type { HeldDialog } from './held-dialog';
import { requires100rel } from './reliable';

/** A request from the network on its way to an app and back. */
export class IncomingRequest {
  /** The app's handle for it; a new one each time it is delivered. */
  id: string = randomUUID();
  /** Whose it is; undefined while it waits for an app. */
  app: App | undefined;
  /** The dialog it came in, or the one its answers make. */
  held: HeldDialog | undefined;
  /** The echo text of the final answer, once given. */
  finalText: string | undefined;
  /** An UPDATE that came inside this INVITE's early dialog and is not answered yet. */
  update: IncomingRequest | undefined;
  /** The reliable provisional that waits for its PRACK, by its RAck, and those that wait behind it. */
  reliable: { rack: string; repeat: RepeatUntilConfirmed } | undefined;
  readonly afterPrack: (() => void)[] = [];
  lastRseq = 0;
  /** What the app noted on it. */
  noted: DialogNote | undefined;
  /** Our SDP that a provisional answer had: whoever answers says no other (RFC 3261 §13.3.1.1). */
  earlySdp: string | undefined;
  /** Gives up the connection or the question by which its app is being found. */
  stopSearch: (() => void) | undefined;
  /** Ends the wait for an app or for its answer. */
  expiry: NodeJS.Timeout | undefined;

  constructor(
    readonly transaction: ServerTransaction,
    /** Ours in every response, whichever app answers; empty for requests inside a dialog. */
    public toTag: string,
    readonly arrivedAt: number,
  ) {}

  /** Empty until the app noted something. */
  get note(): string {
    return this.noted?.note ?? '';
  }

  get request() {
    return this.transaction.request;
  }

  /** Answers without an app; returns the text sent. `headers` are lines ending in CRLF. */
  respond(
    status: number,
    parts: { headers?: string; body?: string; reason?: string } = {},
  ): string {
    const tag = this.toTag === '' ? {} : { toTag: this.toTag };
    const text = composeResponse(this.request, { status, ...tag, ...parts });
    this.transaction.respond(status, text);
    return text;
  }

  /**
   * While he waits the caller hears that it rings; not one who demands to be told reliably (RFC 3262 §3), of whom no
   * PRACK could be taken here.
   */
  ring(): void {
    if (this.transaction.status < 180 && !requires100rel(this.request)) this.respond(180);
  }

  /** The PRACK came: the next reliable provisional may be sent. */
  confirmed(): void {
    this.reliable?.repeat.stop();
    this.reliable = undefined;
    this.afterPrack.shift()?.();
  }

  /** Nothing is waited for any more. */
  settle(): void {
    clearTimeout(this.expiry);
    this.afterPrack.length = 0;
    this.stopSearch?.();
    this.stopSearch = undefined;
    this.reliable?.repeat.stop();
    this.reliable = undefined;
    this.app?.incoming.delete(this);
    this.app?.progress.ended(this.id);
    this.held?.incoming.delete(this);
  }
}
