/**
 * Whether an app keeps up with the calls that it is given, judged by what can be seen of it: how many
 * wait for its first response, and how old the one was that it answered last. An app that takes its
 * time over each call, but answers others meanwhile, is not behind; one that works its way through a
 * queue of its own is. Pure: time is an argument, milliseconds on any steady clock.
 */

/** So many unanswered calls at once say nothing: a burst, or an app that asks somebody else first. */
export const ALWAYS_ADMITTED = 100;
/** A call that was answered only after this had stood in a queue of the app's. */
export const BEHIND_MS = 200;

export class Progress {
  private readonly open = new Map<string, number>();
  private lastDelayMs = 0;
  private lastAnswerAt = 0;

  delivered(id: string, now: number): void {
    if (this.open.size === 0) this.lastAnswerAt = now;
    this.open.set(id, now);
  }

  /** Its first response came. Further ones, and those to calls not known here, say nothing. */
  answered(id: string, now: number): void {
    const at = this.open.get(id);
    if (at === undefined) return;
    this.open.delete(id);
    this.lastDelayMs = now - at;
    this.lastAnswerAt = now;
  }

  /** The call ended without an answer of the app. */
  ended(id: string): void {
    this.open.delete(id);
  }

  /** The app went; whoever comes under its name starts anew. */
  forget(): void {
    this.open.clear();
    this.lastDelayMs = 0;
  }

  isBehind(now: number): boolean {
    if (this.open.size < ALWAYS_ADMITTED) return false;
    return this.lastDelayMs >= BEHIND_MS || now - this.lastAnswerAt >= BEHIND_MS;
  }
}
