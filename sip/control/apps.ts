/**
 * The apps by name: who is connected, what each has not acknowledged, and when an absent one's
 * sessions are given up. The newest connection of a name owns it.
 *
 *     absent --its own--> connected --another's--> connected (the older one is closed)
 *        ^------connection gone------'        absent for the orphan limit -> onOrphaned
 *
 * A connection is the app's own by its hello, or in a claimed cell by the claim (claimants.ts).
 */
import { Outbox } from './outbox';
import type { ControlEvent, EventLine } from './protocol';

/** What this needs of a connection. */
export interface AppConnection {
  send(line: EventLine): void;
  close(): void;
}

/** An app that was here; `since` on the monotonic clock, in milliseconds. */
export interface AbsentApp {
  name: string;
  since: number;
}

interface App {
  outbox: Outbox;
  connection: AppConnection | null;
  /** When its connection went. */
  goneAt: number;
  orphanTimer: NodeJS.Timeout | null;
}

export interface AppsOptions {
  orphanLimitMs: number;
  /** The app has been away too long. */
  onOrphaned: (app: string) => void;
  /** Events of an absent app had to be forgotten. */
  onDropped: (app: string) => void;
}

export class Apps {
  private readonly apps = new Map<string, App>();

  constructor(private readonly options: AppsOptions) {}

  /** The connection owns the name now; it gets everything that was not acknowledged. */
  connected(name: string, connection: AppConnection): void {
    const app = this.app(name);
    const older = app.connection;
    if (older === connection) return;
    app.connection = connection;
    older?.close();
    this.stopWaiting(app);
    for (const line of app.outbox.pending()) connection.send(line);
  }

  /** False when another connection owns the name by now. */
  disconnected(name: string, connection: AppConnection): void {
    const app = this.app(name);
    if (app.connection !== connection) return;
    app.connection = null;
    app.goneAt = performance.now();
    app.orphanTimer = setTimeout(() => this.options.onOrphaned(name), this.options.orphanLimitMs);
    // A live edge is kept alive by its sockets; the limit alone must not keep a closing one.
    app.orphanTimer.unref();
  }

  absent(): AbsentApp[] {
    return [...this.apps].flatMap(([name, { connection, goneAt }]) =>
      connection === null ? [{ name, since: goneAt }] : [],
    );
  }

  tell(name: string, event: ControlEvent, acknowledged?: () => void): void {
    const app = this.app(name);
    const { line, dropped } = app.outbox.add(event, Date.now(), acknowledged);
    if (dropped) this.options.onDropped(name);
    app.connection?.send(line);
  }

  ack(name: string, seq: number): void {
    this.app(name).outbox.ack(seq);
  }

  /** Stops all waiting; nothing is told any more. */
  close(): void {
    for (const app of this.apps.values()) this.stopWaiting(app);
    this.apps.clear();
  }

  private app(name: string): App {
    let app = this.apps.get(name);
    if (app === undefined) {
      app = {
        outbox: new Outbox(),
        connection: null,
        goneAt: performance.now(),
        orphanTimer: null,
      };
      this.apps.set(name, app);
    }
    return app;
  }

  private stopWaiting(app: App): void {
    if (app.orphanTimer !== null) clearTimeout(app.orphanTimer);
    app.orphanTimer = null;
  }
}
