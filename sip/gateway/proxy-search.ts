/**
 * Which target a proxied request goes to next, and which answer goes back (RFC 3261 §16.6, §16.7).
 * Knows statuses and target URIs, no messages, timers or sockets: it answers with what to do. Pure.
 *
 *     waiting --(its turn)--> calling --(1xx)--> ringing
 *        |                       |                  |
 *        | (search stopped)      | (final response, time-out)
 *        v                       v                  v
 *      unused                   over               over
 *
 *     The search: searching --(2xx)--> answered
 *                 searching --(6xx, 401, 407, CANCEL)--> stopped --(all branches over)--> answered
 *                 searching --(all branches over)--> answered
 */
export interface SearchPlan {
  targets: readonly string[];
  /** All targets at once; else one after the other. */
  simultaneous: boolean;
  /** The Contacts of a 3xx are tried in its place. */
  followRedirects: boolean;
}

export type SearchAction =
  /** Send the request to this target; `redirected`: it comes from a 3xx. */
  | { do: 'send'; branch: number; target: string; redirected: boolean }
  | { do: 'cancel'; branch: number }
  /** The branch's response goes to the caller at once. */
  | { do: 'forward'; branch: number }
  /** The search is over: this branch's response is the answer, or `status` when there is none. */
  | { do: 'answer'; branch: number }
  | { do: 'answer-by-ourselves'; status: 408 | 487 }
  /** The outcome stands; responses that come later concern nobody. */
  | { do: 'done' };

/** Redirections beyond this many targets are a circle or an attack. */
const MAX_TARGETS = 32;

interface Branch {
  target: string;
  redirected: boolean;
  state: 'waiting' | 'calling' | 'ringing' | 'unused' | 'over';
  /** Its final status; 0 while there is none, or when its time ran out. */
  status: number;
}

export class ProxySearch {
  private readonly branches: Branch[];
  private state: 'searching' | 'stopped' | 'answered' = 'searching';
  private cancelled = false;

  constructor(private readonly plan: SearchPlan) {
    this.branches = plan.targets.map((target) => newBranch(target, false));
  }

  begin(): SearchAction[] {
    return this.goOn();
  }

  /** A response of a branch. `contacts`: the URIs of a 3xx, best first. */
  response(at: number, status: number, contacts: readonly string[] = []): SearchAction[] {
    const branch = this.branches[at];
    if (branch === undefined || status <= 100) return [];
    if (status < 200) return this.provisional(branch, at);
    // Every 2xx of an INVITE is the caller's (§16.7 step 5), also a second one.
    if (status < 300) return this.success(branch, at, status);
    if (branch.state === 'over') return [];
    branch.state = 'over';
    branch.status = status;
    if (this.state === 'answered') return [];
    if (this.redirects(status) && this.insertAfter(at, contacts)) branch.status = 0;
    return [...(endsSearch(status) ? this.stop() : []), ...this.goOn()];
  }

  /** The branch has shown no sign of life in time; a late 2xx of it still counts. */
  timedOut(at: number): SearchAction[] {
    const branch = this.branches[at];
    if (branch === undefined || branch.state === 'over') return [];
    branch.state = 'over';
    return this.state === 'answered' ? [] : [{ do: 'cancel', branch: at }, ...this.goOn()];
  }

  /** The caller has given up. */
  cancel(): SearchAction[] {
    if (this.state === 'answered') return [];
    this.cancelled = true;
    return [...this.stop(), ...this.goOn()];
  }

  private provisional(branch: Branch, at: number): SearchAction[] {
    if (branch.state === 'over' || this.state === 'answered') return [];
    branch.state = 'ringing';
    return [{ do: 'forward', branch: at }];
  }

  private success(branch: Branch, at: number, status: number): SearchAction[] {
    branch.state = 'over';
    branch.status = status;
    if (this.state === 'answered') return [{ do: 'forward', branch: at }];
    const losers = this.stop();
    this.state = 'answered';
    return [{ do: 'forward', branch: at }, ...losers, { do: 'done' }];
  }

  private redirects(status: number): boolean {
    return this.plan.followRedirects && this.state === 'searching' && status < 400;
  }

  /** The new targets come next; one that was tried already is not tried again (§16.5). */
  private insertAfter(at: number, contacts: readonly string[]): boolean {
    const known = new Set(this.branches.map((branch) => branch.target));
    const room = MAX_TARGETS - this.branches.length;
    const fresh = [...new Set(contacts)].filter((contact) => !known.has(contact)).slice(0, room);
    // Branches are known by their place, so those in use stay where they are.
    const behind = this.branches.findIndex((b, i) => i > at && b.state === 'waiting');
    const place = behind < 0 ? this.branches.length : behind;
    this.branches.splice(place, 0, ...fresh.map((target) => newBranch(target, true)));
    return fresh.length > 0;
  }

  private stop(): SearchAction[] {
    if (this.state !== 'searching') return [];
    this.state = 'stopped';
    const actions: SearchAction[] = [];
    this.branches.forEach((branch, at) => {
      if (branch.state === 'waiting') branch.state = 'unused';
      else if (branch.state !== 'over') actions.push({ do: 'cancel', branch: at });
    });
    return actions;
  }

  private goOn(): SearchAction[] {
    const actions: SearchAction[] = [];
    this.branches.forEach((branch, at) => {
      if (branch.state !== 'waiting') return;
      if (!this.plan.simultaneous && this.isBusy()) return;
      branch.state = 'calling';
      const { target, redirected } = branch;
      actions.push({ do: 'send', branch: at, target, redirected });
    });
    if (this.isBusy()) return actions;
    this.state = 'answered';
    return [...actions, this.bestAnswer(), { do: 'done' }];
  }

  private isBusy(): boolean {
    return this.branches.some(({ state }) => state === 'calling' || state === 'ringing');
  }

  private bestAnswer(): SearchAction {
    let best = -1;
    this.branches.forEach(({ status }, at) => {
      const rival = this.branches[best]?.status ?? 0;
      if (status !== 0 && (best < 0 || rank(status) < rank(rival))) best = at;
    });
    // §16.10: after a CANCEL the caller waits for a 487, whatever else the branches said.
    if (this.cancelled && this.branches[best]?.status !== 487) {
      return { do: 'answer-by-ourselves', status: 487 };
    }
    return best < 0 ? { do: 'answer-by-ourselves', status: 408 } : { do: 'answer', branch: best };
  }
}

function newBranch(target: string, redirected: boolean): Branch {
  return { target, redirected, state: 'waiting', status: 0 };
}

/** A 6xx speaks for every target; a challenge must reach the caller before anything else can. */
function endsSearch(status: number): boolean {
  return status >= 600 || status === 401 || status === 407;
}

/** Answers that tell the caller how to do better come before those that only refuse. */
const HELPFUL = new Set([401, 407, 415, 420, 484]);

/** Lower is better: 6xx, 3xx, helpful 4xx, other 4xx, 5xx (§16.7 step 6). */
function rank(status: number): number {
  if (status >= 600) return 0;
  if (status < 400) return 1;
  if (HELPFUL.has(status)) return 2;
  return status < 500 ? 3 : 4;
}
