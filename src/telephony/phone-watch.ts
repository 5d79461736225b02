/**
 * Whether phones can be heard: each place of a phone is asked by OPTIONS every 30 s (RFC 3261 §11), which
 * also keeps its NAT open. Two unanswered in a row make the place silent, one answer undoes that.
 * Questions to many phones are spread over the interval.
 */
import type { PhoneId } from '../domain/ids';
import type { SipFailure, SipResponse, Srf } from './drachtio';

/** Where a request to a phone goes. */
export interface PhoneTarget {
  uri: string;
  /** Next hop of a registered phone: the address its REGISTER came from. */
  proxy?: string;
  /** Signalling with it is encrypted, and so may be the keys for its sound (RFC 4568 §7). */
  secure: boolean;
}

/**
 * `absent`: it was answered that nobody of that name is there. `unasked`: the question never left, which says nothing
 * about the phone.
 */
export type Heard = 'answered' | 'absent' | 'silent' | 'unasked';

/** What is known of a place. `unknown`: it has not been asked yet. `missed`: one question was not answered. */
export type PlaceState = 'unknown' | 'answered' | 'absent' | 'missed' | 'silent';

export interface WatchOptions {
  ask: (target: PhoneTarget) => Promise<Heard>;
  /** A place of the phone became silent, or is no longer. */
  onChange?: (phoneId: PhoneId) => void;
  /** The state of a place of the phone is another. */
  onHeard?: (phoneId: PhoneId) => void;
  everyMs?: number | undefined;
}

interface Place {
  target: PhoneTarget;
  misses: number;
  /** The last answer. */
  answer?: 'answered' | 'absent';
  /** How many times it was asked: the answer to the last question counts. */
  questions: number;
  timer: NodeJS.Timeout;
}

const EVERY_MS = 30_000;
const MISSES_TO_BE_SILENT = 2;
/** Answers of the edge itself: nothing came, or the connection is gone. */
const UNHEARD = [408, 503];
/** An INVITE would be answered the same (RFC 3261 §11.2): not found, gone, does not exist anywhere. */
const ABSENT = [404, 410, 604];

export class PhoneWatch {
  private readonly phones = new Map<PhoneId, Map<string, Place>>();

  constructor(private readonly options: WatchOptions) {}

  /** The phone's places are these now. A place that stays keeps what is known of it. */
  follow(phoneId: PhoneId, targets: readonly PhoneTarget[]): void {
    const before = this.phones.get(phoneId) ?? new Map<string, Place>();
    const now = new Map<string, Place>();
    for (const target of targets) {
      const known = before.get(keyOf(target));
      before.delete(keyOf(target));
      now.set(keyOf(target), known ?? this.place(phoneId, target));
    }
    for (const { timer } of before.values()) clearTimeout(timer);
    if (now.size > 0) this.phones.set(phoneId, now);
    else this.phones.delete(phoneId);
  }

  isSilent(phoneId: PhoneId, target: PhoneTarget): boolean {
    return this.state(phoneId, target) === 'silent';
  }

  state(phoneId: PhoneId, target: PhoneTarget): PlaceState {
    return stateOf(this.phones.get(phoneId)?.get(keyOf(target)));
  }

  /**
   * The place is asked within so many milliseconds, and from then on in its interval. What is said to a question that is
   * open counts no more: it was asked before something happened.
   */
  hasten(phoneId: PhoneId, target: PhoneTarget, withinMs: number): void {
    const place = this.phones.get(phoneId)?.get(keyOf(target));
    if (!place) return;
    place.questions += 1;
    clearTimeout(place.timer);
    this.askIn(phoneId, place, Math.min(withinMs, this.every) * Math.random());
  }

  close(): void {
    for (const phoneId of this.phones.keys()) this.follow(phoneId, []);
  }

  /** A phone that has just registered can be heard: it is asked in the second half of the interval. */
  private place(phoneId: PhoneId, target: PhoneTarget): Place {
    const place = { target, misses: 0, questions: 0 } as Place;
    this.askIn(phoneId, place, this.every * (0.5 + Math.random() / 2));
    return place;
  }

  private askIn(phoneId: PhoneId, place: Place, ms: number): void {
    place.timer = setTimeout(() => void this.ask(phoneId, place), ms).unref();
  }

  private async ask(phoneId: PhoneId, place: Place): Promise<void> {
    const question = (place.questions += 1);
    const heard = await this.options.ask(place.target);
    // Its registration may have ended meanwhile.
    if (this.phones.get(phoneId)?.get(keyOf(place.target)) !== place) return;
    if (place.questions !== question) return;
    const before = stateOf(place);
    note(place, heard);
    this.askIn(phoneId, place, this.every);
    const after = stateOf(place);
    if (after !== before) this.options.onHeard?.(phoneId);
    if ((after === 'silent') !== (before === 'silent')) this.options.onChange?.(phoneId);
  }

  private get every(): number {
    return this.options.everyMs ?? EVERY_MS;
  }
}

function note(place: Place, heard: Heard): void {
  if (heard === 'unasked') return;
  if (heard === 'silent') {
    place.misses += 1;
    return;
  }
  place.misses = 0;
  place.answer = heard;
}

function stateOf(place: Place | undefined): PlaceState {
  const { misses = 0, answer = 'unknown' } = place ?? {};
  if (misses >= MISSES_TO_BE_SILENT) return 'silent';
  return misses > 0 ? 'missed' : answer;
}

/** The same contact from elsewhere is another place: the phone has moved. */
const keyOf = ({ uri, proxy = '' }: PhoneTarget): string => `${uri} ${proxy}`;

export interface OptionsContext {
  srf: Srf;
  /** False while requests do not reach the edge. */
  isUp: () => boolean;
  patienceMs: number;
}

/** Any final answer of the phone says that a phone is there, a refusal too; some say that it is not this one. */
export function askByOptions(context: OptionsContext, target: PhoneTarget): Promise<Heard> {
  const { srf, isUp, patienceMs } = context;
  if (!isUp()) return Promise.resolve('unasked');
  return new Promise((resolve) => {
    setTimeout(() => resolve(isUp() ? 'silent' : 'unasked'), patienceMs).unref();
    const proxy = target.proxy === undefined ? {} : { proxy: target.proxy };
    const options = { method: 'OPTIONS', headers: { Accept: 'application/sdp' }, ...proxy };
    srf.request(target.uri, options, (error: SipFailure | null, request) => {
      if (error || !request) return resolve(isUp() ? 'silent' : 'unasked');
      request.on('response', ({ status }: SipResponse) => {
        if (status >= 200) resolve(heardBy(status));
      });
    });
  });
}

function heardBy(status: number): Heard {
  if (UNHEARD.includes(status)) return 'silent';
  return ABSENT.includes(status) ? 'absent' : 'answered';
}
