import type { DialogNote } from '../../control/ports';
import type { App } from '../app';
import type { IncomingRequest } from '../incoming-request';
import { inviteName } from '../served-request';

/** An app that knows of a call has written down within this time that its caller gave up. */
const WRITTEN_WITHIN_MS = 5000;
/** One that has not even noted the INVITE may not have read it yet; after this, nobody asks. */
const UNREAD_WITHIN_MS = 64_000;

/** A caller who gave up, and when (epoch milliseconds). */
export interface Left {
  incoming: IncomingRequest;
  leftAt: number;
}

/**
 * Callers who gave up while their app was there. Their CANCEL went to it, but nothing in the protocol
 * says that it was read: should the app fall over it, the caller must be told to the next one, or no
 * ledger would ever have him. Who was written down meanwhile is known again by the app's note.
 */
export class LatelyLeft {
  private readonly byApp = new Map<App, Map<string, Left & { timer: NodeJS.Timeout }>>();

  add(app: App, left: Left): void {
    const { request, note } = left.incoming;
    this.remember(
      app,
      inviteName(request),
      left,
      note === '' ? UNREAD_WITHIN_MS : WRITTEN_WITHIN_MS,
    );
  }

  /** The app noted an INVITE whose caller had gone already. */
  noted(app: App, name: string, note: DialogNote): void {
    const left = this.byApp.get(app)?.get(name);
    if (left === undefined) return;
    left.incoming.noted = note;
    this.remember(app, name, left, WRITTEN_WITHIN_MS);
  }

  /** The app fell: these it may not know of. */
  take(app: App): Left[] {
    const all = [...(this.byApp.get(app)?.values() ?? [])];
    for (const { timer } of all) clearTimeout(timer);
    this.byApp.delete(app);
    return all;
  }

  close(): void {
    for (const app of this.byApp.keys()) this.take(app);
  }

  private remember(app: App, name: string, { incoming, leftAt }: Left, ms: number): void {
    const mine = this.byApp.get(app) ?? new Map<string, Left & { timer: NodeJS.Timeout }>();
    this.byApp.set(app, mine);
    clearTimeout(mine.get(name)?.timer);
    const timer = setTimeout(() => {
      mine.delete(name);
      if (mine.size === 0) this.byApp.delete(app);
    }, ms);
    mine.set(name, { incoming, leftAt, timer });
  }
}
