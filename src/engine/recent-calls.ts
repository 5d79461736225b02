/**
 * Calls with several talks that were closed a moment ago: a file may be told behind that, and of a talk before the
 * last one nobody but its call knows whose it was.
 */
import type { Call } from '../domain/call/call';
import type { CallId } from '../domain/ids';

/** Files are told within seconds of their talks, also behind a short fall of the edge. */
const LIMIT = 1000;

/** Keeps the newest thousand. */
export class RecentCalls {
  private readonly calls = new Map<CallId, Call>();

  closed(call: Call): void {
    if (call.earlier.length === 0) return;
    this.calls.set(call.id, call);
    if (this.calls.size <= LIMIT) return;
    const oldest = this.calls.keys().next();
    if (!oldest.done) this.calls.delete(oldest.value);
  }

  get(id: CallId): Call | undefined {
    return this.calls.get(id);
  }
}
