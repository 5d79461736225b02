/** What supervisors are told when the media has no stream left for callers. */
import type { AlarmCode, AlarmRaised } from '../domain/alarm';
import type { StoreId } from '../domain/ids';
import type { Instant } from '../domain/time';

const ALARM_EVERY_MS = 60_000;

export type FullCode = Extract<AlarmCode, 'OVER_CAPACITY' | 'MEDIA_FULL'>;
const DETAILS: Record<FullCode, string> = {
  OVER_CAPACITY:
    'a caller was refused: all streams, or all places in the line before us, are in use',
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
