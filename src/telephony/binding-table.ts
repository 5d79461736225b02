/**
 * The bindings of all phones in memory and in the journal, and whose place is whose. It knows when time alone changes
 * something about one, and not what follows from that.
 */
import type { FlowPlace } from '../../sip/index';
import type { PhoneId } from '../domain/ids';
import type { BindingJournal } from './binding-journal';
import { isByConnection, type Binding } from './bindings';
import { endOf, standingOf, takenOver } from './overdue';

/** A timer may be a little early by the clock. */
const LATER_MS = 10;

export interface BindingTableOptions {
  now: () => number;
  journal: BindingJournal;
  /** A binding of the phone has run out. */
  onEnd: (phoneId: PhoneId) => void;
}

export class BindingTable {
  private readonly bindings = new Map<PhoneId, Binding[]>();
  private readonly timers = new Map<PhoneId, NodeJS.Timeout>();
  /** `address port` of every binding; asked on every INVITE. */
  private readonly places = new Map<string, PhoneId>();

  constructor(private readonly options: BindingTableOptions) {}

  /** Of each phone that is taken over what the former app left of its bindings, if anything is. */
  former(isTaken: (phoneId: PhoneId) => boolean): Map<PhoneId, Binding[]> {
    const now = this.options.now();
    const former = new Map<PhoneId, Binding[]>();
    for (const binding of this.options.journal.read()) {
      const { phoneId } = binding;
      if (!isTaken(phoneId)) continue;
      const left = takenOver(binding, now);
      former.set(phoneId, [...(former.get(phoneId) ?? []), ...(left ? [left] : [])]);
    }
    return former;
  }

  of(phoneId: PhoneId): Binding[] {
    return this.bindings.get(phoneId) ?? [];
  }

  all(): Binding[] {
    return [...this.bindings.values()].flat();
  }

  /** They could not be refreshed for a while, until now: each may be kept beyond its end. The next app finds out itself. */
  excuse(): void {
    const now = this.options.now();
    for (const [phoneId, bindings] of this.bindings)
      this.bindings.set(
        phoneId,
        bindings.map((one) => takenOver(one, now) ?? one),
      );
  }

  /** These are the phone's bindings now. Resolves when that is on disk. */
  set(phoneId: PhoneId, next: Binding[]): Promise<void> {
    const now = this.options.now();
    for (const b of this.of(phoneId)) {
      // Two phones of one box may share a place, which then is the other's.
      if (this.places.get(placeOf(b)) === phoneId) this.places.delete(placeOf(b));
    }
    for (const b of next) {
      // Who said that he is there goes before who did not.
      if (standingOf(b, now) === 'live' || !this.places.has(placeOf(b)))
        this.places.set(placeOf(b), phoneId);
    }
    clearTimeout(this.timers.get(phoneId));
    this.timers.delete(phoneId);
    if (next.length > 0) {
      this.bindings.set(phoneId, next);
      const soonest = Math.min(...next.map((b) => endOf(b, now)));
      const ms = Math.max(0, soonest - now) + LATER_MS;
      this.timers.set(
        phoneId,
        setTimeout(() => this.options.onEnd(phoneId), ms),
      );
    } else {
      this.bindings.delete(phoneId);
    }
    return this.options.journal.keep(phoneId, next);
  }

  /** The phone that is bound to this place. */
  at(address: string, port: number): PhoneId | undefined {
    return this.places.get(placeOf({ address, port }));
  }

  /** Far ends of the connections by which phones are bound. */
  flows(): FlowPlace[] {
    const bound = this.all().filter(isByConnection);
    return bound.map(({ address, port }) => ({ address, port }));
  }

  /** Of each phone that was bound by one of these connections what is left without them. */
  withoutFlows(flows: readonly FlowPlace[]): [PhoneId, Binding[]][] {
    const ended = new Set(flows.map(placeOf));
    return [...this.bindings].flatMap(([phoneId, bindings]) => {
      const left = bindings.filter((one) => !isByConnection(one) || !ended.has(placeOf(one)));
      return left.length < bindings.length ? [[phoneId, left] as [PhoneId, Binding[]]] : [];
    });
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    void this.options.journal.close();
  }
}

const placeOf = ({ address, port }: FlowPlace): string => `${address} ${port}`;
