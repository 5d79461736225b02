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

/** `unasked`: the question never left, which says nothing about the phone. */
export type Heard = 'answered' | 'silent' | 'unasked';

export interface WatchOptions {
  ask: (target: PhoneTarget) => Promise<Heard>;
  /** A place of the phone became silent, or is no longer. */
  onChange: (phoneId: PhoneId) => void;
  everyMs?: number | undefined;
}

interface Place {
  target: PhoneTarget;
  misses: number;
  timer: NodeJS.Timeout;
}

const EVERY_MS = 30_000;
const MISSES_TO_BE_SILENT = 2;
/** Answers of the edge itself: nothing came, or the connection is gone. */
const UNHEARD = [408, 503];

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
    return isSilent(this.phones.get(phoneId)?.get(keyOf(target)));
  }

  close(): void {
    for (const phoneId of this.phones.keys()) this.follow(phoneId, []);
  }

  /** A phone that has just registered can be heard: it is asked in the second half of the interval. */
  private place(phoneId: PhoneId, target: PhoneTarget): Place {
    const place = { target, misses: 0 } as Place;
    this.askIn(phoneId, place, this.every * (0.5 + Math.random() / 2));
    return place;
  }

  private askIn(phoneId: PhoneId, place: Place, ms: number): void {
    place.timer = setTimeout(() => void this.ask(phoneId, place), ms).unref();
  }

  private async ask(phoneId: PhoneId, place: Place): Promise<void> {
    const heard = await this.options.ask(place.target);
    // Its registration may have ended meanwhile.
    if (this.phones.get(phoneId)?.get(keyOf(place.target)) !== place) return;
    const before = isSilent(place);
    if (heard === 'answered') place.misses = 0;
    else if (heard === 'silent') place.misses += 1;
    this.askIn(phoneId, place, this.every);
    if (isSilent(place) !== before) this.options.onChange(phoneId);
  }

  private get every(): number {
    return this.options.everyMs ?? EVERY_MS;
  }
}

const isSilent = (place: Place | undefined): boolean =>
  place !== undefined && place.misses >= MISSES_TO_BE_SILENT;

/** The same contact from elsewhere is another place: the phone has moved. */
const keyOf = ({ uri, proxy = '' }: PhoneTarget): string => `${uri} ${proxy}`;

export interface OptionsContext {
  srf: Srf;
  /** False while requests do not reach the edge. */
  isUp: () => boolean;
  patienceMs: number;
}

/** Any final answer of the phone will do, a refusal too: it is there. */
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
        if (status >= 200) resolve(UNHEARD.includes(status) ? 'silent' : 'answered');
      });
    });
  });
}
