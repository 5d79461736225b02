/**
 * What a test call of a hotline came to, what is kept of it, and when somebody is told: at the second failure in a
 * row, because one may be chance, and at the first success after one, or after a start of the app. Pure.
 */
import type { AlarmRaised } from '../alarm';
import type { Effect } from '../effects';
import type { HotlineView } from '../notices';
import type { Instant, Millis } from '../time';

/**
 * `unplaced`: the call could not leave us; `unanswered`: no final answer in time; `refused`: one that is not 200.
 * `silence`: answered, and no sound came; `wrong-sound`: some did, and the greeting was not in it; `unheard`: what was
 * said to us brought nothing about.
 */
export const TEST_FAULTS = [
  ...(['unplaced', 'unanswered', 'refused', 'silence', 'wrong-sound', 'unheard'] as const),
] as const;
export type TestFault = (typeof TEST_FAULTS)[number];

export interface TestResult {
  /** Null: all of it was as it should be. */
  fault: TestFault | null;
  /** More of it, for the log: a status, how alike the greeting was. */
  detail: string;
  /** From the INVITE to its 200. */
  answeredMs: Millis | null;
  /** Mean opinion score of what was heard, 1 to 4.5; null when nothing was. */
  mos: number | null;
}

/** The last one of a hotline. */
export interface HotlineTest extends TestResult {
  at: Instant;
  /** In a row, this one among them. */
  failures: number;
}

/** A hotline was tested. */
export interface HotlineTested {
  type: 'hotline.tested';
  at: Instant;
  hotline: string;
  result: TestResult;
}

const ALARM_AT = 2;

export const afterTest = (
  before: HotlineTest | undefined,
  { at, result }: HotlineTested,
): HotlineTest => ({
  ...result,
  at,
  failures: result.fault === null ? 0 : (before?.failures ?? 0) + 1,
});

/** The store's board shows it; somebody is told where it is news. */
export function testEffects(
  before: HotlineTest | undefined,
  after: HotlineTest,
  view: HotlineView,
): Effect[] {
  const alarm = alarmOf(before, after, view);
  return [
    { type: 'notify', notice: { kind: 'hotline.updated', hotline: view } },
    ...(alarm ? ([{ type: 'raise', event: alarm }] as const) : []),
  ];
}

function alarmOf(
  before: HotlineTest | undefined,
  { at, failures, fault, detail }: HotlineTest,
  { number, storeId }: HotlineView,
): AlarmRaised | null {
  const told = { type: 'alarm.raised', at, storeId } as const;
  if (failures === ALARM_AT)
    return { ...told, code: 'HOTLINE_TEST_FAILED', detail: `${number}: ${fault} ${detail}`.trim() };
  // One failure, or none that is known: those that were told may be of a former life.
  return fault === null && before?.failures !== 0
    ? { ...told, code: 'HOTLINE_TEST_PASSED', detail: number }
    : null;
}
