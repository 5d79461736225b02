import type { Registry } from 'prom-client';
import { Counter } from 'prom-client';
import { ALARMS } from '../domain/alarm-catalogue';
import type { JournalRecord } from '../domain/records';

/** Counts alarms as they are written down. Each code stands at 0 first, so that its first alarm is seen as a rise. */
export function countAlarms(registry: Registry): (record: JournalRecord) => void {
  const alarms = new Counter({
    name: 'openline_alarms_total',
    help: 'Alarms raised since the app started, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  for (const code of Object.keys(ALARMS)) alarms.inc({ code }, 0);
  return (record) => {
    if (record.kind === 'alarm.raised') alarms.inc({ code: record.code });
  };
}
