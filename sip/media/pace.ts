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
/** A worker that says nothing for so long gets no new calls. */
const SILENT_MS = 5 * REPORT_EVERY_MS;
/**
 * Looks in a row, one each `REPORT_EVERY_MS`, between which it said nothing: it is in one endless turn, and
 * nobody in its calls hears anything. Looks and not time: who was stopped as a whole, or was slow himself,
 * finds the reports waiting.
 */
const HUNG_LOOKS = 10;

export class Pace {
  private lateReports = 0;
  private reportedAt: number;
  private looks = 0;

  /** Times are milliseconds of one monotonic clock. */
  constructor(startedAt: number) {
    this.reportedAt = startedAt;
  }

  /** `lateMs`: mean lateness of the frames since the report before. */
  report(lateMs: number, now: number): void {
    this.reportedAt = now;
    this.looks = 0;
    this.lateReports = lateMs < LATE_MS ? 0 : this.lateReports + 1;
  }

  /** True while it must not be given new calls. */
  isBehind(now: number): boolean {
    return this.lateReports >= LATE_REPORTS || now - this.reportedAt >= SILENT_MS;
  }

  /** To be called every `REPORT_EVERY_MS`; true when the worker is hung and is to be ended. */
  look(): boolean {
    this.looks += 1;
    return this.looks > HUNG_LOOKS;
  }

  /** How long it has said nothing, in milliseconds, by the looks in between. */
  get silentMs(): number {
    return this.looks * REPORT_EVERY_MS;
  }
}
