/** How urgent an alarm is to whom it is mailed: who is got out of bed for what. */
import type { AlarmCode } from '../alarm';
import { ALARMS } from '../alarm-catalogue';

export type Severity = 'critical' | 'warning';

/** Callers are lost, somebody is in need, or what was said is: as deploy/prometheus-rules.yaml pages for them. */
const CRITICAL: ReadonlySet<AlarmCode> = new Set([
  'EMERGENCY_CALL',
  'EMERGENCY_REFUSED',
  'EMERGENCY_FAILED',
  'RECORDING_DISK',
  'OVER_CAPACITY',
  'LEDGER_UNBALANCED',
  'HOTLINE_TEST_FAILED',
  'DESKTOPS_GONE',
  'READ_ONLY',
]);

/** That of an alarm which ends another is the other's: who was told of the one is told of its end. */
export const severityOf = (code: AlarmCode): Severity =>
  CRITICAL.has(ALARMS[code].ends ?? code) ? 'critical' : 'warning';
