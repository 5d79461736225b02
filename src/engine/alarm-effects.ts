import type { AlarmRaised } from '../domain/alarm';
import { ALARMS } from '../domain/alarm-catalogue';
import type { Effect } from '../domain/effects';

/** An alarm is kept on disk; one of a store is shown to its supervisors at once. */
export function alarmEffects({ code, detail, storeId, at }: AlarmRaised): Effect[] {
  const kept: Effect = {
    type: 'journal.write',
    record: {
      ...{ kind: 'alarm.raised', code, detail },
      ...(storeId === undefined ? {} : { storeId }),
    },
  };
  if (storeId === undefined) return [kept];
  const alarm = { code, ...ALARMS[code], detail, storeId, at };
  const notice = { kind: 'alarm.raised', alarm } as const;
  return [kept, { type: 'notify', notice }];
}
