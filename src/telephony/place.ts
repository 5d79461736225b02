/**
 * What is done when the media has no stream left for a caller: he hears that it rings, and is answered when a place
 * frees; only then he is refused, and his carrier takes its next route.
 */
import type { AlarmRaised } from '../domain/alarm';
import type { StoreId } from '../domain/ids';
import type { Instant, Millis } from '../domain/time';

/** From his INVITE on. */
export const PLACE_PATIENCE_MS: Millis = 20_000;
const AGAIN_MS = 500;
const ALARM_EVERY_MS = 60_000;

export const isFull = (error: unknown): boolean => (error as { code?: string }).code === 'capacity';

/** Asks until there is a place, or nobody waits for one any more: then rejects as the last time it was asked. */
export async function awaitPlace<T>(
  ask: () => Promise<T>,
  waits: () => boolean,
  onFull: () => void,
): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await ask();
    } catch (error) {
      if (!isFull(error) || !waits()) throw error;
    }
    if (!told) onFull();
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Supervisors of a store are told once a minute, however many are refused. */
export class CapacityAlarm {
  private readonly told = new Map<StoreId | undefined, Instant>();

  raise(storeId: StoreId | undefined, at: Instant): AlarmRaised | null {
    const before = this.told.get(storeId);
    if (before !== undefined && at - before < ALARM_EVERY_MS) return null;
    this.told.set(storeId, at);
    const detail = 'a caller was refused: all streams of the media are in use';
    const code = 'OVER_CAPACITY';
    return {
      type: 'alarm.raised',
      at,
      code,
      detail,
      ...(storeId === undefined ? {} : { storeId }),
    };
  }
}
