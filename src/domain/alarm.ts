import type { Instant } from './time';

/** Something that somebody has to see to; kept in the journal. */
export interface AlarmRaised {
  type: 'alarm.raised';
  at: Instant;
  code: AlarmCode;
  detail: string;
}

export type AlarmCode =
  /** A folder of recordings does not take them. */
  | 'RECORDING_DISK'
  /** The counts of a recording's manifest contradict each other: a bug of the edge. */
  | 'RECORDING_COUNTS';
