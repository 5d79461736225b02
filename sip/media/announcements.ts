/**
 * What the edge says in its own name, when no app is there to say it: answers a caller's offer, plays
 * prompts once, and lets go. Which prompts, and to whom, is signalling's decision.
 */
import { randomUUID } from 'node:crypto';
import { MediaFailure } from './failure';
import type { MediaEngine, MediaEvent } from './engine-port';

/** Whose sessions these are: no app can bear the name, because a tag has no blank. */
const OWNER = 'the edge';
const PLAY = 'the edge:';

/** Where somebody listens. */
export interface Listener {
  owner: string;
  session: string;
  endpoint: string;
}

export interface Announcement {
  prompts: string[];
  /** Folder of the prompts. */
  language: string;
}

export class Announcements {
  /** Plays that go on, and the session of each. */
  private readonly going = new Map<string, { session: string; over: () => void }>();

  constructor(private readonly media: MediaEngine) {}

  /** Opens a stream for the offer. Rejects with `MediaFailure`: `capacity`, `no-codec`, `bad-sdp`. */
  async open(offer: string): Promise<{ listener: Listener; answer: string }> {
    const listener = { owner: OWNER, session: randomUUID(), endpoint: 'caller' };
    const session = this.media.open(OWNER, listener.session);
    try {
      const purpose = 'announcement';
      const answer = await session.answer(listener.endpoint, offer, { purpose });
      return { listener, answer };
    } catch (error) {
      await this.media.closeSession(session);
      throw error;
    }
  }

  /**
   * Our offer for a caller of an app, whose media a fallen edge took along; `secure` when they were
   * encrypted. Rejects as `open` does.
   */
  offer({ owner, session, endpoint }: Listener, secure: boolean): Promise<string> {
    return this.media.open(owner, session).offer(endpoint, { secure });
  }

  /** His phone took it: he hears music until the app has somebody for him. */
  async wait({ owner, session, endpoint }: Listener, answer: string): Promise<void> {
    const opened = this.media.open(owner, session);
    await opened.accept(endpoint, answer);
    await opened.music(endpoint);
  }

  /** Resolves when all was played, or cut off, also by the fall of its worker. Rejects with `MediaFailure` when it cannot begin. */
  async play({ owner, session, endpoint }: Listener, what: Announcement): Promise<void> {
    const found = this.media.find(owner, session);
    if (found === null) throw new MediaFailure('unknown-session', session);
    const play = PLAY + randomUUID();
    const over = new Promise<void>((resolve) => this.going.set(play, { session, over: resolve }));
    try {
      await found.play(endpoint, { play, ...what, then: 'silence' });
      await over;
    } finally {
      this.going.delete(play);
    }
  }

  /** Lets go of a stream that `open` made; those of apps are theirs to close. */
  close({ owner, session }: Listener): void {
    const found = owner === OWNER ? this.media.find(owner, session) : null;
    // A session that cannot be closed any more is closed already.
    if (found !== null) this.media.closeSession(found).catch(() => undefined);
  }

  /** True for an event that concerns nobody else. */
  hear(event: MediaEvent): boolean {
    if (event.kind === 'play-ended' && event.play.startsWith(PLAY)) {
      this.going.get(event.play)?.over();
      return true;
    }
    if (event.kind === 'session-lost') {
      for (const { session, over } of this.going.values()) if (session === event.session) over();
    }
    return event.owner === OWNER;
  }
}
