/**
 * Sessions of an absent app that nobody will ever end: nothing is received in them any more, and none of
 * their dialogs lives. So it is with a real drachtio-server, whose dialogs end with the app while the media
 * of their talks stay with us. A talk whose dialog lives may be silent: both sides can be on hold.
 */
import type { MediaEngine } from '../media/engine-port';
import type { MediaSession } from '../media/session';
import type { AbsentApp } from './apps';
import type { DialogDirectory } from './ports';

/** Times in milliseconds. */
export interface SilenceLimits {
  /** From the last packet, or from when the app went. */
  afterMs: number;
  lookEveryMs: number;
}

/** A minute is longer than any pause of one who suppresses silence; quality is told every 5 s of sound. */
export const SILENCE: SilenceLimits = { afterMs: 60_000, lookEveryMs: 5000 };

export class SilentSessions {
  /** When something was received in a session of an app, by its id, on the monotonic clock. */
  private heardAt = new Map<string, number>();

  constructor(
    private readonly media: Pick<MediaEngine, 'list' | 'find'>,
    private readonly dialogs: Pick<DialogDirectory, 'list'>,
    private readonly afterMs: number,
  ) {}

  /** Something was received in it. */
  heard(session: string, now: number): void {
    this.heardAt.set(session, now);
  }

  /** Those of absent apps that are to be closed. What is not asked for any more is forgotten. */
  find(absent: readonly AbsentApp[], now: number): MediaSession[] {
    for (const [session, at] of this.heardAt) {
      if (now - at >= this.afterMs) this.heardAt.delete(session);
    }
    return absent.flatMap(({ name, since }) =>
      now - since < this.afterMs ? [] : this.silentOf(name),
    );
  }

  private silentOf(app: string): MediaSession[] {
    const alive = new Set(this.dialogs.list(app).map(({ session }) => session));
    return this.media.list(app).flatMap(({ session: id, endpoints }) => {
      if (endpoints.length === 0 || alive.has(id) || this.heardAt.has(id)) return [];
      return this.media.find(app, id) ?? [];
    });
  }
}
