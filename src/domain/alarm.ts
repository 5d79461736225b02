import type { StoreId } from './ids';
import type { Instant } from './time';

/** Something that somebody has to see to; kept in the journal. */
export interface AlarmRaised {
  type: 'alarm.raised';
  at: Instant;
  code: AlarmCode;
  detail: string;
  /** Whose supervisors are told at once. */
  storeId?: StoreId;
}

export type AlarmCode =
  /** Nothing may be changed: the data disk is nearly full, or the database takes nothing; then it may again. */
  | 'READ_ONLY'
  | 'READ_ONLY_OVER'
  /** A folder of recordings does not take them. */
  | 'RECORDING_DISK'
  /** Somebody dials for help. */
  | 'EMERGENCY_CALL'
  /** A carrier did not take that call, and the next way is tried; none was left. */
  | 'EMERGENCY_REFUSED'
  | 'EMERGENCY_FAILED'
  /** No backup could be made by itself, or the newest good one is older than a day and a half; then one was made. */
  | 'BACKUP_FAILED'
  | 'BACKUP_MADE'
  /** The files of HTTP_TLS_CERT and HTTP_TLS_KEY cannot be used; the certificate before stays, or ours is taken. */
  | 'CERTIFICATE_BAD'
  /** This machine's clock is more than 0.5 s from its time servers; then it was right again. */
  | 'CLOCK_OFF'
  | 'CLOCK_RIGHT'
  /** Somebody tries PINs of a person; nobody signs in by it for a while. */
  | 'SEAT_PIN_BLOCKED'
  /** Somebody signs in at a phone and has not acknowledged that he is recorded, as the plan wants it: he is not ready. */
  | 'SEAT_NOTICE_UNREAD'
  /** A person or store has used up what may be dialled. */
  | 'DIAL_LIMIT'
  /** The counts of a recording's manifest contradict each other: a bug of the edge. */
  | 'RECORDING_COUNTS'
  /** Recordings have no call, and nobody finds them; then their call came. */
  | 'RECORDING_UNLINKED'
  | 'RECORDING_LINKED'
  /** A caller was refused because all streams of the media are in use; told once a minute. */
  | 'OVER_CAPACITY'
  /** A caller was promised a call for the same reason, by a stream that is kept for that; told once a minute. */
  | 'MEDIA_FULL'
  /** A hotline call that came has neither ended nor is it going on: a bug of ours. */
  | 'LEDGER_UNBALANCED'
  /** Two test calls of a hotline in a row found something wrong; then one found nothing. */
  | 'HOTLINE_TEST_FAILED'
  | 'HOTLINE_TEST_PASSED'
  /** At least 80 % of a trunk's channels are used; at 70 % it has room again. */
  | 'TRUNK_NEARLY_FULL'
  | 'TRUNK_HAS_ROOM'
  /** The carrier of a trunk did not register us, twice in a row; then it did. */
  | 'TRUNK_NOT_REGISTERED'
  | 'TRUNK_REGISTERED'
  /** A gateway left two OPTIONS unanswered; then it answered one. */
  | 'TRUNK_GATEWAY_DOWN'
  | 'TRUNK_GATEWAY_UP'
  /** More than 30 % of the desktops of ready agents went within 5 s; then enough were back. */
  | 'DESKTOPS_GONE'
  | 'DESKTOPS_BACK'
  /** Nothing arrived at a webhook for a day, or it wants no more; then somebody resumed it. */
  | 'WEBHOOK_PAUSED'
  | 'WEBHOOK_RESUMED'
  /** What texts may cost a store in a day is used up. */
  | 'TEXT_LIMIT'
  /** The gateway of texts did not take three in a row; then it answered again. */
  | 'TEXT_GATEWAY_DOWN'
  | 'TEXT_GATEWAY_UP'
  /** A direct salesperson has more new customers today than the plan wants (A38). */
  | 'TOO_MANY_CUSTOMERS'
  /** Leads of HQ that are held for a confirmation call (A26) should have been called a day ago. */
  | 'CONFIRMATIONS_WAIT';
