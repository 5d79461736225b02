import { Line } from '../admission/line';
import { Progress } from '../admission/progress';
import type { HotlineList } from '../control/ports';
import type { ControlEvent } from '../control/protocol';
import type { AppConnection } from './app-connection';
import type { HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import type { OutgoingRequest } from './outgoing-request';

/** Callers who may wait in line: more would wait for longer than anybody does. */
export const LINE_LIMIT = 5000;

/**
 * Who owns dialogs. An app that gave a tag has a name, and what belongs to the name outlives every
 * connection; an app without a tag is one connection and nothing more.
 *
 *     present --(last connection closed)--> away --(authenticate)--> present
 *
 * Two connections with one name: the newest owns it.
 */
export class App {
  /** Open connections, oldest first. */
  readonly connections: AppConnection[] = [];
  readonly dialogs = new Set<HeldDialog>();
  /** Requests from the network that wait for this app's answer. */
  readonly incoming = new Set<IncomingRequest>();
  /** INVITEs that wait until this app has caught up; see admission.ts. */
  readonly line: Line<IncomingRequest>;
  readonly progress = new Progress();
  /** INVITEs that wait for this app to come back and register for them. */
  readonly waiting = new Set<IncomingRequest>();
  /** Requests of this app that wait for a final response. */
  readonly outgoing = new Set<OutgoingRequest>();
  /** What it registered for, last it was here. */
  readonly verbs = new Set<string>();
  /** Ends of dialogs that the app could not see; told once it has reattached. */
  readonly untold: ControlEvent[] = [];
  /** When it was last lost, epoch milliseconds; undefined once all its dialogs are rebuilt. */
  lostAt: number | undefined;
  /** It speaks the control protocol too, so it says itself when its dialogs are rebuilt. */
  usesControl = false;

  /** Its hotlines and trunks, as it said over control or as the edge's disk remembers. */
  hotlines: HotlineList = { hotlines: [], trunks: [] };

  constructor(
    readonly name: string | undefined,
    lineLimit: number = LINE_LIMIT,
  ) {
    this.line = new Line(lineLimit);
  }

  /** The connection that counts; undefined while the app is away. */
  get owner(): AppConnection | undefined {
    return this.connections[this.connections.length - 1];
  }

  get present(): boolean {
    return this.connections.length > 0;
  }

  send(message: string): void {
    this.owner?.send(message);
  }
}
