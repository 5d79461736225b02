/**
 * Which alarms stand until their end is told, also those of former lives of the app. Whoever watches something says when
 * all is well whenever he finds it so, and need not know whether anybody was told otherwise: here an end that ends nothing
 * is told to nobody.
 */
import type { AlarmCode } from '../domain/alarm';
import { ALARM_KINDS, alarmKey, type AlarmKey } from '../domain/alarm-standing';
import type { JournalRecord } from '../domain/records';

type Told = Pick<Extract<JournalRecord, { kind: 'alarm.raised' }>, 'code' | 'detail' | 'storeId'>;

export class StandingAlarms {
  private readonly standing = new Map<string, AlarmKey>();

  constructor(known: readonly AlarmKey[] = []) {
    for (const alarm of known) this.standing.set(textOf(alarm), alarm);
  }

  /** Takes note. False: it is the end of what does not stand. */
  isNews(told: Told): boolean {
    const { isEnd, endedBy } = ALARM_KINDS[told.code];
    const alarm = alarmKey(told);
    if (isEnd) return this.standing.delete(textOf(alarm));
    if (endedBy !== null) this.standing.set(textOf(alarm), alarm);
    return true;
  }

  all(): AlarmKey[] {
    return [...this.standing.values()];
  }

  of(code: AlarmCode): AlarmKey[] {
    return this.all().filter((alarm) => alarm.code === code);
  }
}

const textOf = ({ code, storeId, subject }: AlarmKey): string =>
  JSON.stringify([code, storeId, subject]);
