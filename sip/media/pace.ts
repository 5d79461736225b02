/**
 * Whether a media worker keeps up with its clock, from what it reports once a second.
 *
 * A frame is late because the event loop was in a turn when it was due: on average half a turn. Mean
 * lateness of 10 ms is a turn of 20 ms, in which each endpoint had one packet to receive and one to
 * send; one endpoint more and frames are lost for all of them. Three reports in a row, because a
 * collection of garbage or a neighbour on the machine makes one.
 */

/** How often a worker reports. */
export const REPORT_EVERY_MS = 1000;
/** Mean lateness of a second's frames from which it is behind: half a frame of 20 ms. */
export const LATE_MS = 10;
const LATE_REPORTS = 3;
/** A worker that says nothing for so long is in one endless turn. */
const SILENT_MS = 5 * REPORT_EVERY_MS;

export class Pace {
  private lateReports = 0;
  private reportedAt: number;

  /** Times are milliseconds of one monotonic clock. */
  constructor(startedAt: number) {
    this.reportedAt = startedAt;
  }

  /** `lateMs`: mean lateness of the frames since the report before. */
  report(lateMs: number, now: number): void {
    this.reportedAt = now;
    this.lateReports = lateMs < LATE_MS ? 0 : this.lateReports + 1;
  }

  /** True while it must not be given new calls. */
  isBehind(now: number): boolean {
    return this.lateReports >= LATE_REPORTS || now - this.reportedAt >= SILENT_MS;
  }
}
