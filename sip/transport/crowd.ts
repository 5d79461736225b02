/**
 * How many connections one listener may have, in all and from one address, so that nobody uses up the
 * sockets of this machine. Pure.
 */
export interface CrowdLimits {
  inAll: number;
  /** A whole store may sit behind one address. */
  fromOne: number;
}

export const CROWD_LIMITS: CrowdLimits = { inAll: 10_000, fromOne: 500 };

export class Crowd {
  private readonly from = new Map<string, number>();
  private all = 0;

  constructor(private readonly limits: CrowdLimits = CROWD_LIMITS) {}

  /** False when there is no room for one more from there. */
  enter(address: string): boolean {
    const there = this.from.get(address) ?? 0;
    if (this.all >= this.limits.inAll || there >= this.limits.fromOne) return false;
    this.all++;
    this.from.set(address, there + 1);
    return true;
  }

  leave(address: string): void {
    const there = this.from.get(address);
    if (there === undefined) return;
    this.all--;
    if (there > 1) this.from.set(address, there - 1);
    else this.from.delete(address);
  }
}
