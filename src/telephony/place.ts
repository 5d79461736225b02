/**
 * What is done when the media has no stream left for a call: he hears that it rings, and has the next one that frees,
 * in the order in which they came. What becomes of him after that is answering's.
 */
import type { AlarmCode, AlarmRaised } from '../domain/alarm';
import type { StoreId } from '../domain/ids';
import type { Instant, Millis } from '../domain/time';

/** From his INVITE on. */
export const PLACE_PATIENCE_MS: Millis = 20_000;
const AGAIN_MS = 500;
const ALARM_EVERY_MS = 60_000;

export const isFull = (error: unknown): boolean => (error as { code?: string }).code === 'capacity';

/** Those who wait for a stream; only who came first asks. */
export class PlaceLine {
  /** Each by what wakes him. */
  private readonly line: (() => void)[] = [];

  /**
   * Asks until there is a place: at once where nobody waits, else in his turn. `patience`: how much longer he waits;
   * null when it is over. Rejects when it is something else that is missing.
   */
  async take<T>(
    ask: () => Promise<T>,
    patience: () => Millis,
    onFull: () => void,
  ): Promise<T | null> {
    const place = this.line.length === 0 ? await orNull(ask) : null;
    if (place !== null || patience() <= 0) return place;
    onFull();
    let wake = (): void => undefined;
    const me = (): void => wake();
    this.line.push(me);
    try {
      for (;;) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(AGAIN_MS, Math.max(1, patience())));
          wake = () => (clearTimeout(timer), resolve());
        });
        if (patience() <= 0) return null;
        const found = this.line[0] === me ? await orNull(ask) : null;
        if (found !== null) return found;
      }
    } finally {
      this.line.splice(this.line.indexOf(me), 1);
      // Whoever is the first now need not wait for his time.
      this.line[0]?.();
    }
  }
}

/** Null while all are in use. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isFull(error)) return null;
    throw error;
  }
}

type FullCode = Extract<AlarmCode, 'OVER_CAPACITY' | 'MEDIA_FULL'>;
const DETAILS: Record<FullCode, string> = {
  OVER_CAPACITY: 'a caller was refused: all streams of the media are in use',
  MEDIA_FULL:
    'callers are told that they will be called back: the streams of the media are in use that they may have',
};

/** Supervisors of a store are told of each once a minute, however many callers it concerns. */
export class CapacityAlarm {
  private readonly told = new Map<string, Instant>();

  raise(code: FullCode, storeId: StoreId | undefined, at: Instant): AlarmRaised | null {
    const key = `${code} ${storeId}`;
    const before = this.told.get(key);
    if (before !== undefined && at - before < ALARM_EVERY_MS) return null;
    this.told.set(key, at);
    const detail = DETAILS[code];
    return {
      type: 'alarm.raised',
      at,
      code,
      detail,
      ...(storeId === undefined ? {} : { storeId }),
    };
  }
}
