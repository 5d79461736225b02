/**
 * How fast finished files may leave the edge: all transfers together keep below a limit, because packets of
 * calls go the same way and must not queue behind them. Pure; time is milliseconds of any steady clock.
 */
export class Bandwidth {
  private freeAt = 0;

  constructor(private readonly bytesPerSecond: number) {}

  /** The bytes are about to be sent. Returns the milliseconds to wait before anything more is. */
  take(bytes: number, now: number): number {
    this.freeAt = Math.max(this.freeAt, now) + (1000 * bytes) / this.bytesPerSecond;
    return this.freeAt - now;
  }
}
