/**
 * Which alarms are the same one told again, and when one is over:
 *
 *     told --told again--> told --its end is told--> over
 *       `---of a kind that nothing ends: a day without it--> over
 */
import type { AlarmCode } from './alarm';
import { ALARMS } from './alarm-catalogue';
import type { StoreId } from './ids';
import { seconds, type Millis } from './time';

/** Of an alarm that nothing ends: so long after it was last told it still stands. */
export const STANDS_MS: Millis = seconds(86_400);

/** `place`: one a store, or of the installation; `name`: its detail begins with whom it concerns and `: `; `detail`: each its own. */
type SameBy = 'place' | 'name' | 'detail';

const SAME_BY: Record<AlarmCode, SameBy> = {
  RECORDING_DISK: 'place',
  EMERGENCY_CALL: 'detail',
  EMERGENCY_REFUSED: 'detail',
  EMERGENCY_FAILED: 'detail',
  SEAT_PIN_BLOCKED: 'detail',
  SEAT_NOTICE_UNREAD: 'name',
  DIAL_LIMIT: 'name',
  RECORDING_COUNTS: 'detail',
  RECORDING_UNLINKED: 'place',
  RECORDING_LINKED: 'place',
  OVER_CAPACITY: 'place',
  MEDIA_FULL: 'place',
  LEDGER_UNBALANCED: 'detail',
  HOTLINE_TEST_FAILED: 'name',
  HOTLINE_TEST_PASSED: 'name',
  TRUNK_NEARLY_FULL: 'name',
  TRUNK_HAS_ROOM: 'name',
  TRUNK_NOT_REGISTERED: 'name',
  TRUNK_REGISTERED: 'name',
  TRUNK_GATEWAY_DOWN: 'detail',
  TRUNK_GATEWAY_UP: 'detail',
  DESKTOPS_GONE: 'place',
  DESKTOPS_BACK: 'place',
  READ_ONLY: 'place',
  READ_ONLY_OVER: 'place',
  CERTIFICATE_BAD: 'place',
  CLOCK_OFF: 'place',
  CLOCK_RIGHT: 'place',
  WEBHOOK_PAUSED: 'name',
  WEBHOOK_RESUMED: 'name',
  BACKUP_FAILED: 'place',
  BACKUP_MADE: 'place',
  TEXT_LIMIT: 'place',
  TEXT_GATEWAY_DOWN: 'place',
  TEXT_GATEWAY_UP: 'place',
  TOO_MANY_CUSTOMERS: 'name',
  CONFIRMATIONS_WAIT: 'place',
};

/** How alarms of a code are put together. */
export interface AlarmKind {
  /** The alarm that it is, or ends. */
  begins: AlarmCode;
  isEnd: boolean;
  /** What ends it; null: time does. */
  endedBy: AlarmCode | null;
  sameBy: SameBy;
}

const CODES = Object.keys(ALARMS) as AlarmCode[];

const kindOf = (code: AlarmCode): AlarmKind => {
  const begins = ALARMS[code].ends ?? code;
  const endedBy = CODES.find((other) => ALARMS[other].ends === begins) ?? null;
  return { begins, isEnd: begins !== code, endedBy, sameBy: SAME_BY[code] };
};

/** One of each code of the catalogue. */
export const ALARM_KINDS = Object.fromEntries(CODES.map((code) => [code, kindOf(code)])) as Record<
  AlarmCode,
  AlarmKind
>;

/** One alarm among those of its code: the same told again is the same, whatever else its detail says. */
export interface AlarmKey {
  /** That of the alarm, also of its end. */
  code: AlarmCode;
  /** Null: of the whole installation. */
  storeId: StoreId | null;
  /** Whom it concerns; empty where there is one a place. */
  subject: string;
}

interface Told {
  code: AlarmCode;
  detail: string;
  storeId?: StoreId | null;
}

/** Which alarm is told, or ended. */
export function alarmKey({ code, detail, storeId = null }: Told): AlarmKey {
  const { begins, sameBy } = ALARM_KINDS[code];
  return { code: begins, storeId, subject: subjectOf(sameBy, detail) };
}

function subjectOf(sameBy: SameBy, detail: string): string {
  if (sameBy === 'place') return '';
  return sameBy === 'detail' ? detail : (detail.split(': ')[0] ?? '');
}
