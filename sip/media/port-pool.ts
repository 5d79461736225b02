/**
 * Which UDP port the next endpoint gets: even ones (RTP; the odd one above is its RTCP, RFC 3550 §11),
 * the longest unused first, so that late packets of a call that ended find no new call there.
 */
export class PortPool {
  private readonly free: number[] = [];
  private readonly anyPort: boolean;

  /** `[0, 0]`: the system chooses, and there is no end to them. */
  constructor([low, high]: readonly [low: number, high: number]) {
    this.anyPort = high === 0;
    if (this.anyPort) return;
    if (low < 1024 || high > 65_535 || high <= low) {
      throw new Error(`media ports ${low}-${high}: expected a range within 1024-65535`);
    }
    for (let port = low + (low % 2); port < high; port += 2) this.free.push(port);
  }

  /** That are in no use. */
  get left(): number {
    return this.anyPort ? Infinity : this.free.length;
  }

  /** A port to try, 0 for any, null when all are in use. */
  take(): number | null {
    return this.anyPort ? 0 : (this.free.shift() ?? null);
  }

  /** Back at the end of the line. */
  giveBack(port: number): void {
    if (!this.anyPort) this.free.push(port);
  }
}
