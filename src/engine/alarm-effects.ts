import type { AlarmRaised } from '../domain/alarm';
import { ALARMS } from '../domain/alarm-catalogue';
import type { Effect } from '../domain/effects';

/** An alarm is kept on disk, and shown at once to who oversees its store; one of no store, to who oversees the machine. */
export function alarmEffects({ code, detail, storeId, at }: AlarmRaised): Effect[] {
  const kept: Effect = {
    type: 'journal.write',
    record: {
      ...{ kind: 'alarm.raised', code, detail },
      ...(storeId === undefined ? {} : { storeId }),
    },
  };
  const alarm = { code, ...ALARMS[code], detail, storeId: storeId ?? null, at };
  const notice = { kind: 'alarm.raised', alarm } as const;
  return [kept, { type: 'notify', notice }];
}
